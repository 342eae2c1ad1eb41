"""Who declares, checks and retires certificates, and which two persons decide whom to trust."""

from typing import Any

from portal.lifecycle import registry
from portal.parties import queries as parties

from .lifecycle import (
    ANCHORS,
    BATCHES,
    CERTIFICATES,
    CHECK_RUNS,
    HOLDINGS,
    NAMES,
    PROPOSALS,
    REVIEWS,
    AnchorMove,
    HoldingMove,
)
from .models import (
    Certificate,
    CertificateBatch,
    CertificateProposal,
    CertificateReview,
    CheckRun,
    DeclaredName,
    NameHolding,
    TrustAnchor,
)

FOUR_EYES = "Vous avez fait cette proposition : une autre personne doit en décider."


def roles_on_certificate(
    user: Any, subject: Certificate | CertificateBatch | CertificateProposal | DeclaredName
) -> frozenset[str]:
    """Staff roles, and the roles held in the owner of the service."""
    return user.staff_roles | parties.roles_in(user, subject.service.owner_id)


def roles_on_anchor(user: Any, anchor: TrustAnchor | CheckRun | CertificateReview | NameHolding) -> frozenset[str]:
    """Staff roles only: authorities are nobody's."""
    return user.staff_roles


def forbids_on_anchor(user: Any, move: str, anchor: TrustAnchor) -> str | None:
    """Four eyes: nobody decides on his own proposal."""
    own = user is not None and user.is_person_of(anchor.proposed_by_id)
    return FOUR_EYES if own and move in (AnchorMove.APPROVE, AnchorMove.WITHDRAW) else None


def forbids_on_holding(user: Any, move: str, holding: NameHolding) -> str | None:
    """Four eyes: who proposed to release a name does not release it."""
    own = user is not None and user.is_person_of(holding.proposed_by_id)
    return FOUR_EYES if own and move == HoldingMove.RELEASE else None


registry.register(Certificate, CERTIFICATES, roles_on=roles_on_certificate)
registry.register(CertificateBatch, BATCHES, roles_on=roles_on_certificate)
registry.register(DeclaredName, NAMES, roles_on=roles_on_certificate)
registry.register(TrustAnchor, ANCHORS, roles_on=roles_on_anchor, forbids=forbids_on_anchor)
registry.register(CheckRun, CHECK_RUNS, roles_on=roles_on_anchor)
registry.register(CertificateReview, REVIEWS, roles_on=roles_on_anchor)
registry.register(CertificateProposal, PROPOSALS, roles_on=roles_on_certificate)
registry.register(NameHolding, HOLDINGS, roles_on=roles_on_anchor, forbids=forbids_on_holding)
