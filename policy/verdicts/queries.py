"""The index that answers: over the latest publication of an environment, with the policy in force.

One small SELECT per call says which publication and which policy these are, by their digests; the index itself is built
once per publication, kept, and swapped as a whole: entries that the former list stated in the same bytes are not read
again. A revocation therefore counts from the commit of its publication on, or within MOMENT seconds for calls answered
by the door in front of Django (`portal.express`). While an index is being made, callers wait at most PATIENCE seconds,
then are told to come back: nobody is ever refused because the list was not ready.
"""

import gc
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import CharField, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from policy.certificates.environments import Environment
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from policy.profiles import queries as profiles
from policy.profiles.engine import Code, Effect
from policy.profiles.models import PolicyVersion
from policy.profiles.rulebook import EMPTY
from policy.whitelist.models import Publication, WhitelistEntry
from portal.lifecycle.errors import NotReady
from portal.parties.models import LegalEntity
from portal.reference.models import Establishment

from . import callers, gate, grounds, index, stored
from .gate import Gate
from .impact import Holder
from .index import Index
from .models import VerdictCount

logger = logging.getLogger(__name__)

_built: dict[str, tuple[tuple[int, str], Index]] = {}  # by environment: (version, digest of the content), index
_gates: dict[str, tuple[float, Gate]] = {}  # by environment: monotonic instant before the index was read, its gate
_making = threading.Lock()  # one thread builds; the others, which a new publication woke too, wait for it
PATIENCE = 10.0  # seconds that a caller waits for an index which another thread is making
NOT_READY = "La liste blanche est en cours de chargement : reposez la question dans un instant."
UNREADABLE = (
    "La liste blanche publiée ne peut pas être lue : aucun verdict n’est rendu avant qu’une autre soit publiée."
)
MOMENT = 1.0  # seconds during which a gate may answer without reading the database again


def index_at(environment: str, at: datetime) -> Index:
    """The index of the latest publication of an environment, with the policy in force at an instant (aware)."""
    policy = PolicyVersion.objects.effective(at).values("digest")[:1]
    latest = (
        Publication.objects.filter(environment=environment)
        .order_by("-version")
        .values_list("version", "digest", Coalesce(Subquery(policy), Value(""), output_field=CharField()))
        .first()
    )
    if latest is None:
        return index.empty(environment, profiles.rulebook_of(profiles.in_force(at)))
    version, digest, rulebook = latest
    return replace(_over(environment, version, digest), rulebook=profiles.rulebook_with(rulebook))


def _over(environment: str, version: int, digest: str) -> Index:
    """The index over a publication, without policy: built at most once as long as no other is published."""
    with _alone():
        held = _built.get(environment)
        return held[1] if held and held[0] == (version, digest) else _build(environment, version, digest)


@contextmanager
def _alone() -> Iterator[None]:
    """One thread at a time. Raises NotReady for one that waited too long."""
    if not _making.acquire(timeout=PATIENCE):
        raise NotReady(NOT_READY, wait=1)
    try:
        yield
    finally:
        _making.release()


@contextmanager
def _uncollected() -> Iterator[None]:
    """No collection of garbage meanwhile: an index is a hundred thousand objects to keep, walked for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _build(environment: str, version: int, digest: str) -> Index:
    with _uncollected():
        made = _kept(_name(environment, version, digest)) or _built_anew(environment, version, digest)
    _built[environment] = ((version, digest), made)
    return made


def _kept(name: str) -> Index | None:
    """The index that some process built before; None when this one must."""
    return stored.read(_folder(), name, EMPTY, key=settings.SECRET_KEY.encode())


def _former(environment: str) -> Index | None:
    """The index of an earlier list, in memory or on the disk: most of its entries stand in the new one."""
    if held := _built.get(environment):
        return held[1]
    names = (path.name for path in sorted(_folder().glob(f"{environment}-*")))
    return next((found for found in map(_kept, names) if found), None)


def _built_anew(environment: str, version: int, digest: str) -> Index:
    """The index built from the document, kept on the disk for the next process where the disk takes it."""
    body = Publication.objects.values_list("body", flat=True).get(environment=environment, version=version)
    try:
        made = index.rebuild(bytes(body), EMPTY, _former(environment))
    except index.DocumentRefused as refusal:
        logger.exception("publication %s %s cannot be read", environment, version)
        raise NotReady(UNREADABLE, wait=60) from refusal
    for fault in made.faults:
        logger.error("publication %s %s: %s", environment, version, fault)
    try:
        name = _name(environment, version, digest)
        stored.write(_folder(), name, made, key=settings.SECRET_KEY.encode())
    except OSError:
        logger.warning("the index of %s %s is not kept", environment, version, exc_info=True)
    return made


def warm(now: datetime) -> None:
    """Makes the gates of every environment, so that the first caller of a process does not wait for them."""
    for environment in Environment:
        try:
            gate_now(environment.value, now)
        except (DatabaseError, NotReady):
            logger.warning("the gate of %s is not ready yet", environment.value, exc_info=True)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "index"


def _name(environment: str, version: int, digest: str) -> str:
    return f"{environment}-{version}-{digest[:32]}"


def gate_now(environment: str, now: datetime) -> Gate:
    """The gate over the index of this very instant, read from the database; kept for `gate_of_the_moment`."""
    before = time.monotonic()
    found = index_at(environment, now)
    with _alone():
        held = _gates.get(environment)
        opened = held[1] if held and _same(held[1].index, found) else _opened(found)
        _gates[environment] = (before, opened)
    return opened


def _opened(found: Index) -> Gate:
    with _uncollected():
        return gate.over(found)


def _same(one: Index, other: Index) -> bool:
    return one.by_fingerprint is other.by_fingerprint and one.rulebook is other.rulebook


def gate_of_the_moment(environment: str) -> Gate | None:
    """The gate read within the last MOMENT seconds; None when the database must be asked again."""
    held = _gates.get(environment)
    return held[1] if held and time.monotonic() - held[0] < MOMENT else None


def region_of(finess: str) -> str:
    """The region code of an establishment of the register; empty when it is unknown there."""
    return Establishment.objects.filter(finess=finess).values_list("region", flat=True).first() or ""


def holders(user: Any) -> list[Holder]:
    """The rights in force that an agent may see, as the impact of a policy weighs them: in production, or suspended."""
    rows = Grant.objects.visible_to(user).filter(state__in=(GrantState.ACTIVE, GrantState.SUSPENDED))
    rows = rows.select_related("holder")
    return [Holder(row.reference, row.service_name, row.holder.name, _codes(row)) for row in rows.order_by("reference")]


def open_index(user: Any, environment: str, at: datetime) -> Index:
    """The index of an environment as an agent may question it: the callers closed to him are unknown there."""
    closed = LegalEntity.objects.closed_to(user)
    entries = set(WhitelistEntry.objects.filter(grant__holder__in=closed).values_list("reference", flat=True))
    return callers.without(index_at(environment, at), entries)


def _codes(row: Grant) -> frozenset[str]:
    access = [] if row.access_profile is None else [str(row.access_profile)]
    return frozenset([*row.feeding_profiles, *access])


@dataclass(frozen=True, slots=True)
class DayCount:
    """The verdicts of one day in one environment."""

    day: date
    environment: str
    permitted: int
    conditional: int
    denied: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.permitted + self.conditional + self.denied


def counts_by_day(today: date, *, days: int = 30) -> list[DayCount]:
    """The counts of the last days, the newest first; a day without verdict is absent."""
    rows = VerdictCount.objects.filter(day__gt=today - timedelta(days=days)).values_list(
        "day", "environment", "effect", "count"
    )
    found: dict[tuple[date, str], dict[str, int]] = {}
    for day, environment, effect, count in rows:
        made = found.setdefault((day, environment), {})
        made[effect] = made.get(effect, 0) + count
    return [
        DayCount(day, Environment(environment).label, *(made.get(effect.value, 0) for effect in Effect))
        for (day, environment), made in sorted(found.items(), reverse=True)
    ]


def counts_by_reason(today: date, *, days: int = 30) -> list[tuple[str, str, int]]:
    """(answer, first reason in words, number) over the last days, the most frequent first."""
    rows = (
        VerdictCount.objects.filter(day__gt=today - timedelta(days=days))
        .order_by()
        .values_list("effect", "reason")
        .annotate(total=Sum("count"))
        .order_by("-total", "effect", "reason")
    )
    return [(Effect(effect).label, _reason_in_words(reason), total) for effect, reason, total in rows]


def _reason_in_words(code: str) -> str:
    """The label of a reason of the policy, or what the ground of a refusal is about."""
    if not code:
        return "Sans explication demandée"
    if code in set(Code):
        return str(Code(code).label)
    return grounds.title(code)
