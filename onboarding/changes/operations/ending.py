"""The end of a service: planned when it is accepted, carried out on its day with all that hangs on the service."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.queries import openings
from onboarding.changes import effects, queries
from onboarding.changes.lifecycle import Move
from onboarding.changes.models import ChangeDeclaration
from policy.certificates import operations as certificates
from policy.servers import operations as servers
from policy.servers.models import ServerCertificate
from policy.whitelist import operations as whitelist
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving
from portal.outbox.operations import enqueue
from portal.parties import operations as parties
from portal.web import wording


def plan(row: ChangeDeclaration, *, by: Any, at: datetime) -> None:
    """The day is written on the service, inside the acceptance: nothing new is asked for it from now on."""
    assert row.effective_date is not None  # an accepted declaration has one
    parties.plan_end(row.grant.service, row.effective_date, change=row.reference, by=by, at=at)


def carry_out(row: ChangeDeclaration, by: Any, at: datetime) -> str:
    """On its day: entries leave both lists, rights, certificates, declarations and candidacies are closed.

    The service is locked before its candidacies and certificates are read: none is opened or declared meanwhile. The
    candidacies are closed before the rights are read: one just granted is seen, one decided meanwhile undoes all this
    until the next time.
    """
    service, day = row.grant.service, row.effective_date
    assert day is not None  # an accepted declaration has one
    if day > paris_date(at):
        raise Refused(f"Le service prend fin le {wording.day(day)} : rien n’est retiré avant ce jour.")
    because = f"Fin du service déclarée ({row.reference})"
    for other in queries.open_beside(row):
        lapse(other, because=because, at=at)
    parties.end_service(service, day, change=row.reference, by=by, at=at)
    requests = openings.under_way(service)
    for request in requests:
        candidacies.end(request, change=row.reference, by=by, at=at)
    rights = queries.rights_of(row.grant)
    for grant in rights:
        whitelist.withdraw_right(grant, grounds=because, by=by, at=at)
    retired = queries.certificates_of(row.grant)
    for one in retired:
        certificates.retire(one, by=None, at=at)
    presented = list(ServerCertificate.objects.declared().filter(service=service).order_by("pk"))
    for server in presented:
        servers.retire(server, by=None, at=at)
    told: dict[str, Sequence[object]] = {
        "habilitations retirées": rights,
        "certificats retirés": retired,
        "certificats de serveur retirés": presented,
        "candidatures closes": requests,
    }
    return " ; ".join(f"{words} : {', '.join(map(str, rows))}" for words, rows in told.items() if rows)


def lapse(row: ChangeDeclaration, *, because: str, at: datetime) -> None:
    """A declaration has lost its object: it is closed, and both sides are told once it was signed."""
    with moving(row, Move.LAPSE, by=None, at=at) as (current, event):
        current.grounds, current.decided_at, current.outcome = because, event.at, "close, sans objet"
        event.note(grounds=because)
        if current.signed_at:
            enqueue(effects.tell_end, event=event, reference=current.reference)
