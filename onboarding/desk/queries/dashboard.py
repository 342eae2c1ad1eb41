"""What belongs to a person: services, legal entities, claims not settled yet."""

from typing import Any

from onboarding.vendors.lifecycle import State as ClaimState
from onboarding.vendors.models import EntityClaim
from portal.documents.models import StoredDocument
from portal.parties.models import DigitalService, LegalEntity

SHOWN = 50  # services on the dashboard; more have the list of services
DOCUMENTS = 20
LATEST = 5


def services(user: Any) -> list[DigitalService]:
    """The services this person may see, by name."""
    found = DigitalService.objects.visible_to(user).select_related("owner")
    return list(found.order_by("name", "pk")[:SHOWN])


def entities(user: Any) -> list[LegalEntity]:
    """The legal entities of the person, by name."""
    return list(LegalEntity.objects.visible_to(user).order_by("name", "pk"))


def unsettled_claims(user: Any) -> list[EntityClaim]:
    """The person's claims that wait or were refused, the latest first."""
    found = EntityClaim.objects.visible_to(user).exclude(state=ClaimState.VERIFIED)
    return list(found.order_by("-filed_at", "-pk"))


def latest_documents(user: Any) -> list[StoredDocument]:
    """The last documents issued to the person's legal entities."""
    found = StoredDocument.objects.visible_to(user).select_related("service")
    return list(found.order_by("-issued_at", "-pk")[:LATEST])


def documents_of(service: DigitalService, user: Any) -> list[StoredDocument]:
    """The latest documents of a service that the person may see."""
    found = StoredDocument.objects.visible_to(user).filter(service=service)
    return list(found.order_by("-issued_at", "-pk")[:DOCUMENTS])
