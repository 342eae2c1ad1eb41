"""Trusted authorities, names and who holds them, certificates declared by vendors."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.parties.models import DigitalService

from .environments import Environment, Hierarchy
from .lifecycle import AnchorState, State
from .trust import Anchor, AnchorKind

CONTACT = "Si vous pensez que c’est une erreur, contactez l’agence."


class TrustAnchorQuerySet(models.QuerySet["TrustAnchor"]):
    """Readings of trusted authorities."""

    def demonstration(self) -> "TrustAnchorQuerySet":
        """Those of the demonstration, which no production portal may trust."""
        return self.filter(is_demo=True)


class TrustAnchor(models.Model):
    """A certification authority whose certificates the portal accepts, in one hierarchy."""

    name = models.CharField("nom", max_length=200)
    hierarchy = models.CharField("hiérarchie", max_length=10, choices=Hierarchy.choices())
    kind = models.CharField("rang", max_length=20, choices=AnchorKind.choices())
    pem = models.TextField("certificat")
    fingerprint = models.CharField("empreinte SHA-256", max_length=64)
    not_after = models.DateTimeField("valable jusqu’au")
    is_demo = models.BooleanField("démonstration", default=False)
    state = models.CharField(max_length=10, choices=AnchorState.choices(), default=AnchorState.TRUSTED)
    installed_at = models.DateTimeField("installée le")

    objects = TrustAnchorQuerySet.as_manager()

    UNAUDITED = frozenset({"pem"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                name="trust_anchor_once",
                violation_error_message="Cette autorité est déjà installée.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def as_anchor(self) -> Anchor:
        """The authority as the verification takes it."""
        return Anchor(self.name, Hierarchy(self.hierarchy), AnchorKind(self.kind), self.pem, self.is_demo)


class NameHolding(models.Model):
    """A distinguished name in one environment and the service it belongs to: a renewed certificate keeps its name."""

    environment = models.CharField("environnement", max_length=12, choices=Environment.choices())
    dn_digest = models.CharField("empreinte du nom", max_length=64)
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="names_held")
    since = models.DateTimeField("depuis")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "dn_digest"],
                name="name_holding_once",
                violation_error_message=f"Ce nom de certificat est déjà rattaché à un service. {CONTACT}",
            )
        ]

    def __str__(self) -> str:
        return f"{self.environment}:{self.dn_digest[:16]}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Readings of certificates."""

    def visible_to(self, user: Any) -> "CertificateQuerySet":
        """Agents see all; members see those of their legal entities' services; others nothing."""
        if user.is_agent:
            return self
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
    `dn_digest` is what the portal compares. `serial` and `fingerprint` are hexadecimal, `serial` in capitals.
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
    client_label = models.CharField("client", max_length=200, blank=True)
    client_number = models.CharField("identifiant du client", max_length=14, blank=True)
    declared_at = models.DateTimeField("déclaré le")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = CertificateQuerySet.as_manager()

    UNAUDITED = frozenset({"pem", "checks"})

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
                condition=Q(state=State.DECLARED, retired_at=None) | Q(state=State.RETIRED, retired_at__isnull=False),
                name="certificate_retired_is_dated",
                violation_error_message="Un certificat retiré porte la date de son retrait.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
