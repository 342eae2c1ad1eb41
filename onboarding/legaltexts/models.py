"""Texts, their published versions, and who signed which bytes when."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.parties.models import DigitalService, LegalEntity

from . import prose
from .kinds import Act, Kind, Step
from .lifecycle import SignatureState, VersionState


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
        """The last version of each text."""
        later = LegalTextVersion.objects.filter(text=models.OuterRef("text"), number__gt=models.OuterRef("number"))
        return self.filter(~models.Exists(later)).select_related("text").order_by("text__kind")


class LegalTextVersion(models.Model):
    """A published version; frozen from then on (trigger). `sha256` is that of its canonical bytes."""

    text = models.ForeignKey(LegalText, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("numéro")
    title = models.CharField("titre", max_length=160)
    body = models.TextField("texte")
    commitments = models.TextField("ce à quoi engage la signature", blank=True)
    summary = models.CharField("ce qui change", max_length=500, blank=True)
    act = models.CharField("acte demandé", max_length=20, choices=Act.choices())
    step = models.CharField("étape", max_length=20, choices=Step.choices())
    renews = models.BooleanField("exige une nouvelle signature", default=True)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    published_at = models.DateTimeField("publiée le")
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
            return self
        return self.filter(legal_entity__in=LegalEntity.objects.visible_to(user))


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
                fields=["text_version", "service"],
                name="signature_once",
                violation_error_message="Ce texte est déjà signé pour ce service.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
