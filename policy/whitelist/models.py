"""Whitelist entries, frozen copies of a right, and the publications made of them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from policy.certificates.environments import Environment
from policy.grants.direction import Direction
from policy.grants.models import Grant, Right, holds
from policy.grants.readiness import REQUIRED
from portal.parties.models import LegalEntity

from .lifecycle import ADMITTED, LIVING, KeyState, ListState, LossState, State

IN_FORCE = Q(state__in=sorted(ADMITTED), in_force_since__isnull=False)
SCHEDULED = Q(state=State.APPROVED.value, in_force_since=None)


def _ready(direction: Direction) -> Q:
    """The condition of a production entry in one direction: every required fact holds."""
    bound = Q(environment=Environment.PRODUCTION.value, direction=direction.value)
    facts = Q()
    for fact in REQUIRED[direction]:
        facts &= holds(fact)
    return ~bound | (facts & ~Q(establishments=[]) if direction is Direction.FEEDING else facts)


class WhitelistEntryQuerySet(models.QuerySet["WhitelistEntry"]):
    """Readings of entries."""

    def visible_to(self, user: Any) -> "WhitelistEntryQuerySet":
        """Agents see all; members those of their legal entities' rights; others nothing."""
        if user.is_agent:
            return self.exclude(grant__holder__in=LegalEntity.objects.closed_to(user))
        return self.filter(grant__holder__in=LegalEntity.objects.visible_to(user))

    def living(self) -> "WhitelistEntryQuerySet":
        """Proposed, approved or suspended."""
        return self.filter(state__in=sorted(LIVING))

    def in_force(self) -> "WhitelistEntryQuerySet":
        """Those that publications carry: approved or suspended, and whose date has come."""
        return self.filter(IN_FORCE)

    def scheduled(self) -> "WhitelistEntryQuerySet":
        """Approved, waiting for their date."""
        return self.filter(SCHEDULED)


class WhitelistEntry(Right):
    """A right entered in one environment: url, certificates, profiles and perimeter, frozen when proposed."""

    reference = models.CharField("référence", max_length=20)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="entries")
    environment = models.CharField("environnement", max_length=20, choices=Environment.choices())
    url = models.CharField("adresse du service", max_length=300)
    client_id = models.CharField("identifiant client", max_length=80)
    effective_at = models.DateTimeField("date d’effet")
    state = models.CharField("état", max_length=20, choices=State.choices())
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("proposée le")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField("approuvée le", null=True)
    in_force_since = models.DateTimeField("en vigueur depuis", null=True)
    published_version = models.PositiveIntegerField("première publication", null=True)
    closed_at = models.DateTimeField("suspendue, rejetée ou retirée le", null=True)
    grounds = models.TextField("motifs", blank=True)
    reinstatement_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reinstatement_grounds = models.TextField("motifs de la levée proposée", blank=True)
    reinstated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = WhitelistEntryQuerySet.as_manager()
    UNAUDITED = frozenset({"establishments"})  # thousands of numbers, which `list_digest` stands for

    class Meta(Right.Meta):
        constraints = [
            *Right.Meta.constraints,
            models.UniqueConstraint(fields=["reference"], name="whitelist_entry_reference_once"),
            models.CheckConstraint(
                condition=_ready(Direction.FEEDING),
                name="whitelist_entry_feeding_readiness",
                violation_error_message="Une inscription de production en alimentation suppose la charte signée, "
                "les tests vérifiés et une liste confirmée d’au moins un établissement.",
            ),
            models.CheckConstraint(
                condition=_ready(Direction.CONSUMPTION),
                name="whitelist_entry_consumption_readiness",
                violation_error_message="Une inscription de production en consommation suppose la charte signée, "
                "les tests vérifiés et l’attestation d’un commanditaire.",
            ),
            models.CheckConstraint(
                condition=Q(url__startswith="https://"),
                name="whitelist_entry_url_https",
                violation_error_message="Une inscription porte l’adresse du service, qui commence par https://.",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=F("proposed_by")),
                name="whitelist_entry_four_eyes",
                violation_error_message="La personne qui a proposé une inscription ne peut pas l’approuver.",
            ),
            models.CheckConstraint(
                condition=~Q(reinstated_by=F("reinstatement_proposed_by")),
                name="whitelist_entry_reinstatement_four_eyes",
                violation_error_message="La personne qui a proposé de lever une suspension ne peut pas la lever.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.PROPOSED.value, State.REJECTED.value], in_force_since=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="whitelist_entry_approved",
                violation_error_message="Une inscription ne prend effet qu’une fois approuvée.",
            ),
            models.UniqueConstraint(
                fields=["grant", "environment"],
                condition=Q(state=State.PROPOSED.value),
                name="whitelist_entry_proposed_once",
                violation_error_message="Une proposition attend déjà une approbation pour cette habilitation.",
            ),
            models.UniqueConstraint(
                fields=["grant", "environment"],
                condition=SCHEDULED,
                name="whitelist_entry_scheduled_once",
                violation_error_message="Une inscription approuvée attend déjà sa date pour cette habilitation.",
            ),
            models.UniqueConstraint(
                fields=["grant", "environment"],
                condition=IN_FORCE,
                name="whitelist_entry_in_force_once",
                violation_error_message="Une inscription est déjà en vigueur pour cette habilitation.",
            ),
            models.UniqueConstraint(
                fields=["environment", "client_id"],
                condition=IN_FORCE,
                name="whitelist_entry_client_once",
                violation_error_message="Cet identifiant client est déjà inscrit en liste blanche.",
            ),
        ]
        indexes = [
            models.Index(fields=["environment", "effective_at"], condition=SCHEDULED, name="whitelist_entry_due"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_in_force(self) -> bool:
        """True when publications carry it."""
        return self.state in ADMITTED and self.in_force_since is not None

    @property
    def is_production(self) -> bool:
        """True for an entry of the production list."""
        return self.environment == Environment.PRODUCTION


class EntryCertificate(models.Model):
    """A certificate of an entry, copied; `establishments` narrows it to some of the entry's (None: all of them)."""

    entry = models.ForeignKey(WhitelistEntry, on_delete=models.PROTECT, related_name="certificates")
    certificate = models.ForeignKey("policy.Certificate", on_delete=models.PROTECT, related_name="entries")
    fingerprint = models.CharField("empreinte SHA-256", max_length=64)
    subject = models.TextField("nom distinctif")
    not_after = models.DateTimeField("expire le")
    establishments = models.JSONField("établissements", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "fingerprint"], name="entry_certificate_once")]
        indexes = [models.Index(fields=["fingerprint"], name="entry_certificate_fingerprint")]

    def __str__(self) -> str:
        return self.fingerprint


class EntryName(models.Model):
    """A name that an entry bears while nobody has seen its certificate: admitted by name alone, and said unverified."""

    entry = models.ForeignKey(WhitelistEntry, on_delete=models.PROTECT, related_name="names")
    declared = models.ForeignKey("policy.DeclaredName", on_delete=models.PROTECT, related_name="entries")
    subject = models.TextField("nom distinctif")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "declared"], name="entry_name_once")]

    def __str__(self) -> str:
        return self.subject


class CertificateCut(models.Model):
    """A certificate that publications leave out of an entry from an instant on: its authority revoked it."""

    certificate = models.OneToOneField(EntryCertificate, on_delete=models.PROTECT, related_name="cut")
    entry = models.ForeignKey(WhitelistEntry, on_delete=models.PROTECT, related_name="cuts")
    at = models.DateTimeField("retranché le")

    def __str__(self) -> str:
        return f"{self.entry} : {self.certificate}"


class PublicationHead(models.Model):
    """The list of one environment and its last version, which each issue increments; locked while one is made."""

    environment = models.CharField("environnement", max_length=20, choices=Environment.choices(), unique=True)
    version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=20, choices=ListState.choices(), default=ListState.OPEN)

    def __str__(self) -> str:
        return f"liste {self.environment}"


class Publication(models.Model):
    """What was served to gateways from an instant on: the exact bytes and their signature. Append-only (trigger).

    `digest` is that of the content, whatever the version and the dates; `set_aside` names the rows left out.
    """

    environment = models.CharField("environnement", max_length=20, choices=Environment.choices())
    version = models.PositiveIntegerField("version")
    issued_at = models.DateTimeField("publiée le")
    expires_at = models.DateTimeField("à renouveler avant le")
    count = models.PositiveIntegerField("inscriptions")
    digest = models.CharField("empreinte du contenu", max_length=64)
    body = models.BinaryField()
    signature = models.CharField("signature Ed25519 (base64)", max_length=100)
    key_id = models.CharField("clé", max_length=16)
    set_aside = models.JSONField("lignes écartées", default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "version"], name="publication_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_environment_display()} {self.version}"


def _person(**more: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **more)


class ListLossQuerySet(models.QuerySet["ListLoss"]):
    """Readings of the losses held back."""

    def open(self) -> "ListLossQuerySet":
        """Those that nobody decided yet: the list keeps their entries."""
        return self.filter(state__in=[LossState.HELD.value, LossState.PROPOSED.value])


class ListLoss(models.Model):
    """What the list of an environment would have lost by no act, held back until two persons accept it.

    `entries` are the references, each with the reason why it can no longer be published.
    """

    reference = models.CharField("référence", max_length=20)
    environment = models.CharField("environnement", max_length=20, choices=Environment.choices())
    state = models.CharField("état", max_length=20, choices=LossState.choices(), default=LossState.HELD.value)
    entries = models.JSONField("inscriptions", default=list)
    held_at = models.DateTimeField("retenue le")
    proposed_by = _person(null=True, blank=True)
    proposed_at = models.DateTimeField("proposée le", null=True, blank=True)
    grounds = models.TextField("motifs", max_length=2000, blank=True)
    decided_by = _person(null=True, blank=True)
    decided_at = models.DateTimeField("acceptée le", null=True, blank=True)

    objects = ListLossQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="list_loss_reference_once"),
            models.UniqueConstraint(
                fields=["environment"],
                condition=Q(state__in=[LossState.HELD.value, LossState.PROPOSED.value]),
                name="list_loss_open_once",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("proposed_by")),
                name="list_loss_four_eyes",
                violation_error_message="La personne qui a proposé cette perte ne peut pas l’accepter.",
            ),
            models.CheckConstraint(
                condition=~Q(state=LossState.ACCEPTED.value) | Q(proposed_by__isnull=False, decided_by__isnull=False),
                name="list_loss_accepted_by_two",
                violation_error_message="Une perte s’accepte à deux personnes.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def references(self) -> list[str]:
        """The references of the entries."""
        return [entry["reference"] for entry in self.entries]


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    """Readings of the keys declared."""

    def in_force(self) -> "SigningKeyQuerySet":
        """The one that signs."""
        return self.filter(state=KeyState.IN_FORCE)


class SigningKey(models.Model):
    """A key to sign the list with: proposed by one person, put in force by another; its secret stays in its file."""

    reference = models.CharField("référence", max_length=20)
    key_id = models.CharField("clé", max_length=16)
    public_key = models.TextField("clé publique")
    state = models.CharField("état", max_length=20, choices=KeyState.choices(), default=KeyState.PROPOSED.value)
    grounds = models.TextField("motifs", max_length=2000)
    proposed_by = _person()
    proposed_at = models.DateTimeField("proposée le")
    decided_by = _person(null=True, blank=True)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="signing_key_reference_once"),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=KeyState.IN_FORCE.value),
                name="signing_key_in_force_once",
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=KeyState.PROPOSED.value),
                name="signing_key_proposed_once",
                violation_error_message="Une clé est déjà proposée : décidez-la d’abord.",
            ),
            models.CheckConstraint(
                condition=Q(state=KeyState.REJECTED.value) | ~Q(decided_by=F("proposed_by")),
                name="signing_key_four_eyes",
                violation_error_message="La personne qui a proposé une clé ne peut pas la mettre en vigueur.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[KeyState.PROPOSED.value, KeyState.REJECTED.value]) | Q(decided_by__isnull=False),
                name="signing_key_enforced_by_two",
                violation_error_message="Une clé est mise en vigueur par une seconde personne.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
