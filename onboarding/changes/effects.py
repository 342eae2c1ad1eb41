"""What follows: mails about declarations and confirmations, the formal notice as a letter."""

from typing import Any

from policy.whitelist import queries as whitelist
from portal.documents import operations as documents
from portal.documents import queries as issued
from portal.documents.kinds import Kind as DocumentKind
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.parties import queries as parties
from portal.parties.models import LegalEntity

from . import measures, queries, rules
from .kinds import Kind
from .lifecycle import ConfirmationState, State
from .models import BreachCase, ChangeDeclaration, YearlyConfirmation

MAILS = "onboarding/changes/mails"


def _declaration(reference: str) -> ChangeDeclaration:
    rows = ChangeDeclaration.objects.select_related(
        "grant__holder", "grant__service", "declared_for", "prepared_by", "taken_by", "decided_by", "candidacy"
    )
    return rows.get(reference=reference)


def _tell(name: str, row: ChangeDeclaration, message: Delivery, to: list[str]) -> None:
    context = {
        "declaration": row,
        "grant": row.grant,
        "rule": rules.RULES[Kind(row.kind)],
        "due": queries.answer_due(row, at=message.event_at),
    }
    mail.queue(f"{MAILS}/{name}", to=to, context=context, message=message, subject_reference=row.reference)


@effect(queue=Queue.MAIL)
def ask_signature(message: Delivery, *, reference: str) -> None:
    """Asks the legal representatives to sign what somebody else prepared."""
    row = _declaration(reference)
    people = parties.legal_representatives(row.grant.holder)
    if row.state == State.PENDING and row.prepared_by not in people:
        _tell("to_sign", row, message, [person.email for person in people])


@effect(queue=Queue.MAIL)
def acknowledge(message: Delivery, *, reference: str) -> None:
    """Acknowledges a signed declaration: what it reopens, and from when it may take effect."""
    row = _declaration(reference)
    _tell("declared", row, message, whitelist.addresses(row.grant))


@effect(queue=Queue.MAIL)
def tell_answer(message: Delivery, *, reference: str) -> None:
    """Tells what was answered, with the grounds or the date."""
    row = _declaration(reference)
    name = "refused" if row.state == State.REFUSED else "accepted"
    _tell(name, row, message, whitelist.addresses(row.grant))


@effect(queue=Queue.MAIL)
def tell_end(message: Delivery, *, reference: str) -> None:
    """Tells both sides that a signed declaration ends without effect, and why; who signed it before a merger too."""
    row = _declaration(reference)
    agents = [agent.email for agent in (row.taken_by, row.decided_by) if agent]
    signers = parties.reachable_addresses(row.declared_for) if row.declared_for else []
    _tell("called_off", row, message, list(dict.fromkeys([*whitelist.addresses(row.grant), *signers, *agents])))


@effect(queue=Queue.MAIL)
def tell_transfer(message: Delivery, *, reference: str, former_id: int) -> None:
    """Tells both organisations that the service was taken over: what follows is not the same for each."""
    row = _declaration(reference)
    former = LegalEntity.objects.get(pk=former_id)
    for name, entity in (("transferred", former), ("taken_over", row.grant.holder)):
        context = {"declaration": row, "grant": row.grant, "former": former, "taker": row.grant.holder}
        mail.queue(
            f"{MAILS}/{name}",
            to=parties.reachable_addresses(entity),
            context=context,
            message=message,
            subject_reference=row.reference,
        )


def _case(reference: str) -> tuple[BreachCase, dict[str, Any]]:
    rows = BreachCase.objects.select_related("grant__holder", "grant__service", "notified_by", "observed_by")
    case = rows.get(reference=reference)
    context = {
        "case": case,
        "grant": case.grant,
        "holder": case.grant.holder,
        "source": measures.SOURCES[case.grounds],
        "allowed": [one.label.lower() for one in measures.ALLOWED[case.grounds]],
    }
    return case, context


@effect(queue=Queue.PDF)
def issue_formal_notice(message: Delivery, *, reference: str) -> None:
    """The formal notice as a sealed letter, and the mail that carries it."""
    case, context = _case(reference)
    document = documents.issue(
        DocumentKind.FORMAL_NOTICE,
        template="onboarding/changes/documents/formal_notice.html",
        context=context,
        subject_reference=case.reference,
        title=f"Mise en demeure – {case.grant.service_name}",
        owner=case.grant.holder,
        service=case.grant.service,
        message=message,
    )
    mail.queue(
        f"{MAILS}/formal_notice",
        to=parties.reachable_addresses(case.grant.holder),
        context={**context, "document": document},
        message=message,
        attachments=[issued.attachment(document)],
        subject_reference=case.reference,
    )


@effect(queue=Queue.MAIL)
def tell_observations(message: Delivery, *, reference: str) -> None:
    """Tells the agent who follows the case that the vendor answered."""
    case, context = _case(reference)
    to = [case.notified_by.email] if case.notified_by else []
    mail.queue(f"{MAILS}/observations", to=to, context=context, message=message, subject_reference=case.reference)


@effect(queue=Queue.MAIL)
def tell_outcome(message: Delivery, *, reference: str) -> None:
    """Tells the vendor how the case ended, and why."""
    case, context = _case(reference)
    to = parties.reachable_addresses(case.grant.holder)
    mail.queue(f"{MAILS}/outcome", to=to, context=context, message=message, subject_reference=case.reference)


@effect(queue=Queue.MAIL)
def ask_confirmation(message: Delivery, *, reference: str) -> None:
    """Asks, or asks again, to confirm for the year; nothing once it was confirmed."""
    rows = YearlyConfirmation.objects.select_related("grant__holder", "grant__service")
    row = rows.get(reference=reference)
    if row.state != ConfirmationState.AWAITING:
        return
    context = {"confirmation": row, "grant": row.grant, "stated": queries.to_state(row.grant)}
    to = parties.reachable_addresses(row.grant.holder)
    mail.queue(f"{MAILS}/confirmation", to=to, context=context, message=message, subject_reference=row.reference)
