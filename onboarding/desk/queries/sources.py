"""The statements that journeys are gathered by, written once: each takes the keys of all that is told together."""

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from onboarding.campaigns.models import OrderingCustomer, TestCampaign
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.queries import with_receipt
from onboarding.committee.models import AgendaItem, Decision
from onboarding.vendors.lifecycle import State as ClaimState
from onboarding.vendors.models import EntityClaim
from policy.certificates.environments import Environment
from policy.certificates.models import Certificate
from policy.grants.models import ConnectionData, Grant
from policy.whitelist.models import WhitelistEntry
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument
from portal.statements.queries import Given, statement

SERVICES, GRANTS = Given("services", many=True), Given("grants", many=True)


@statement
def claims() -> "QuerySet[EntityClaim]":
    """The verified claims of legal entities."""
    verified = EntityClaim.objects.with_rivals().filter(state=ClaimState.VERIFIED)
    ours = verified.filter(legal_entity__in=Given("owners", many=True))
    return ours.select_related("claimant", "decided_by").order_by("decided_at")


@statement
def candidacies() -> "QuerySet[Candidacy]":
    """The candidacies of services, each with `to_answer` and `receipt_reference`."""
    waiting = Q(comments__sent_at__isnull=False, comments__closed_at=None, comments__answered_at=None)
    unanswered = Count("comments", filter=waiting)
    found = with_receipt(Candidacy.objects.filter(service__in=SERVICES)).annotate(to_answer=unanswered)
    return found.order_by("opened_at", "pk")


@statement
def points() -> "QuerySet[AgendaItem]":
    """The points of candidacies, once for each of their decisions."""
    letters = StoredDocument.objects.filter(
        kind=Kind.NOTIFICATION_LETTER, subject_reference=OuterRef("candidacy__reference")
    ).order_by("-issued_at")
    points = AgendaItem.objects.filter(candidacy__in=Given("candidacies", many=True)).annotate(
        ruling=F("decisions__reference"),
        outcome=F("decisions__outcome"),
        decided_on=F("decisions__decided_on"),
        recorded_at=F("decisions__recorded_at"),
        is_corrected=Exists(Decision.objects.filter(corrects=OuterRef("decisions"))),
        letter_issued_at=Subquery(letters.values("issued_at")[:1]),
    )
    return points.select_related("session").order_by("entered_at", "pk")


@statement
def grants() -> "QuerySet[Grant]":
    """The rights of services."""
    filed = OrderingCustomer.objects.to_examine().filter(grant=OuterRef("pk")).values("reference")[:1]
    handed = ConnectionData.objects.filter(grant=OuterRef("pk"), environment=Environment.SANDBOX)
    sealed = ConnectionData.objects.filter(grant=OuterRef("pk")).exclude(secret_sealed="").order_by("environment")
    found = Grant.objects.filter(service__in=SERVICES).annotate(
        attestation_filed=Subquery(filed),
        sandbox_handed_over_at=Subquery(handed.values("handed_over_at")[:1]),
        secret_waits_in=Subquery(sealed.values("environment")[:1]),
    )
    return found.defer("establishments").order_by("decided_at", "pk")


@statement
def certificates() -> "QuerySet[Certificate]":
    """The certificates that services present."""
    declared = Certificate.objects.declared().filter(service__in=SERVICES)
    return declared.defer("pem", "checks").order_by("declared_at")


@statement
def campaigns() -> "QuerySet[TestCampaign]":
    """The campaigns of rights."""
    found = TestCampaign.objects.filter(grant__in=GRANTS).annotate(run_count=Count("runs"))
    return found.order_by("opened_at", "pk")


@statement
def entries() -> "QuerySet[WhitelistEntry]":
    """The whitelist entries of rights."""
    return WhitelistEntry.objects.filter(grant__in=GRANTS).defer("establishments").order_by("proposed_at", "pk")
