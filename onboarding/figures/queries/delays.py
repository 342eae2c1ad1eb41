"""What was done when, read from the journal and the rows of every slice: the delays really taken."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min

from onboarding.campaigns.models import TestCampaign
from onboarding.candidacies.lifecycle import LIFECYCLE
from onboarding.candidacies.models import Candidacy
from onboarding.committee.models import Decision
from onboarding.figures import delays, request_life
from onboarding.figures.delays import Measure, Month, Span, Stage
from onboarding.figures.request_life import Act
from policy.certificates.environments import Environment
from policy.grants.models import Grant
from portal.audit.models import AuditEvent
from portal.calendar.deadlines import paris_date
from portal.calendar.ruler import Ruler
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument

MONTHS = 12
_LONGEST = timedelta(days=3 * 366)  # how far before the period a stage that ends in it may have begun


@dataclass(frozen=True, slots=True)
class Delays:
    """The measures of the last twelve months, together and month by month."""

    overall: dict[Stage, Measure]
    months: list[Month]

    @property
    def publishable(self) -> list[Measure]:
        """The measures that may be shown to anyone: stages measured on enough dossiers."""
        return [measure for measure in self.overall.values() if measure.is_publishable]


def measured(now: datetime) -> Delays:
    """The delays of the last twelve months, whatever the number of dossiers; five queries."""
    today = paris_date(now)
    first = delays.month_before(today, MONTHS - 1)
    spans = [span for span in _spans(now - _LONGEST, now) if first <= span.ended_on <= today]
    ruler = Ruler(min((span.started_on for span in spans), default=today), today)
    return Delays(delays.measures(spans, ruler), delays.by_month(spans, ruler, today=today, months=MONTHS))


def _spans(since: datetime, now: datetime) -> Iterator[Span]:
    decided = _decided(since)
    for acts in _acts(since, decided).values():
        yield from request_life.spans(acts)
    yield from _letters(decided)
    yield from _tests(since)
    yield from _openings(since)


def _decided(since: datetime) -> list[tuple[int, str, datetime]]:
    """(key of the candidacy, its reference, instant) of each first decision."""
    rows = Decision.objects.told().filter(corrects=None, recorded_at__gte=since).order_by("recorded_at")
    return list(rows.values_list("item__candidacy_id", "item__candidacy__reference", "recorded_at"))


def _acts(since: datetime, decided: list[tuple[int, str, datetime]]) -> dict[str, list[Act]]:
    """What was done on each candidacy, in order, by its key as text."""
    names = {LIFECYCLE.action(move): move for move in request_life.PACED}
    told = AuditEvent.objects.filter(
        subject_type=Candidacy._meta.label_lower, action__in=sorted(names), at__gte=since
    ).values_list("subject_id", "action", "at")
    found = [(at, key, names[action]) for key, action, at in told.order_by()]
    found += [(at, str(key), request_life.DECIDE) for key, _, at in decided]
    acts: dict[str, list[Act]] = defaultdict(list)
    for at, key, name in sorted(found):
        acts[key].append(Act(name, paris_date(at)))
    return acts


def _letters(decided: list[tuple[int, str, datetime]]) -> Iterator[Span]:
    """From each decision to its letter: the first one issued on the candidacy from then on."""
    issued: dict[str, list[date]] = defaultdict(list)
    letters = StoredDocument.objects.filter(kind=Kind.NOTIFICATION_LETTER)
    for reference, at in letters.order_by("issued_at").values_list("subject_reference", "issued_at"):
        issued[reference].append(paris_date(at))
    for _, reference, at in decided:
        start = paris_date(at)
        if letter := next((day for day in issued[reference] if day >= start), None):
            yield Span(Stage.LETTER, start, letter)


def _tests(since: datetime) -> Iterator[Span]:
    answered = TestCampaign.objects.filter(answered_at__gte=since, declared_at__isnull=False)
    for declared, ended in answered.values_list("declared_at", "answered_at"):
        if declared and ended and declared <= ended:
            yield Span(Stage.TESTS, paris_date(declared), paris_date(ended))


def _openings(since: datetime) -> Iterator[Span]:
    """From each right's decision to its first entry in force in production."""
    grants = Grant.objects.filter(decided_at__gte=since, entries__environment=Environment.PRODUCTION)
    opened = grants.annotate(opened=Min("entries__in_force_since")).filter(opened__isnull=False)
    for decided, at in opened.values_list("decided_at", "opened"):
        yield Span(Stage.OPENING, paris_date(decided), max(paris_date(at), paris_date(decided)))
