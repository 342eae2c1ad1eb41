"""What waits for a second person: never what one of one's own accounts proposed (requirement AZ-06)."""

from typing import Any

from django.db.models import QuerySet

from onboarding.desk.queries.waiting import Knowledge
from policy.sanctions import queries as sanctions
from policy.whitelist.lifecycle import KeyState
from policy.whitelist.lifecycle import State as EntryState
from policy.whitelist.models import ListLoss, SigningKey, WhitelistEntry
from portal.accounts.models import RoleProposal

Rows = QuerySet[Any, Any]


def entries(user: Any, known: Knowledge) -> "Rows":
    """The entries of the whitelist to approve."""
    proposed = WhitelistEntry.objects.visible_to(user).filter(state=EntryState.PROPOSED)
    return proposed.exclude(proposed_by__in=user.own_accounts)


def losses(user: Any, known: Knowledge) -> "Rows":
    """What the guard of the list holds back."""
    return ListLoss.objects.open().exclude(proposed_by__in=user.own_accounts)


def keys(user: Any, known: Knowledge) -> "Rows":
    """The signing key to put in force."""
    return SigningKey.objects.filter(state=KeyState.PROPOSED).exclude(proposed_by__in=user.own_accounts)


def emergencies(user: Any, known: Knowledge) -> "Rows":
    """The measures taken in an emergency, to confirm."""
    return sanctions.to_regularise().visible_to(user).exclude(opened_by__in=user.own_accounts)


def measures(user: Any, known: Knowledge) -> "Rows":
    """The measures whose holder was heard, to decide."""
    return sanctions.to_decide(known.today).visible_to(user).exclude(opened_by__in=user.own_accounts)


def liftings(user: Any, known: Knowledge) -> "Rows":
    """The measures that somebody proposed to lift."""
    return sanctions.to_lift().visible_to(user).exclude(lifting_proposed_by__in=user.own_accounts)


def roles(user: Any, known: Knowledge) -> "Rows":
    """The staff roles to confirm."""
    return RoleProposal.objects.visible_to(user).open_to(user)
