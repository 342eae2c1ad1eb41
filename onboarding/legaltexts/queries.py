"""What is in force, what a service must still sign, who signed what."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, When

from onboarding.vendors import queries as vendors
from policy.grants.direction import Direction
from policy.grants.models import Grant
from policy.grants.readiness import Origin
from portal.accounts.queries import reader
from portal.documents.kinds import Kind as DocumentKind
from portal.documents.models import StoredDocument
from portal.mail.models import OutgoingEmail
from portal.parameters import queries as parameters
from portal.parties.models import DigitalService, LegalEntity
from portal.parties.roles import SIGNATORIES
from portal.statements.queries import Given, read_along, statement

from .kinds import CHARTERS, Act, Kind, Step
from .lifecycle import CallState
from .models import LegalTextVersion, Signature, SignatureCall, SignatureQuerySet, TextDelivery


def in_force() -> list[LegalTextVersion]:
    """The version in force of each text."""
    return list(LegalTextVersion.objects.in_force())


def announced() -> list[LegalTextVersion]:
    """The versions whose date is to come, the next one first."""
    return list(LegalTextVersion.objects.announced().defer("body", "commitments"))


def due(today: date) -> list[LegalTextVersion]:
    """The announced versions whose day has come, the oldest first."""
    return list(LegalTextVersion.objects.announced().filter(effective_date__lte=today))


def version_of(kind: Kind, number: int | None = None) -> LegalTextVersion | None:
    """A version of a text; the one in force without a number."""
    versions = LegalTextVersion.objects.filter(text__kind=kind).newest_first()
    return (versions.filter(number=number) if number else versions.effective()).first()


def last_number(kind: Kind) -> int:
    """The number of the last version of a text, to come or not; 0 before the first."""
    versions = LegalTextVersion.objects.filter(text__kind=kind).order_by("-number")
    return versions.values_list("number", flat=True).first() or 0


def readable_documents(versions: Iterable[LegalTextVersion]) -> dict[int, StoredDocument]:
    """The documents (PDF) of these versions that were printed, by key of the version; their bytes stay aside."""
    wanted = {version.document_subject: version.pk for version in versions}
    rows = StoredDocument.objects.valid().filter(kind=DocumentKind.LEGAL_TEXT, subject_reference__in=wanted)
    return {wanted[one.subject_reference]: one for one in rows.order_by("pk")}


def versions_of(kind: Kind) -> list[LegalTextVersion]:
    """All the versions of a text, the last first, without their bodies."""
    return list(LegalTextVersion.objects.filter(text__kind=kind).newest_first().defer("body", "commitments"))


def signature_in_force(service: DigitalService, kind: Kind | str) -> Signature | None:
    """The last signature of a text for a service by its present owner, unless a later version asked for a new one.

    Raises ValueError for what is no kind of text.
    """
    wanted, read = Kind(kind), getattr(service, _ALONG, None)
    if read is None:
        given = Signature.objects.standing().filter(service=service, text_version__text__kind=wanted)
        return given.select_related("text_version__text", "signer").order_by("-text_version__number").first()
    found = [signature for signature in read if signature.text_version.text.kind == wanted]
    return max(found, key=lambda signature: signature.text_version.number, default=None)


def read_signatures(services: Iterable[DigitalService]) -> None:
    """Reads the signatures in force of these services at once: `signature_in_force` asks no more.

    Each comes with the reference of its document.
    """
    read_along(services, _ALONG, _standing(), by="service")


@statement
def _standing() -> "QuerySet[Signature]":
    return with_documents(Signature.objects.standing()).filter(service__in=Given("owners", many=True))


_ALONG = "standing_signatures"


def charter_signature(service: DigitalService, direction: Direction | str) -> Signature | None:
    """The signature in force of the charter of a direction."""
    return signature_in_force(service, CHARTERS[Direction(direction)])


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
    given = Signature.objects.standing().filter(service=service, text_version__text=OuterRef("text"))
    due = LegalTextVersion.objects.in_force().filter(~Exists(given), step__in=Step(step).and_before)
    due = due.exclude(act=Act.NONE)
    concerned = [version for version in due if Direction(direction) in version.kind.directions]
    if charter_waiver(direction, for_third_party=for_third_party, at=at):
        concerned = [version for version in concerned if version.kind is not Kind.CONSUMPTION_CHARTER]
    return concerned


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
    """The person's services for which he may still sign a version: as legal representative, or under a mandate."""
    entities = LegalEntity.objects.visible_to(user)
    signing = [one.pk for one in entities if vendors.roles_for(user, one.pk) & SIGNATORIES] if not user.is_agent else []
    mine = DigitalService.objects.filter(owner__in=signing)
    signed = Signature.objects.filter(service=OuterRef("pk"), legal_entity=OuterRef("owner_id"), text_version=version)
    return list(mine.filter(~Exists(signed)).select_related("owner").order_by("name"))


def services_concerned(version: LegalTextVersion) -> list[DigitalService]:
    """The services for which a new version is to be signed: those that signed a former one, and living rights.

    A service all of whose rights were withdrawn is left alone, as is one whose charter was never required.
    """
    rights = Grant.objects.filter(service=OuterRef("pk"))
    signed = Signature.objects.filter(service=OuterRef("pk"), text_version__text=version.text_id)
    living = rights.living().filter(direction__in=sorted(version.kind.directions))
    bound = Exists(living.exclude(charter_origin=Origin.NOT_REQUIRED)) if version.kind in CHARTERS.values() else Q()
    found = DigitalService.objects.filter(Exists(signed) | bound).exclude(Exists(rights), ~Exists(rights.living()))
    return list(found.select_related("owner").order_by("owner__name", "name", "pk"))


def entities_concerned(version: LegalTextVersion) -> list[LegalEntity]:
    """The legal entities told of a new version: those that signed a former one, or hold a service it concerns."""
    owners = {service.owner_id for service in services_concerned(version)}
    signed = Signature.objects.filter(legal_entity=OuterRef("pk"), text_version__text=version.text_id)
    return list(LegalEntity.objects.filter(Exists(signed) | Q(pk__in=owners)).order_by("name", "pk"))


def calls_of(version: LegalTextVersion, user: Any) -> list[SignatureCall]:
    """The calls to sign a version that `user` may see: those late, those awaited, then the others."""
    order = Case(When(state=CallState.OVERDUE, then=0), When(state=CallState.AWAITED, then=1), default=2)
    found = version.calls.visible_to(user).select_related("service", "legal_entity").annotate(order=order)
    return list(found.order_by("order", "legal_entity__name", "service__name", "pk"))


def deliveries_of(version: LegalTextVersion, user: Any) -> list[TextDelivery]:
    """Who was told of a version, but those closed to this agent: state, addresses and hour of each mail."""
    mails = OutgoingEmail.objects.filter(subject_reference=OuterRef("reference"))
    told = version.deliveries.exclude(legal_entity__in=LegalEntity.objects.closed_to(user))
    found = told.select_related("legal_entity").annotate(
        mail_state=Subquery(mails.values("state")[:1]),
        mail_to=Subquery(mails.values("to")[:1]),
        mail_sent_at=Subquery(mails.values("sent_at")[:1]),
    )
    return list(found.order_by("legal_entity__name", "pk"))


def to_sign(user: Any) -> list[SignatureCall]:
    """The calls that this person's legal entities have still to answer, the most urgent first."""
    return _open_calls(reader(user)).rows(reader=user.pk)


@statement
def _open_calls(user: Any) -> "QuerySet[SignatureCall]":
    found = SignatureCall.objects.visible_to(user).open().order_by("due_date", "pk")
    told = found.select_related("text_version__text", "service", "legal_entity")
    return told.defer("text_version__body", "text_version__commitments")
