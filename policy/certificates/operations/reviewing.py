"""Reading again every certificate in force, each night: a good one may have become bad without changing a bit.

An authority withdrawn, a setting changed, a rule made stricter, a key found in somebody else's certificate: all the
checks of the declaration are judged again, but for the dates (judged whenever they are shown) and the revocation
(which sources answer). Certificates are read by bounded lists, in the order of their keys; only what changed is
written, and how far the review went: one that is interrupted goes on from there.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.lifecycle.errors import MoveNotAllowed
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue

from .. import checks, deposit, effects, inspection, queries
from ..checks import Check, Outcome, Question, Twin
from ..environments import Environment, Hierarchy, Place
from ..identity import Holder
from ..lifecycle import Move, ReviewMove
from ..models import Certificate, CertificateReview
from ..trust import Anchor

ELSEWHERE = frozenset(["validity", "revocation"])  # the checks that the clock and the sources keep
COLUMNS = ("checks", "fault", "key_digest", "reviewed_at")
SILENT = timedelta(minutes=10)  # a review under way that read nothing for so long was interrupted


def review_all(*, at: datetime) -> CertificateReview:
    """Judges every certificate in force again, keeps what changed, and tells who must mend something.

    Goes on with a review that was interrupted; leaves alone one that somebody else makes at this moment.
    """
    if resumed := resume_review(at=at):
        return resumed
    return queries.review_under_way() or _Review(_begun(at), at, queries.anchors()).run()


def resume_review(*, at: datetime) -> CertificateReview | None:
    """Ends the review that was interrupted; None when none was."""
    review = queries.review_under_way()
    if review is None or (review.touched_at and review.touched_at > at - SILENT):
        return None
    rows = CertificateReview.objects.filter(pk=review.pk, touched_at=review.touched_at)
    taken = rows.update(touched_at=at)  # by one worker
    return _Review(review, at, queries.anchors()).run() if taken else None


def _begun(at: datetime) -> CertificateReview:
    review = CertificateReview(started_at=at, touched_at=at)
    with moving(review, ReviewMove.BEGIN, by=None, at=at) as (current, event):
        current.reference = next_reference("RC", event.at)
    return review


@dataclass
class _Review:
    """One review, and what certificates are judged with."""

    review: CertificateReview
    at: datetime
    anchors: Sequence[Anchor]
    places: dict[Environment, tuple[tuple[Place, frozenset[Hierarchy]], ...]] = field(init=False)
    _since: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.places = {environment: queries.places(environment, at=self.at) for environment in Environment}

    def run(self) -> CertificateReview:
        """Reads everything that is left, then records the review."""
        for chunk in queries.to_review(self.at, after=self.review.position):
            self._read(chunk)
            self._advance(chunk)
        return self._record()

    def _read(self, chunk: Sequence[Certificate]) -> None:
        twins, holders = queries.twins_of(chunk), queries.holders_of(chunk)
        changed = [one for one in chunk if self._judge(one, twins.get(one.pk, ()), holders)]
        Certificate.objects.bulk_update(changed, COLUMNS)
        Certificate.objects.filter(pk__in=[one.pk for one in chunk]).update(reviewed_at=self.at)

    def _advance(self, chunk: Sequence[Certificate]) -> None:
        """Says how far it went; a list read twice, after an interruption in between, is counted once."""
        review = self.review
        review.position, review.count = chunk[-1].pk, review.count + len(chunk)
        review.faulty_count += sum(bool(one.fault) for one in chunk)
        review.touched_at = self.at + timedelta(seconds=time.monotonic() - self._since)
        review.save(update_fields=["position", "count", "faulty_count", "touched_at"])

    def _judge(
        self, certificate: Certificate, twins: Iterable[Twin], holders: Mapping[int, tuple[Holder, ...]]
    ) -> bool:
        """Judges one again; True when something must be written of it."""
        digest, found = self._found(certificate, tuple(twins), holders[certificate.pk])
        fault = ", ".join(check.label.lower() for check in found if _is_bad(check))[:300]
        before = certificate.fault, _kept(certificate.checks), certificate.key_digest
        former, certificate.fault, certificate.key_digest = certificate.fault, fault, digest
        certificate.checks, certificate.reviewed_at = [check.as_json() for check in found], self.at
        if fault and fault != former:
            _tell(certificate, at=self.at)
        return before != (fault, _kept(certificate.checks), digest)

    def _found(
        self, certificate: Certificate, twins: tuple[Twin, ...], holders: tuple[Holder, ...]
    ) -> tuple[str, Sequence[Check]]:
        """The digest of the key, and the checks; one that cannot be read any more has one bad check."""
        try:
            read = inspection.again(certificate.pem, self.anchors, at=self.at)
        except deposit.Unreadable as refusal:
            reason = refusal.reason
            return certificate.key_digest, [Check("format", "Format", Outcome.BAD, reason.sentence, reason.remedy)]
        where = Environment(certificate.environment)
        question = Question(where, self.at, holders, twins=twins, places=self.places[where])
        return read.facts.key.digest, checks.judge(read.facts, read.chain, question)

    def _record(self) -> CertificateReview:
        with moving(self.review, ReviewMove.RECORD, by=None, at=self.at) as (current, event):
            current.ended_at = event.at
            event.note(count=str(current.count), faulty=str(current.faulty_count))
        return self.review


def _is_bad(check: Check) -> bool:
    return check.outcome is Outcome.BAD and check.name not in ELSEWHERE


def _kept(found: Iterable[dict[str, str]]) -> dict[str, dict[str, str]]:
    """The checks by name, without those judged elsewhere."""
    return {check["name"]: check for check in found if check["name"] not in ELSEWHERE}


def _tell(certificate: Certificate, *, at: datetime) -> None:
    """The first time a fault is found, it is an act of the journal, and everybody concerned learns it."""
    try:
        with moving(certificate, Move.FIND_FAULT, by=None, at=at) as (current, event):
            for column in COLUMNS:
                setattr(current, column, getattr(certificate, column))
            event.note(
                service=certificate.service.name,
                environment=certificate.get_environment_display(),
                fault=certificate.fault,
            )
            enqueue(effects.announce_fault, event=event, certificate_id=current.pk)
    except MoveNotAllowed:
        return  # retired or revoked in between
