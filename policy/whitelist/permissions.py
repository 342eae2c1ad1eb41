"""Who may admit, and who may stop: two different persons to admit, one to stop."""

from typing import Any

from policy.certificates import uses
from portal.documents import cautions
from portal.documents.kinds import Kind
from portal.lifecycle import registry

from . import queries
from .lifecycle import ENTRIES, KEYS, LOSSES, PUBLICATIONS, KeyMove, LossMove, Move
from .models import ListLoss, PublicationHead, SigningKey, WhitelistEntry

FOUR_EYES = "Vous avez proposé cette inscription : une autre personne doit l’approuver."
FOUR_EYES_BACK = "Vous avez proposé de lever cette suspension : une autre personne doit en décider."
NOT_ASKED = "La levée de la suspension n’a pas encore été proposée."
FOUR_EYES_LOSS = "Vous avez proposé d’accepter cette perte : une autre personne doit en décider."
FOUR_EYES_KEY = "Vous avez proposé cette clé : une autre personne doit la mettre en vigueur."
ALREADY_ASKED = "La levée de la suspension est déjà proposée."


def roles_on(user: Any, subject: WhitelistEntry | PublicationHead | ListLoss | SigningKey) -> frozenset[str]:
    """The staff roles of a person; a vendor only reads."""
    return user.staff_roles


def forbids(user: Any, move: str, entry: WhitelistEntry) -> str | None:
    """Four eyes: nobody approves his own proposal. The system never approves."""
    if user is None:
        return None
    if move == Move.APPROVE and user.is_person_of(entry.proposed_by_id):
        return FOUR_EYES
    asked_by = entry.reinstatement_proposed_by_id
    if move == Move.PROPOSE_REINSTATEMENT and asked_by is not None:
        return ALREADY_ASKED
    if move in (Move.REINSTATE, Move.KEEP_SUSPENDED) and asked_by is None:
        return NOT_ASKED
    if move == Move.REINSTATE and user.is_person_of(asked_by):
        return FOUR_EYES_BACK
    return None


def forbids_loss(user: Any, move: str, loss: ListLoss) -> str | None:
    """Who proposed to accept a loss never accepts it."""
    own = user is not None and user.is_person_of(loss.proposed_by_id)
    return FOUR_EYES_LOSS if move == LossMove.ACCEPT and own else None


def forbids_key(user: Any, move: str, key: SigningKey) -> str | None:
    """Who proposed a key never puts it in force."""
    own = user is not None and user.is_person_of(key.proposed_by_id)
    return FOUR_EYES_KEY if move == KeyMove.ENFORCE and own else None


registry.register(WhitelistEntry, ENTRIES, roles_on=roles_on, forbids=forbids)
registry.register(PublicationHead, PUBLICATIONS, roles_on=roles_on)
registry.register(ListLoss, LOSSES, roles_on=roles_on, forbids=forbids_loss)
registry.register(SigningKey, KEYS, roles_on=roles_on, forbids=forbids_key)
uses.register(queries.certificate_uses)
cautions.register(Kind.WHITELIST_ATTESTATION, queries.caution_on)
