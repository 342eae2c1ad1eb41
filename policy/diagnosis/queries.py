"""What is known of a certificate that calls, or that somebody asks about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from policy.certificates import checks, deposit, isolation
from policy.certificates import queries as certificates
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.inspection import Inspection
from policy.certificates.models import Certificate
from policy.gateways import queries as gateways
from policy.verdicts import queries as verdicts
from policy.whitelist.lifecycle import State as EntryState
from policy.whitelist.models import EntryCertificate
from portal.web import wording

from . import causes, codes
from .causes import Applied, Findings, Known
from .models import DiagnosedCall

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is found. `read` and `known` are None when no certificate could be read; `call` when no call is kept."""

    environment: Environment
    at: datetime
    findings: Findings
    read: Inspection | None = None
    known: Known | None = None
    call: DiagnosedCall | None = None


Declarations = Callable[[str], Sequence[Certificate]]


def examined(data: bytes, declarations: Declarations, *, environment: Environment | None, at: datetime) -> Answer:
    """What is found of a certificate, in the environment said or in its own; opened in the bounded helper.

    `declarations` gives, by fingerprint, the declarations that whoever asks may be told of.
    """
    try:
        read = isolation.inspect(data, certificates.anchors(), at=at)
    except deposit.Unreadable as refusal:
        return Answer(environment or Environment.PRODUCTION, at, causes.unreadable(refusal.reason))
    rows = declarations(read.facts.fingerprint)
    where = environment or environment_of(read, rows)
    found = known(rows, read.facts.fingerprint, environment=where, at=at)
    taken = certificates.accepted(where, at=at)
    return Answer(where, at, causes.examine(read, found, environment=where, at=at, accepted=taken), read, found)


def told_to(user: Any) -> Declarations:
    """The declarations that a person may be told of: those of the services he sees."""
    seen = Certificate.objects.visible_to(user).order_by("pk")
    return lambda fingerprint: list(seen.filter(fingerprint=fingerprint))


def call_of(environment: Environment, fingerprint: str) -> DiagnosedCall | None:
    """The call kept of a certificate in one environment."""
    return DiagnosedCall.objects.filter(environment=environment, fingerprint=fingerprint).first()


def declared(fingerprint: str) -> list[Certificate]:
    """The certificate as it is declared, in one environment or in both."""
    return list(Certificate.objects.filter(fingerprint=fingerprint).select_related("service").order_by("pk"))


def environment_of(read: Inspection, rows: Sequence[Certificate]) -> Environment:
    """The environment meant when nobody says: the only one where it is declared, else that of its hierarchy."""
    places = {row.environment for row in rows}
    if len(places) == 1:
        return Environment(places.pop())
    return Environment.SANDBOX if read.chain.hierarchy is Hierarchy.TEST else Environment.PRODUCTION


def known(rows: Sequence[Certificate], fingerprint: str, *, environment: Environment, at: datetime) -> Known:
    """What the portal knows of a certificate in one environment; `rows` are the declarations that may be told of."""
    here = next((row for row in rows if row.environment == environment), None)
    index = verdicts.index_at(environment, at)
    if here is None:
        return Known(elsewhere=bool(rows), version=index.version)
    return Known(
        reference=here.reference,
        state=here.state,
        revocation=certificates.revocation(here) if here.revocation_at else checks.revocation(),
        rights=index.by_fingerprint.get(fingerprint) or index.by_name.get(here.dn_digest, ()),
        waiting=_waiting(here),
        version=index.version,
        applied=tuple(
            Applied(one.gateway.name, one.applied_version, one.applied_at)
            for one in gateways.applied(environment, at=at)
        ),
    )


def _waiting(certificate: Certificate) -> str:
    """The entry that names the certificate and is not in force yet, in words; empty for none."""
    rows = EntryCertificate.objects.filter(certificate=certificate, entry__in_force_since=None)
    row = rows.filter(entry__state__in=[EntryState.PROPOSED, EntryState.APPROVED]).select_related("entry").first()
    if row is None:
        return ""
    if row.entry.state == EntryState.PROPOSED:
        return f"{row.entry.reference} attend une approbation"
    return f"{row.entry.reference}, effet prévu {wording.moment(row.entry.effective_at)}"


def of_code(text: str, user: Any) -> DiagnosedCall | None:
    """The call of a support code as it was typed; None when there is none, or when `user` may not see it."""
    rows = DiagnosedCall.objects.visible_to(user).select_related("certificate__service")
    return rows.filter(code=codes.read(text)).first()


def findings_of(call: DiagnosedCall) -> Findings:
    """The findings of that moment."""
    return Findings(tuple(checks.from_json(value) for value in call.checks))


def stale(now: datetime) -> Any:
    """The calls that are no longer kept."""
    return DiagnosedCall.objects.filter(at__lt=now - KEPT)


def strangers() -> int:
    """How many kept calls are of certificates that nobody declared."""
    return DiagnosedCall.objects.filter(certificate=None).count()
