"""Declaring and retiring certificates."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.parties.models import DigitalService

from .. import checks, deposit, gateways, isolation, queries
from ..checks import Check
from ..environments import Environment
from ..identity import Client
from ..inspection import Inspection
from ..lifecycle import Move
from ..models import Certificate
from ..reasons import Reason
from . import naming


class Unusable(Refused):
    """What was deposited is not one readable certificate; `reason` says what it is and what to do."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"{reason.sentence} {reason.remedy}")
        self.reason = reason


class NotAcceptable(Refused):
    """The certificate was read, and at least one named check is bad; `checks` holds them all."""

    def __init__(self, found: Sequence[Check]) -> None:
        super().__init__(checks.refusal(found))
        self.checks = list(found)


def declare(
    service: DigitalService,
    *,
    environment: Environment,
    data: bytes,
    by: Any,
    at: datetime | None = None,
    client: Client | None = None,
    source: str = "",
) -> Certificate:
    """A vendor declares the certificate (PEM or DER) with which the service connects in an environment.

    `client` is the one for whom a proprietary service's certificate was issued; `source` names what the certificate is
    taken over from, by the agency (settled question 34). Nothing is kept of a refused deposit.
    Raises Unusable, NotAcceptable, Refused (already declared, a name held by another service, a service that has
    ended), NotPermitted.
    """
    environment = Environment(environment)
    move = Move.TAKE_OVER if source else Move.DECLARE
    with moving(Certificate(service=service, environment=environment), move, by=by, at=at) as (current, event):
        refuse_ended(service)
        read = _inspected(data, at=event.at)
        _refuse_twin(current, read)
        question = queries.question(service, environment, read.facts, at=event.at, client=client)
        found = checks.judge(read.facts, read.chain, question)
        if not checks.is_acceptable(found):
            raise NotAcceptable(found)
        current.holding = naming.hold(service, environment, read.facts.subject.digest, at=event.at)
        _fill(current, read, found, client)
        current.reference = next_reference("CE", event.at)
        current.declared_at, current.declared_by = event.at, by
        event.note(service=service.name, environment=environment.label, source=source)
        naming.confirm_name(current.holding, by=by, at=event.at)
    return current


def retire(certificate: Certificate, *, by: Any, at: datetime | None = None) -> None:
    """The vendor withdraws a certificate that serves nothing any more; its name stays with the service."""
    with moving(certificate, Move.RETIRE, by=by, at=at) as (current, event):
        if blocking := [use.label for use in queries.uses_of(current) if use.is_blocking]:
            raise Refused(f"Ce certificat sert encore : {', '.join(blocking)}. Faites d’abord retirer cet usage.")
        current.retired_at = event.at
        event.note(service=current.service.name, environment=current.get_environment_display())


def refuse_ended(service: DigitalService) -> None:
    """Raises Refused once the service has ended. Its row is locked: it does not end meanwhile."""
    if DigitalService.objects.select_for_update(no_key=True).get(pk=service.pk).is_ended:
        raise Refused("Ce service a pris fin : aucun certificat ne s’y déclare plus.")


def _inspected(data: bytes, *, at: datetime) -> Inspection:
    try:
        return isolation.inspect(data, queries.anchors(), at=at)
    except deposit.Unreadable as refusal:
        raise Unusable(refusal.reason) from None  # the cause would carry what was deposited


def _refuse_twin(certificate: Certificate, read: Inspection) -> None:
    """The vendor's own double is named; somebody else's meets the constraint, whose sentence names nobody."""
    environment = Environment(certificate.environment)
    if twin := queries.twin(certificate.service, environment, read.facts.fingerprint):
        raise Refused(f"Vous avez déjà déclaré ce certificat pour cet environnement : {twin.reference}.")


def _fill(certificate: Certificate, read: Inspection, found: Iterable[Check], client: Client | None) -> None:
    facts, chain = read.facts, read.chain
    certificate.pem, certificate.fingerprint, certificate.serial = facts.pem, facts.fingerprint, facts.serial_hex
    certificate.issuer, certificate.issuer_digest = facts.issuer.rfc4514, facts.issuer.digest
    certificate.subject, certificate.subject_openssl = facts.subject.rfc4514, facts.subject.openssl
    certificate.dn_digest = facts.subject.digest
    certificate.key_digest = facts.key.digest
    certificate.parts_digest = gateways.parts_digest(facts.subject.rfc4514)
    certificate.hierarchy, certificate.is_demo = str(chain.hierarchy), chain.is_demo
    certificate.not_before, certificate.not_after = facts.not_before, facts.not_after
    certificate.checks = [check.as_json() for check in found]
    if client:
        certificate.client_label, certificate.client_number = client.label, client.number
        certificate.establishments = queries.establishments_of(client)
