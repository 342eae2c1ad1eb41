"""The key that signs the list changes in two persons' hands: one proposes the key installed to follow, another puts it
in force. From then on the list is signed with it; the secrets stay in their files.
"""

from datetime import datetime
from typing import Any

from policy.certificates.environments import Environment
from portal.audit.signing import KeyUnavailable, Signer
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save

from .. import queries
from ..lifecycle import KeyMove, KeyState
from ..models import SigningKey
from .issuing import lock_lists, publish

NOT_INSTALLED = "Aucune clé n’est installée pour suivre celle en vigueur : placez-la dans PUBLICATION_NEXT_KEY_FILE."


def propose_key(*, grounds: str, by: Any, at: datetime | None = None) -> SigningKey:
    """A first person proposes to sign with the key installed to follow the one in force. Refused when none is."""
    if not grounds.strip():
        raise Refused("Indiquez les motifs.", field="grounds")
    following = _following()
    if following is None:
        raise Refused(NOT_INSTALLED)
    key = SigningKey(key_id=following.key_id, public_key=following.public_pem, grounds=grounds.strip()[:2000])
    with moving(key, KeyMove.PROPOSE, by=by, at=at) as (key, event):
        key.reference = next_reference("CL", event.at)
        key.proposed_by, key.proposed_at = by, event.at
        event.note(key=key.key_id, grounds=key.grounds)
    return key


def enforce_key(key: SigningKey, *, by: Any, at: datetime | None = None) -> None:
    """A second person puts the key in force: both lists are published again, signed with it, before this returns."""
    with lock_lists(), moving(key, KeyMove.ENFORCE, by=by, at=at) as (current, event):
        _check_installed(current)
        for former in SigningKey.objects.in_force():
            with moving(former, KeyMove.RETIRE, by=None, at=event.at) as (retired, told):
                told.note(key=retired.key_id, successor=current.key_id)
        current.decided_by, current.decided_at, current.state = by, event.at, KeyState.IN_FORCE
        save(current)  # before the publications, which it signs
        event.note(key=current.key_id, proposer=current.proposed_by)
        for environment in Environment:
            if queries.latest_version(environment):
                publish(environment, by=None, at=event.at)  # by the portal: who enforced the key is told above


def reject_key(key: SigningKey, *, by: Any, at: datetime | None = None) -> None:
    """The key proposed is set aside, by who proposed it or by another."""
    with moving(key, KeyMove.REJECT, by=by, at=at) as (current, event):
        current.decided_by, current.decided_at = by, event.at
        event.note(key=current.key_id)


def _following() -> Signer | None:
    try:
        return queries.next_signer()
    except KeyUnavailable as error:
        raise Refused(str(error)) from error


def _check_installed(key: SigningKey) -> None:
    following = _following()
    if following is None or following.key_id != key.key_id:
        raise Refused(
            f"La clé {key.key_id} n’est plus celle qui est installée pour suivre : écartez cette proposition."
        )
