"""What entries owe to the certificates they name: a revoked one is cut, one seen at last takes its name's place.

Done by the clock, beside every overlap and every proposal; nobody approves it, for nothing new is granted.
"""

from contextlib import ExitStack
from datetime import datetime

from portal.lifecycle.errors import MoveNotAllowed
from portal.lifecycle.operations import moving, save

from .. import queries
from ..lifecycle import Move
from ..models import CertificateCut, EntryCertificate, EntryName
from .issuing import publish


def cut_revoked(*, at: datetime) -> int:
    """Cuts from every living entry the certificates that their authority revoked, and publishes once; how many.

    Automatic, and beside every overlap: a revoked certificate waits for nobody. All or nothing: the clock comes back.
    """
    with ExitStack() as moves:
        found = [row for row in queries.to_cut() if _cut(row, moves, at=at)]
        for environment in sorted({row.entry.environment for row in found if row.entry.is_in_force}):
            publish(environment, by=None, at=at)
    return len(found)


def _cut(row: EntryCertificate, moves: ExitStack, *, at: datetime) -> bool:
    try:
        _, event = moves.enter_context(moving(row.entry, Move.CUT, by=None, at=at))
    except MoveNotAllowed:
        return False  # withdrawn in between: it is published no more
    save(CertificateCut(certificate=row, entry=row.entry, at=event.at))
    event.note(certificate=row.certificate.reference)
    return True


def see_names(*, at: datetime) -> int:
    """Enters the certificates now declared under the names that entries bore unverified, and publishes once; how many.

    The name was approved with the entry; its certificate passed every check: only its fingerprint is new.
    """
    with ExitStack() as moves:
        found = [row for row in queries.names_seen() if _see(row, moves, at=at)]
        for environment in sorted({row.entry.environment for row in found if row.entry.is_in_force}):
            publish(environment, by=None, at=at)
    return len(found)


def _see(row: EntryName, moves: ExitStack, *, at: datetime) -> bool:
    certificate = queries.certificate_of(row.declared)
    if certificate is None:
        return False
    try:
        _, event = moves.enter_context(moving(row.entry, Move.SEE_NAME, by=None, at=at))
    except MoveNotAllowed:
        return False  # withdrawn in between
    save(
        EntryCertificate(
            entry=row.entry,
            certificate=certificate,
            fingerprint=certificate.fingerprint,
            subject=certificate.subject,
            not_after=certificate.not_after,
        )
    )
    event.note(certificate=certificate.reference, name=row.declared.reference)
    return True
