"""Exports too long for one answer: what was asked, how far the worker is, and the file until it expires."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from onboarding.exports.lifecycle import State
from onboarding.workbench.models import LONGEST_QUERY
from portal.parties.models import ClosedReading


class ExportQuerySet(models.QuerySet["Export"]):
    """Readings of exports; the file stays in the database."""

    def visible_to(self, user: Any) -> "ExportQuerySet":
        """Whoever asked for it, and nobody else; nor he once a legal entity that it may hold was closed to him."""
        if not user.is_agent:
            return self.none()
        closed = ClosedReading.objects.filter(user_id=user.pk, until=None, since__gte=OuterRef("asked_at"))
        return self.filter(~Exists(closed), owner_id=user.pk)


class Export(models.Model):
    """A workbook of the list of dossiers; `query` are its filters as in an address, `columns` keys of columns."""

    reference = models.CharField(max_length=20)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exports")
    query = models.CharField("filtres", max_length=LONGEST_QUERY, blank=True)
    columns = models.JSONField("colonnes", default=list)
    state = models.CharField(max_length=10, choices=State.choices(), default=State.QUEUED)
    total = models.PositiveIntegerField("lignes à écrire", default=0)
    done = models.PositiveIntegerField("lignes écrites", default=0)
    why = models.CharField("pourquoi il est impossible", max_length=300, blank=True)
    asked_at = models.DateTimeField("demandé le")
    claimed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField("essais", default=0)
    expires_at = models.DateTimeField("gardé jusqu’au", null=True, blank=True)
    content = models.BinaryField(null=True)

    objects = ExportQuerySet.as_manager()
    UNAUDITED = frozenset({"content", "done", "claimed_at", "tries"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="export_reference_once"),
            models.CheckConstraint(
                condition=Q(state=State.READY, content__isnull=False, expires_at__isnull=False)
                | ~Q(state=State.READY) & Q(content=None),
                name="export_file_while_ready",
                violation_error_message="Un export garde son fichier tant qu’il est prêt, et jamais au-delà.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def is_kept(self, now: datetime) -> bool:
        """Whether the file may be taken: it is made, and its time is not over, even if it is not emptied yet."""
        return self.state == State.READY and self.expires_at is not None and now < self.expires_at

    @property
    def percent(self) -> int:
        """How far the worker is."""
        return min(100, round(100 * self.done / self.total)) if self.total else 0
