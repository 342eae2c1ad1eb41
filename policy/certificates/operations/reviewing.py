"""Reading again every certificate in force, each night: a good one may have become bad without changing a bit.

An authority withdrawn, a setting changed, a rule made stricter, a key found in somebody else's certificate: all the
checks of the declaration are found again, but for the dates (judged whenever they are shown) and the revocation
(which sources answer). Checks that rest on what they rested on the night before (`rereading`) would be found the same:
they are left as they are. A seventh of the certificates is judged in full each night all the same, and whatever was not
for seven nights, so that nothing rests on memory for longer. Certificates are read by bounded lists, in the order of
their keys; only what changed is written, and how far the review went, together: one that is interrupted goes on from
there.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import MoveNotAllowed
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue

from .. import effects, queries
from ..environments import Environment
from ..lifecycle import Move, ReviewMove
from ..models import Certificate, CertificateReview
from ..queries import Held
from ..rereading import Bench, Case, Found

NIGHTS = 7  # within which every check of every certificate is judged again, whatever is remembered
TOGETHER = 100  # certificates judged at once: what was read of them is held until then
SILENT = timedelta(minutes=10)  # a review under way that read nothing for so long was interrupted
logger = logging.getLogger(__name__)


def review_all(*, at: datetime) -> CertificateReview:
    """Judges every certificate in force again, keeps what changed, and tells who must mend something.

    Goes on with a review that was interrupted; leaves alone one that somebody else makes at this moment.
    """
    if resumed := resume_review(at=at):
        return resumed
    return queries.review_under_way() or _Review(_begun(at), at).run()


def resume_review(*, at: datetime) -> CertificateReview | None:
    """Ends the review that was interrupted; None when none was."""
    review = queries.review_under_way()
    if review is None or (review.touched_at and review.touched_at > at - SILENT):
        return None
    rows = CertificateReview.objects.filter(pk=review.pk, touched_at=review.touched_at)
    taken = rows.update(touched_at=at)  # by one worker
    return _Review(review, at).run() if taken else None


def _begun(at: datetime) -> CertificateReview:
    review = CertificateReview(started_at=at, touched_at=at)
    with moving(review, ReviewMove.BEGIN, by=None, at=at) as (current, event):
        current.reference = next_reference("RC", event.at)
    return review


@dataclass
class _List:
    """What was found of one list: the keys of those found as they are kept, and what must be written of the others."""

    faulty: int
    same: list[int] = field(default_factory=list)
    bases: list[tuple[str, int]] = field(default_factory=list)
    changed: list[tuple[Held, Found]] = field(default_factory=list)

    @property
    def judged(self) -> int:
        """How many were judged in full."""
        return len(self.same) + len(self.bases) + len(self.changed)

    def add(self, held: Held, case: Case, basis: str, now: Found) -> None:
        """Sorts one that was judged; a basis is that of what was read back as it is kept, never of what is written."""
        self.faulty += bool(now.fault) - bool(held.fault)
        if not now.is_of(case.kept):
            self.changed.append((held, now))
            if basis == held.basis:
                logger.error("certificate %s: its checks changed and nothing that they rest on did", held.pk)
        elif basis == held.basis:
            self.same.append(held.pk)
        else:
            self.bases.append((basis, held.pk))


@dataclass
class _Review:
    """One review, and what certificates are judged with."""

    review: CertificateReview
    at: datetime
    bench: Bench = field(init=False)
    _since: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        places = {environment: queries.places(environment, at=self.at) for environment in Environment}
        self.bench = Bench(self.at, queries.anchors(), places)

    def run(self) -> CertificateReview:
        """Reads everything that is left, then records the review."""
        for chunk in queries.to_review(self.at, after=self.review.position):
            self._keep(chunk, self._read(chunk))
        return self._record()

    def _read(self, chunk: Sequence[Held]) -> _List:
        twins, holders = queries.twins_of(chunk), queries.holders_of(chunk)
        cases = [Case(held.kept(), holders[held.pk], twins.get(held.pk, ())) for held in chunk]
        bases = [self.bench.basis(case) for case in cases]
        due = [rank for rank, held in enumerate(chunk) if bases[rank] != held.basis or self._is_due(held)]
        found = _List(faulty=sum(bool(held.fault) for held in chunk))
        for start in range(0, len(due), TOGETHER):
            ranks = due[start : start + TOGETHER]
            for rank, now in zip(ranks, self.bench.judge([cases[rank] for rank in ranks]), strict=True):
                found.add(chunk[rank], cases[rank], bases[rank], now)
        return found

    def _is_due(self, held: Held) -> bool:
        """Whether this is the night of this certificate, or its night was missed."""
        is_its_night = held.pk % NIGHTS == paris_date(self.review.started_at).toordinal() % NIGHTS
        return is_its_night or held.judged_at is None or held.judged_at <= self.at - timedelta(days=NIGHTS)

    def _keep(self, chunk: Sequence[Held], found: _List) -> None:
        """Writes what was found and how far the review went, together: a list is read once, or again from its start.

        Who must mend something is told before: an act of its own, made once even when the list is read again.
        """
        for held, now in found.changed:
            if now.fault and now.fault != held.fault:
                _tell(held.pk, now, at=self.at)
        judged = {*found.same, *(pk for _, pk in found.bases), *(held.pk for held, _ in found.changed)}
        with transaction.atomic():
            Certificate.objects.filter(pk__in=[held.pk for held in chunk if held.pk not in judged]).update(
                reviewed_at=self.at
            )
            Certificate.objects.filter(pk__in=found.same).update(reviewed_at=self.at, judged_at=self.at)
            for held, now in found.changed:
                Certificate.objects.filter(pk=held.pk).update(**_written(now), reviewed_at=self.at, judged_at=self.at)
            _write_bases(found.bases, at=self.at)
            self._advance(chunk, found)

    def _advance(self, chunk: Sequence[Held], found: _List) -> None:
        review = self.review
        review.position, review.count = chunk[-1].pk, review.count + len(chunk)
        review.judged_count += found.judged
        review.faulty_count += found.faulty
        review.touched_at = self.at + timedelta(seconds=time.monotonic() - self._since)
        review.save(update_fields=["position", "count", "judged_count", "faulty_count", "touched_at"])

    def _record(self) -> CertificateReview:
        with moving(self.review, ReviewMove.RECORD, by=None, at=self.at) as (current, event):
            current.ended_at = event.at
            judged = f" ({current.judged_count} rejugés en entier)"
            event.note(count=str(current.count), judged=judged, faulty=str(current.faulty_count))
        return self.review


def _written(found: Found) -> dict[str, object]:
    """The columns of what was found; what it rests on is kept once it has been read back."""
    return {"checks": found.as_json(), "fault": found.fault, "key_digest": found.key_digest, "basis": ""}


def _write_bases(bases: Sequence[tuple[str, int]], *, at: datetime) -> None:
    """One statement for all: on a first night there is one for each certificate."""
    table, said = Certificate._meta.db_table, connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET basis = %s, judged_at = %s, reviewed_at = %s WHERE id = %s",  # noqa: S608
            [(basis, said, said, pk) for basis, pk in bases],
        )


def _tell(pk: int, found: Found, *, at: datetime) -> None:
    """The first time a fault is found, it is an act of the journal, and everybody concerned learns it."""
    certificate = Certificate.objects.select_related("service").get(pk=pk)
    try:
        with moving(certificate, Move.FIND_FAULT, by=None, at=at) as (current, event):
            for column, value in _written(found).items():
                setattr(current, column, value)
            current.reviewed_at = at
            event.note(
                service=certificate.service.name,
                environment=certificate.get_environment_display(),
                fault=found.fault,
            )
            enqueue(effects.announce_fault, event=event, certificate_id=pk)
    except MoveNotAllowed:
        return  # retired or revoked in between
