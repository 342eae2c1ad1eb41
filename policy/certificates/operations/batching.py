"""One certificate per client of a proprietary service, deposited together: a verdict for each line."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.parties.models import DigitalService, ServiceKind

from .. import bundle, deposit, queries
from ..bundle import Line
from ..checks import Outcome
from ..environments import Environment
from ..lifecycle import RecordMove
from ..models import CertificateBatch
from .declaring import NotAcceptable, declare

_UNNAMED = (
    "Aucun numéro FINESS, SIREN ou SIRET valable n’accompagne ce certificat. Donnez au fichier le numéro du client "
    "(350000022.pem), ou écrivez ce numéro sur la ligne qui précède le certificat, puis déposez-le de nouveau."
)
_REFUSED = "Ce certificat ne convient pas."


@dataclass(frozen=True)
class Verdict:
    """What became of a line: the certificate declared (its reference), or why none was and what to do.

    `faults` are the bad checks, each a sentence and its remedy.
    """

    place: str
    number: str
    client: str
    reference: str
    sentence: str
    faults: tuple[str, ...] = ()


def declare_batch(
    service: DigitalService, *, environment: Environment, data: bytes, by: Any, at: datetime | None = None
) -> CertificateBatch:
    """Declares each acceptable certificate of the deposit for its client; the others are told why not.

    Raises Refused for a service with one certificate of its own, or a deposit that cannot be read or holds a key.
    """
    if service.kind != ServiceKind.PROPRIETARY:
        raise Refused("Le dépôt groupé est réservé aux solutions propriétaires : un certificat par client.")
    lines = _lines(data)
    batch = CertificateBatch(service=service, environment=environment)
    with moving(batch, RecordMove.RECORD, by=by, at=at) as (current, event):
        found = list(_verdicts(lines, service, environment, by=by, at=event.at))
        current.reference = next_reference("LC", event.at)
        current.lines = [asdict(verdict) for verdict in found]
        current.declared_count = sum(bool(verdict.reference) for verdict in found)
        current.deposited_at, current.deposited_by = event.at, by
        event.note(service=service.name, count=str(len(found)), declared=str(current.declared_count))
    return batch


def _lines(data: bytes) -> list[Line]:
    try:
        return bundle.lines(data)
    except bundle.Unbundled as error:
        raise Refused(error.sentence, field="file") from None
    except deposit.Unreadable as refusal:
        raise Refused(f"{refusal.reason.sentence} {refusal.reason.remedy}", field="file") from None


def _verdicts(
    lines: Iterable[Line], service: DigitalService, environment: Environment, *, by: Any, at: datetime
) -> Iterable[Verdict]:
    for line in lines:
        client = queries.client_of(line.number)
        if client is None:
            yield Verdict(line.place, line.number, "", "", _UNNAMED)
            continue
        try:
            made = declare(service, environment=environment, data=line.data, by=by, at=at, client=client)
        except NotAcceptable as refusal:
            yield Verdict(line.place, line.number, client.label, "", _REFUSED, tuple(_faults(refusal)))
        except Refused as refusal:
            yield Verdict(line.place, line.number, client.label, "", refusal.sentence)
        else:
            yield Verdict(line.place, line.number, client.label, made.reference, "Déclaré.")


def _faults(refusal: NotAcceptable) -> Iterable[str]:
    return (f"{one.label} : {one.sentence} {one.remedy}" for one in refusal.checks if one.outcome is Outcome.BAD)
