"""Models of letters and their versions, which are kept; and the letters sent."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from onboarding.candidacies.models import Candidacy
from onboarding.letters.lifecycle import LetterState, State


class LetterModelQuerySet(models.QuerySet["LetterModel"]):
    """Readings of models."""

    def visible_to(self, user: Any) -> "LetterModelQuerySet":
        """Agents see all; regional actors those offered; nobody else sees any."""
        if user.is_agent:
            return self
        return self.active() if user.is_staff_member else self.none()

    def active(self) -> "LetterModelQuerySet":
        """Those offered."""
        return self.filter(state=State.ACTIVE)


class LetterModel(models.Model):
    """A letter that is often written: its title, and its text as it stands (the last of its versions)."""

    reference = models.CharField(max_length=20)
    title = models.CharField("titre", max_length=120)
    body = models.TextField("texte", max_length=5000)
    number = models.PositiveSmallIntegerField("version", default=1)
    state = models.CharField(max_length=10, choices=State.choices(), default=State.ACTIVE)
    version = models.PositiveIntegerField(default=0)

    objects = LetterModelQuerySet.as_manager()

    class Meta:
        ordering = ["title", "reference"]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="letter_model_reference_once"),
            models.UniqueConstraint(
                fields=["title"],
                condition=Q(state=State.ACTIVE),
                name="letter_model_title_once",
                violation_error_message="Un modèle porte déjà ce titre.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class LetterModelVersion(models.Model):
    """What a model said from an instant on, who wrote it and why."""

    model = models.ForeignKey(LetterModel, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField("titre", max_length=120)
    body = models.TextField("texte", max_length=5000)
    reason = models.CharField("ce qui change", max_length=300, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["model", "number"], name="letter_model_version_once")]

    def __str__(self) -> str:
        return f"version {self.number} de {self.model_id}"


class Letter(models.Model):
    """A letter sent to a vendor about his request, its words as they were sent; its document is issued after it.

    `model_number` is the version of the model it came from, zero when it was written from nothing.
    """

    reference = models.CharField(max_length=20)
    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="letters")
    model = models.ForeignKey(LetterModel, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    model_number = models.PositiveSmallIntegerField(default=0)
    title = models.CharField("objet", max_length=120)
    body = models.TextField("texte", max_length=5000)
    state = models.CharField(max_length=10, choices=LetterState.choices(), default=LetterState.SENT)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("envoyé le")

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["reference"], name="letter_reference_once")]

    def __str__(self) -> str:
        return self.reference
