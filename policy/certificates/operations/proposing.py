"""Certificates that tools propose over the API, and that a person of the vendor declares or sets aside."""

from datetime import datetime
from typing import Any

from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue
from portal.parties.models import DigitalService

from .. import checks, deposit, effects, isolation, queries
from ..environments import Environment
from ..lifecycle import ProposalMove
from ..models import CertificateProposal
from .declaring import Unusable, declare


def propose(
    service: DigitalService, *, environment: Environment, data: bytes, token: str, at: datetime
) -> CertificateProposal:
    """A tool proposes a certificate (PEM or DER) for a service; what is proposed already is given back as it is.

    It is kept whatever its checks say, which the vendor reads. Raises Unusable for what is no certificate, Refused for
    one already declared there.
    """
    environment = Environment(environment)
    try:
        read = isolation.inspect(data, queries.anchors(), at=at)
    except deposit.Unreadable as refusal:
        raise Unusable(refusal.reason) from None
    if queries.twin(service, environment, read.facts.fingerprint):
        raise Refused("Ce certificat est déjà déclaré pour ce service dans cet environnement.", field="certificate")
    if waiting := queries.proposal_of(service, environment, read.facts.fingerprint):
        return waiting
    made = CertificateProposal(service=service, environment=environment)
    with moving(made, ProposalMove.PROPOSE, by=None, at=at) as (current, event):
        question = queries.question(service, environment, read.facts, at=event.at)
        current.checks = [check.as_json() for check in checks.judge(read.facts, read.chain, question)]
        current.pem, current.fingerprint = read.facts.pem, read.facts.fingerprint
        current.subject, current.not_after = read.facts.subject.rfc4514, read.facts.not_after
        current.reference, current.token = next_reference("PC", event.at), token
        current.proposed_at = event.at
        event.note(token=token, service=service.name, environment=environment.label.lower())
        enqueue(effects.announce_proposal, event=event, service_id=service.pk, reference=current.reference)
    return made


def accept(proposal: CertificateProposal, *, by: Any, at: datetime | None = None) -> CertificateProposal:
    """A person of the vendor declares the certificate proposed. Raises what `declare` raises."""
    with moving(proposal, ProposalMove.ACCEPT, by=by, at=at) as (current, event):
        current.certificate = declare(
            current.service,
            environment=Environment(current.environment),
            data=current.pem.encode("ascii"),
            by=by,
            at=event.at,
        )
        current.decided_by, current.decided_at = by, event.at
        event.note(service=current.service.name)
    return proposal


def set_aside(proposal: CertificateProposal, *, by: Any, at: datetime | None = None) -> None:
    """A person of the vendor does not want the certificate proposed."""
    with moving(proposal, ProposalMove.REJECT, by=by, at=at) as (current, event):
        current.decided_by, current.decided_at = by, event.at
        event.note(service=current.service.name)
