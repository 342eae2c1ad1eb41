"""Verbs on candidacies: the only code of the slice that saves."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from onboarding.candidacies import duties, effects, eligibility, filing, queries
from onboarding.candidacies.blocks import BLOCK_OF, Block, field_label, of_direction
from onboarding.candidacies.comments import CommentKind
from onboarding.candidacies.eligibility import Answer
from onboarding.candidacies.lifecycle import Move
from onboarding.candidacies.models import (
    Candidacy,
    CandidacyVersion,
    EligibilityAnswer,
    FieldComment,
    Message,
)
from onboarding.candidacies.operations.endings import admit as admit
from onboarding.candidacies.operations.endings import defer as defer
from onboarding.candidacies.operations.endings import end as end
from onboarding.candidacies.operations.endings import refuse as refuse
from onboarding.candidacies.operations.starting import hold_services as hold_services
from onboarding.candidacies.operations.starting import refuse_ending
from onboarding.candidacies.queries import contents, grids, openings, versions
from policy.certificates import operations as certificates
from policy.grants.direction import Direction
from policy.grants.models import Grant
from portal.accounts.models import User
from portal.audit.record import Event
from portal.lifecycle import registry
from portal.lifecycle.errors import Incomplete, Refused, Stale
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue
from portal.parties.models import DigitalService, LegalEntity
from portal.reference.spaces import SpaceKind


def open(
    service: DigitalService,
    *,
    direction: str = Direction.FEEDING,
    space: str = SpaceKind.NATIONAL,
    by: User | None,
    at: datetime | None = None,
) -> Candidacy:
    """Opens a draft, filled with what the owner already answered.

    Refused while another is open in that direction, and once the end of the service is accepted.
    """
    former = openings.predecessor(service, direction)
    answers = openings.answers_given_before(service, direction)
    candidacy = Candidacy(service=service, direction=direction, space=space, follows=former, opened_by=by, **answers)
    with moving(candidacy, Move.OPEN, by=by, at=at) as (current, event):
        refuse_ending(service)
        current.reference = next_reference("C", event.at)
        current.opened_at = current.touched_at = event.at
        event.note(service=service.reference, direction=Direction(direction).label.lower())
    return candidacy


def open_amendment(
    grant: Grant,
    blocks: Iterable[Block],
    *,
    carried_on: bool = False,
    by: User | None,
    at: datetime | None = None,
) -> Candidacy:
    """Opens a request that changes a living right: filled with what was granted, only these blocks may change.

    The right stays as it is until who granted it, the committee or its region's authority, admits the change; the
    request follows the one in force. Refused while another is open, and once the end of the service is accepted, or has
    come where another organisation carries it on.
    """
    service, direction = grant.service, grant.direction
    former = openings.in_force(grant)
    reopened = [str(block) for block in blocks if block in of_direction(direction)]
    answers = openings.answers_granted(grant, former, reopened)
    space = SpaceKind.REGIONAL if grant.region else SpaceKind.NATIONAL
    made = Candidacy(
        service=service,
        direction=direction,
        space=space,
        follows=former,
        amends=grant,
        reopened=reopened,
        opened_by=by,
        **answers,
    )
    with moving(made, Move.OPEN, by=by, at=at) as (current, event):
        refuse_ending(service, carried_on=carried_on)
        current.reference = next_reference("C", event.at)
        current.opened_at = event.at
        event.note(service=service.reference, direction=Direction(direction).label.lower())
    return made


def edit(
    candidacy: Candidacy,
    block: Block,
    values: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime | None = None,
    seen: str | None = None,
) -> None:
    """Saves a block, errors included. `seen` is what `queries.seen` said when the page was opened; Stale otherwise.

    After a return, only the fields that the agency commented may change.
    """
    with moving(candidacy, Move.EDIT, by=by, at=at) as (current, event):
        if seen is not None and seen != queries.seen(current, block):
            sentence = f"Quelqu’un a modifié « {block.label} » pendant que vous remplissiez cette page."
            raise Stale(sentence, current=current)
        if note := values.get("acknowledged_duties"):
            values = {**values, "acknowledged_duties": duties.dated(note, by=by.full_name if by else "", at=event.at)}
        _refuse_closed_fields(current, block, values)
        for name, value in values.items():
            setattr(current, name, value)
        current.touched_at, current.warned_at = event.at, None  # the clock counts again from here
        event.note(block=block.label)


def _refuse_closed_fields(candidacy: Candidacy, block: Block, values: Mapping[str, Any]) -> None:
    allowed = queries.open_fields(candidacy)[block]
    for name, value in values.items():
        if name not in allowed and value != getattr(candidacy, name):
            label = field_label(block, name)
            raise Refused(f"L’agence n’a pas demandé de corriger « {label} » : ce champ ne change pas.", field=name)


def submit(candidacy: Candidacy, *, by: User | None, at: datetime | None = None) -> CandidacyVersion:
    """The legal representative hands a complete request over; a frozen version, a receipt and a mail follow."""
    with moving(candidacy, Move.SUBMIT, by=by, at=at) as (current, event):
        if lacking := queries.missing(current, at=event.at):
            raise Incomplete(lacking)
        version = freeze(current, event, by=by)
        current.submitted_at = event.at
        current.comments.of_this_round(current).update(closed_at=event.at)
        event.note(number=version.number, sha256=version.sha256)
        enqueue(effects.issue_receipt, event=event, candidacy_id=current.pk, number=version.number)
    return version


def freeze(candidacy: Candidacy, event: Event, *, by: User | None, depositor: str = "") -> CandidacyVersion:
    """Keeps the request as it stands as its next version, inside a move; `depositor` deposited it, if not `by`."""
    last = versions.last_version(candidacy)
    number = last.number + 1 if last else 1
    deposit = {
        "number": number,
        "deposited_at": event.at.isoformat(),
        "deposited_by": depositor or (by.full_name if by else ""),
    }
    content = filing.canonical(contents.to_freeze(candidacy) | {"deposit": deposit})
    version = CandidacyVersion(
        candidacy=candidacy,
        number=number,
        deposited_at=event.at,
        deposited_by=by,
        content=content,
        sha256=filing.digest(content),
    )
    save(version)
    number_named = candidacy.third_party_number if candidacy.for_third_party else ""
    certificates.name_third_party(
        candidacy.service,
        source=candidacy.reference,
        name=candidacy.third_party_name,
        number=number_named,
        at=event.at,
    )
    return version


def take(candidacy: Candidacy, *, by: User | None, at: datetime | None = None) -> None:
    """A reviewer takes the deposited candidacy in charge."""
    with moving(candidacy, Move.TAKE, by=by, at=at) as (current, _):
        current.reviewer = by


def assign(
    candidacy: Candidacy, reviewer: User | None, *, reason: str = "", by: User | None, at: datetime | None = None
) -> None:
    """Gives the dossier to a reviewer, or back to nobody; he is told by mail, unless he takes it himself.

    Refused for somebody who does not review, to whom the applicant is closed, or who has it already.
    """
    with moving(candidacy, Move.ASSIGN, by=by, at=at) as (current, event):
        if reviewer is not None and not registry.may(reviewer, Move.TAKE, current):
            raise Refused(f"{reviewer.full_name} n’est pas instructeur.", field="reviewer")
        if reviewer is not None and _is_closed(current, reviewer):
            raise Refused(f"{reviewer.full_name} ne lit pas {current} : le demandeur lui est fermé.", field="reviewer")
        if current.reviewer_id == (reviewer.pk if reviewer else None):
            raise Refused(f"{_held_by(reviewer)} la candidature {current}.", field="reviewer")
        current.reviewer = reviewer
        event.note(reviewer=reviewer.full_name if reviewer else "personne", reason=reason.strip())
        if reviewer is not None and reviewer != by:
            enqueue(effects.announce_assignment, event=event, candidacy_id=current.pk, reason=reason.strip())


def _is_closed(candidacy: Candidacy, reviewer: User) -> bool:
    return LegalEntity.objects.closed_to(reviewer).filter(pk=candidacy.service.owner_id).exists()


def _held_by(reviewer: User | None) -> str:
    return f"{reviewer.full_name} instruit déjà" if reviewer else "Personne n’instruit"


def assess(
    candidacy: Candidacy,
    answers: Mapping[str, tuple[str, str]],
    *,
    by: User,
    at: datetime | None = None,
) -> None:
    """Answers criteria of the eligibility grid: code -> (answer, comment). A « no » needs a comment."""
    with moving(candidacy, Move.ASSESS, by=by, at=at) as (current, event):
        known = {criterion.code for criterion in eligibility.criteria(current.direction)}
        for code, (answer, comment) in answers.items():
            if code not in known or answer not in set(Answer):
                raise Refused("Ce critère ou cette réponse n’existe pas.", field=code)
            if answer == Answer.NO and not comment.strip():
                raise Refused("Expliquez pourquoi le critère n’est pas rempli.", field=f"{code}_comment")
            _answer_criterion(current, code, answer, comment.strip(), by=by, at=event.at)


def _answer_criterion(candidacy: Candidacy, code: str, answer: str, comment: str, *, by: User, at: datetime) -> None:
    row = candidacy.eligibility_answers.filter(criterion=code).first() or EligibilityAnswer(
        candidacy=candidacy, criterion=code
    )
    row.answer, row.comment, row.answered_by, row.answered_at = answer, comment, by, at
    save(row)


def comment(
    candidacy: Candidacy,
    *,
    block: Block,
    field: str = "",
    kind: str | CommentKind,
    text: str,
    by: User | None,
    at: datetime | None = None,
) -> FieldComment:
    """Prepares a comment on an answer, or on a whole block; the vendor reads it once the candidacy is returned."""
    with moving(candidacy, Move.COMMENT, by=by, at=at) as (current, event):
        if not text.strip():
            raise Refused("Dites ce qui est à corriger.", field="text")
        if field and BLOCK_OF.get(field) is not block:
            raise Refused("Ce champ n’appartient pas à ce bloc.", field="field")
        last = current.comments.order_by("-number").values_list("number", flat=True).first() or 0
        row = FieldComment(
            candidacy=current,
            number=last + 1,
            block=block,
            field=field,
            kind=kind,
            text=text.strip(),
            author=by,
            written_at=event.at,
        )
        save(row)
        event.note(field=row.label, kind=CommentKind(kind).label)
    return row


def drop_comment(candidacy: Candidacy, number: int, *, by: User | None, at: datetime | None = None) -> None:
    """Takes a prepared comment away. Refused once it was sent."""
    with moving(candidacy, Move.COMMENT, by=by, at=at) as (current, event):
        row = current.comments.prepared().filter(number=number).first()
        if row is None:
            raise Refused("Ce commentaire a déjà été envoyé, ou n’existe pas.")
        event.note(field=row.label, dropped=row.text)
        row.delete()


def return_to_vendor(candidacy: Candidacy, *, by: User | None, at: datetime | None = None) -> None:
    """Sends the prepared comments to the vendor, whose turn it is. Refused without any."""
    with moving(candidacy, Move.RETURN_TO_VENDOR, by=by, at=at) as (current, event):
        count = current.comments.prepared().update(sent_at=event.at)
        if not count:
            raise Refused("Préparez au moins un commentaire : l’éditeur doit savoir quoi corriger.")
        event.note(count=f"{count} commentaire{'s' if count > 1 else ''}")
        enqueue(effects.announce_return, event=event, candidacy_id=current.pk)


def answer(candidacy: Candidacy, number: int, text: str, *, by: User | None, at: datetime | None = None) -> None:
    """The vendor answers a comment; an answer may be changed until the next deposit."""
    with moving(candidacy, Move.ANSWER, by=by, at=at) as (current, event):
        row = FieldComment.objects.of_this_round(current).filter(number=number).first()
        if row is None:
            raise Refused("Ce commentaire n’attend pas de réponse.")
        if not text.strip():
            raise Refused("Écrivez votre réponse.", field="answer")
        row.answer, row.answered_by, row.answered_at = text.strip(), by, event.at
        save(row)
        event.note(field=row.label)


def correct(
    candidacy: Candidacy,
    number: int,
    values: Mapping[str, Any],
    text: str,
    *,
    by: User | None,
    at: datetime | None = None,
    seen: str | None = None,
) -> None:
    """Corrects what a comment is about and answers it, together or not at all. No value: only the answer counts."""
    with transaction.atomic():
        comment = FieldComment.objects.of_this_round(candidacy).filter(number=number).first()
        if comment is None:
            raise Refused("Ce commentaire n’attend pas de réponse.")
        if values:
            edit(candidacy, Block(comment.block), values, by=by, at=at, seen=seen)
        answer(candidacy, number, text, by=by, at=at)


def declare_complete(candidacy: Candidacy, *, by: User | None, at: datetime | None = None) -> None:
    """The request may go before the committee. Refused before the grid is answered, or with comments still prepared."""
    with moving(candidacy, Move.DECLARE_COMPLETE, by=by, at=at) as (current, event):
        if lacking := grids.before_completeness(current):
            raise Refused(" ".join(lacking))
        current.completed_at = event.at
        enqueue(effects.announce_completeness, event=event, candidacy_id=current.pk)


def withdraw(candidacy: Candidacy, *, by: User | None, at: datetime | None = None) -> None:
    """The legal representative gives the request up; another one may then be opened."""
    with moving(candidacy, Move.WITHDRAW, by=by, at=at) as (current, event):
        current.closed_at = event.at
        certificates.end_third_party(current.service, source=current.reference)
        if current.submitted_at:
            enqueue(effects.acknowledge_withdrawal, event=event, candidacy_id=current.pk)


def write(
    candidacy: Candidacy, body: str, *, reply_to: Message | None = None, by: User, at: datetime | None = None
) -> Message:
    """Adds a message, or a reply to one of them; the other side is told by mail."""
    with moving(candidacy, Move.WRITE, by=by, at=at) as (current, event):
        if not body.strip():
            raise Refused("Écrivez votre message.", field="body")
        if reply_to is not None and reply_to.candidacy_id != current.pk:
            raise Refused("Ce message n’est pas de cette candidature.", field="reply_to")
        message = Message(
            candidacy=current, author=by, from_agency=by.is_staff_member, body=body.strip(), written_at=event.at
        )
        message.reply_to = (reply_to.reply_to or reply_to) if reply_to else None
        save(message)
        enqueue(effects.announce_message, event=event, message_id=message.pk)
    return message
