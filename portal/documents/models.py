"""Frozen bytes: the documents that the portal issues, and the files that people deposit."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, Q
from django.utils.text import slugify

from portal.parties.models import DigitalService, LegalEntity

from . import closings
from .kinds import Kind
from .lifecycle import State


class FrozenBytes(models.Model):
    """Bytes kept apart, so that no list ever loads them. Never updated (trigger)."""

    data = models.BinaryField()

    def __str__(self) -> str:
        return f"octets {self.pk}"


class DocumentNumber(models.Model):
    """Reference and verification code taken before a document is printed with them; a new attempt takes them again."""

    message_id = models.UUIDField()
    kind = models.CharField(max_length=30, choices=Kind.choices())
    reference = models.CharField(max_length=20)
    verification_code = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id", "kind"], name="document_number_once"),
            models.UniqueConstraint(fields=["reference"], name="document_number_reference_once"),
        ]

    def __str__(self) -> str:
        return self.reference


class StoredDocumentQuerySet(models.QuerySet["StoredDocument"]):
    """Readings of issued documents."""

    def visible_to(self, user: Any) -> "StoredDocumentQuerySet":
        """Agents see all but what is addressed to another or closed to them; members those of their legal entities."""
        if user.is_agent:
            shown = self.exclude(owner__in=LegalEntity.objects.closed_to(user))
            for kind, closed in closings.of(user):
                shown = shown.exclude(closed, kind=kind)
            return shown.filter(Q(reader=None) | Q(reader_id=user.pk))
        return self.filter(owner__memberships__user_id=user.pk, owner__memberships__until=None).distinct()

    def valid(self) -> "StoredDocumentQuerySet":
        """Neither replaced nor revoked."""
        return self.filter(state=State.VALID)


class StoredDocument(models.Model):
    """A document as it was issued. Everything but its state and successor is frozen (trigger)."""

    Kind = Kind

    reference = models.CharField(max_length=20)
    kind = models.CharField("nature", max_length=30, choices=Kind.choices())
    title = models.CharField("titre", max_length=200)
    subject_reference = models.CharField("dossier", max_length=40, blank=True)
    owner = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, null=True, blank=True, related_name="documents")
    service = models.ForeignKey(
        DigitalService, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    reader = models.ForeignKey(  # the only agent it is addressed to, when it is personal
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices(), default=State.VALID)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors")
    verification_code = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    frozen = models.OneToOneField(FrozenBytes, on_delete=models.PROTECT, related_name="document")
    sealed_by = models.CharField("cachet électronique", max_length=200, blank=True)
    issued_at = models.DateTimeField()
    message_id = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = StoredDocumentQuerySet.as_manager()

    UNAUDITED = frozenset({"verification_code", "message_id"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="document_reference_once"),
            models.UniqueConstraint(fields=["verification_code"], name="document_code_once"),
            models.UniqueConstraint(
                fields=["message_id", "kind"],
                name="document_issued_once",
                violation_error_message="Ce document a déjà été établi.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.REPLACED, successor__isnull=False) | ~Q(state=State.REPLACED),
                name="document_replaced_names_successor",
                violation_error_message="Un document remplacé désigne celui qui le remplace.",
            ),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="document_sha256"),
            models.Index(fields=["subject_reference"], name="document_subject"),
            models.Index(fields=["owner", "-issued_at"], name="document_owner_recent"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def content(self) -> bytes:
        """The frozen bytes. They live in a table of their own: the one attribute here that costs a query."""
        return bytes(self.frozen.data)

    @property
    def file_name(self) -> str:
        """The name under which it is downloaded."""
        return f"{self.reference}-{slugify(self.get_kind_display().replace('’', ' '))}.pdf"


class DepositedFileQuerySet(models.QuerySet["DepositedFile"]):
    """Readings of deposited files."""

    def visible_to(self, user: Any) -> "DepositedFileQuerySet":
        """Agents see all but what is confidential, which the page of its dossier shows to those it lets, and what is
        closed to them: who has anything closed reads of the files without owner only his own, for nothing says whom
        they concern (proof of a claim, evidence of a breach). Others see what belongs to their legal entities, and
        what they deposited for none."""
        if user.is_agent:
            closed = LegalEntity.objects.closed_to(user)
            shown = self.filter(is_confidential=False).exclude(owner__in=closed)
            return shown.filter(Q(owner__isnull=False) | Q(uploaded_by_id=user.pk) | ~Exists(closed))
        own = Q(uploaded_by_id=user.pk, owner=None)
        ours = Q(owner__memberships__user_id=user.pk, owner__memberships__until=None)
        return self.filter(own | ours).distinct()


class DepositedFile(models.Model):
    """A file as a person deposited it, its nature recognised from its first bytes. Frozen (trigger)."""

    reference = models.CharField(max_length=20)
    name = models.CharField("nom", max_length=120)
    media_type = models.CharField("type", max_length=100)
    size = models.PositiveIntegerField("taille (octets)")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    frozen = models.OneToOneField(FrozenBytes, on_delete=models.PROTECT, related_name="deposit")
    owner = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, null=True, blank=True, related_name="deposits")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deposits")
    at = models.DateTimeField("déposé le")
    is_confidential = models.BooleanField("confidentiel", default=False)

    objects = DepositedFileQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference"], name="deposited_file_reference_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def content(self) -> bytes:
        """The frozen bytes. They live in a table of their own: the one attribute here that costs a query."""
        return bytes(self.frozen.data)
