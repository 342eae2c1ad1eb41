"""What follows a signature or a publication: the signed document, and mails to those concerned."""

from onboarding.vendors import queries as vendors
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.documents import operations as documents
from portal.documents import queries as document_queries
from portal.documents.kinds import Kind as DocumentKind
from portal.documents.printing import Embedded
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.parties import queries as parties

from .kinds import Act
from .lifecycle import CallState
from .models import LegalTextVersion, Signature, SignatureCall, TextDelivery

MAILS = "onboarding/legaltexts/mails"

SIGNED = "onboarding/legaltexts/documents/signed_text.html"
UNSIGNED = "onboarding/legaltexts/documents/text.html"


@effect(queue=Queue.PDF)
def issue_signed_text(message: Delivery, *, reference: str) -> None:
    """The text as signed, with the exact bytes inside, kept and sent to the legal entity."""
    signature = Signature.objects.select_related("text_version__text", "service", "legal_entity", "signer").get(
        reference=reference
    )
    version = signature.text_version
    verification = vendors.verification_of(signature.legal_entity, signature.signer)
    quality = vendors.quality_of(signature.signer, signature.legal_entity, at=signature.signed_at)
    context = {"signature": signature, "version": version, "verification": verification, "quality": quality}
    document = documents.issue(
        DocumentKind.SIGNED_CHARTER,
        template=SIGNED,
        context=context,
        subject_reference=signature.reference,
        title=f"{version.title} – {_act(version)}",
        owner=signature.legal_entity,
        service=signature.service,
        message=message,
        embedded=[Embedded(f"texte-{version.sha256[:12]}.txt", "Texte exact qui a été signé", version.canonical)],
    )
    mail.queue(
        "onboarding/legaltexts/mails/signed",
        to=parties.reachable_addresses(signature.legal_entity),
        context={**context, "document": document},
        message=message,
        attachments=[document_queries.attachment(document)],
        subject_reference=signature.reference,
    )


@effect(queue=Queue.PDF)
def issue_text(message: Delivery, *, kind: str, number: int) -> None:
    """A version as a document to read, before anybody signs it: the same text, its exact bytes inside."""
    version = LegalTextVersion.objects.select_related("text").get(text__kind=kind, number=number)
    documents.issue(
        DocumentKind.LEGAL_TEXT,
        template=UNSIGNED,
        context={"version": version},
        subject_reference=version.document_subject,
        title=str(version),
        owner=None,
        service=None,
        message=message,
        embedded=[Embedded(f"texte-{version.sha256[:12]}.txt", "Texte exact", version.canonical)],
    )


def _act(version: LegalTextVersion) -> str:
    return "exemplaire signé" if version.act == Act.SIGN else "attestation de lecture"


@effect(queue=Queue.MAIL)
def announce_version(message: Delivery, *, delivery_id: int) -> None:
    """A legal entity learns of a new version: why, what changes, and for which services it is to sign."""
    delivery = TextDelivery.objects.select_related("text_version__text", "legal_entity").get(pk=delivery_id)
    version = delivery.text_version
    mail.queue(
        f"{MAILS}/new_version",
        to=parties.reachable_addresses(delivery.legal_entity),
        context={
            "version": version,
            "delivery": delivery,
            "entity": delivery.legal_entity,
            "calls": list(version.calls.filter(legal_entity=delivery.legal_entity_id).select_related("service")),
            "slug": version.kind.slug,
        },
        message=message,
        subject_reference=delivery.reference,
    )


@effect(queue=Queue.MAIL)
def remind_signature(message: Delivery, *, call_id: int) -> None:
    """A legal entity is reminded to sign, unless it did meanwhile."""
    call = SignatureCall.objects.select_related("text_version__text", "service", "legal_entity").get(pk=call_id)
    if call.state != CallState.AWAITED:
        return
    mail.queue(
        f"{MAILS}/reminder",
        to=parties.reachable_addresses(call.legal_entity),
        context={"call": call, "version": call.text_version, "slug": call.text_version.kind.slug},
        message=message,
        subject_reference=call.service.reference,
    )


@effect(queue=Queue.MAIL)
def tell_agency(message: Delivery, *, version_id: int) -> None:
    """The agency learns who has not signed a version in time, and decides what to do."""
    version = LegalTextVersion.objects.select_related("text").get(pk=version_id)
    late = list(version.calls.overdue().select_related("service", "legal_entity"))
    roles = (StaffRole.POLICY_MANAGER, StaffRole.ADMINISTRATOR)
    addresses = [address for role in roles for address in User.objects.holding(role).values_list("email", flat=True)]
    mail.queue(
        f"{MAILS}/overdue",
        to=sorted(set(addresses)),
        context={"version": version, "late": late, "slug": version.kind.slug},
        message=message,
    )
