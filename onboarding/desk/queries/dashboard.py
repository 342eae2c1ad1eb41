"""What belongs to a person: services, legal entities, claims not settled yet."""

from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet

from onboarding.candidacies import conformity
from onboarding.candidacies.lifecycle import EDITABLE
from onboarding.candidacies.lifecycle import State as CandidacyState
from onboarding.candidacies.models import Candidacy
from onboarding.establishments.models import EstablishmentList
from onboarding.vendors.lifecycle import State as ClaimState
from onboarding.vendors.models import EntityClaim
from policy.certificates.models import Certificate
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import ConnectionData, Grant
from portal.accounts.queries import reader
from portal.documents.models import StoredDocument
from portal.parties.models import DigitalService
from portal.statements.queries import Given, statement

PER_PAGE = 12  # services of a page of the dashboard
TROUBLED = 20  # services whose alerts are told above them, wherever they stand in the list
DOCUMENTS = 20
LATEST = 5


def services(user: Any, page: str) -> Page[DigitalService]:
    """A page of the services this person may see: first those whose request waits for him, then by name."""
    waiting = Candidacy.objects.filter(service=OuterRef("pk"), state__in=sorted(EDITABLE))
    found = DigitalService.objects.visible_to(user).select_related("owner").annotate(waits=Exists(waiting))
    return Paginator(found.order_by("-waits", "name", "pk"), PER_PAGE).get_page(page)


def troubled(user: Any, *, horizon: datetime) -> list[DigitalService]:
    """The services with something to be told of above all cards: at most `TROUBLED`, by name."""
    return _troubled(reader(user)).rows(reader=user.pk, horizon=horizon)


@statement
def _troubled(user: Any) -> "QuerySet[DigitalService]":
    suspended = Grant.objects.filter(service=OuterRef("pk"), state=GrantState.SUSPENDED)
    returned = Candidacy.objects.filter(service=OuterRef("pk"), state=CandidacyState.RETURNED)
    wrong = EstablishmentList.objects.living().filter(service=OuterRef("pk"), valid_count__lt=F("line_count"))
    soon = Given("horizon", DateTimeField())
    ending = Certificate.objects.declared().filter(service=OuterRef("pk"), not_after__lt=soon)
    behind = Candidacy.objects.filter(service=OuterRef("pk"), state=CandidacyState.ADMITTED)
    behind = behind.exclude(exposure_model__in=["", conformity.CURRENT])
    trouble = Q()
    secret = ConnectionData.objects.filter(grant__service=OuterRef("pk")).exclude(secret_sealed="")
    for one in (suspended, returned, wrong, ending, behind, secret):
        trouble |= Q(Exists(one))
    found = DigitalService.objects.visible_to(user).filter(trouble).select_related("owner")
    return found.order_by("name", "pk")[:TROUBLED]


def unsettled_claims(user: Any) -> list[EntityClaim]:
    """The person's claims that wait or were refused, the latest first."""
    return _unsettled(reader(user)).rows(reader=user.pk)


@statement
def _unsettled(user: Any) -> "QuerySet[EntityClaim]":
    found = EntityClaim.objects.visible_to(user).exclude(state=ClaimState.VERIFIED)
    return found.order_by("-filed_at", "-pk")


def latest_documents(user: Any) -> list[StoredDocument]:
    """The last documents issued to the person's legal entities."""
    return _latest(reader(user)).rows(reader=user.pk)


@statement
def _latest(user: Any) -> "QuerySet[StoredDocument]":
    found = StoredDocument.objects.visible_to(user).select_related("service")
    return found.order_by("-issued_at", "-pk")[:LATEST]


def documents_of(service: DigitalService, user: Any) -> list[StoredDocument]:
    """The latest documents of a service that the person may see."""
    found = StoredDocument.objects.visible_to(user).filter(service=service)
    return list(found.order_by("-issued_at", "-pk")[:DOCUMENTS])
