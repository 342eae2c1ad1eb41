"""The agency's task lists: what waits, how many, since when, for whom. Two queries a list, whatever its length."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from onboarding.campaigns.models import OrderingCustomer, TestCampaign
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, CandidacyQuerySet
from onboarding.committee import queries as committee
from onboarding.committee.models import CommitteeSession
from onboarding.desk.filters import Agenda, Filters, Reviewer
from onboarding.vendors.models import EntityClaim
from policy.certificates.models import Certificate
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from policy.whitelist.lifecycle import State as EntryState
from policy.whitelist.models import WhitelistEntry
from portal.accounts.roles import StaffRole
from portal.parameters import queries as parameters
from portal.web import wording

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: its subject, its words, the page where it is done, and the date that counts."""

    reference: str
    words: str
    url_name: str
    when: str


@dataclass(frozen=True, slots=True)
class TaskList:
    """A list of tasks: how many, the first of them, the whole list's page (if there is one), and whose work it is."""

    title: str
    count: int
    tasks: tuple[Task, ...]
    url_name: str
    query: str
    roles: frozenset[StaffRole]


@dataclass(frozen=True, slots=True)
class Lane:
    """How one list is made: its rows in order of urgency, and how each is told."""

    title: str
    rows: Callable[[Any, datetime], "QuerySet[Any, Any]"]
    tell: Callable[[Any], Task]
    url_name: str
    roles: frozenset[StaffRole]
    query: str = ""


def task_lists(user: Any, *, now: datetime) -> list[TaskList]:
    """Every list of the agency as this person sees it, in the order of the path."""
    return [_told(lane, user, now) for lane in LANES]


def _told(lane: Lane, user: Any, now: datetime) -> TaskList:
    rows = lane.rows(user, now)
    tasks = tuple(lane.tell(row) for row in rows[:SHOWN])
    count = len(tasks) if len(tasks) < SHOWN else rows.order_by().count()
    return TaskList(lane.title, count, tasks, lane.url_name, lane.query, lane.roles)


def of_roles(lists: Iterable[TaskList], roles: frozenset[str]) -> tuple[list[TaskList], list[TaskList]]:
    """The lists of these roles, and the others."""
    kept = list(lists)
    return [one for one in kept if one.roles & roles], [one for one in kept if not one.roles & roles]


@dataclass(frozen=True, slots=True)
class NextSession:
    """The next session, with its points and those left to decide."""

    session: CommitteeSession
    points: int
    undecided: int


def next_session(user: Any, *, now: datetime) -> NextSession | None:
    """The session whose turn it is: the nearest one still open, even if its day is past."""
    session = committee.calendar(user).planned().first()
    if session is None:
        return None
    points, decided = session.points, session.decided  # type: ignore[attr-defined]
    return NextSession(session, points, points - decided)


def _dossiers(found: CandidacyQuerySet) -> CandidacyQuerySet:
    return found.select_related("service__owner")


def _dossier(row: Candidacy) -> Task:
    when = f"déposée le {wording.short_moment(row.submitted_at)}" if row.submitted_at else ""
    return Task(row.reference, f"{row.service.name}, {row.service.owner.name}", "dossier", when)


def _claim(row: EntityClaim) -> Task:
    return Task(row.reference, row.name, "claim", f"déposée le {wording.short_moment(row.filed_at)}")


def _campaign(row: TestCampaign) -> Task:
    when = f"à répondre avant le {wording.short_day(row.due_date)}" if row.due_date else ""
    return Task(row.reference, row.grant.service_name, "campaign", when)


def _customer(row: OrderingCustomer) -> Task:
    words = f"{row.grant.service_name}, commanditaire {row.name}"
    return Task(row.reference, words, "customer", f"jointe le {wording.short_moment(row.filed_at)}")


def _entry(row: WhitelistEntry) -> Task:
    when = f"effet demandé le {wording.short_moment(row.effective_at)}"
    return Task(row.reference, f"{row.grant.service_name}, {row.get_environment_display().lower()}", "entry", when)


def _certificate(row: Certificate) -> Task:
    when = f"expire le {wording.short_moment(row.not_after)}"
    return Task(row.reference, f"{row.service.name}, {row.get_environment_display().lower()}", "certificate", when)


def _grant(row: Grant) -> Task:
    return Task(row.reference, row.service_name, "grant", f"accordée le {wording.short_moment(row.decided_at)}")


def _proposals(user: Any, now: datetime) -> "QuerySet[WhitelistEntry]":
    """Those proposed by somebody else: nobody approves his own."""
    proposed = WhitelistEntry.objects.filter(state=EntryState.PROPOSED).exclude(proposed_by=user.pk)
    return proposed.select_related("grant").defer("establishments").order_by("effective_at", "pk")


def _expiring(user: Any, now: datetime) -> "QuerySet[Certificate]":
    days = parameters.value("certificates.notice_days", at=now)
    horizon = now + timedelta(days=max(days) if isinstance(days, list) else 90)
    return Certificate.objects.declared().expiring(horizon).select_related("service").order_by("not_after", "pk")


def _without_sandbox(user: Any, now: datetime) -> "QuerySet[Grant]":
    """Rights in preparation, with their TEST certificate if they need one, whose tests were never opened."""
    certified = Certificate.objects.declared().filter(environment="sandbox").values("service_id")
    ready = Q(service__in=certified) | Q(access_profile=0)
    waiting = Grant.objects.filter(ready, state=GrantState.PENDING, campaigns=None)
    return waiting.defer("establishments").order_by("decided_at", "pk")


REVIEWER = frozenset({StaffRole.REVIEWER})
SECRETARY = frozenset({StaffRole.SECRETARY})
VERIFIER = frozenset({StaffRole.TEST_VERIFIER})
MANAGER = frozenset({StaffRole.WHITELIST_MANAGER})

LANES: Sequence[Lane] = (
    Lane(
        "Demandes de rattachement à vérifier",
        lambda user, now: EntityClaim.objects.visible_to(user).waiting().order_by("filed_at", "pk"),
        _claim,
        "claims",
        REVIEWER,
    ),
    Lane(
        "Dossiers à prendre",
        lambda user, now: _dossiers(Candidacy.objects.visible_to(user).to_take()),
        _dossier,
        "candidacies",
        REVIEWER,
        Filters(states=(State.SUBMITTED,)).query,
    ),
    Lane(
        "Mes dossiers en instruction",
        lambda user, now: _dossiers(
            Candidacy.objects.filter(state=State.UNDER_REVIEW, reviewer=user.pk).order_by("submitted_at", "pk")
        ),
        _dossier,
        "candidacies",
        REVIEWER,
        Filters(states=(State.UNDER_REVIEW,), reviewer=Reviewer.ME).query,
    ),
    Lane(
        "En attente de l’éditeur",
        lambda user, now: _dossiers(
            Candidacy.objects.visible_to(user)
            .filter(state__in=[State.RETURNED, State.DEFERRED])
            .order_by("submitted_at", "pk")
        ),
        _dossier,
        "candidacies",
        REVIEWER,
        Filters(states=(State.RETURNED, State.DEFERRED)).query,
    ),
    Lane(
        "Complets, à inscrire à une séance",
        lambda user, now: committee.to_enter(),
        _dossier,
        "candidacies",
        SECRETARY,
        Filters(agenda=Agenda.NONE).query,
    ),
    Lane(
        "Accès au bac à sable à remettre",
        _without_sandbox,
        _grant,
        "grants",
        VERIFIER,
    ),
    Lane(
        "Tests à vérifier",
        lambda user, now: TestCampaign.objects.visible_to(user).to_verify().select_related("grant"),
        _campaign,
        "campaigns",
        VERIFIER,
    ),
    Lane(
        "Attestations de commanditaires à examiner",
        lambda user, now: OrderingCustomer.objects.visible_to(user).to_examine().select_related("grant"),
        _customer,
        "customers",
        REVIEWER,
    ),
    Lane(
        "Propositions de liste blanche qui attendent une seconde personne",
        _proposals,
        _entry,
        "whitelist",
        MANAGER,
    ),
    Lane(
        "Certificats qui expirent",
        _expiring,
        _certificate,
        "",
        MANAGER | REVIEWER,
    ),
)
