"""Certificates of the servers of services, kept beside the dossier: no list of clients ever names them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from policy.certificates.environments import Environment
from policy.certificates.revocation import Standing
from portal.parties.models import DigitalService

from .judgement import Origin
from .lifecycle import State


class ServerCertificateQuerySet(models.QuerySet["ServerCertificate"]):
    """Readings of servers' certificates."""

    def visible_to(self, user: Any) -> "ServerCertificateQuerySet":
        """Agents see all, but for entities closed to them; members those of their services; others nothing."""
        return self.filter(service__in=DigitalService.objects.visible_to(user))

    def declared(self) -> "ServerCertificateQuerySet":
        """Those not retired, expired or not."""
        return self.filter(state=State.DECLARED)


class ServerCertificate(models.Model):
    """The TLS certificate that a service presents at its declared address, with the authorities it sends along.

    `host` is the host it was judged for; `pem` is its own certificate, `chain` the others, both public.
    """

    reference = models.CharField("référence", max_length=20)
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="server_certificates")
    environment = models.CharField("environnement", max_length=12, choices=Environment.choices())
    state = models.CharField(max_length=10, choices=State.choices(), default=State.DECLARED)
    origin = models.CharField("autorité", max_length=10, choices=Origin.choices())
    host = models.CharField("serveur", max_length=253, blank=True)
    names = models.JSONField("noms", default=list)
    pem = models.TextField("certificat")
    chain = models.TextField("autorités jointes", blank=True)
    fingerprint = models.CharField("empreinte SHA-256", max_length=64)
    subject = models.TextField("titulaire")
    issuer = models.TextField("émetteur")
    not_before = models.DateTimeField("valable à partir du")
    not_after = models.DateTimeField("valable jusqu’au")
    checks = models.JSONField("contrôles", default=list)
    declared_at = models.DateTimeField("déclaré le")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField("retiré le", null=True, blank=True)
    fault = models.CharField("ce que la dernière revue trouve à corriger", max_length=300, blank=True)
    reviewed_at = models.DateTimeField("revu le", null=True, blank=True)
    revocation = models.CharField("révocation", max_length=12, choices=Standing.choices(), default=Standing.NOT_ASKED)
    revocation_sentence = models.CharField(max_length=400, blank=True)
    revocation_at = models.DateTimeField("révocation consultée le", null=True, blank=True)
    check_asked = models.BooleanField("contrôle demandé", default=True)

    objects = ServerCertificateQuerySet.as_manager()

    UNAUDITED = frozenset({"pem", "chain", "checks"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="server_certificate_reference_once"),
            models.UniqueConstraint(
                fields=["service", "environment", "fingerprint"],
                condition=Q(state=State.DECLARED),
                name="server_certificate_once",
                violation_error_message="Ce certificat est déjà déclaré pour ce serveur.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DECLARED, retired_at=None) | Q(state=State.RETIRED, retired_at__isnull=False),
                name="server_certificate_retired_is_dated",
                violation_error_message="Un certificat de serveur retiré porte la date de son retrait, et lui seul.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ServerNotice(models.Model):
    """A notice of expiry sent for a server's certificate: once per threshold (days before, negative after)."""

    certificate = models.ForeignKey(ServerCertificate, on_delete=models.PROTECT, related_name="notices")
    threshold = models.SmallIntegerField("jours avant l’expiration")
    sent_at = models.DateTimeField("envoyé le")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "threshold"],
                name="server_notice_once",
                violation_error_message="Ce rappel est déjà parti.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} J-{self.threshold}"
