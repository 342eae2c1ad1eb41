"""Asking authorities which certificates they revoked, and keeping what they answer: the clock's work.

Sources are asked outside any transaction, through the guarded client, at the addresses kept with each authority and
only at allowed origins. A round holds one list at a time in memory, and reads certificates by bounded chunks.
"""

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from portal.audit.record import Event
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import MoveNotAllowed
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbound import client, targets
from portal.outbox.operations import enqueue
from portal.web import wording

from .. import companions, consequences, effects, ocsp, queries, revocation
from ..companions import Companion, Shelf
from ..lifecycle import AnchorMove, Move, RecordMove
from ..models import Certificate, CertificateQuerySet, CheckRun, SourceReading, TrustAnchor
from ..revocation import Answer, Doubtful, RevocationList, Source, Standing, Trouble

MAX_LIST = 10 * 1024 * 1024
MAX_ANSWER = 64 * 1024
LIST_SECONDS, ANSWER_SECONDS = 60.0, 10.0
MAX_ASKED = 500  # questions to one responder in one round
ASKING_SECONDS = 300.0  # spent on one responder in one round: the clock has other work
DIGEST_DAY = 0  # Monday, even when nothing is wrong
NOT_ASKED_YET = f"{Source.OCSP.label} : ce contrôle ne pouvait pas lui demander davantage de certificats."
ORPHAN = "L’autorité qui a émis ce certificat n’est plus reconnue."


def check_all(*, at: datetime) -> CheckRun:
    """Asks every authority about every certificate in force, and keeps what was answered. Run each night.

    Those that other slices keep (servers') are asked about in the same round.
    """
    return _Round(at, is_complete=True).run(queries.watched(at), companions.held(at))


def check_listed(rows: CertificateQuerySet, *, at: datetime) -> CheckRun | None:
    """The same for the certificates of the published list, each time the period of the setting has passed.

    None when it has not, or when the list names no certificate.
    """
    last, period = queries.last_listed_round(), timedelta(minutes=queries.revocation_period(at=at))
    listed = rows & queries.watched(at)
    if (last and last > at - period) or not listed.exists():
        return None
    return _Round(at, is_complete=False, is_listed=True).run(listed)


def check_waiting(*, at: datetime) -> CheckRun | None:
    """The same for certificates just declared, or whose check somebody asked for: both sources. None: nobody waits."""
    waiting, others = queries.watched(at).filter(check_asked=True), companions.held(at, waiting=True)
    return _Round(at, is_complete=False).run(waiting, others) if others or waiting.exists() else None


def ask_check(certificate: Certificate, *, by: Any, at: datetime | None = None) -> None:
    """Somebody wants the authority to be asked again; the clock does it within a minute."""
    with moving(certificate, Move.ASK_CHECK, by=by, at=at) as (current, _):
        current.check_asked = True


@dataclass
class _Round:
    """One round of checks: what sources answered so far, and how many certificates stand where."""

    at: datetime
    is_complete: bool
    is_listed: bool = False
    readings: list[SourceReading] = field(default_factory=list)
    tally: Counter[Standing] = field(default_factory=Counter)

    def run(self, rows: CertificateQuerySet, others: Sequence[tuple[Shelf, list[Companion]]] = ()) -> CheckRun:
        """Checks the certificates authority by authority, then records the round."""
        anchors = queries.issuers(rows, also={one.issuer_digest for _, held in others for one in held})
        for anchor in anchors:
            self._check(anchor, queries.issued_by(rows, anchor), others)
        known = [anchor.subject_digest for anchor in anchors]
        for shelf, held in others:
            orphans = [one.key for one in held if not any(_issued(one, anchor) for anchor in anchors)]
            self._keep_on(shelf, [(key, Answer(Standing.NOT_ASKED, ORPHAN)) for key in orphans])
        for chunk in queries.chunks(rows.exclude(issuer_digest__in=known)):
            self._keep([(pk, Answer(Standing.NOT_ASKED, ORPHAN)) for pk, _, _ in chunk])
        if self.is_complete:
            self._check_authorities()
        return self._record()

    def _check_authorities(self) -> None:
        """Asks each root which of the authorities below it are revoked; a revoked one closes nothing by itself."""
        for root in queries.roots_asked(at=self.at):
            listing = self._listing(root)
            for anchor in queries.below(root):
                if isinstance(listing, Trouble):
                    _keep_standing(anchor, revocation.doubt(Source.CRL, listing), at=self.at)
                else:
                    _keep_standing(anchor, listing.answer(revocation.serial_of(anchor.as_anchor())), at=self.at)

    def _check(
        self, anchor: TrustAnchor, rows: CertificateQuerySet, others: Sequence[tuple[Shelf, list[Companion]]]
    ) -> None:
        judge = self._judge_of(anchor)
        for chunk in queries.chunks(rows):
            self._keep([(pk, judge(serial, pem)) for pk, serial, pem in chunk])
        for shelf, held in others:
            self._keep_on(shelf, [(one.key, judge(one.serial, one.pem)) for one in held if _issued(one, anchor)])

    def _keep_on(self, shelf: Shelf, found: Sequence[tuple[int, Answer]]) -> None:
        self.tally.update(answer.standing for _, answer in found)
        if found:
            shelf.keep(found, at=self.at)

    def _judge_of(self, anchor: TrustAnchor) -> Callable[[int, str], Answer]:
        """How this round judges a certificate: one of many by the list, or by the responder when the list fails; the
        others by both, the worse of the two.
        """
        listing = self._listing(anchor) if anchor.crl_url else None
        by_list, is_of_many = isinstance(listing, RevocationList), self.is_complete or self.is_listed
        asks = anchor.ocsp_url and not (is_of_many and by_list)
        responder = _Responder(self, anchor) if asks else None

        silent = isinstance(listing, Trouble) and not (responder and is_of_many)

        def judge(serial: int, pem: str) -> Answer:
            said = [listing.answer(serial)] if isinstance(listing, RevocationList) else []
            if silent and isinstance(listing, Trouble):
                said.append(revocation.doubt(Source.CRL, listing))
            if responder:
                said.append(responder.answer(pem))
            return revocation.combined(said)

        return judge

    def _listing(self, anchor: TrustAnchor) -> RevocationList | Trouble:
        try:
            body = _fetched(anchor.crl_url, max_bytes=MAX_LIST, max_seconds=LIST_SECONDS)
            listing = revocation.read_list(body, anchor.as_anchor(), at=self.at, after=queries.last_list_issued(anchor))
        except Doubtful as doubt:
            self.note(anchor, Source.CRL, trouble=doubt.trouble)
            return doubt.trouble
        self.note(anchor, Source.CRL, listing=listing, count=len(listing.serials))
        return listing

    def note(
        self,
        anchor: TrustAnchor,
        source: Source,
        *,
        trouble: Trouble | None = None,
        listing: RevocationList | None = None,
        count: int = 0,
    ) -> None:
        """Remembers what a source answered."""
        good = f"Liste valable jusqu’au {wording.exact(listing.next_at)}." if listing else "Le répondeur répond."
        self.readings.append(
            SourceReading(
                anchor=anchor,
                kind=source,
                url=anchor.crl_url if source is Source.CRL else anchor.ocsp_url,
                at=self.at,
                trouble=trouble or "",
                sentence=f"{source.label} : {trouble.label}." if trouble else good,
                issued_at=listing.issued_at if listing else None,
                next_at=listing.next_at if listing else None,
                count=count,
            )
        )

    def _keep(self, found: Sequence[tuple[int, Answer]]) -> None:
        """Revocations one by one, each an act of the journal; the rest by groups that say the same."""
        groups: dict[tuple[Standing, str], list[int]] = defaultdict(list)
        revoked = 0
        for pk, answer in found:
            self.tally[answer.standing] += 1
            if answer.standing is Standing.REVOKED:
                _revoke(pk, answer, at=self.at)
                revoked += 1
            else:
                groups[answer.standing, answer.sentence].append(pk)
        if revoked:
            consequences.of_revocations(at=self.at)
        for (standing, sentence), keys in groups.items():
            asked = None if standing is Standing.NOT_ASKED else self.at
            Certificate.objects.declared().filter(pk__in=keys).update(
                revocation=standing, revocation_sentence=sentence[:400], revocation_at=asked, check_asked=False
            )

    def _record(self) -> CheckRun:
        run = CheckRun(
            is_complete=self.is_complete,
            is_listed=self.is_listed,
            good_count=self.tally[Standing.GOOD],
            revoked_count=self.tally[Standing.REVOKED],
            unknown_count=self.tally[Standing.UNKNOWN],
            not_asked_count=self.tally[Standing.NOT_ASKED],
            started_at=self.at,
        )
        with moving(run, RecordMove.RECORD, by=None, at=self.at) as (current, event):
            current.reference, current.ended_at = next_reference("CC", event.at), event.at
            save(current)  # before what its sources answered, which names it
            for reading in self.readings:
                reading.run = current
            SourceReading.objects.bulk_create(self.readings)
            self._tell(current, event)
        return run

    def _tell(self, run: CheckRun, event: Event) -> None:
        """In the journal; and to the agency, each night what is wrong, in between what has just gone wrong."""
        troubles = [reading for reading in self.readings if reading.trouble]
        outcome = f"{run.good_count} non révoqués, {run.revoked_count} révoqués, {run.unknown_count} inconnus"
        event.note(count=str(run.count), outcome=outcome)
        is_digest_day = paris_date(self.at).weekday() == DIGEST_DAY
        is_owed = self.is_complete and (troubles or run.unknown_count or is_digest_day)
        has_just_failed = self.is_listed and any(not queries.was_in_trouble(reading) for reading in troubles)
        if is_owed or has_just_failed:
            enqueue(effects.send_digest, event=event, run_id=run.pk)


class _Responder:
    """An OCSP responder during one round: asked no more once it fails, nor beyond its bounds (questions, time)."""

    def __init__(self, round_: _Round, anchor: TrustAnchor) -> None:
        self._round, self._anchor = round_, anchor
        self._issuer = anchor.as_anchor()
        self._asked, self._since = 0, time.monotonic()
        self._down: Trouble | None = None

    def answer(self, pem: str) -> Answer:
        """What it says of a certificate, or that it says nothing reliable."""
        if self._down:
            return revocation.doubt(Source.OCSP, self._down)
        if self._asked >= MAX_ASKED or time.monotonic() - self._since > ASKING_SECONDS:
            return Answer(Standing.UNKNOWN, NOT_ASKED_YET)
        self._asked += 1
        try:
            found = self._ask(pem)
        except Doubtful as doubt:
            self._down = doubt.trouble
            self._round.note(self._anchor, Source.OCSP, trouble=doubt.trouble)
            return revocation.doubt(Source.OCSP, doubt.trouble)
        if self._asked == 1:
            self._round.note(self._anchor, Source.OCSP)
        return found

    def _ask(self, pem: str) -> Answer:
        nonce = os.urandom(16)
        body = _fetched(
            self._anchor.ocsp_url,
            content=ocsp.question(pem, self._issuer, nonce=nonce),
            max_bytes=MAX_ANSWER,
            max_seconds=ANSWER_SECONDS,
        )
        return ocsp.read_answer(body, pem, self._issuer, nonce=nonce, at=self._round.at)


def _fetched(url: str, *, max_bytes: int, max_seconds: float, content: bytes | None = None) -> bytes:
    """What the source answers. Raises Doubtful."""
    try:
        answer = client.fetch(
            url,
            allowed=settings.REVOCATION_ORIGINS,
            method="POST" if content else "GET",
            content=content,
            headers={"Content-Type": ocsp.MEDIA_TYPE} if content else None,
            max_bytes=max_bytes,
            max_seconds=max_seconds,
        )
    except targets.Forbidden as error:
        raise Doubtful(Trouble.FORBIDDEN) from error
    except client.Failed as error:
        raise Doubtful(Trouble.UNREACHABLE) from error
    if answer.status != 200:
        raise Doubtful(Trouble.UNREACHABLE)
    return answer.body


def _issued(one: Companion, anchor: TrustAnchor) -> bool:
    return (one.issuer_digest, one.hierarchy) == (anchor.subject_digest, anchor.hierarchy)


def _keep_standing(anchor: TrustAnchor, answer: Answer, *, at: datetime) -> None:
    """What is known of an authority; the first time it is seen revoked, those who decide whom to trust are told."""
    said = {"revocation": answer.standing, "revocation_sentence": answer.sentence[:400], "revocation_at": at}
    if answer.standing is not Standing.REVOKED or anchor.revocation == Standing.REVOKED:
        TrustAnchor.objects.filter(pk=anchor.pk).update(**said)
        return
    try:
        with moving(anchor, AnchorMove.SEE_REVOKED, by=None, at=at) as (current, event):
            for name, value in said.items():
                setattr(current, name, value)
            event.note(hierarchy=current.get_hierarchy_display())
            enqueue(effects.announce_revoked_authority, event=event, anchor_id=current.pk)
    except MoveNotAllowed:
        return  # withdrawn in between


def _revoke(pk: int, answer: Answer, *, at: datetime) -> None:
    """The authority revoked it: it may serve nothing new, and everybody concerned is told at once."""
    certificate = Certificate.objects.select_related("service").get(pk=pk)
    try:
        with moving(certificate, Move.REVOKE, by=None, at=at) as (current, event):
            current.revocation, current.revocation_sentence = Standing.REVOKED, answer.sentence[:400]
            current.revocation_at, current.revoked_at = at, answer.revoked_at or at
            current.check_asked = False
            event.note(service=current.service.name, environment=current.get_environment_display())
            enqueue(effects.announce_revocation, event=event, certificate_id=current.pk)
    except MoveNotAllowed:
        return  # retired in between: nothing is left to revoke
