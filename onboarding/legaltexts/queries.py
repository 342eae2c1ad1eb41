"""What is in force, what a service must still sign, who signed what."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from policy.grants.direction import Direction
from portal.documents.kinds import Kind as DocumentKind
from portal.documents.models import StoredDocument
from portal.parameters import queries as parameters
from portal.parties.models import DigitalService
from portal.parties.roles import MembershipRole

from .kinds import CHARTERS, Act, Kind, Step
from .models import LegalTextVersion, Signature, SignatureQuerySet


def in_force() -> list[LegalTextVersion]:
    """The last version of each text that was published."""
    return list(LegalTextVersion.objects.in_force())


def version_of(kind: Kind, number: int | None = None) -> LegalTextVersion | None:
    """A version of a text; the last one without a number."""
    versions = LegalTextVersion.objects.filter(text__kind=kind).newest_first()
    return (versions.filter(number=number) if number else versions).first()


def versions_of(kind: Kind) -> list[LegalTextVersion]:
    """All the versions of a text, the last first, without their bodies."""
    return list(LegalTextVersion.objects.filter(text__kind=kind).newest_first().defer("body", "commitments"))


def signature_in_force(service: DigitalService, kind: Kind | str) -> Signature | None:
    """The last signature of a text for a service, unless a later version asked for a new one.

    Raises ValueError for what is no kind of text.
    """
    signature = (
        Signature.objects.filter(service=service, text_version__text__kind=Kind(kind))
        .select_related("text_version__text", "signer")
        .order_by("-text_version__number")
        .first()
    )
    if signature is None or _renewed_since(signature.text_version):
        return None
    return signature


def charter_signature(service: DigitalService, direction: Direction | str) -> Signature | None:
    """The signature in force of the charter of a direction."""
    return signature_in_force(service, CHARTERS[Direction(direction)])


def _renewed_since(signed: LegalTextVersion) -> bool:
    """True when a later version of the text asks for a new signature."""
    return LegalTextVersion.objects.filter(text=signed.text_id, number__gt=signed.number, renews=True).exists()


def must_sign(
    service: DigitalService,
    step: Step | str,
    *,
    direction: Direction | str = Direction.FEEDING,
    for_third_party: bool | None = None,
    at: datetime,
) -> list[LegalTextVersion]:
    """The versions in force that the legal representative still has to sign, or acknowledge, before a step.

    A setting may ask for the consumption charter only from who acts for a third party.
    """
    due = LegalTextVersion.objects.in_force().filter(step__in=Step(step).and_before).exclude(act=Act.NONE)
    concerned = [version for version in due if Direction(direction) in version.kind.directions]
    if charter_waiver(direction, for_third_party=for_third_party, at=at):
        concerned = [version for version in concerned if version.kind is not Kind.CONSUMPTION_CHARTER]
    return [version for version in concerned if signature_in_force(service, version.kind) is None]


def charter_waiver(direction: Direction | str, *, for_third_party: bool | None, at: datetime) -> str:
    """What excuses a service from signing its charter: the setting and its version, in French; empty when nothing does.

    Settled question 12: required from all by default; the setting may ask it only from who acts for a third party.
    """
    if Direction(direction) is not Direction.CONSUMPTION or for_third_party:
        return ""
    setting = parameters.in_force("charter.consumption_required", at=at)
    if setting.value != "third_party":
        return ""
    return f"{setting.setting.label} {setting.shown} (réglage {setting.version})"


def signatures_of(service: DigitalService) -> SignatureQuerySet:
    """The signatures given for a service, the last first, each with the reference of its document."""
    return with_documents(Signature.objects.filter(service=service))


def listed(user: Any) -> SignatureQuerySet:
    """The signatures that `user` may see, the last first, each with the reference of its document."""
    return with_documents(Signature.objects.visible_to(user))


def with_documents(signatures: SignatureQuerySet) -> SignatureQuerySet:
    """Adds `document_reference`: the signed text as a document, empty until it is issued."""
    issued = StoredDocument.objects.filter(subject_reference=OuterRef("reference"), kind=DocumentKind.SIGNED_CHARTER)
    return (
        signatures.select_related("text_version__text", "service", "legal_entity")
        .defer("text_version__body", "text_version__commitments")
        .annotate(document_reference=Subquery(issued.values("reference")[:1]))
        .order_by("-signed_at", "-pk")
    )


def document_of(signature: Signature) -> StoredDocument | None:
    """The signed text as a document, once issued."""
    return StoredDocument.objects.filter(
        subject_reference=signature.reference, kind=DocumentKind.SIGNED_CHARTER
    ).first()


def services_to_sign(user: Any, version: LegalTextVersion) -> list[DigitalService]:
    """The person's services for which he may still sign a version as legal representative."""
    mine = DigitalService.objects.filter(
        owner__memberships__user_id=user.pk,
        owner__memberships__until=None,
        owner__memberships__role=MembershipRole.LEGAL_REPRESENTATIVE,
    )
    return list(mine.exclude(signatures__text_version=version).select_related("owner").order_by("name").distinct())
