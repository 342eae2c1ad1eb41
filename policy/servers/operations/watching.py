"""What the clock does of servers' certificates: warns of their expiry, and reads them again each night."""

from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from policy.certificates import checks, deposit, inspection
from policy.certificates import operations as certificates
from policy.certificates import queries as certificates_read
from policy.certificates.checks import Check, Outcome
from policy.certificates.environments import Environment
from policy.certificates.revocation import Answer, Standing
from policy.certificates.trust import Anchor
from portal.lifecycle.errors import MoveNotAllowed
from portal.lifecycle.operations import moving
from portal.outbox.operations import enqueue

from .. import effects, queries, verifying
from ..lifecycle import Move
from ..models import ServerCertificate, ServerNotice

DATES = "validity"  # judged whenever it is shown
READ = ("checks", "fault", "reviewed_at")
ANSWERED = ("checks", "fault", "revocation", "revocation_sentence", "revocation_at", "check_asked")


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
    certificate.reviewed_at = at
    found = queries.with_revocation(certificate, _found(certificate, anchors, at=at))
    return _settle(certificate, found, READ, at=at)


def keep_answers(found: Sequence[tuple[int, Answer]], *, at: datetime) -> None:
    """What authorities answered of servers' certificates, in the round that asked them; a revoked one is to be mended.

    Whoever is concerned is told the first time.
    """
    answers = dict(found)
    rows = ServerCertificate.objects.declared().filter(pk__in=answers).select_related("service")
    for certificate in rows.order_by("pk"):
        answer = answers[certificate.pk]
        certificate.revocation, certificate.revocation_sentence = answer.standing, answer.sentence[:400]
        certificate.revocation_at = None if answer.standing is Standing.NOT_ASKED else at
        certificate.check_asked = False
        kept = [checks.from_json(value) for value in certificate.checks]
        _settle(certificate, queries.with_revocation(certificate, kept), ANSWERED, at=at)


def _settle(certificate: ServerCertificate, found: Sequence[Check], columns: Sequence[str], *, at: datetime) -> bool:
    """Writes what was found; True when something is to be mended, which is told when it was not yet."""
    bad = (one for one in found if one.outcome is Outcome.BAD and one.name != DATES)
    fault, former = ", ".join(one.label.lower() for one in bad)[:300], certificate.fault
    certificate.checks, certificate.fault = [one.as_json() for one in found], fault
    if fault and fault != former:
        _tell(certificate, columns, at=at)
    else:
        written = {column: getattr(certificate, column) for column in columns}
        ServerCertificate.objects.declared().filter(pk=certificate.pk).update(**written)
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


def _tell(certificate: ServerCertificate, columns: Sequence[str], *, at: datetime) -> None:
    try:
        with moving(certificate, Move.FIND_FAULT, by=None, at=at) as (current, event):
            for column in columns:
                setattr(current, column, getattr(certificate, column))
            where = Environment(certificate.environment).label.lower()
            event.note(service=certificate.service.name, environment=where, fault=certificate.fault)
            enqueue(effects.announce_server_fault, event=event, certificate_id=current.pk)
    except MoveNotAllowed:
        return  # retired in between
