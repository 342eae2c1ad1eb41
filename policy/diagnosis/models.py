"""Calls to the diagnostic address, each found again by its support code for a month."""

from typing import Any

from django.db import models
from django.db.models import Q

from policy.certificates.environments import Environment
from policy.certificates.models import Certificate
from portal.parties.models import LegalEntity


class DiagnosedCallQuerySet(models.QuerySet["DiagnosedCall"]):
    """Readings of diagnosed calls."""

    def visible_to(self, user: Any) -> "DiagnosedCallQuerySet":
        """Agents see all, but for entities closed to them; others those of their services' certificates, and those of
        certificates nobody declared."""
        if user.is_agent:
            return self.exclude(certificate__service__owner__in=LegalEntity.objects.closed_to(user))
        return self.filter(Q(certificate=None) | Q(certificate__in=Certificate.objects.visible_to(user)))


class DiagnosedCall(models.Model):
    """The last diagnosis of one certificate in one environment. `subject` is its name as the front server printed it.

    `certificate` is the declared one, None while nobody declared it; `checks` are those of `causes`, as JSON.
    """

    code = models.CharField("code de support", max_length=12)
    environment = models.CharField("environnement", max_length=12, choices=Environment.choices())
    fingerprint = models.CharField("empreinte SHA-256", max_length=64)
    subject = models.TextField("nom vu par le serveur", blank=True)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, null=True, related_name="diagnoses")
    checks = models.JSONField("constats", default=list)
    passes = models.BooleanField("passe", default=False)
    at = models.DateTimeField("appel du")

    objects = DiagnosedCallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="diagnosed_call_code_once"),
            models.UniqueConstraint(fields=["environment", "fingerprint"], name="diagnosed_call_certificate_once"),
        ]
        indexes = [models.Index(fields=["at"], name="diagnosed_call_at")]

    def __str__(self) -> str:
        return self.code
