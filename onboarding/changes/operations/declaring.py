"""Declarations of change: prepared, signed, answered, applied. The right in force stays until the change is applied."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.lifecycle import State as CandidacyState
from onboarding.candidacies.queries import openings
from onboarding.changes import acquirer, effects, queries, rules
from onboarding.changes.kinds import Kind, Level
from onboarding.changes.lifecycle import Move
from onboarding.changes.models import ChangeDeclaration
from onboarding.changes.operations import ending
from onboarding.establishments import operations as establishments
from onboarding.vendors import operations as vendors
from policy.certificates.environments import Environment
from policy.certificates.models import Certificate
from policy.grants import connection
from policy.grants import operations as grants
from policy.grants.models import Grant
from policy.whitelist import operations as whitelist
from portal.audit.record import Event
from portal.calendar.deadlines import paris_date, start_of_day
from portal.documents.models import DepositedFile
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue
from portal.parties import operations as parties
from portal.web import wording

STOPPED = (
    "l’habilitation reste suspendue : son nouveau titulaire se met en règle et demande la levée, puis l’agence "
    "propose l’inscription"
)


def prepare(
    grant: Grant,
    *,
    kind: str,
    proposed: str,
    description: str = "",
    changes_profile: bool = False,
    wished_date: date | None = None,
    piece: DepositedFile | None = None,
    by: Any,
    at: datetime | None = None,
) -> ChangeDeclaration:
    """Somebody of the vendor prepares a declaration; it counts once the legal representative has signed it.

    Raises Refused, naming the field, when the new value does not fit the right, or while one of that kind is open.
    """
    row = ChangeDeclaration(
        grant=grant,
        declared_for=grant.holder,
        kind=Kind(kind),
        proposed=proposed.strip(),
        description=description.strip(),
        changes_profile=changes_profile,
        wished_date=wished_date,
        piece=piece,
        prepared_by=by,
    )
    with moving(row, Move.PREPARE, by=by, at=at) as (current, event):
        _check(current, at=event.at)
        current.reference = next_reference("CH", event.at)
        current.prepared_at = event.at
        current.former = queries.former_value(grant, Kind(kind))
        event.note(kind=Kind(kind).label.lower(), service=grant.service_name)
        enqueue(effects.ask_signature, event=event, reference=current.reference)
    return row


def _check(row: ChangeDeclaration, *, at: datetime) -> None:
    """The new value fits the right; the checks of the slice that will apply it are made again then."""
    if Kind(row.kind) not in queries.kinds_for(row.grant):
        raise Refused("Ce changement ne concerne pas cette habilitation.", field="kind")
    carried_on = row.kind == Kind.MERGER
    if _asks_the_committee(row) and (sentence := openings.ending(row.grant.service, carried_on=carried_on)):
        raise Refused(sentence)
    if not row.proposed:
        raise Refused("Dites ce qui change.", field="proposed")
    if row.wished_date and row.wished_date < paris_date(at):
        raise Refused("La date souhaitée est passée.", field="wished_date")
    if row.kind == Kind.MERGER and acquirer.siren_in(row.proposed) in ("", row.grant.holder.siren):
        raise Refused("Donnez le SIREN (9 chiffres) de l’organisme qui reprend le service.", field="proposed")
    if row.kind == Kind.URL and not connection.is_https(row.proposed):
        raise Refused("Indiquez une adresse complète commençant par https://.", field="proposed")
    if row.kind == Kind.CERTIFICATE and row.proposed not in {one.reference for one in _certificates(row, at=at)}:
        raise Refused("Déclarez d’abord ce certificat pour la production, puis choisissez-le ici.", field="proposed")
    if row.kind == Kind.ESTABLISHMENTS and _draft(row) is None:
        raise Refused(
            "Envoyez d’abord la nouvelle liste : elle doit compter un établissement valide.", field="proposed"
        )


def _asks_the_committee(row: ChangeDeclaration) -> bool:
    return rules.consequence(Kind(row.kind), changes_profile=row.changes_profile).level is Level.COMMITTEE


def _certificates(row: ChangeDeclaration, *, at: datetime) -> list[Certificate]:
    return queries.new_certificates(row.grant, at=at)


def _draft(row: ChangeDeclaration) -> Any:
    held = queries.draft_list(row.grant)
    return held if held and held.reference == row.proposed else None


def sign(declaration: ChangeDeclaration, *, by: Any, version: int | None = None, at: datetime | None = None) -> None:
    """The legal representative makes the declaration his own: what it reopens is frozen, and only that is reopened.

    A notice is taken into account at once. A list is confirmed; a change of purpose opens its amendment.
    """
    with moving(declaration, Move.SIGN, by=by, at=at, version=version) as (current, event):
        _check(current, at=event.at)
        kind = Kind(current.kind)
        found = rules.consequence(kind, changes_profile=current.changes_profile)
        current.level, current.applier = found.level, found.applier
        current.earliest_date = queries.earliest_date(found, kind, at=event.at)
        current.signed_by, current.signed_at = by, event.at
        event.note(kind=kind.label.lower(), level=found.level.label.lower())
        if kind is Kind.ESTABLISHMENTS:
            establishments.confirm(_draft(current), by=by, at=event.at)
        if found.level is Level.COMMITTEE:
            current.candidacy = candidacies.open_amendment(
                current.grant, found.blocks, carried_on=kind is Kind.MERGER, by=by, at=event.at
            )
        if found.level is Level.NOTICE:
            vendors.note_version(current.grant.service, current.proposed, by=by, at=event.at)
        enqueue(effects.acknowledge, event=event, reference=current.reference)
    if declaration.level == Level.NOTICE:
        _take_note(declaration, at=at)


def _take_note(declaration: ChangeDeclaration, *, at: datetime | None) -> None:
    with moving(declaration, Move.APPLY, by=None, at=at or declaration.signed_at) as (current, event):
        current.effective_date = paris_date(event.at)
        _done(current, event, "information enregistrée")


def take(declaration: ChangeDeclaration, *, by: Any, at: datetime | None = None) -> None:
    """An agent examines the declaration."""
    with moving(declaration, Move.TAKE, by=by, at=at) as (current, _):
        current.taken_by = by


def accept(
    declaration: ChangeDeclaration,
    *,
    effective_date: date | None = None,
    grounds: str = "",
    by: Any,
    at: datetime | None = None,
) -> None:
    """The change is granted, from a day which is not past: by default the first that is both possible and wished.

    Raises Refused while what it reopened is not behind: tests to verify, a decision of the committee.
    """
    with moving(declaration, Move.ACCEPT, by=by, at=at) as (current, event):
        if sentence := queries.before_acceptance(current):
            raise Refused(sentence)
        today = paris_date(event.at)
        current.effective_date = effective_date or max(
            filter(None, [current.wished_date, current.earliest_date, today])
        )
        if current.effective_date < today:
            raise Refused("La date d’effet est passée.", field="effective_date")
        if current.kind == Kind.END_OF_SERVICE:
            ending.plan(current, by=by, at=event.at)
        _answer(current, event, grounds, by=by)
        event.note(effective=wording.day(current.effective_date))


def refuse(declaration: ChangeDeclaration, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """The change is refused, with grounds: the right in force stays as it is."""
    with moving(declaration, Move.REFUSE, by=by, at=at) as (current, event):
        if not grounds.strip():
            raise Refused("Indiquez les motifs du refus : l’éditeur les reçoit tels quels.", field="grounds")
        _answer(current, event, grounds, by=by)
        event.note(grounds=current.grounds)


def _answer(row: ChangeDeclaration, event: Event, grounds: str, *, by: Any) -> None:
    row.decided_by, row.decided_at, row.grounds = by, event.at, grounds.strip()
    enqueue(effects.tell_answer, event=event, reference=row.reference)


def withdraw(declaration: ChangeDeclaration, *, by: Any, at: datetime | None = None) -> None:
    """The vendor gives the change up; an amendment not decided yet is withdrawn with it."""
    with moving(declaration, Move.WITHDRAW, by=by, at=at) as (current, event):
        current.decided_at = event.at
        amendment = current.candidacy
        if amendment and amendment.state not in (CandidacyState.ADMITTED, CandidacyState.REFUSED):
            candidacies.withdraw(amendment, by=by, at=event.at)


def call_off(declaration: ChangeDeclaration, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """Either side gives up a change accepted and not applied yet, and says why: the right in force stays as it is."""
    with moving(declaration, Move.CALL_OFF, by=by, at=at) as (current, event):
        if not grounds.strip():
            raise Refused("Dites pourquoi : l’autre partie reçoit ces motifs tels quels.", field="grounds")
        current.grounds, current.decided_at = grounds.strip(), event.at
        current.outcome = "annulée par l’agence" if by.is_staff_member else "annulée par l’éditeur"
        event.note(grounds=current.grounds)
        if current.kind == Kind.END_OF_SERVICE:
            parties.keep_service(current.grant.service, change=current.reference, by=by, at=event.at)
        enqueue(effects.tell_end, event=event, reference=current.reference)


def apply(declaration: ChangeDeclaration, *, by: Any, at: datetime | None = None) -> None:
    """What was granted is done, through the verbs of the slice that holds it.

    An address, a certificate or a list gives a proposal to the whitelist, which a second manager approves.
    """
    with moving(declaration, Move.APPLY, by=by, at=at) as (current, event):
        former = current.grant.holder_id
        _done(current, event, APPLY[Kind(current.kind)](current, by, event.at))
        if current.kind == Kind.MERGER:
            enqueue(effects.tell_transfer, event=event, reference=current.reference, former_id=former)


def _done(row: ChangeDeclaration, event: Event, outcome: str) -> None:
    row.applied_at, row.outcome = event.at, outcome[:300]
    event.note(done=outcome)


def _new_url(row: ChangeDeclaration, by: Any, at: datetime) -> str:
    grants.record_production_url(row.grant, url=row.proposed, by=by, at=at)
    vendors.apply_change(row.grant.service, change=row.reference, url=row.proposed, by=by, at=at)
    return _new_entry(row, by, at)


def _new_entry(row: ChangeDeclaration, by: Any, at: datetime) -> str:
    """The right as it is now is proposed to the whitelist; the entry in force stays until a second person approves."""
    grant = Grant.objects.select_related("service").get(pk=row.grant_id)
    assert row.effective_date is not None  # an accepted declaration has one
    entry = whitelist.propose(
        grant,
        environment=Environment.PRODUCTION,
        effective_at=start_of_day(row.effective_date),
        certificates=_chosen(row) if grant.needs_certificate else None,
        by=by,
        at=at,
    )
    return f"inscription {entry.reference} proposée"


def _chosen(row: ChangeDeclaration) -> list[str] | None:
    """The certificates of the entry in force, and the declared one: both pass until the old one is withdrawn."""
    entry = queries.production_entry(row.grant)
    if entry is None:
        return None
    named = list(entry.certificates.values_list("certificate__reference", flat=True))
    return [*named, row.proposed] if row.kind == Kind.CERTIFICATE else named


def _new_hosting(row: ChangeDeclaration, by: Any, at: datetime) -> str:
    vendors.apply_change(row.grant.service, change=row.reference, hosting=row.proposed, by=by, at=at)
    return "fiche du service mise à jour"


def _noted(row: ChangeDeclaration, by: Any, at: datetime) -> str:
    return "changement enregistré"


def _decided(row: ChangeDeclaration, by: Any, at: datetime) -> str:
    """The committee's decision changed the right already; production follows by a new entry when there is one."""
    return _new_entry(row, by, at) if queries.production_entry(row.grant) else "habilitation modifiée"


def _merged(row: ChangeDeclaration, by: Any, at: datetime) -> str:
    """The service and its living rights go to who takes them over; production follows by a new entry.

    A right that is stopped changes hands stopped: its measures follow it, and its new holder answers them.
    """
    taker = queries.acquirer_of(row)
    if taker is None:
        raise Refused(
            f"L’organisme de SIREN {acquirer.siren_in(row.proposed)} n’est pas encore rattaché au portail : son "
            "représentant légal le demande d’abord, et l’agence vérifie sa qualité."
        )
    former = row.grant.holder
    for other in queries.lost_by_merger(row):
        ending.lapse(other, because=f"le service passe à {taker.name} ({row.reference})", at=at)
    parties.transfer_service(row.grant.service, taker, change=row.reference, by=by, at=at)
    for right in queries.rights_of(row.grant):
        grants.transfer(right, taker, source=row.reference, by=by, at=at)
    follows = STOPPED if queries.is_stopped(row.grant) else _decided(row, by, at)
    return f"service rattaché à {taker.name} (auparavant à {former.name}) ; {follows}"


APPLY: Mapping[Kind, Callable[[ChangeDeclaration, Any, datetime], str]] = {
    Kind.URL: _new_url,
    Kind.CERTIFICATE: _new_entry,
    Kind.ESTABLISHMENTS: _new_entry,
    Kind.VERSION: _noted,
    Kind.MAJOR_FUNCTION: _noted,
    Kind.PURPOSE: _decided,
    Kind.HOSTING: _new_hosting,
    Kind.REPRESENTATIVE: _noted,
    Kind.MERGER: _merged,
    Kind.END_OF_SERVICE: ending.carry_out,
}


def follow_committee(declaration: ChangeDeclaration, *, at: datetime | None = None) -> None:
    """The clock: the amendment met its end, and the declaration has the committee's answer."""
    amendment = declaration.candidacy
    assert amendment is not None  # the query asks for one
    if amendment.state == CandidacyState.ADMITTED:
        with moving(declaration, Move.TAKE_DECISION, by=None, at=at) as (current, event):
            current.effective_date = paris_date(event.at)
            _answer(current, event, f"Décision du comité sur la candidature {amendment}", by=None)
            event.note(effective=wording.day(current.effective_date))
        return
    said = "retirée" if amendment.state == CandidacyState.WITHDRAWN else "refusée par le comité"
    refuse(declaration, grounds=f"Candidature modificative {amendment} {said}.", by=None, at=at)


def end_due(declaration: ChangeDeclaration, *, at: datetime | None = None) -> None:
    """The clock: the accepted day of an end of service has come."""
    apply(declaration, by=None, at=at)
