"""Who may admit, and who may stop: two different persons to admit, one to stop."""

from typing import Any

from policy.certificates import uses
from portal.documents import cautions
from portal.documents.kinds import Kind
from portal.lifecycle import registry

from . import queries
from .lifecycle import ENTRIES, PUBLICATIONS, Move
from .models import PublicationHead, WhitelistEntry

FOUR_EYES = "Vous avez proposé cette inscription : une autre personne doit l’approuver."
FOUR_EYES_BACK = "Vous avez proposé de lever cette suspension : une autre personne doit en décider."
NOT_ASKED = "La levée de la suspension n’a pas encore été proposée."
ALREADY_ASKED = "La levée de la suspension est déjà proposée."


def roles_on(user: Any, subject: WhitelistEntry | PublicationHead) -> frozenset[str]:
    """The staff roles of a person; a vendor only reads."""
    return user.staff_roles


def forbids(user: Any, move: str, entry: WhitelistEntry) -> str | None:
    """Four eyes: nobody approves his own proposal. The system never approves."""
    if user is None:
        return None
    if move == Move.APPROVE and entry.proposed_by_id == user.pk:
        return FOUR_EYES
    asked_by = entry.reinstatement_proposed_by_id
    if move == Move.PROPOSE_REINSTATEMENT and asked_by is not None:
        return ALREADY_ASKED
    if move in (Move.REINSTATE, Move.KEEP_SUSPENDED) and asked_by is None:
        return NOT_ASKED
    if move == Move.REINSTATE and asked_by == user.pk:
        return FOUR_EYES_BACK
    return None


registry.register(WhitelistEntry, ENTRIES, roles_on=roles_on, forbids=forbids)
registry.register(PublicationHead, PUBLICATIONS, roles_on=roles_on)
uses.register(queries.certificate_uses)
cautions.register(Kind.WHITELIST_ATTESTATION, queries.caution_on)
