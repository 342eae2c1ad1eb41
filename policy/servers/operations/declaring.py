"""Declaring and retiring the certificate that a service's server presents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate

from policy.certificates import checks, isolation
from policy.certificates import deposit as readable
from policy.certificates import operations as certificates
from policy.certificates import queries as certificates_read
from policy.certificates.checks import Check
from policy.certificates.environments import Environment
from policy.certificates.inspection import Inspection
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.parties.models import DigitalService

from .. import deposit, hosts, queries, verifying
from ..lifecycle import Move
from ..models import ServerCertificate


class NotAcceptable(Refused):
    """The certificate was read, and at least one check is bad; `checks` holds them all."""

    def __init__(self, found: Sequence[Check]) -> None:
        super().__init__(checks.refusal(found))
        self.checks = list(found)


def declare(
    service: DigitalService, *, environment: Environment, data: bytes, by: Any, at: datetime | None = None
) -> ServerCertificate:
    """A vendor declares the certificate of its server, alone or followed by the authorities above it.

    Nothing is kept of a refused deposit. Raises certificates.Unusable, NotAcceptable, Refused, NotPermitted.
    """
    environment = Environment(environment)
    declared = ServerCertificate(service=service, environment=environment)
    with moving(declared, Move.DECLARE, by=by, at=at) as (current, event):
        certificates.refuse_ended(service)
        encodings, read = _read(data, at=event.at)
        server = queries.server_of(service, environment, at=event.at)
        names = hosts.names(read.facts.extensions.alternative_names)
        found, family = verifying.judged(read, encodings, server, at=event.at)
        if family is None or not checks.is_acceptable(found):
            raise NotAcceptable(found)
        current.origin, current.host, current.names = family, server.host, names
        _fill(current, encodings, read, found)
        current.reference = next_reference("SV", event.at)
        current.declared_at, current.declared_by = event.at, by
        event.note(service=service.name, environment=environment.label.lower())
    return declared


def retire(certificate: ServerCertificate, *, by: Any, at: datetime | None = None) -> None:
    """The server presents it no more."""
    with moving(certificate, Move.RETIRE, by=by, at=at) as (current, event):
        current.retired_at = event.at
        event.note(service=current.service.name, environment=current.get_environment_display().lower())


def _read(data: bytes, *, at: datetime) -> tuple[list[bytes], Inspection]:
    """The certificates deposited, each opened in a bounded child first, and what was read of the server's own."""
    try:
        encodings = deposit.parts(data)
        anchors = certificates_read.anchors()
        read = [isolation.inspect(encoding, anchors, at=at) for encoding in encodings]
    except readable.Unreadable as refusal:
        raise certificates.Unusable(refusal.reason) from None  # the cause would carry what was deposited
    return encodings, read[0]


def _fill(certificate: ServerCertificate, encodings: Sequence[bytes], read: Inspection, found: Sequence[Check]) -> None:
    facts = read.facts
    certificate.pem, certificate.fingerprint = facts.pem, facts.fingerprint
    certificate.chain = "".join(
        load_der_x509_certificate(encoding).public_bytes(Encoding.PEM).decode("ascii") for encoding in encodings[1:]
    )
    certificate.subject, certificate.issuer = facts.subject.rfc4514, facts.issuer.rfc4514
    certificate.not_before, certificate.not_after = facts.not_before, facts.not_after
    certificate.checks = [check.as_json() for check in found]
