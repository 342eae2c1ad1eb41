"""Who verified what, which claims concern one entity, and the sheet of a service."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, When

from policy.grants.models import Grant
from portal.parties.models import DigitalService, LegalEntity
from portal.reference.models import Establishment
from portal.web import wording

from .lifecycle import State
from .models import EntityClaim, EntityClaimQuerySet, ServiceSheet


@dataclass(frozen=True, slots=True)
class Verification:
    """Who verified the quality of a representative, on what piece, when: printed on charter and receipt."""

    claim: str
    representative: str
    quality: str
    verified_by: str
    piece: str
    verified_at: datetime

    @property
    def sentence(self) -> str:
        """The mention to print."""
        return (
            f"Qualité de représentant légal ({self.quality}) vérifiée le {wording.moment(self.verified_at)} par "
            f"{self.verified_by}, sur la pièce « {self.piece} » (demande {self.claim})."
        )


def verification_of(legal_entity: LegalEntity, user: Any) -> Verification | None:
    """The latest verification of a person as legal representative of an entity; None when there was none."""
    claim = (
        EntityClaim.objects.filter(legal_entity=legal_entity, claimant_id=user.pk, state=State.VERIFIED)
        .select_related("claimant", "decided_by")
        .order_by("-decided_at")
        .first()
    )
    return _verification(claim) if claim else None


def _verification(claim: EntityClaim) -> Verification:
    assert claim.decided_by is not None  # constraint claim_verified_by_somebody_on_a_piece
    assert claim.decided_at is not None
    return Verification(
        claim=claim.reference,
        representative=claim.claimant.full_name,
        quality=claim.quality_words,
        verified_by=claim.decided_by.full_name,
        piece=claim.examined_piece,
        verified_at=claim.decided_at,
    )


def known_entity(claim: EntityClaim) -> LegalEntity | None:
    """The legal entity that the portal already knows under one of the claim's numbers."""
    found = LegalEntity.objects.none()
    if claim.siren:
        found |= LegalEntity.objects.filter(siren=claim.siren)
    if claim.finess_ej:
        found |= LegalEntity.objects.filter(finess_ej=claim.finess_ej)
    return found.first()


def establishment_of(finess: str) -> Establishment | None:
    """The establishment (EG) of the register that bears a number, which is then no legal establishment's (EJ)."""
    return Establishment.objects.filter(finess=finess).first()


def competing(claim: EntityClaim) -> list[EntityClaim]:
    """The other claims of the same entity, newest first: shown to agents only."""
    others = EntityClaim.objects.naming_the_same_as(claim).select_related("claimant", "decided_by")
    return list(others.order_by("-filed_at"))


def holds_a_right(service: DigitalService) -> bool:
    """Whether the committee ever granted something to the service."""
    return Grant.objects.filter(service=service).exists()


def in_full(user: Any) -> EntityClaimQuerySet:
    """The claims that a person may see, with what their pages show."""
    return EntityClaim.objects.visible_to(user).select_related("claimant", "decided_by", "legal_entity", "proof")


def entities_of(user: Any) -> list[LegalEntity]:
    """The legal entities to which somebody belongs, by name; none for an agent, who sees them all elsewhere."""
    return [] if user.is_agent else list(LegalEntity.objects.visible_to(user).order_by("name"))


def listed(user: Any, *, state: str = "") -> EntityClaimQuerySet:
    """The claims for a list: those to examine first, then the latest."""
    claims = in_full(user).filter(state=state) if state else in_full(user)
    waiting = Case(When(state=State.FILED, then=0), default=1)
    return claims.order_by(waiting, "-filed_at", "-pk")


def sheet_of(service: DigitalService) -> ServiceSheet:
    """The mutable sheet of a service; a blank one, unsaved, when it was never filled."""
    return ServiceSheet.objects.filter(service=service).first() or ServiceSheet(service=service)
