"""A file of services already connected, and what each of its lines says, is worth and became."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from onboarding.takeovers.lifecycle import LineState, State
from onboarding.takeovers.sheet import Line
from policy.grants.models import Grant


class TakeOverQuerySet(models.QuerySet["TakeOver"]):
    """Readings of take-overs."""

    def visible_to(self, user: Any) -> "TakeOverQuerySet":
        """Agents see all; nobody else sees any."""
        return self if user.is_agent else self.none()


class TakeOver(models.Model):
    """One file, proposed by a manager of the whitelist and confirmed by another (settled question 34)."""

    reference = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices(), default=State.EXAMINING)
    file_name = models.CharField("fichier", max_length=200)
    file_sha256 = models.CharField("empreinte du fichier", max_length=64)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("proposée le")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField("confirmée ou écartée le", null=True, blank=True)

    objects = TakeOverQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="takeover_reference_once"),
            models.CheckConstraint(
                condition=~Q(state__in=[State.CREATING.value, State.CONFIRMED.value])
                | Q(settled_by__isnull=False) & ~Q(settled_by=F("proposed_by")),
                name="takeover_four_eyes",
                violation_error_message="La personne qui a proposé une reprise ne peut pas la confirmer.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class TakeOverLine(models.Model):
    """A line as read (`cells`, by column), the sentences of what it would create or of what to mend, and its right."""

    takeover = models.ForeignKey(TakeOver, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField("ligne du fichier")
    cells = models.JSONField("cellules", default=dict)
    state = models.CharField(max_length=10, choices=LineState.choices())
    sentences = models.JSONField("ce qui sera créé, ou ce qui est à corriger", default=list)
    service_name = models.CharField("service", max_length=120, blank=True)
    representative = models.CharField("adresse du représentant légal", max_length=254, blank=True)
    completion = models.PositiveSmallIntegerField("complétude (%)", default=0)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField("éditeur invité le", null=True, blank=True)

    UNAUDITED = frozenset({"cells", "sentences"})

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["takeover", "number"], name="takeover_line_once"),
            models.CheckConstraint(
                condition=~Q(state__in=[LineState.CREATED, LineState.RELEASED]) | Q(grant__isnull=False),
                name="takeover_line_created",
                violation_error_message="Une ligne reprise a donné une habilitation.",
            ),
        ]

    def __str__(self) -> str:
        return f"ligne {self.number} de {self.takeover_id}"

    @property
    def as_read(self) -> Line:
        """The line as the file held it."""
        return Line(self.number, self.cells)
