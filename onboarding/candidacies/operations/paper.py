"""Registering a request received on paper: the agent deposits for its signer, and never signs (settled question 2)."""

from datetime import date, datetime

from onboarding.candidacies import effects
from onboarding.candidacies.lifecycle import Move
from onboarding.candidacies.models import Candidacy, PaperDeposit
from onboarding.candidacies.operations import freeze
from onboarding.candidacies.operations.starting import refuse_ending
from onboarding.candidacies.queries import openings
from policy.grants.direction import Direction
from portal.accounts.models import User
from portal.calendar.deadlines import paris_date
from portal.documents import operations as documents
from portal.documents.filetypes import SCANS
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue
from portal.parties.models import DigitalService
from portal.web import wording


def register(
    service: DigitalService,
    *,
    direction: str,
    received_date: date,
    signer: str,
    quality: str,
    scan_name: str,
    scan: bytes,
    by: User,
    at: datetime | None = None,
) -> Candidacy:
    """Opens a request already deposited, with the scan of what was received; a receipt and an invitation follow.

    The representative completes it in the portal once the agency asks him to. Refused while another is open in that
    direction, without a signer, for a day to come, and once the end of the service is accepted.
    """
    former = openings.predecessor(service, direction)
    answers = openings.answers_given_before(service, direction)
    candidacy = Candidacy(service=service, direction=direction, follows=former, opened_by=by, **answers)
    with moving(candidacy, Move.REGISTER, by=by, at=at) as (current, event):
        refuse_ending(service)
        _refuse_odd(signer, quality, received_date, paris_date(event.at))
        current.reference = next_reference("C", event.at)
        current.opened_at = current.submitted_at = event.at
        save(current)  # before what names it
        kept = documents.deposit(scan_name, scan, by=by, at=event.at, allowed=SCANS, owner=service.owner, field="scan")
        paper = PaperDeposit(
            candidacy=current,
            scan=kept,
            received_date=received_date,
            signer=signer.strip(),
            quality=quality.strip(),
            registered_by=by,
            registered_at=event.at,
        )
        save(paper)
        version = freeze(current, event, by=by, depositor=_depositor(paper, by))
        event.note(signer=paper.signer, service=service.reference, received=wording.day(received_date))
        event.note(direction=Direction(direction).label.lower(), scan=kept.sha256)
        enqueue(effects.issue_receipt, event=event, candidacy_id=current.pk, number=version.number)
        enqueue(effects.invite_to_take_over, event=event, candidacy_id=current.pk)
    return candidacy


def _refuse_odd(signer: str, quality: str, received_date: date, today: date) -> None:
    if not signer.strip():
        raise Refused("Indiquez qui a signé la demande.", field="signer")
    if not quality.strip():
        raise Refused("Indiquez en quelle qualité cette personne a signé.", field="quality")
    if received_date > today:
        raise Refused("Une demande ne peut pas être reçue un jour à venir.", field="received_date")


def _depositor(paper: PaperDeposit, by: User) -> str:
    """Who deposited, as printed on the receipt."""
    return (
        f"{paper.signer}, {paper.quality} (demande reçue sur papier le {wording.day(paper.received_date)}, signature "
        f"manuscrite, enregistrée pour son compte par {by.full_name})"
    )
