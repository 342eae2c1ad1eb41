"""What follows a commit: receipt and request form, mails to the vendor and between the two sides."""

from datetime import date
from typing import Any

from onboarding.vendors import queries as vendors
from portal.accounts.models import User
from portal.documents import operations as documents
from portal.documents import queries as issued
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument
from portal.documents.printing import Embedded
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.parameters import queries as parameters
from portal.parties import queries as parties

from . import acknowledgement, filing
from .completeness import is_address
from .models import Candidacy, CandidacyQuerySet, CandidacyVersion, FieldComment, Message


@effect(queue=Queue.PDF)
def issue_receipt(message: Delivery, *, candidacy_id: int, number: int) -> None:
    """The filled request form, the receipt of a deposit and its acknowledgement, then the mail that carries them."""
    version = CandidacyVersion.objects.select_related("candidacy__service__owner", "deposited_by").get(
        candidacy_id=candidacy_id, number=number
    )
    context = _receipt_context(version)
    form = _issue(Kind.REQUEST_FORM, version, context, message, embedded=_filing(version))
    receipt = _issue(Kind.RECEIPT, version, context, message)
    acknowledgement = _issue(Kind.ACKNOWLEDGEMENT, version, context, message)
    mail.queue(
        "onboarding/candidacies/mails/receipt",
        to=_addresses(version.candidacy, version.deposited_by.email),
        context={**context, "receipt": receipt, "form": form, "acknowledgement": acknowledgement},
        message=message,
        attachments=[issued.attachment(one) for one in (receipt, acknowledgement, form)],
        subject_reference=version.candidacy.reference,
    )


def _receipt_context(version: CandidacyVersion) -> dict[str, Any]:
    candidacy = version.candidacy
    return {
        "candidacy": candidacy,
        "version": version,
        "service": candidacy.service,
        "holder": candidacy.service.owner,
        "content": version.data,
        "sections": filing.sections(version.data, hidden=_hidden(version)),
        "is_embedded": not _hidden(version),
        "mentions": acknowledgement.mentions(
            version.deposited_at,
            months=parameters.integer("request.silence_months", at=version.deposited_at),
            means=str(parameters.value("request.silence_means", at=version.deposited_at)),
        ),
        "quality": vendors.quality_of(version.deposited_by, candidacy.service.owner, at=version.deposited_at),
        "verification": vendors.verification_of(candidacy.service.owner, version.deposited_by),
    }


def _issue(
    kind: Kind,
    version: CandidacyVersion,
    context: dict[str, Any],
    message: Delivery,
    embedded: list[Embedded] | None = None,
) -> StoredDocument:
    candidacy = version.candidacy
    return documents.issue(
        kind,
        template=f"onboarding/candidacies/documents/{kind.value}.html",
        context=context,
        subject_reference=candidacy.reference,
        title=f"{kind.label} – candidature {candidacy.reference}, version {version.number}",
        owner=candidacy.service.owner,
        service=candidacy.service,
        message=message,
        embedded=embedded or (),
    )


def _hidden(version: CandidacyVersion) -> frozenset[str]:
    return frozenset(version.data["answers"].get("confidential") or ())


def _filing(version: CandidacyVersion) -> list[Embedded]:
    """The exact bytes whose digest is on the receipt travel inside the request form, unless some are confidential."""
    if _hidden(version):
        return []
    name = f"{version.candidacy.reference}-v{version.number}.json"
    return [Embedded(name, "Contenu déposé, dont l’empreinte SHA-256 figure au récépissé", version.content.encode())]


@effect(queue=Queue.MAIL)
def announce_return(message: Delivery, *, candidacy_id: int) -> None:
    """Tells the vendor what the agency asks to correct."""
    candidacy = _candidacy(candidacy_id)
    comments = list(FieldComment.objects.of_this_round(candidacy))
    _write("returned", candidacy, message, comments=comments)


@effect(queue=Queue.MAIL)
def announce_assignment(message: Delivery, *, candidacy_id: int, reason: str) -> None:
    """Tells the reviewer that a dossier was given to him; nobody, when it was meanwhile given back."""
    candidacy = _candidacy(candidacy_id)
    if to := _reviewer(candidacy):
        mail.queue(
            "onboarding/candidacies/mails/assigned",
            to=to,
            context={"candidacy": candidacy, "service": candidacy.service, "reason": reason},
            message=message,
            subject_reference=candidacy.reference,
        )


@effect(queue=Queue.MAIL)
def invite_to_take_over(message: Delivery, *, candidacy_id: int) -> None:
    """Tells the vendor that his paper request was registered, and that the rest is done in the portal."""
    candidacy = _candidacy(candidacy_id)
    _write("registered", candidacy, message, paper=candidacy.paper)


@effect(queue=Queue.MAIL)
def announce_completeness(message: Delivery, *, candidacy_id: int) -> None:
    """Tells the vendor that the committee will examine the request."""
    _write("complete", _candidacy(candidacy_id), message)


@effect(queue=Queue.MAIL)
def announce_proposal(message: Delivery, *, reference: str) -> None:
    """Tells the vendor that a draft was made for him: he completes and deposits it, or withdraws it."""
    _write("draft_proposed", _candidacies().get(reference=reference), message)


@effect(queue=Queue.MAIL)
def warn_of_closing(message: Delivery, *, candidacy_id: int, closing: str) -> None:
    """Tells the vendor on which day the clock will close his draft, unless somebody fills it."""
    _write("draft_warning", _candidacy(candidacy_id), message, closing=date.fromisoformat(closing))


@effect(queue=Queue.MAIL)
def announce_abandonment(message: Delivery, *, candidacy_id: int) -> None:
    """Tells the vendor that his draft was closed."""
    _write("draft_closed", _candidacy(candidacy_id), message)


@effect(queue=Queue.MAIL)
def acknowledge_withdrawal(message: Delivery, *, candidacy_id: int) -> None:
    """Confirms to the vendor, and tells the reviewer, that the request was withdrawn."""
    candidacy = _candidacy(candidacy_id)
    _write("withdrawn", candidacy, message, *_reviewer(candidacy))


@effect(queue=Queue.MAIL)
def announce_end(message: Delivery, *, candidacy_id: int) -> None:
    """Tells the vendor, and the reviewer who had the dossier, that the request ended with its service."""
    candidacy = _candidacy(candidacy_id)
    _write("service_ended", candidacy, message, *_reviewer(candidacy))


@effect(queue=Queue.MAIL)
def announce_message(message: Delivery, *, message_id: int) -> None:
    """Tells the other side that a message waits; without a reviewer, the agency finds it on its desk."""
    written = Message.objects.select_related("candidacy__service__owner", "candidacy__reviewer", "author").get(
        pk=message_id
    )
    candidacy = written.candidacy
    to = _addresses(candidacy) if written.from_agency else _reviewer(candidacy)
    if to:
        mail.queue(
            "onboarding/candidacies/mails/message",
            to=to,
            context={"candidacy": candidacy, "service": candidacy.service, "written": written},
            message=message,
            subject_reference=candidacy.reference,
        )


def foreseen(name: str, candidacy: Candidacy, **context: Any) -> mail.Preview:
    """The mail to the vendor that a move would send now, for who is about to make it."""
    return mail.preview(
        f"onboarding/candidacies/mails/{name}", to=_addresses(candidacy), context=_context(candidacy, context)
    )


def _reviewer(candidacy: Candidacy) -> list[str]:
    """The reviewer's address; none without a reviewer, or once the applicant is closed to him."""
    mine = User.objects.filter(pk=candidacy.reviewer_id)
    return list(parties.open_to(mine, candidacy.service.owner).values_list("email", flat=True))


def _context(candidacy: Candidacy, more: dict[str, Any]) -> dict[str, Any]:
    return {"candidacy": candidacy, "service": candidacy.service, "holder": candidacy.service.owner, **more}


def _candidacy(pk: int) -> Candidacy:
    return _candidacies().get(pk=pk)


def _candidacies() -> CandidacyQuerySet:
    return Candidacy.objects.select_related("service__owner", "reviewer")


def _write(name: str, candidacy: Candidacy, message: Delivery, *also: str, **context: Any) -> None:
    mail.queue(
        f"onboarding/candidacies/mails/{name}",
        to=_addresses(candidacy, *also),
        context=_context(candidacy, context),
        message=message,
        subject_reference=candidacy.reference,
    )


def _addresses(candidacy: Candidacy, *also: str) -> list[str]:
    """Representatives, generic mailbox and technical contact, each once; a draft may hold an address that is none."""
    contact = candidacy.technical_email.strip()
    known = [*parties.reachable_addresses(candidacy.service.owner), *also, *([contact] if is_address(contact) else [])]
    return list(dict.fromkeys(address for address in known if address))
