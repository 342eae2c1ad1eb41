"""Texts, their published versions, and who signed which bytes when."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.parties.models import DigitalService, LegalEntity

from . import prose
from .kinds import Act, Kind, Step
from .lifecycle import OPEN_CALLS, CallState, DeliveryState, SignatureState, VersionState


class LegalText(models.Model):
    """One text that the agency puts to vendors; it lives through its versions."""

    kind = models.CharField("nature", max_length=30, choices=Kind.choices())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind"], name="legal_text_kind_once")]

    def __str__(self) -> str:
        return str(Kind(self.kind).label)


class LegalTextVersionQuerySet(models.QuerySet["LegalTextVersion"]):
    """Readings of versions."""

    def newest_first(self) -> "LegalTextVersionQuerySet":
        """By text, the last version first."""
        return self.select_related("text").order_by("text__kind", "-number")

    def in_force(self) -> "LegalTextVersionQuerySet":
        """The last version of each text whose date has come."""
        effective = LegalTextVersion.objects.effective()
        later = effective.filter(text=models.OuterRef("text"), number__gt=models.OuterRef("number"))
        return self.effective().filter(~models.Exists(later)).select_related("text").order_by("text__kind")

    def effective(self) -> "LegalTextVersionQuerySet":
        """Those that are, or were, in force: neither to come, nor replaced before they came."""
        return self.filter(state=VersionState.PUBLISHED)

    def announced(self) -> "LegalTextVersionQuerySet":
        """Those whose date is to come."""
        return self.filter(state=VersionState.ANNOUNCED).select_related("text").order_by("effective_date", "pk")


class LegalTextVersion(models.Model):
    """A published version; frozen from then on (trigger). `sha256` is that of its canonical bytes.

    With an `effective_date` to come it is announced, and nobody is asked for anything before that day.
    """

    text = models.ForeignKey(LegalText, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("numéro")
    title = models.CharField("titre", max_length=160)
    body = models.TextField("texte")
    commitments = models.TextField("ce à quoi engage la signature", blank=True)
    summary = models.CharField("ce qui change", max_length=500, blank=True)
    act = models.CharField("acte demandé", max_length=20, choices=Act.choices())
    step = models.CharField("étape", max_length=20, choices=Step.choices())
    reason = models.CharField("pourquoi", max_length=500, blank=True)
    renews = models.BooleanField("exige une nouvelle signature", default=True)
    sign_by_date = models.DateField("à signer avant le", null=True, blank=True)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    published_at = models.DateTimeField("publiée le")
    effective_date = models.DateField("en vigueur le", null=True, blank=True)  # None: since its publication
    state = models.CharField(max_length=12, choices=VersionState.choices(), default=VersionState.PUBLISHED)

    objects = LegalTextVersionQuerySet.as_manager()

    UNAUDITED = frozenset({"body", "commitments"})  # `sha256` stands for them

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["text", "number"],
                name="legal_text_version_once",
                violation_error_message="Cette version vient d’être publiée par quelqu’un d’autre.",
            ),
            models.CheckConstraint(
                condition=Q(number__gt=1) | Q(renews=True),
                name="legal_text_first_version_is_signed",
                violation_error_message="La première version d’un texte est celle qui se signe.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def is_announced(self) -> bool:
        """Whether its date is to come."""
        return self.state == VersionState.ANNOUNCED

    @property
    def document_subject(self) -> str:
        """The reference under which its readable document (PDF) is kept (read it along with the text)."""
        return f"{self.kind.slug}-v{self.number}"

    @property
    def kind(self) -> Kind:
        """The kind of the text (read it along with `select_related`)."""
        return Kind(self.text.kind)

    @property
    def canonical(self) -> bytes:
        """The exact bytes signed."""
        return prose.canonical(title=self.title, number=self.number, commitments=self.commitments, body=self.body)

    @property
    def blocks(self) -> list[prose.Block]:
        """The body for pages and documents."""
        return prose.blocks(self.body)

    @property
    def commitment_lines(self) -> list[str]:
        """What signing commits to, line by line."""
        return prose.lines(self.commitments)


class SignatureQuerySet(models.QuerySet["Signature"]):
    """Readings of signatures."""

    def visible_to(self, user: Any) -> "SignatureQuerySet":
        """Agents see all; members see those of their legal entities; others nothing."""
        if user.is_agent:
            return self.exclude(legal_entity__in=LegalEntity.objects.closed_to(user))
        return self.filter(legal_entity__in=LegalEntity.objects.visible_to(user))

    def standing(self) -> "SignatureQuerySet":
        """Those of the present owner of the service, which no later version of their text asks to give again."""
        text, number = models.OuterRef("text_version__text"), models.OuterRef("text_version__number")
        later = LegalTextVersion.objects.effective().filter(text=text, number__gt=number, renews=True)
        return self.filter(~models.Exists(later), legal_entity=models.F("service__owner"))


class Signature(models.Model):
    """A legal representative signed a version for a service. Append-only (trigger); names are kept as they were."""

    reference = models.CharField("référence", max_length=20)
    text_version = models.ForeignKey(LegalTextVersion, on_delete=models.PROTECT, related_name="signatures")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="signatures")
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures")
    signer_name = models.CharField("signataire", max_length=200)
    entity_name = models.CharField("personne morale", max_length=200)
    service_name = models.CharField("service", max_length=120)
    sha256 = models.CharField("empreinte du texte signé", max_length=64)
    signed_at = models.DateTimeField("signée le")
    state = models.CharField(max_length=12, choices=SignatureState.choices(), default=SignatureState.SIGNED)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="signature_reference_once"),
            models.UniqueConstraint(
                fields=["text_version", "service", "legal_entity"],
                name="signature_once",
                violation_error_message="Ce texte est déjà signé pour ce service.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class TextDelivery(models.Model):
    """A legal entity told of a new version; the mails about `reference` say to which addresses, and when they left."""

    reference = models.CharField("référence", max_length=20)
    text_version = models.ForeignKey(LegalTextVersion, on_delete=models.PROTECT, related_name="deliveries")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField("informé le")
    state = models.CharField(max_length=8, choices=DeliveryState.choices(), default=DeliveryState.TOLD)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="text_delivery_reference_once"),
            models.UniqueConstraint(fields=["text_version", "legal_entity"], name="text_delivery_once"),
        ]

    def __str__(self) -> str:
        return self.reference


class SignatureCallQuerySet(models.QuerySet["SignatureCall"]):
    """Readings of calls."""

    def visible_to(self, user: Any) -> "SignatureCallQuerySet":
        """Agents see all, but for entities closed to them; members those of theirs; others nothing."""
        if user.is_agent:
            return self.exclude(legal_entity__in=LegalEntity.objects.closed_to(user))
        return self.filter(legal_entity__in=LegalEntity.objects.visible_to(user))

    def open(self) -> "SignatureCallQuerySet":
        """Those that still wait for a signature, late or not."""
        return self.filter(state__in=sorted(OPEN_CALLS))

    def awaited(self) -> "SignatureCallQuerySet":
        """Those whose date is not past, or not yet noticed as such."""
        return self.filter(state=CallState.AWAITED)

    def overdue(self) -> "SignatureCallQuerySet":
        """Those that the agency must deal with, the oldest date first."""
        return self.filter(state=CallState.OVERDUE).order_by("due_date", "pk")


class SignatureCall(models.Model):
    """A new version to be signed for a service by a date. Past it, the agency is told; no right is ever cut by itself.

    `reminded_days` lists the reminders sent, in days before the date.
    """

    text_version = models.ForeignKey(LegalTextVersion, on_delete=models.PROTECT, related_name="calls")
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="signature_calls")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField("à signer avant le")
    reminded_days = models.JSONField("rappels envoyés", default=list)
    state = models.CharField("état", max_length=8, choices=CallState.choices(), default=CallState.AWAITED)
    called_at = models.DateTimeField("demandée le")
    settled_at = models.DateTimeField("signée ou sans objet depuis le", null=True, blank=True)

    objects = SignatureCallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["text_version", "service"], name="signature_call_once"),
            models.CheckConstraint(
                condition=Q(state__in=["awaited", "overdue"], settled_at=None)
                | Q(state__in=["signed", "lapsed"], settled_at__isnull=False),
                name="signature_call_settled_is_dated",
                violation_error_message="Un appel à signature soldé porte sa date.",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_date"], name="signature_call_due")]

    def __str__(self) -> str:
        return f"appel à signature de {self.text_version} pour {self.service}"
