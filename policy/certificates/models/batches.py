"""Deposits of several certificates at once."""

from typing import Any

from django.conf import settings
from django.db import models

from portal.parties.models import DigitalService, LegalEntity

from ..environments import Environment
from ..lifecycle import RecordState


class CertificateBatchQuerySet(models.QuerySet["CertificateBatch"]):
    """Readings of deposits of several certificates."""

    def visible_to(self, user: Any) -> "CertificateBatchQuerySet":
        """Agents see all; members see those of their legal entities' services; others nothing."""
        if user.is_agent:
            return self.exclude(service__owner__in=LegalEntity.objects.closed_to(user))
        return self.filter(service__in=DigitalService.objects.visible_to(user))


class CertificateBatch(models.Model):
    """A deposit of one certificate per client of a proprietary service, with the verdict of each line."""

    reference = models.CharField("référence", max_length=20)
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="certificate_batches")
    environment = models.CharField("environnement", max_length=12, choices=Environment.choices())
    state = models.CharField(max_length=10, choices=RecordState.choices(), default=RecordState.RECORDED)
    lines = models.JSONField("lignes", default=list)
    declared_count = models.PositiveIntegerField("déclarés", default=0)
    deposited_at = models.DateTimeField("déposé le")
    deposited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = CertificateBatchQuerySet.as_manager()

    UNAUDITED = frozenset({"lines"})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference"], name="certificate_batch_reference_once")]

    def __str__(self) -> str:
        return self.reference
