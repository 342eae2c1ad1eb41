"""Verbs on tokens: create (the only moment the text is known), revoke, note a use."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving

from . import bearer
from .lifecycle import Move
from .models import ApiToken
from .scopes import Scope, Where

COARSE = timedelta(hours=1)
LONGEST_LIFE = timedelta(days=366)  # a year, leap years included; the day of expiry counts whole


def create(
    *,
    name: str,
    scopes: Iterable[str],
    environments: Iterable[str] = (),
    owner: str,
    owner_agent: Any = None,
    expires_at: datetime,
    by: Any,
    at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """An administrator makes a token; returns it with its text, which is kept nowhere. No `environments`: both."""
    wanted = sorted({Scope(scope) for scope in scopes})
    if not wanted:
        raise Refused("Choisissez au moins un périmètre.", field="scopes")
    made = bearer.make()
    token = ApiToken(
        prefix=made.prefix,
        digest=made.digest,
        name=name,
        scopes=[scope.value for scope in wanted],
        environments=sorted({Where(one).value for one in environments}),
        owner=owner,
        owner_agent=owner_agent,
        created_by=by,
        expires_at=expires_at,
    )
    with moving(token, Move.CREATE, by=by, at=at) as (current, event):
        current.created_at = event.at
        if not event.at < expires_at <= event.at + LONGEST_LIFE:
            raise Refused("Un jeton expire au plus tard un an après sa création.", field="expires_on")
        event.note(name=name, scopes=", ".join(scope.value for scope in wanted))
    return token, made.text


def revoke(token: ApiToken, *, by: Any, at: datetime | None = None) -> None:
    """An administrator ends a token: the next call with it is refused."""
    with moving(token, Move.REVOKE, by=by, at=at) as (current, event):
        current.revoked_at = event.at
        event.note(name=current.name)


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Keeps when a token last served, true to the hour, so that reading the API hardly ever writes."""
    if token.last_used_at is None or at - token.last_used_at >= COARSE:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
