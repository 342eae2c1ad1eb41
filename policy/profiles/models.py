"""Versions of the access policy, kept as the text of their file; a published one never changes (trigger of 0002)."""

from datetime import datetime
from typing import Any

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

    def published(self) -> "PolicyVersionQuerySet":
        """Those published, in force or to come."""
        return self.filter(state=State.PUBLISHED.value)

    def effective(self, at: datetime) -> "PolicyVersionQuerySet":
        """Published, and whose date has come; the one in force first."""
        return self.published().filter(effective_at__lte=at).order_by("-effective_at", "-published_at", "-pk")


class PolicyVersion(models.Model):
    """One version: the text of its file, its SHA-256 (`digest`, in hexadecimal), and from when it holds."""

    number = models.CharField("numéro", max_length=20)
    title = models.CharField("titre", max_length=500)
    state = models.CharField("état", max_length=20, choices=State.choices())
    source = models.TextField("fichier")
    digest = models.CharField("empreinte", max_length=64)
    imported_at = models.DateTimeField("importée le")
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    effective_at = models.DateTimeField("en vigueur à compter du", null=True, blank=True)

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
                condition=Q(state=State.DRAFT.value, published_at=None, effective_at=None)
                | Q(
                    state=State.PUBLISHED.value, published_at__isnull=False, effective_at__gte=models.F("published_at")
                ),
                name="policy_version_dates",
                violation_error_message="Une politique publiée a une date d’effet, qui ne précède pas sa publication ; "
                "un projet n’en a pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"politique {self.number}"
