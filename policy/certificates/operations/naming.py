"""Names declared before their certificate: held at once, marked as unverified until the certificate is seen."""

from datetime import datetime
from typing import Any

from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.parties.models import DigitalService

from .. import name_text, names, queries
from ..environments import Environment
from ..lifecycle import NameMove, NameState
from ..models import CONTACT, DeclaredName, NameHolding

NOT_IN_PRODUCTION = "En production, un nom ne se déclare qu’avec son certificat."


def declare_name(
    service: DigitalService,
    *,
    environment: Environment,
    text: str,
    source: str = "",
    by: Any,
    at: datetime | None = None,
) -> DeclaredName:
    """The vendor announces the name (RFC 4514) that a certificate to come will bear.

    `source` names what the name is taken over from, by the agency (settled question 34).
    Raises Refused: unreadable, held by another service, already seen in a certificate, or closed in production.
    """
    declared = DeclaredName(service=service, environment=environment)
    with moving(declared, NameMove.TAKE_OVER if source else NameMove.DECLARE, by=by, at=at) as (current, event):
        if not queries.may_announce(environment, at=event.at):
            raise Refused(NOT_IN_PRODUCTION)
        try:
            name = name_text.parse(text)
        except ValueError as error:
            raise Refused(str(error), field="name") from error
        current.subject, current.dn_digest = names.rfc4514(name), names.digest(name)
        current.holding = hold(service, environment, current.dn_digest, at=event.at)
        if current.holding.certificates.exists():
            raise Refused("Un certificat de ce nom est déjà déclaré : il n’y a rien à annoncer.", field="name")
        current.reference = next_reference("ND", event.at)
        current.declared_at, current.declared_by = event.at, by
        event.note(service=service.name, source=source)
    return declared


def withdraw_name(declared: DeclaredName, *, by: Any, at: datetime | None = None) -> None:
    """The vendor gives the announcement up; the name stays with the service."""
    with moving(declared, NameMove.WITHDRAW, by=by, at=at) as (current, event):
        event.note(service=current.service.name)


def confirm_name(holding: NameHolding, *, by: Any, at: datetime) -> None:
    """The certificate of an announced name was declared: the name is verified."""
    for declared in holding.declared_names.filter(state=NameState.DECLARED):
        with moving(declared, NameMove.CONFIRM, by=by, at=at) as (current, event):
            event.note(service=current.service.name)


def hold(service: DigitalService, environment: Environment, digest: str, *, at: datetime) -> NameHolding:
    """The holding of a name, taken now if it is free. Raises Refused when another service holds it."""
    holding = NameHolding.objects.held().filter(environment=environment, dn_digest=digest).first()
    if holding is None:
        holding = NameHolding(environment=environment, dn_digest=digest, service=service, since=at)
        save(holding)
    if holding.service_id != service.pk:
        raise Refused(f"Ce nom de certificat est déjà rattaché à un autre service. {CONTACT}")
    return holding
