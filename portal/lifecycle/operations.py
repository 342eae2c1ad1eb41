"""`moving`: the one way to change something. One verb, one transaction, one audit event, effects noted in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import DatabaseError, DataError, IntegrityError, models, transaction
from django.utils import timezone

from portal.audit import operations as audit
from portal.audit.record import Event
from portal.outbox import operations as outbox

from . import registry
from .errors import MoveNotAllowed, NotPermitted, Refused, Stale, StepUpRequired
from .models import ReferenceCounter
from .table import Edge

M = TypeVar("M", bound=models.Model)


@dataclass
class Unit:
    """What the outermost operation gathers, to be written at its end."""

    events: list[Event] = field(default_factory=list)


_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)


@contextmanager
def moving(
    subject: M, move: str, *, by: Any, at: datetime | None = None, version: int | None = None
) -> Iterator[tuple[M, Event]]:
    """Makes a move: lock, permission, state, body, save under its constraints; then journal and outbox.

    Yields the locked subject (the given one for a creation) and the event. `by=None` is the system.
    `version` is the one the person read; another raises `Stale`.
    Raises NotPermitted, MoveNotAllowed, Stale, or Refused when a database constraint speaks.
    """
    entry = registry.of(type(subject))
    edge = entry.edge(move)
    with _unit_of_work() as unit:
        current = subject if edge.creates else _locked(subject)
        event = _opened(entry, move, by=by, at=at)
        unit.events.append(event)
        _authorise(entry, edge, move, by, current, event)
        _check_version(current, version)
        before = {} if edge.creates else _snapshot(current)
        yield current, event
        _settle(current, edge)
        _describe(event, current, before)
    if current is not subject:
        _mirror(current, subject)


@contextmanager
def _unit_of_work() -> Iterator[Unit]:
    """Joins the operation under way, or opens one whose end writes the journal, then the outbox."""
    enclosing = _unit.get()
    if enclosing is not None:
        with _undone_together(enclosing):
            yield enclosing
        return
    unit = Unit()
    token = _unit.set(unit)
    try:
        with transaction.atomic():
            yield unit
            audit.append(unit.events)
            outbox.write(unit.events)
    finally:
        _unit.reset(token)


class _Rehearsed(Exception):
    """Ends a rehearsal: everything it wrote is rolled back."""


@contextmanager
def rehearsing() -> Iterator[None]:
    """Lets operations run for real, then undoes them all: rows, journal and outbox.

    They join one unit that is never written, so that a long rehearsal never holds the head of the journal, for which
    every other operation would wait.
    """
    try:
        with _unit_of_work():
            yield
            raise _Rehearsed
    except _Rehearsed:
        return


@contextmanager
def _undone_together(unit: Unit) -> Iterator[None]:
    """A nested operation that fails takes its own events away with its rows."""
    mark = len(unit.events)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        del unit.events[mark:]
        raise


def _locked(subject: M) -> M:
    return type(subject)._default_manager.select_for_update(of=("self",)).get(pk=subject.pk)


def _opened(entry: registry.Entry, move: str, *, by: Any, at: datetime | None) -> Event:
    return Event(
        action=entry.lifecycle.action(move),
        at=at or timezone.now(),
        actor_id=by.pk if by else None,
        actor=str(by) if by else "",
    )


def _authorise(entry: registry.Entry, edge: Edge, move: str, by: Any, current: Any, event: Event) -> None:
    if sentence := entry.refusal(by, move, current):
        raise NotPermitted(sentence)
    if edge.step_up and by is not None and not event.origin.stepped_up():
        raise StepUpRequired("Cette action demande de confirmer à nouveau votre identité.")
    if not edge.creates and not edge.leaves(current.state):
        state = entry.lifecycle.states(current.state).label
        raise MoveNotAllowed(
            f"L’action « {edge.label} » n’est plus possible : {entry.lifecycle.title.lower()} {current} "
            f"est à l’état « {state} ». Quelqu’un a sans doute agi avant vous ; rechargez la page."
        )
    event.roles = tuple(sorted(edge.by & registry.held_roles(entry, by, current)))


def _check_version(current: Any, version: int | None) -> None:
    if version is not None and current.version != version:
        raise Stale(f"{current} a été modifié depuis que vous avez ouvert cette page.", current=current)


def _settle(current: Any, edge: Edge) -> None:
    if edge.target is not None:
        current.state = edge.target
    if hasattr(current, "version"):
        current.version = current.version + 1 if not edge.creates else 1
    save(current)


def save(row: models.Model) -> None:
    """Saves a row; a broken constraint becomes `Refused` with the constraint's own French sentence.

    The database judges, all constraints in one statement; each is asked for its sentence only once it has refused.
    """
    try:
        with transaction.atomic():
            row.save()
    except (IntegrityError, DataError) as error:  # DataError: PostgreSQL tells first that a value is out of range
        raise Refused(_sentence_of(row, error)) from error


def _sentence_of(row: models.Model, error: DatabaseError) -> str:
    try:
        row.validate_unique()
        row.validate_constraints()
    except ValidationError as spoken:
        return " ".join(spoken.messages)
    raise error


def _snapshot(row: models.Model) -> dict[str, Any]:
    hidden: frozenset[str] = getattr(row, "UNAUDITED", frozenset())
    return {
        f.attname: f.value_to_string(row)
        for f in row._meta.concrete_fields
        if f.attname not in hidden and f.attname not in row.get_deferred_fields()
    }


def _describe(event: Event, current: models.Model, before: dict[str, Any]) -> None:
    after = _snapshot(current)
    event.subject_type = current._meta.label_lower
    event.subject_id = str(current.pk)
    event.subject_reference = str(current)[:80]
    event.before = {name: value for name, value in before.items() if after.get(name) != value}
    event.after = {name: value for name, value in after.items() if before.get(name) != value}


def _mirror(current: models.Model, subject: models.Model) -> None:
    """The caller's instance shows what was saved."""
    for f in current._meta.concrete_fields:
        if f.attname in current.__dict__:
            setattr(subject, f.attname, current.__dict__[f.attname])


def next_reference(prefix: str, at: datetime) -> str:
    """The next public reference of a prefix in the Paris year of `at`: ``C-2026-0042``. Inside a transaction."""
    year = at.astimezone(ZoneInfo("Europe/Paris")).year
    return f"{prefix}-{year}-{_count(prefix, year):04d}"


def next_number(prefix: str) -> str:
    """The next public reference of a numbering without year: ``LB-000123``. Inside a transaction."""
    return f"{prefix}-{_count(prefix, 0):06d}"


def _count(prefix: str, year: int) -> int:
    counter, _ = ReferenceCounter.objects.select_for_update().get_or_create(prefix=prefix, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
