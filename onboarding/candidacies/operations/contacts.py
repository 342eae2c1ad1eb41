"""Who left the vendor is no contact of its requests any more: his successor is, or a legal representative."""

from datetime import datetime

from onboarding.candidacies.lifecycle import Move
from onboarding.candidacies.models import Candidacy
from portal.accounts.models import User
from portal.lifecycle.operations import moving
from portal.parties import queries as parties
from portal.parties.models import Departure

ROLES = {"technical": "technique", "privacy": "protection des données"}


def follow_departure(departure: Departure, *, at: datetime) -> int:
    """The clock: requests and admitted services of the entity no longer name who left; returns how many changed.

    Versions deposited stay as they were; what the request says from now on, and whom mails go to, changes.
    """
    successor = departure.successor or next(iter(parties.legal_representatives(departure.legal_entity)), None)
    if successor is None:
        return 0
    found = list(Candidacy.objects.naming(departure.leaver.email).filter(service__owner=departure.legal_entity_id))
    for candidacy in found:
        _replace(candidacy, departure.leaver, successor, at=at)
    return len(found)


def _replace(candidacy: Candidacy, leaver: User, successor: User, *, at: datetime) -> None:
    with moving(candidacy, Move.REPLACE_CONTACT, by=None, at=at) as (current, event):
        address = leaver.email.lower()
        held = [one for one in ROLES if getattr(current, f"{one}_email").strip().lower() == address]
        for one in held:
            setattr(current, f"{one}_name", successor.full_name[:160])
            setattr(current, f"{one}_email", successor.email)
            setattr(current, f"{one}_phone", "")
        roles = " et ".join(ROLES[one] for one in held)
        event.note(leaver=leaver.full_name, successor=successor.full_name, roles=roles)
