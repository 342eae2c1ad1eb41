"""What campaigns say: results by priority, what still waits, lists for pages; attestations of customers."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q

from onboarding.campaigns import results
from onboarding.campaigns.results import Coverage, Status
from policy.certificates import queries as certificates
from policy.certificates.environments import Environment, Place
from policy.grants import queries as grants
from policy.grants.models import Grant
from portal.documents.models import StoredDocument
from portal.lifecycle.errors import Missing

from .models import (
    OrderingCustomer,
    OrderingCustomerQuerySet,
    ScenarioResult,
    TestCampaign,
    TestCampaignQuerySet,
    TestPlatform,
    TestRun,
)

PAGE_SIZE = 100
SUGGESTED = 40
SUGGESTED_LENGTH = 4500


@dataclass(frozen=True, slots=True)
class Progress:
    """The current results of a campaign: figures by priority and by status, and what the agency has not accepted."""

    coverage: list[Coverage]
    counts: Counter[Status]
    unaccepted: int

    @property
    def total(self) -> int:
        """How many scenarios."""
        return self.counts.total()

    @property
    def passed(self) -> int:
        """How many conform."""
        return self.counts[Status.SUCCESS]

    @property
    def faulty(self) -> int:
        """How many failed, or ended in error."""
        return self.counts[Status.FAILURE] + self.counts[Status.ERROR]

    @property
    def not_run(self) -> int:
        """How many were not run."""
        return self.counts[Status.NOT_RUN]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of results by number; `next_after` opens the following one, 0 at the end."""

    rows: list[ScenarioResult]
    next_after: int


def progress(campaign: TestCampaign) -> Progress:
    """Where the campaign stands; one query."""
    rows = ScenarioResult.objects.current().filter(campaign=campaign)
    found = list(rows.values_list("priority", "status", "accepted_at"))
    return Progress(
        coverage=results.coverage((priority, status) for priority, status, _ in found),
        counts=Counter(Status(status) for _, status, _ in found),
        unaccepted=sum(accepted_at is None for *_, accepted_at in found),
    )


def page_of_results(campaign: TestCampaign, *, status: str = "", after: int = 0, size: int = PAGE_SIZE) -> Page:
    """One page of current results, in the order of the reports; one query."""
    found = ScenarioResult.objects.current().filter(campaign=campaign, number__gt=after)
    if status:
        found = found.filter(status=status)
    rows = list(found.select_related("run", "accepted_by").order_by("number")[: size + 1])
    return Page(rows[:size], rows[size - 1].number if len(rows) > size else 0)


def exceptions(campaign: TestCampaign) -> list[ScenarioResult]:
    """The results accepted although they do not conform, each with its comment."""
    return list(
        ScenarioResult.objects.current().filter(campaign=campaign).exclude(status=Status.SUCCESS).order_by("number")
    )


def suggested_redo(campaign: TestCampaign) -> str:
    """A line per result that neither conforms nor was accepted: where the agency's answer starts from."""
    waiting = ScenarioResult.objects.current().unaccepted().filter(campaign=campaign).exclude(status=Status.SUCCESS)
    lines = [f"- {row.name} ({Status(row.status).label.lower()})" for row in waiting.order_by("number")[:SUGGESTED]]
    return "\n".join(lines)[:SUGGESTED_LENGTH]


def runs_of(campaign: TestCampaign) -> list[TestRun]:
    """The imported reports, latest first."""
    return list(campaign.runs.select_related("imported_by").order_by("-number"))


def listed(user: Any, *, state: str = "") -> TestCampaignQuerySet:
    """The campaigns that the person may see, with their figures; those to verify first, by due date."""
    current = Q(results__is_current=True)
    found = TestCampaign.objects.visible_to(user).select_related("grant__holder", "platform")
    if state:
        found = found.filter(state=state)
    counted = found.annotate(
        scenario_count=Count("results", filter=current),
        passed_count=Count("results", filter=current & Q(results__status=Status.SUCCESS)),
    )
    return counted.order_by(F("due_date").asc(nulls_last=True), "-opened_at", "-pk")


def latest_of(grant: Grant) -> TestCampaign | None:
    """The last campaign opened for a right."""
    return TestCampaign.objects.filter(grant=grant).order_by("-opened_at", "-pk").first()


def missing_to_open(grant: Grant, *, platform: TestPlatform | None = None, at: datetime) -> list[Missing]:
    """What keeps the agency from opening the tests: a test certificate, unless the right connects without.

    Of the hierarchy that the platform accepts, when it is known (settled question 24).
    """
    if not grant.needs_certificate:
        return []
    usable = certificates.usable(grant.service, Environment.SANDBOX, at=at)
    if not usable.exists():
        return [Missing("certificate", "Certificat de test déclaré pour le bac à sable, en cours de validité")]
    place = next((one for one in Place if platform and one == platform.code.lower()), None)
    if place is None or usable.filter(hierarchy__in=certificates.accepted_at(place, at=at)).exists():
        return []
    wanted = " ou ".join(sorted(one.label for one in certificates.accepted_at(place, at=at)))
    return [Missing("certificate", f"Certificat de la hiérarchie {wanted}, la seule qu’accepte {place.label}")]


def platforms() -> list[TestPlatform]:
    """The platforms where tests run."""
    return list(TestPlatform.objects.all())


def customers_of(grant: Grant) -> list[OrderingCustomer]:
    """The ordering customers named for a right, the latest first."""
    return list(
        grant.ordering_customers.select_related("piece", "filed_by", "answered_by").order_by("-filed_at", "-pk")
    )


def customers(user: Any, *, state: str = "") -> OrderingCustomerQuerySet:
    """The attestations that the person may see, the latest first."""
    found = OrderingCustomer.objects.visible_to(user).select_related("grant__holder", "piece")
    return (found.filter(state=state) if state else found).order_by("-filed_at", "-pk")


def caution_on(document: StoredDocument) -> str:
    """What became of the right whose tests a document attests, for anyone; empty while it stands."""
    rows = TestCampaign.objects.select_related("grant").defer("grant__establishments")
    campaign = rows.filter(reference=document.subject_reference).first()
    return grants.caution(campaign.grant) if campaign else ""
