"""Trusted authorities, names and who holds them, certificates declared by vendors."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.parties.models import DigitalService

from .environments import Environment, Hierarchy
from .lifecycle import AnchorState, NameState, RecordState, State
from .revocation import Source, Standing, Trouble
from .trust import Anchor, AnchorKind

CONTACT = "Si vous pensez que c’est une erreur, contactez l’agence."


class TrustAnchorQuerySet(models.QuerySet["TrustAnchor"]):
    """Readings of trusted authorities."""

    def demonstration(self) -> "TrustAnchorQuerySet":
        """Those of the demonstration, which no production portal may trust."""
        return self.filter(is_demo=True)

    def trusted(self) -> "TrustAnchorQuerySet":
        """Those that certificates are verified with: recognised, even when their withdrawal is proposed."""
        return self.filter(state__in=[AnchorState.TRUSTED, AnchorState.LEAVING])


class TrustAnchor(models.Model):
    """A certification authority whose certificates the portal accepts, in one hierarchy.

    `subject_digest` is what certificates name as their issuer. Revocation is asked at `crl_url` and `ocsp_url` only.
    """

    reference = models.CharField("référence", max_length=20)
    name = models.CharField("nom", max_length=200)
    hierarchy = models.CharField("hiérarchie", max_length=10, choices=Hierarchy.choices())
    kind = models.CharField("rang", max_length=20, choices=AnchorKind.choices())
    pem = models.TextField("certificat")
    fingerprint = models.CharField("empreinte SHA-256", max_length=64)
    subject = models.TextField("titulaire", default="")
    subject_digest = models.CharField(max_length=64, default="")
    not_after = models.DateTimeField("valable jusqu’au")
    is_demo = models.BooleanField("démonstration", default=False)
    crl_url = models.CharField("adresse de la liste de révocation", max_length=300, blank=True)
    ocsp_url = models.CharField("adresse du répondeur OCSP", max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=AnchorState.choices(), default=AnchorState.TRUSTED)
    installed_at = models.DateTimeField("reconnue le", null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField("proposée le", null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    reason = models.CharField("motif", max_length=300, blank=True)

    objects = TrustAnchorQuerySet.as_manager()

    UNAUDITED = frozenset({"pem"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=~Q(state__in=[AnchorState.REJECTED, AnchorState.WITHDRAWN]),
                name="trust_anchor_once",
                violation_error_message="Cette autorité est déjà installée ou proposée.",
            ),
            models.UniqueConstraint(fields=["reference"], name="trust_anchor_reference_once"),
            models.CheckConstraint(
                condition=~Q(state__in=[AnchorState.TRUSTED, AnchorState.WITHDRAWN], decided_by=F("proposed_by")),
                name="trust_anchor_four_eyes",
                violation_error_message="La personne qui propose une autorité ou son retrait ne peut pas en décider.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def as_anchor(self) -> Anchor:
        """The authority as the verification takes it."""
        return Anchor(
            self.name,
            Hierarchy(self.hierarchy),
            AnchorKind(self.kind),
            self.pem,
            self.is_demo,
            self.crl_url,
            self.ocsp_url,
        )

    @property
    def is_trusted(self) -> bool:
        """True while certificates are verified with it."""
        return self.state in (AnchorState.TRUSTED, AnchorState.LEAVING)


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
    parts_digest = models.CharField("empreinte des parties du nom", max_length=64, db_index=True, default="")
    revocation = models.CharField(
        "révocation", max_length=12, choices=Standing.choices(), default=Standing.NOT_ASKED, db_index=True
    )
    revocation_sentence = models.CharField(max_length=400, blank=True)
    revocation_at = models.DateTimeField("révocation consultée le", null=True, blank=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    check_asked = models.BooleanField("contrôle demandé", default=True)
    possession_at = models.DateTimeField("possession prouvée le", null=True, blank=True)
    establishments = models.JSONField("établissements", default=list, blank=True)
    client_label = models.CharField("client", max_length=200, blank=True)
    client_number = models.CharField("identifiant du client", max_length=14, blank=True)
    declared_at = models.DateTimeField("déclaré le")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = CertificateQuerySet.as_manager()

    UNAUDITED = frozenset({"pem", "checks", "establishments"})

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
        ]

    def __str__(self) -> str:
        return self.reference


class CheckRun(models.Model):
    """One round of checks on certificates in force, by the clock: what was asked of whom, and what it said."""

    reference = models.CharField("référence", max_length=20)
    state = models.CharField(max_length=10, choices=RecordState.choices(), default=RecordState.RECORDED)
    is_complete = models.BooleanField("contrôle de tous les certificats", default=True)
    started_at = models.DateTimeField("commencé le")
    ended_at = models.DateTimeField("fini le")
    good_count = models.PositiveIntegerField("non révoqués", default=0)
    revoked_count = models.PositiveIntegerField("révoqués", default=0)
    unknown_count = models.PositiveIntegerField("inconnus", default=0)
    not_asked_count = models.PositiveIntegerField("sans source", default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference"], name="check_run_reference_once")]

    def __str__(self) -> str:
        return self.reference

    @property
    def count(self) -> int:
        """How many certificates were looked at."""
        return self.good_count + self.revoked_count + self.unknown_count + self.not_asked_count


class SourceReading(models.Model):
    """What one source of revocation answered in one run; `trouble` is empty when it may be relied upon."""

    run = models.ForeignKey(CheckRun, on_delete=models.PROTECT, related_name="readings")
    anchor = models.ForeignKey(TrustAnchor, on_delete=models.PROTECT, related_name="readings")
    kind = models.CharField("source", max_length=4, choices=Source.choices())
    url = models.CharField("adresse", max_length=300)
    at = models.DateTimeField("consultée le")
    trouble = models.CharField("anomalie", max_length=12, choices=Trouble.choices(), blank=True)
    sentence = models.CharField(max_length=400)
    issued_at = models.DateTimeField("émise le", null=True, blank=True)
    next_at = models.DateTimeField("prochaine émission", null=True, blank=True)
    count = models.PositiveIntegerField("numéros révoqués", default=0)

    class Meta:
        indexes = [models.Index(fields=["anchor", "kind", "-at"], name="source_reading_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.url}"


class ExpiryNotice(models.Model):
    """A notice of expiry sent for a certificate: once per threshold (days before, negative after)."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="notices")
    threshold = models.SmallIntegerField("jours avant l’expiration")
    sent_at = models.DateTimeField("envoyé le")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["certificate", "threshold"], name="expiry_notice_once")]

    def __str__(self) -> str:
        return f"{self.certificate_id} J-{self.threshold}"


class CertificateBatchQuerySet(models.QuerySet["CertificateBatch"]):
    """Readings of deposits of several certificates."""

    def visible_to(self, user: Any) -> "CertificateBatchQuerySet":
        """Agents see all; members see those of their legal entities' services; others nothing."""
        if user.is_agent:
            return self
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


class DeclaredName(models.Model):
    """A distinguished name that a vendor declared before having shown its certificate: held, and unverified."""

    reference = models.CharField("référence", max_length=20)
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="declared_names")
    environment = models.CharField("environnement", max_length=12, choices=Environment.choices())
    holding = models.ForeignKey(NameHolding, on_delete=models.PROTECT, related_name="declared_names")
    state = models.CharField(max_length=10, choices=NameState.choices(), default=NameState.DECLARED)
    subject = models.TextField("nom (RFC 4514)")
    dn_digest = models.CharField("empreinte du nom", max_length=64)
    declared_at = models.DateTimeField("déclaré le")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="declared_name_reference_once"),
            models.UniqueConstraint(
                fields=["environment", "dn_digest"],
                condition=Q(state=NameState.DECLARED),
                name="declared_name_once",
                violation_error_message="Ce nom est déjà déclaré et attend son certificat.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
