"""What follows a signature or a publication: the signed document, and mails to those concerned."""

from onboarding.vendors import queries as vendors
from portal.documents import operations as documents
from portal.documents import queries as document_queries
from portal.documents.kinds import Kind as DocumentKind
from portal.documents.printing import Embedded
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.parties import queries as parties
from portal.parties.models import LegalEntity

from . import queries
from .kinds import Act, Kind
from .models import LegalTextVersion, Signature

SIGNED = "onboarding/legaltexts/documents/signed_text.html"


@effect(queue=Queue.PDF)
def issue_signed_text(message: Delivery, *, reference: str) -> None:
    """The text as signed, with the exact bytes inside, kept and sent to the legal entity."""
    signature = Signature.objects.select_related("text_version__text", "service", "legal_entity", "signer").get(
        reference=reference
    )
    version = signature.text_version
    verification = vendors.verification_of(signature.legal_entity, signature.signer)
    context = {"signature": signature, "version": version, "verification": verification}
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


def _act(version: LegalTextVersion) -> str:
    return "exemplaire signé" if version.act == Act.SIGN else "attestation de lecture"


@effect(queue=Queue.MAIL)
def announce_version(message: Delivery, *, kind: str, number: int) -> None:
    """Each legal entity that signed an earlier version learns of the new one."""
    version = queries.version_of(Kind(kind), number)
    assert version is not None
    concerned = LegalEntity.objects.filter(signatures__text_version__text=version.text_id).distinct().order_by("pk")
    for entity in concerned:
        mail.queue(
            "onboarding/legaltexts/mails/new_version",
            to=parties.reachable_addresses(entity),
            context={"version": version, "entity": entity, "slug": version.kind.slug},
            message=message,
        )
