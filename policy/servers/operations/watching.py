"""What the clock does of servers' certificates: warns of their expiry, and reads them again each night."""

from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from policy.certificates import deposit, inspection, notices
from policy.certificates import operations as certificates
from policy.certificates import queries as certificates_read
from policy.certificates.checks import Check, Outcome
from policy.certificates.environments import Environment
from policy.certificates.trust import Anchor
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import MoveNotAllowed, Refused
from portal.lifecycle.operations import moving, save
from portal.outbox.operations import enqueue

from .. import effects, queries, verifying
from ..lifecycle import Move
from ..models import ServerCertificate, ServerNotice

DATES = "validity"  # judged whenever it is shown


def warn(*, at: datetime) -> int:
    """Tells every expiry whose threshold is reached, the most urgent only; returns how many. May be run twice."""
    steps = certificates.thresholds(at=at)
    if not steps:
        return 0
    rows = queries.to_warn(at, horizon=max(steps), past=max(0, -min(steps)) + 7)
    return sum(_warn(row, steps, at=at) for row in rows.select_related("service").iterator(chunk_size=500))


def _warn(certificate: ServerCertificate, steps: Sequence[int], *, at: datetime) -> bool:
    expiry, today = paris_date(certificate.not_after), paris_date(at)
    warned: int | None = getattr(certificate, "warned", None)
    threshold = notices.due(expiry, today, steps, warned=warned)
    if threshold is None:
        return False
    try:
        with moving(certificate, Move.WARN, by=None, at=at) as (current, event):
            save(ServerNotice(certificate=current, threshold=threshold, sent_at=event.at))
            event.note(service=current.service.name, expires=notices.sentence(expiry, today))
            enqueue(effects.send_server_expiry, event=event, certificate_id=current.pk)
    except (MoveNotAllowed, Refused):
        return False  # retired, or told by another worker, in between
    return True


def review(*, at: datetime) -> int:
    """Judges every server's certificate in force again: authority, use, host declared now; returns how many are bad.

    By bounded lists; whoever is concerned is told the first time.
    """
    anchors = certificates_read.anchors()
    return sum(_review(one, anchors, at=at) for chunk in queries.to_review(at) for one in chunk)


def _review(certificate: ServerCertificate, anchors: Sequence[Anchor], *, at: datetime) -> bool:
    found = _found(certificate, anchors, at=at)
    bad = (one for one in found if one.outcome is Outcome.BAD and one.name != DATES)
    fault, former = ", ".join(one.label.lower() for one in bad)[:300], certificate.fault
    certificate.checks, certificate.fault = [one.as_json() for one in found], fault
    certificate.reviewed_at = at
    if fault and fault != former:
        _tell(certificate, at=at)
    else:
        ServerCertificate.objects.filter(pk=certificate.pk).update(
            checks=certificate.checks, fault=fault, reviewed_at=at
        )
    return bool(fault)


def _found(certificate: ServerCertificate, anchors: Sequence[Anchor], *, at: datetime) -> list[Check]:
    """The checks of now; one that cannot be read any more has one bad check."""
    try:
        read = inspection.again(certificate.pem, anchors, at=at)
        texts = f"{certificate.pem}{certificate.chain}".encode("ascii")
        encodings = [one.public_bytes(Encoding.DER) for one in load_pem_x509_certificates(texts)]
    except deposit.Unreadable as refusal:
        return [Check("format", "Format", Outcome.BAD, refusal.reason.sentence, refusal.reason.remedy)]
    server = queries.server_of(certificate.service, Environment(certificate.environment), at=at)
    return verifying.judged(read, encodings, server, at=at)[0]


def _tell(certificate: ServerCertificate, *, at: datetime) -> None:
    try:
        with moving(certificate, Move.FIND_FAULT, by=None, at=at) as (current, event):
            current.checks, current.fault, current.reviewed_at = certificate.checks, certificate.fault, at
            where = Environment(certificate.environment).label.lower()
            event.note(service=certificate.service.name, environment=where, fault=certificate.fault)
            enqueue(effects.announce_server_fault, event=event, certificate_id=current.pk)
    except MoveNotAllowed:
        return  # retired in between
