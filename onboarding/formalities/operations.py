"""Verbs on what is done outside the portal: the only code of the slice that saves."""

from collections.abc import Mapping
from datetime import date, datetime

from onboarding.formalities import pdf_fields, sheets
from portal.accounts.models import User
from portal.calendar.deadlines import paris_date
from portal.documents.models import DepositedFile
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue
from portal.parties.models import DigitalService

from . import effects
from .kinds import Formality, OfficialForm
from .lifecycle import FormMove, Move, SheetMove
from .models import FormalityDeclaration, FormSheet, OfficialPdf


def declare(
    service: DigitalService,
    formality: Formality,
    *,
    done_on: date,
    details: str = "",
    proof: DepositedFile | None = None,
    by: User | None,
    at: datetime | None = None,
) -> FormalityDeclaration:
    """Says when a formality was done; the contract and the cards count for every service of the entity."""
    row = FormalityDeclaration(
        legal_entity=service.owner,
        service=None if formality.is_of_entity else service,
        formality=formality,
        done_on=done_on,
        details=details.strip(),
        proof=proof,
        declared_by=by,
    )
    with moving(row, Move.DECLARE, by=by, at=at) as (current, event):
        if done_on > paris_date(event.at):
            raise Refused("Une démarche se déclare une fois faite : donnez une date passée.", field="done_on")
        current.reference = next_reference("DM", event.at)
        current.declared_at = event.at
        whose = service.owner.name if formality.is_of_entity else service.name
        event.note(formality=formality.label, done_on=f"{done_on:%d/%m/%Y}", whose=whose)
    return row


def withdraw(declaration: FormalityDeclaration, *, by: User | None, at: datetime | None = None) -> None:
    """It was not done, or not so: another declaration may follow."""
    with moving(declaration, Move.WITHDRAW, by=by, at=at):
        pass


def upload_form(
    form: OfficialForm, file: DepositedFile, *, edition: str, by: User, at: datetime | None = None
) -> OfficialPdf:
    """Puts the official PDF of a form in force; its fields are matched with ours as far as their names allow."""
    row = OfficialPdf(form=form, edition=edition.strip(), file=file)
    try:
        row.field_names = pdf_fields.names(file.content)
    except pdf_fields.Unreadable as error:
        raise Refused(error.sentence, field="file") from error
    guesses = {name: pdf_fields.guess(name, sheets.keys(form)) for name in row.field_names}
    row.matches = {name: key for name, key in guesses.items() if key}
    for former in OfficialPdf.objects.in_force().filter(form=form):
        with moving(former, FormMove.REPLACE, by=by, at=at):
            pass
    with moving(row, FormMove.UPLOAD, by=by, at=at) as (current, event):
        current.reference = next_reference("FO", event.at)
        current.uploaded_at = event.at
        event.note(name=f"{form.value}, {current.edition}")
    return row


def match_fields(pdf: OfficialPdf, matches: Mapping[str, str], *, by: User, at: datetime | None = None) -> None:
    """Says which of our data goes into each field of the official PDF; a blank one stays for the hand."""
    with moving(pdf, FormMove.MATCH, by=by, at=at) as (current, event):
        known = {key for key, _ in sheets.keys(OfficialForm(current.form))}
        chosen = {name: key for name, key in matches.items() if key}
        if not set(chosen) <= set(current.field_names) or not set(chosen.values()) <= known:
            raise Refused("Ce champ ou cette donnée n’existe pas.")
        current.matches = chosen
        event.note(count=len(chosen))


def prepare_sheet(service: DigitalService, form: OfficialForm, *, by: User, at: datetime | None = None) -> FormSheet:
    """Asks for the data sheet of a form, printed at once."""
    row = FormSheet(service=service, form=form, prepared_by=by)
    with moving(row, SheetMove.PREPARE, by=by, at=at) as (current, event):
        current.reference = next_reference("AR", event.at)
        current.prepared_at = event.at
        event.note(form=form.value, service=service.reference)
        enqueue(effects.print_sheet, event=event, reference=current.reference)
    return row
