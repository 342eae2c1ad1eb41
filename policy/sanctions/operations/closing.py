"""What a measure closes of the rights that it reaches, and opens again; published before it returns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from policy.certificates.environments import Environment
from policy.grants import operations as grants
from policy.grants import queries as grants_read
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from policy.grants.restrictions import Scope
from policy.sanctions import queries
from policy.sanctions.extent import SCOPES, Extent, Nature
from policy.sanctions.models import Sanction
from policy.whitelist import operations as whitelist
from policy.whitelist import queries as whitelist_read
from policy.whitelist.lifecycle import State as EntryState
from policy.whitelist.models import WhitelistEntry


def close(current: Sanction, *, by: Any, at: datetime) -> None:
    """Closes what the measure reaches: for good when it withdraws all, until it is lifted otherwise."""
    rights = queries.reached(current)
    _lock_entries(rights)
    because = current.because
    for right in rights:
        if current.is_whole and current.nature == Nature.WITHDRAWAL:
            whitelist.withdraw_right(right, grounds=f"Mesure {current.reference} : {current.grounds}", by=by, at=at)
            continue
        scope = Scope.RIGHT if current.is_whole else SCOPES[Extent(current.extent)]
        grants.restrict(
            right, scope=scope, value=current.value, source=current.reference, because=because, by=by, at=at
        )
        if current.is_whole and right.state == GrantState.ACTIVE:
            grants.suspend(right, grounds=because, by=by, at=at)
    _publish(rights, by=by, at=at)


def open_again(current: Sanction, *, by: Any, at: datetime) -> None:
    """Opens what the measure closed, but for what another measure or a reservation still closes."""
    rights = _reached_once(current)
    _lock_entries(rights)
    _relax(rights, current, by=by, at=at)
    entry = WhitelistEntry.objects.filter(pk=current.entry_id).first() if current.entry_id else None
    if entry and entry.state == EntryState.SUSPENDED:
        whitelist.reinstate(entry, by=by, at=at)
    for right in rights:
        right.refresh_from_db(fields=["state"])
        if _works_again(right):
            grants.reinstate(right, by=by, at=at)
    _publish(rights, by=by, at=at)


def _reached_once(current: Sanction) -> list[Grant]:
    """The rights that the measure closed, whatever became of the service since."""
    closed = Grant.objects.filter(restrictions__source=current.reference, restrictions__until=None)
    return list(Grant.objects.filter(pk__in=closed).order_by("pk")) or [Grant.objects.get(pk=current.grant_id)]


def _relax(rights: Sequence[Grant], current: Sanction, *, by: Any, at: datetime) -> None:
    for right in rights:
        grants.relax(right, source=current.reference, by=by, at=at)


def _works_again(right: Grant) -> bool:
    """Whether nothing else keeps a suspended right from production."""
    if right.state != GrantState.SUSPENDED or grants_read.is_stopped(right):
        return False
    entry = whitelist_read.entry_in_force(right, Environment.PRODUCTION)
    return entry is not None and entry.state == EntryState.APPROVED


def _lock_entries(rights: Sequence[Grant]) -> None:
    """Entries before the rights and the list, as everywhere: two operations never wait for each other."""
    rows = WhitelistEntry.objects.living().filter(grant__in=[right.pk for right in rights])
    list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def _publish(rights: Sequence[Grant], *, by: Any, at: datetime) -> None:
    rows = WhitelistEntry.objects.in_force().filter(grant__in=[right.pk for right in rights])
    for environment in sorted(set(rows.values_list("environment", flat=True))):
        whitelist.publish(environment, by=by, at=at)
