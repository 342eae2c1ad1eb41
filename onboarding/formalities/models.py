"""What was declared done outside the portal, the official forms, and the data sheets made from the dossier."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.documents.models import DepositedFile
from portal.parties.models import DigitalService, LegalEntity

from .kinds import Formality, OfficialForm
from .lifecycle import FormState, SheetState, State


class FormalityDeclarationQuerySet(models.QuerySet["FormalityDeclaration"]):
    """Readings of declarations."""

    def visible_to(self, user: Any) -> "FormalityDeclarationQuerySet":
        """Agents see all, but for entities closed to them; members those of theirs; others nothing."""
        return self.filter(legal_entity__in=LegalEntity.objects.visible_to(user))

    def standing(self) -> "FormalityDeclarationQuerySet":
        """Those not withdrawn."""
        return self.filter(state=State.DECLARED)


class FormalityDeclaration(models.Model):
    """A vendor says when a step outside the portal was done; `service` is empty for what serves all his services."""

    reference = models.CharField("référence", max_length=20)
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="formalities")
    service = models.ForeignKey(
        DigitalService, on_delete=models.PROTECT, related_name="formalities", null=True, blank=True
    )
    formality = models.CharField("démarche", max_length=24, choices=Formality.choices())
    done_on = models.DateField("faite le")
    details = models.CharField("précision", max_length=200, blank=True)
    proof = models.ForeignKey(DepositedFile, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    state = models.CharField("état", max_length=12, choices=State.choices(), default=State.DECLARED)
    declared_at = models.DateTimeField("déclarée le")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = FormalityDeclarationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="formality_reference_once"),
            models.UniqueConstraint(
                fields=["legal_entity", "formality"],
                condition=Q(state=State.DECLARED, service=None),
                name="formality_of_entity_once",
                violation_error_message="Cette démarche est déjà déclarée : retirez-la pour la corriger.",
            ),
            models.UniqueConstraint(
                fields=["service", "formality"],
                condition=Q(state=State.DECLARED, service__isnull=False),
                name="formality_of_service_once",
                violation_error_message="Cette démarche est déjà déclarée : retirez-la pour la corriger.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class OfficialPdfQuerySet(models.QuerySet["OfficialPdf"]):
    """Readings of official forms."""

    def in_force(self) -> "OfficialPdfQuerySet":
        """One at most for each form."""
        return self.filter(state=FormState.IN_FORCE)


class OfficialPdf(models.Model):
    """The PDF of an official form, as the agency uploaded it. `matches` maps its fields to ours (`sheets.keys`)."""

    reference = models.CharField("référence", max_length=20)
    form = models.CharField("formulaire", max_length=8, choices=OfficialForm.choices())
    edition = models.CharField("édition", max_length=60)
    file = models.ForeignKey(DepositedFile, on_delete=models.PROTECT, related_name="+")
    field_names = models.JSONField(default=list, blank=True)
    matches = models.JSONField(default=dict, blank=True)
    state = models.CharField("état", max_length=12, choices=FormState.choices(), default=FormState.IN_FORCE)
    uploaded_at = models.DateTimeField("déposé le")

    objects = OfficialPdfQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="official_pdf_reference_once"),
            models.UniqueConstraint(
                fields=["form"],
                condition=Q(state=FormState.IN_FORCE),
                name="official_pdf_in_force_once",
                violation_error_message="Une seule édition de ce formulaire est en vigueur.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class FormSheet(models.Model):
    """A data sheet asked for; the printed document bears its reference as its subject."""

    reference = models.CharField("référence", max_length=20)
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="form_sheets")
    form = models.CharField("formulaire", max_length=8, choices=OfficialForm.choices())
    state = models.CharField("état", max_length=12, choices=SheetState.choices(), default=SheetState.PREPARED)
    prepared_at = models.DateTimeField("établie le")
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference"], name="form_sheet_reference_once")]

    def __str__(self) -> str:
        return self.reference
