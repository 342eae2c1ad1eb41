"""Diagnosing a call: what is found, kept for whoever has its code, and the proof that the handshake was."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from policy.certificates import operations as certificates
from policy.certificates.environments import Environment
from policy.certificates.lifecycle import State
from policy.certificates.models import Certificate
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import save

from . import causes, codes, queries
from .edge import Presented
from .models import DiagnosedCall
from .queries import Answer

STRANGERS = 5000  # anybody may make certificates: no more calls than that are kept of those nobody declared


def diagnose(shown: Presented, *, environment: Environment | None, at: datetime) -> Answer:
    """Examines the call that the front server handed over, in the environment said or in the certificate's own."""
    if not shown.pem:
        return Answer(environment or Environment.PRODUCTION, at, causes.none_presented())
    answer = queries.examined(shown.pem.encode(), queries.declared, environment=environment, at=at)
    if answer.read is None:
        return answer
    rows = queries.declared(answer.read.facts.fingerprint)
    call = _kept(answer, rows, answer.read.facts.fingerprint, shown.subject)
    _witness(rows, at)
    return replace(answer, call=call)


def _kept(answer: Answer, rows: Sequence[Certificate], fingerprint: str, subject: str) -> DiagnosedCall | None:
    """The call, one row for each certificate and environment; None when too many strangers are kept already."""
    here = next((row for row in rows if row.environment == answer.environment), None)
    call = queries.call_of(answer.environment, fingerprint)
    if call is None and here is None and queries.strangers() >= STRANGERS:
        return None
    call = call or DiagnosedCall(environment=answer.environment, fingerprint=fingerprint, code=_code())
    call.subject, call.certificate, call.at = subject, here, answer.at
    call.checks, call.passes = [check.as_json() for check in answer.findings.checks], answer.findings.passes
    try:
        save(call)
    except Refused:  # the same certificate called twice at once: the other call wrote the same
        return queries.call_of(answer.environment, fingerprint)
    return call


def _code() -> str:
    return codes.made_of(secrets.token_bytes(8))


def _witness(rows: Sequence[Certificate], at: datetime) -> None:
    """A first call with a declared certificate proves that its key is held: the handshake was signed with it."""
    for row in rows:
        if row.possession_at is None and row.state == State.DECLARED:
            certificates.witness_possession(row, at=at)


def forget(now: datetime) -> int:
    """Forgets the calls older than a month; how many."""
    return int(queries.stale(now).delete()[0])
