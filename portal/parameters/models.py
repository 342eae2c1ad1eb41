"""Dated values of the agency's settings."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.parameters import catalogue

from .lifecycle import State


class ParameterQuerySet(models.QuerySet["Parameter"]):
    """Readings of the values."""

    def approved(self) -> "ParameterQuerySet":
        """Those that apply, applied, or will apply."""
        return self.filter(state=State.APPROVED)

    def effective(self, at: datetime) -> "ParameterQuerySet":
        """The approved ones already in effect at that instant, latest first."""
        return self.approved().filter(effective_at__lte=at).order_by("-effective_at", "-pk")

    def proposed(self) -> "ParameterQuerySet":
        """Those that wait for a second person."""
        return self.filter(state=State.PROPOSED)


class Parameter(models.Model):
    """One value of one setting of the catalogue, from an instant on. Nothing is overwritten: rows are the history."""

    reference = models.CharField(max_length=20)
    key = models.CharField(max_length=60)
    value = models.JSONField("valeur")
    reason = models.CharField("motif", max_length=300)
    sensitive = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices(), default=State.PROPOSED)
    effective_at = models.DateTimeField("applicable à partir de")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ParameterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="parameter_reference_once"),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state=State.PROPOSED),
                name="parameter_proposed_once",
                violation_error_message="Une proposition attend déjà pour ce réglage : décidez-la d’abord.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.PROPOSED, decided_by=None)
                | (~Q(state=State.PROPOSED) & Q(decided_by__isnull=False)),
                name="parameter_decided",
                violation_error_message="Une valeur est décidée par quelqu’un, ou encore proposée.",
            ),
            models.CheckConstraint(
                condition=~Q(sensitive=True, state=State.APPROVED, decided_by=F("proposed_by")),
                name="parameter_four_eyes",
                violation_error_message="Un réglage sensible est approuvé par une autre personne que son auteur.",
            ),
        ]
        indexes = [models.Index(fields=["key", "-effective_at"], name="parameter_key_effective")]

    def __str__(self) -> str:
        return self.reference

    @property
    def setting(self) -> catalogue.Setting:
        """The setting of the catalogue."""
        return catalogue.SETTINGS[self.key]

    @property
    def shown(self) -> str:
        """The value in French."""
        return catalogue.shown(self.setting, self.value)
