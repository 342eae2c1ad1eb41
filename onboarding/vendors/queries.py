"""Who verified what, which claims concern one entity, and the sheet of a service."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, When
from django.utils import timezone

from policy.grants.models import Grant
from portal.calendar.deadlines import paris_date
from portal.parameters import queries as parameters
from portal.parties import queries as members
from portal.parties.models import DigitalService, LegalEntity, Membership
from portal.parties.roles import MANDATED_DELEGATE, MembershipRole
from portal.reference.models import Establishment
from portal.web import wording

from .lifecycle import State
from .models import EntityClaim, EntityClaimQuerySet, JoinRequest, Mandate, ServiceSheet


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


def known_entity(claim: EntityClaim | JoinRequest) -> LegalEntity | None:
    """The legal entity that the portal already knows under one of the numbers of a claim or of a request to join."""
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


def joins_of(user: Any) -> list[JoinRequest]:
    """The requests to join that a person made, the latest first."""
    if user.is_agent:
        return []
    return list(JoinRequest.objects.filter(requester_id=user.pk).order_by("-filed_at", "-pk"))


def joins_to_answer(user: Any) -> list[JoinRequest]:
    """The requests that a person must answer as legal representative, the oldest first."""
    if user.is_agent:
        return []
    found = JoinRequest.objects.visible_to(user).waiting().exclude(requester_id=user.pk)
    return list(found.select_related("requester").order_by("filed_at", "pk"))


def mandates_of(legal_entity: LegalEntity) -> list[Mandate]:
    """The mandates recorded by an entity, those in force first."""
    found = legal_entity.mandates.select_related("delegate", "recorded_by", "piece")
    return list(found.order_by("-state", "-recorded_at", "-pk"))


def delegates_of(legal_entity: LegalEntity) -> list[Any]:
    """The persons who hold the role of delegate now."""
    return [one.user for one in members.members(legal_entity) if MembershipRole.DELEGATE in one.roles]


def mandate_of(user: Any, legal_entity_id: int | None, *, at: datetime) -> Mandate | None:
    """The mandate under which a delegate may sign for the entity at that instant; None when he may not.

    Settled question 2: the setting must say so; whoever recorded it must still represent the entity, and the delegate
    must not have left since.
    """
    if legal_entity_id is None or not parameters.is_on("delegates.may_sign", at=at):
        return None
    found = Mandate.objects.in_force(paris_date(at)).filter(legal_entity_id=legal_entity_id, delegate_id=user.pk)
    mandate = found.first()
    if mandate is None:
        return None
    held = Membership.objects.active().filter(legal_entity_id=legal_entity_id, since__lte=mandate.recorded_at)
    given = held.filter(user_id=mandate.recorded_by_id, role=MembershipRole.LEGAL_REPRESENTATIVE)
    received = held.filter(user_id=user.pk, role=MembershipRole.DELEGATE)
    return mandate if given.exists() and received.exists() else None


def delegates_may_sign() -> bool:
    """Whether the agency's setting lets a delegate with a recorded mandate deposit and sign, now."""
    return parameters.is_on("delegates.may_sign", at=timezone.now())


def roles_for(user: Any, legal_entity_id: int | None) -> frozenset[str]:
    """The roles held now in an entity, and the one that a recorded mandate adds to a delegate's."""
    held = members.roles_in(user, legal_entity_id)
    if MembershipRole.DELEGATE in held and mandate_of(user, legal_entity_id, at=timezone.now()):
        return held | {MANDATED_DELEGATE}
    return held


def quality_of(user: Any, legal_entity: LegalEntity, *, at: datetime) -> str:
    """In what quality somebody signs for an entity: « représentant légal », « mandataire (mandat MA-2026-0001) »."""
    if MembershipRole.LEGAL_REPRESENTATIVE in members.roles_in(user, legal_entity.pk):
        return "représentant légal"
    mandate = mandate_of(user, legal_entity.pk, at=at)
    return f"mandataire (mandat {mandate})" if mandate else "représentant légal"


def sheet_of(service: DigitalService) -> ServiceSheet:
    """The mutable sheet of a service; a blank one, unsaved, when it was never filled."""
    try:
        return service.sheet
    except ServiceSheet.DoesNotExist:
        return ServiceSheet(service=service)
