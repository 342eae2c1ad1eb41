"""The delays of requests under way: a constant number of queries, whatever their number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, F, Max, Q, QuerySet

from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, CandidacyVersion, FieldComment
from onboarding.committee.models import Decision
from onboarding.committee.outcomes import Outcome
from onboarding.desk import review_clock
from onboarding.desk.lanes import SHOWN
from onboarding.desk.review_clock import Delays, Past, Rules
from portal.accounts.queries import reader
from portal.calendar.deadlines import paris_date, start_of_day
from portal.calendar.ruler import along
from portal.calendar.working_days import add_working_days
from portal.parameters import queries as parameters
from portal.statements.queries import Given, statement


def rules(*, now: datetime) -> Rules:
    """The settings that apply; one query."""
    found = parameters.values("request.silence_months", "review.answer_days", at=now)
    months, allowance = found["request.silence_months"], found["review.answer_days"]
    assert isinstance(months, int)
    assert isinstance(allowance, int)
    return Rules(allowance, months)


def delays_of(states: Mapping[int, str], *, now: datetime) -> dict[int, Delays]:
    """The delays of the candidacies of these keys, given with their states; four queries."""
    return told(states, pasts(list(states)), rules(now=now), now=now)


def told(states: Mapping[int, str], known: Mapping[int, Past], settings: Rules, *, now: datetime) -> dict[int, Delays]:
    """The delays of requests whose past is known."""
    deposits = [at for past in known.values() for at in past.deposits[:1]]
    ruler = along(paris_date(min(deposits, default=now)), paris_date(now))
    return {
        key: review_clock.delays(State(state), known.get(key, Past()), settings, ruler, now)
        for key, state in states.items()
    }


def pasts(keys: Sequence[int]) -> dict[int, Past]:
    """What was done on these candidacies; three queries."""
    deposits, returns = _instants(_deposits().rows(keys=keys)), _instants(_returns().rows(keys=keys))
    deferrals = dict(_deferrals().rows(keys=keys))
    return {key: Past(at, returns.get(key, ()), deferrals.get(key)) for key, at in deposits.items()}


Dated = tuple[int, datetime | None]
KEYS = Given("keys", many=True)


@statement
def _deposits() -> "QuerySet[CandidacyVersion, Dated]":
    return CandidacyVersion.objects.filter(candidacy__in=KEYS).order_by().values_list("candidacy_id", "deposited_at")


@statement
def _returns() -> "QuerySet[FieldComment, Dated]":
    sent = FieldComment.objects.sent().filter(candidacy__in=KEYS).order_by()
    return sent.values_list("candidacy_id", "sent_at").distinct()


@statement
def _deferrals() -> "QuerySet[Decision, tuple[int, datetime]]":
    deferred = Decision.objects.filter(item__candidacy__in=KEYS, outcome=Outcome.DEFER).order_by()
    return deferred.values_list("item__candidacy_id").annotate(last=Max("recorded_at"))


def late(*, now: datetime) -> dict[int, Delays]:
    """The requests on the agency's turn whose delay is over, by key, the most urgent first; five queries."""
    return overdue({key: delays for key, (_, delays) in standing(now=now).items()})


def overdue(found: Mapping[int, Delays]) -> dict[int, Delays]:
    """Those whose delay is over, the most urgent first."""
    kept = [(key, delays) for key, delays in found.items() if delays.is_late]
    return dict(sorted(kept, key=lambda pair: (pair[1].left or 0, pair[0])))


def standing(*, now: datetime, first_of: Any = None) -> dict[int, tuple[str, Delays]]:
    """The requests on the agency's turn that may be late: key -> (reference, delays); five queries.

    With them, late or not, those that the lists « to take » and « mine » show first to the agent `first_of`.
    """
    settings = rules(now=now)
    before = start_of_day(add_working_days(paris_date(now), -settings.allowance))
    shape = reader(first_of) if first_of else None
    rows = _waiting(shape).rows(before=before, reader=first_of.pk if first_of else None)
    references = {key: reference for key, _, reference in rows}
    states = {key: state for key, state, _ in rows}
    found = told(states, pasts(list(states)), settings, now=now)
    return {key: (references[key], delays) for key, delays in found.items()}


@statement
def _waiting(user: Any) -> "QuerySet[Candidacy, tuple[int, str, str]]":
    deposited = CandidacyVersion.objects.filter(number=1, deposited_at__lt=Given("before", DateTimeField()))
    wanted = Q(pk__in=deposited.values("candidacy_id"))
    if user:
        wanted |= _first(user)
    waiting = Candidacy.objects.filter(wanted, state__in=[State.SUBMITTED, State.UNDER_REVIEW])
    return waiting.values_list("pk", "state", "reference")


def _first(user: Any) -> Q:
    """The requests that the lists « to take » and « mine » show first."""
    order = (F("submitted_at").asc(nulls_last=True), "pk")
    to_take = Candidacy.objects.visible_to(user).to_take().order_by(*order).values("pk")[:SHOWN]
    reviewed = Candidacy.objects.visible_to(user).filter(state=State.UNDER_REVIEW, reviewer=user.pk)
    mine = reviewed.order_by(*order).values("pk")[:SHOWN]
    return Q(pk__in=to_take) | Q(pk__in=mine)


def _instants(rows: Iterable[tuple[int, datetime | None]]) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    for key, at in rows:
        if at:
            found[key].append(at)
    for instants in found.values():
        instants.sort()
    return found
