"""Who did what, and when, on the subjects of a journey: read from the journal as deep as a page tells it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.db.models import CharField, QuerySet

from onboarding.desk.facts import Act
from portal.audit import queries as audit
from portal.audit.models import AuditEvent
from portal.statements.queries import Given, statement

Done = Mapping[str, Mapping[str, Act]]  # reference of a subject -> audit action -> its last time
Reader = Callable[[Iterable[str]], Done]


def whole(references: Iterable[str]) -> Done:
    """When each action was last done on each subject, and by whom; one query."""
    events = _events().rows(references=references)
    last = {(event.subject_reference, event.action): event for event in events}
    return _by_subject((one.reference, one.action, Act(one.at, one.actor)) for one in audit.sentences(last.values()))


def instants(references: Iterable[str]) -> Done:
    """When each action was last done on each subject, for pages that name nobody; one query."""
    rows = _instants().rows(references=references)
    return _by_subject((reference, action, Act(at)) for reference, action, at in rows)


@statement
def _events() -> "QuerySet[AuditEvent]":
    return _on().select_related("detail")


@statement
def _instants() -> "QuerySet[AuditEvent, tuple[str, str, datetime]]":
    return _on().values_list("subject_reference", "action", "at")


def _on() -> "QuerySet[AuditEvent]":
    """The events of the subjects given, in their order."""
    return AuditEvent.objects.filter(subject_reference__in=Given("references", CharField(), many=True)).order_by("seq")


def none(references: Iterable[str]) -> Done:
    """Nothing, for pages that tell the stage alone; no query."""
    return {}


def last(references: Iterable[str], done: Done) -> dict[str, Act]:
    """The last time each action was done on one of these subjects."""
    found: dict[str, Act] = {}
    for reference in references:
        for action, act in done.get(reference, {}).items():
            if action not in found or _instant(found[action]) < _instant(act):
                found[action] = act
    return found


def _instant(act: Act) -> float:
    return act.at.timestamp() if act.at else 0.0


def _by_subject(rows: Iterable[tuple[str, str, Act]]) -> Done:
    done: dict[str, dict[str, Act]] = defaultdict(dict)
    for reference, action, act in rows:
        done[reference][action] = act
    return done
