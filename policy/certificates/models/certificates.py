"""Certificates declared by vendors, and the notices of their expiry."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.parties.models import DigitalService, LegalEntity

from .. import name_text
from ..environments import Environment, Hierarchy
from ..lifecycle import State
from ..revocation import Standing
from .names import CONTACT, NameHolding


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Readings of certificates."""

    def visible_to(self, user: Any) -> "CertificateQuerySet":
        """Agents see all; members see those of their legal entities' services; others nothing."""
        if user.is_agent:
            return self.exclude(service__owner__in=LegalEntity.objects.closed_to(user))
        return self.filter(service__in=DigitalService.objects.visible_to(user))

    def declared(self) -> "CertificateQuerySet":
        """Those not retired, expired or not."""
        return self.filter(state=State.DECLARED)

    def valid(self, at: datetime) -> "CertificateQuerySet":
        """Those whose dates cover an instant, both ends included."""
        return self.filter(not_before__lte=at, not_after__gte=at)

    def expiring(self, before: datetime) -> "CertificateQuerySet":
        """Those that end before an instant."""
        return self.filter(not_after__lt=before)


class Certificate(models.Model):
    """A client certificate that a vendor declared for a service in one environment, after every check passed.

    `subject` and `issuer` are RFC 4514 texts; `subject_openssl` is the text that gateways built on OpenSSL compare;
    `dn_digest` is what the portal compares. `serial` and `fingerprint` are hexadecimal, `serial` in capitals. `fault`
    names the checks that were bad when the clock last read it again, dates and revocation excepted: they have columns.
    `basis` is the digest of all that its checks rest on, read back as kept; empty when they must all be judged again.
    """

    reference = models.CharField("référence", max_length=20)
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="certificates")
    environment = models.CharField("environnement", max_length=12, choices=Environment.choices())
    state = models.CharField(max_length=10, choices=State.choices(), default=State.DECLARED)
    holding = models.ForeignKey(NameHolding, on_delete=models.PROTECT, related_name="certificates")
    pem = models.TextField("certificat")
    fingerprint = models.CharField("empreinte SHA-256", max_length=64)
    serial = models.CharField("numéro de série", max_length=40)
    issuer = models.TextField("émetteur")
    issuer_digest = models.CharField(max_length=64)
    subject = models.TextField("titulaire")
    subject_openssl = models.TextField("titulaire, forme OpenSSL")
    dn_digest = models.CharField("empreinte du nom", max_length=64)
    hierarchy = models.CharField("hiérarchie", max_length=10, choices=Hierarchy.choices())
    is_demo = models.BooleanField("démonstration", default=False)
    not_before = models.DateTimeField("valable à partir du")
    not_after = models.DateTimeField("valable jusqu’au")
    checks = models.JSONField("contrôles", default=list)
    parts_digest = models.CharField("empreinte des parties du nom", max_length=64, db_index=True, default="")
    key_digest = models.CharField("empreinte de la clé publique", max_length=64, db_index=True, default="")
    fault = models.CharField("ce que la dernière revue trouve à corriger", max_length=300, blank=True)
    reviewed_at = models.DateTimeField("revu le", null=True, blank=True)
    judged_at = models.DateTimeField("tous ses contrôles rejugés le", null=True, blank=True)
    basis = models.CharField("empreinte de ce dont dépendent ses contrôles", max_length=64, default="")
    revocation = models.CharField(
        "révocation", max_length=12, choices=Standing.choices(), default=Standing.NOT_ASKED, db_index=True
    )
    revocation_sentence = models.CharField(max_length=400, blank=True)
    revocation_at = models.DateTimeField("révocation consultée le", null=True, blank=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    check_asked = models.BooleanField("contrôle demandé", default=True)
    possession_at = models.DateTimeField("possession prouvée le", null=True, blank=True)
    acknowledged_at = models.DateTimeField("échéance prise en charge le", null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    escalated_at = models.DateTimeField("signalé à l’agence le", null=True, blank=True)
    establishments = models.JSONField("établissements", default=list, blank=True)
    client_label = models.CharField("client", max_length=200, blank=True)
    client_number = models.CharField("identifiant du client", max_length=14, blank=True)
    declared_at = models.DateTimeField("déclaré le")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = CertificateQuerySet.as_manager()

    UNAUDITED = frozenset({"pem", "checks", "establishments", "basis"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="certificate_reference_once"),
            models.UniqueConstraint(
                fields=["environment", "fingerprint"],
                name="certificate_once",
                violation_error_message=f"Ce certificat est déjà déclaré dans cet environnement. {CONTACT}",
            ),
            models.UniqueConstraint(
                fields=["environment", "issuer_digest", "serial"],
                name="certificate_serial_once",
                violation_error_message="Un certificat de la même autorité porte déjà ce numéro de série dans cet "
                f"environnement. {CONTACT}",
            ),
            models.CheckConstraint(
                condition=~Q(environment=Environment.PRODUCTION) | Q(hierarchy=Hierarchy.PROD),
                name="certificate_production_is_prod",
                violation_error_message="La production n’accepte que les certificats de la hiérarchie IGC-Santé PROD.",
            ),
            models.CheckConstraint(
                condition=Q(not_before__lte=F("not_after")),
                name="certificate_dates_in_order",
                violation_error_message="Le certificat finit avant d’avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DECLARED, retired_at=None, revoked_at=None)
                | Q(state=State.REVOKED, retired_at=None, revoked_at__isnull=False)
                | Q(state=State.RETIRED, retired_at__isnull=False, revoked_at=None),
                name="certificate_retired_is_dated",
                violation_error_message="Un certificat retiré ou révoqué porte la date de son retrait ou de sa "
                "révocation, et lui seul.",
            ),
        ]
        indexes = [
            models.Index(fields=["issuer_digest", "state"], name="certificate_issuer_state"),
            models.Index(fields=["state", "not_after"], name="certificate_state_end"),
            models.Index(fields=["serial"], name="certificate_serial"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def common_name(self) -> str:
        """The common name alone, for lists; the whole subject when it has none."""
        return name_text.common_name(self.subject) or self.subject


class ExpiryNotice(models.Model):
    """A notice of expiry sent for a certificate: once per threshold (days before, negative after)."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="notices")
    threshold = models.SmallIntegerField("jours avant l’expiration")
    sent_at = models.DateTimeField("envoyé le")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["certificate", "threshold"], name="expiry_notice_once")]

    def __str__(self) -> str:
        return f"{self.certificate_id} J-{self.threshold}"
