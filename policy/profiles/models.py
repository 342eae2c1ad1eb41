"""Versions of the access policy, kept as the text of their file; a published one never changes (trigger of 0002)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from .lifecycle import State


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    """Readings of versions."""

    def visible_to(self, user: Any) -> "PolicyVersionQuerySet":
        """Agents see all; any other signed-in person the published ones."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_agent else self.published()

    def due(self, at: datetime) -> "PolicyVersionQuerySet":
        """Published, whose date has come, and whose coming into force is not yet in the journal."""
        return self.published().filter(effective_at__lte=at, in_force_since=None)

    def published(self) -> "PolicyVersionQuerySet":
        """Those published, in force or to come."""
        return self.filter(state=State.PUBLISHED.value)

    def effective(self, at: datetime) -> "PolicyVersionQuerySet":
        """Published, and whose date has come; the one in force first."""
        return self.published().filter(effective_at__lte=at).order_by("-effective_at", "-published_at", "-pk")


class PolicyVersion(models.Model):
    """One version: the text of its file, its SHA-256 (`digest`, in hexadecimal), and from when it holds.

    `prepared_by` is the last person who changed the text; `delivered` tells the policy that the portal itself installs
    and approves. `effective_at` decides what is in force; `in_force_since` says when the clock noted it.
    """

    number = models.CharField("numéro", max_length=20)
    title = models.CharField("titre", max_length=500)
    state = models.CharField("état", max_length=20, choices=State.choices())
    source = models.TextField("fichier")
    digest = models.CharField("empreinte", max_length=64)
    imported_at = models.DateTimeField("importée le")
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    effective_at = models.DateTimeField("en vigueur à compter du", null=True, blank=True)
    in_force_since = models.DateTimeField("entrée en vigueur le", null=True, blank=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField("approuvée le", null=True, blank=True)
    delivered = models.BooleanField("fournie avec le portail", default=False)
    version = models.PositiveIntegerField(default=0)

    objects = PolicyVersionQuerySet.as_manager()
    UNAUDITED = frozenset({"source"})  # the digest stands for it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                name="policy_version_number_once",
                violation_error_message="Une version de la politique porte déjà ce numéro.",
            ),
            models.CheckConstraint(
                condition=(~Q(state=State.PUBLISHED.value) & Q(published_at=None, effective_at=None))
                | Q(
                    state=State.PUBLISHED.value, published_at__isnull=False, effective_at__gte=models.F("published_at")
                ),
                name="policy_version_dates",
                violation_error_message="Une politique publiée a une date d’effet, qui ne précède pas sa publication ; "
                "un projet n’en a pas.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT.value, State.CHECKED.value], approved_by=None)
                | Q(delivered=True)
                | (Q(approved_by__isnull=False, prepared_by__isnull=False) & ~Q(approved_by=models.F("prepared_by"))),
                name="policy_version_four_eyes",
                violation_error_message="Une autre personne que celle qui a préparé la politique l’approuve.",
            ),
        ]

    def __str__(self) -> str:
        return f"politique {self.number}"
