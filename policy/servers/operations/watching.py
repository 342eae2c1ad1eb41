"""What the clock does of servers' certificates: warns of their expiry, and reads them again each night."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates
from django.db import transaction

from policy.certificates import checks, deposit, inspection
from policy.certificates import operations as certificates
from policy.certificates import queries as certificates_read
from policy.certificates.checks import Check, Outcome
from policy.certificates.environments import Environment
from policy.certificates.revocation import Answer, Standing
from policy.certificates.trust import Anchor, Trusted
from portal.lifecycle.operations import moving
from portal.outbox.operations import enqueue

from .. import effects, queries, verifying
from ..lifecycle import Move
from ..models import ServerCertificate, ServerNotice

DATES = "validity"  # judged whenever it is shown
READ = ("checks", "fault", "reviewed_at")
ANSWERED = ("checks", "fault", "revocation", "revocation_sentence", "revocation_at", "check_asked")
Judge = Callable[[ServerCertificate], Sequence[Check]]  # what is found of a locked row, on which it may write


def warn(*, at: datetime) -> int:
    """Tells every expiry whose threshold is reached, the most urgent only; returns how many. May be run twice."""
    watched = certificates.Watched(queries.to_warn, Move.WARN, ServerNotice, effects.send_server_expiry)
    return certificates.warn_all(watched, at=at)


def review(*, at: datetime) -> int:
    """Judges every server's certificate in force again: authority, use, host declared now; returns how many are bad.

    By bounded lists; whoever is concerned is told the first time.
    """
    anchors = certificates_read.anchors()
    return sum(_review(one, anchors, at=at) for chunk in queries.to_review(at) for one in chunk)


def _review(certificate: ServerCertificate, anchors: Sequence[Anchor], *, at: datetime) -> bool:
    read = _found(certificate, anchors, at=at)

    def judged(current: ServerCertificate) -> Sequence[Check]:
        current.reviewed_at = at
        return queries.with_revocation(current, read)

    return _settle(certificate.pk, judged, READ, at=at)


def keep_answers(found: Sequence[tuple[int, Answer]], *, at: datetime) -> None:
    """What authorities answered of servers' certificates, in the round that asked them; a revoked one is to be mended.

    Whoever is concerned is told the first time.
    """
    for pk, answer in sorted(found, key=lambda one: one[0]):
        _settle(pk, partial(_answered, answer=answer, at=at), ANSWERED, at=at)


def _answered(current: ServerCertificate, *, answer: Answer, at: datetime) -> Sequence[Check]:
    current.revocation, current.revocation_sentence = answer.standing, answer.sentence[:400]
    current.revocation_at = None if answer.standing is Standing.NOT_ASKED else at
    current.check_asked = False
    return queries.with_revocation(current, [checks.from_json(value) for value in current.checks])


def _settle(pk: int, judge: Judge, columns: Sequence[str], *, at: datetime) -> bool:
    """Judges the row as it is now, locked, and writes what was found: reading and answers never undo each other.

    True when something is to be mended, which is told when it was not yet; one retired in between is left as it is.
    """
    with transaction.atomic():
        rows = ServerCertificate.objects.declared().select_related("service").select_for_update(of=("self",))
        certificate = rows.filter(pk=pk).first()
        if certificate is None:
            return False
        found = judge(certificate)
        bad = (one for one in found if one.outcome is Outcome.BAD and one.name != DATES)
        fault, former = ", ".join(one.label.lower() for one in bad)[:300], certificate.fault
        certificate.checks, certificate.fault = [one.as_json() for one in found], fault
        if fault and fault != former:
            _tell(certificate, columns, at=at)
        else:
            written = {column: getattr(certificate, column) for column in columns}
            ServerCertificate.objects.filter(pk=pk).update(**written)
    return bool(fault)


def _found(certificate: ServerCertificate, anchors: Sequence[Anchor], *, at: datetime) -> list[Check]:
    """The checks of now; one that cannot be read any more has one bad check."""
    try:
        read = inspection.again(certificate.pem, Trusted(anchors), at=at)
        texts = f"{certificate.pem}{certificate.chain}".encode("ascii")
        encodings = [one.public_bytes(Encoding.DER) for one in load_pem_x509_certificates(texts)]
    except deposit.Unreadable as refusal:
        return [Check("format", "Format", Outcome.BAD, refusal.reason.sentence, refusal.reason.remedy)]
    server = queries.server_of(certificate.service, Environment(certificate.environment), at=at)
    return verifying.judged(read, encodings, server, at=at)[0]


def _tell(certificate: ServerCertificate, columns: Sequence[str], *, at: datetime) -> None:
    with moving(certificate, Move.FIND_FAULT, by=None, at=at) as (current, event):
        for column in columns:
            setattr(current, column, getattr(certificate, column))
        where = Environment(certificate.environment).label.lower()
        event.note(service=certificate.service.name, environment=where, fault=certificate.fault)
        enqueue(effects.announce_server_fault, event=event, certificate_id=current.pk)
