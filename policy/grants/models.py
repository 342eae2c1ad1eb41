"""Rights: what was granted to a service, the facts that open production, and the data it connects with."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from policy.certificates.environments import Environment
from portal.parties.models import DigitalService, LegalEntity

from . import wording
from .direction import Direction
from .lifecycle import LIVING, State
from .readiness import STANDING_IN, Fact, Origin, Standing
from .restrictions import Left, Scope

FEEDING_SETS = [("A", "A"), ("B", "B"), ("AB", "A et B")]
ORIGIN_COLUMNS = {fact: f"{fact.value}_origin" for fact in Fact}
EVIDENCE_COLUMNS = {fact: f"{fact.value}_evidence" for fact in Fact}
VALUE_PRESENT = {
    Fact.CHARTER: Q(charter_signed_at__isnull=False),
    Fact.TESTS: Q(tests_verified_at__isnull=False),
    Fact.LIST: ~Q(list_digest=""),
    Fact.ATTESTATION: ~Q(customer_attestation_ref=""),
}


def holds(fact: Fact) -> Q:
    """The condition, for a constraint, that a fact may be relied upon (as `readiness.Standing.holds`)."""
    column = ORIGIN_COLUMNS[fact]
    established = VALUE_PRESENT[fact] & Q(**{column: Origin.ESTABLISHED.value})
    return established | Q(**{f"{column}__in": [origin.value for origin in STANDING_IN]})


def _origin() -> "models.CharField[str, str]":
    return models.CharField("origine", max_length=20, choices=Origin.choices(), blank=True)


def _evidence() -> "models.CharField[str, str]":
    return models.CharField("justification", max_length=200, blank=True)


class Right(models.Model):
    """The columns that a right and its whitelist entries share: what is allowed, where, on which facts.

    `feeding_profiles` holds the letters in order (``"AB"``); `region` is empty for the national space; `by_secret` is
    what the policy said, at the decision, of how the profile proves itself.
    """

    direction = models.CharField("sens", max_length=20, choices=Direction.choices())
    feeding_profiles = models.CharField("profils d’alimentation", max_length=2, choices=FEEDING_SETS, blank=True)
    access_profile = models.PositiveSmallIntegerField("profil d’accès", null=True, blank=True)
    region = models.CharField("région", max_length=2, blank=True)
    establishments = models.JSONField("établissements", default=list, blank=True)
    by_secret = models.BooleanField("se connecte par un secret", default=False)

    charter_signed_at = models.DateTimeField("charte signée le", null=True, blank=True)
    charter_origin = _origin()
    charter_evidence = _evidence()
    tests_verified_at = models.DateTimeField("tests vérifiés le", null=True, blank=True)
    tests_verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    tests_origin = _origin()
    tests_evidence = _evidence()
    list_reference = models.CharField("liste d’établissements", max_length=20, blank=True)
    list_digest = models.CharField("empreinte de la liste", max_length=64, blank=True)
    list_origin = _origin()
    list_evidence = _evidence()
    customer_attestation_ref = models.CharField("attestation du commanditaire", max_length=80, blank=True)
    attestation_origin = _origin()
    attestation_evidence = _evidence()

    FROZEN = [
        "direction",
        "feeding_profiles",
        "access_profile",
        "region",
        "establishments",
        "by_secret",
        "charter_signed_at",
        "charter_origin",
        "charter_evidence",
        "tests_verified_at",
        "tests_verified_by_id",
        "tests_origin",
        "tests_evidence",
        "list_reference",
        "list_digest",
        "list_origin",
        "list_evidence",
        "customer_attestation_ref",
        "attestation_origin",
        "attestation_evidence",
    ]

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(direction=Direction.FEEDING.value) | Q(region=""),
                name="%(class)s_feeding_is_national",
                violation_error_message="L’alimentation du ROR relève toujours de l’espace national.",
            ),
            models.CheckConstraint(
                condition=~Q(direction=Direction.FEEDING.value)
                | Q(feeding_profiles__in=["A", "B", "AB"], access_profile__isnull=True),
                name="%(class)s_feeding_profiles",
                violation_error_message="Un service qui alimente le ROR reçoit le profil A, le profil B ou les deux, "
                "et aucun profil d’accès.",
            ),
            models.CheckConstraint(
                condition=~Q(direction=Direction.CONSUMPTION.value)
                | Q(feeding_profiles="", access_profile__isnull=False, access_profile__range=(0, 5)),
                name="%(class)s_access_profile",
                violation_error_message="Un service qui consomme le ROR reçoit un seul profil d’accès, de 0 à 5, "
                "et aucun profil d’alimentation.",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=[direction.value for direction in Direction]),
                name="%(class)s_direction",
                violation_error_message="Une habilitation porte sur la consommation ou sur l’alimentation.",
            ),
        ]

    @property
    def whole(self) -> Left:
        """What the right opens when nothing of it is closed."""
        return Left(self.feeding_profiles, self.access_profile, self.establishments)

    @property
    def profiles_in_words(self) -> str:
        """« profils d’alimentation A et B », « profil d’accès 2 »."""
        return wording.profiles(self.feeding_profiles, self.access_profile)

    @property
    def space_in_words(self) -> str:
        """« espace national », « espace régional (région 53) »."""
        return wording.space(self.region)

    @property
    def needs_certificate(self) -> bool:
        """Access profile 0 connects with a secret and no certificate, and so do those that the policy said so of."""
        return self.access_profile != 0 and not self.by_secret

    @property
    def standings(self) -> dict[Fact, Standing]:
        """What is known of each fact of readiness."""
        present = {
            Fact.CHARTER: self.charter_signed_at is not None,
            Fact.TESTS: self.tests_verified_at is not None,
            Fact.LIST: bool(self.list_digest),
            Fact.ATTESTATION: bool(self.customer_attestation_ref),
        }
        return {fact: Standing(present[fact], getattr(self, ORIGIN_COLUMNS[fact])) for fact in Fact}


class GrantQuerySet(models.QuerySet["Grant"]):
    """Readings of rights."""

    def visible_to(self, user: Any) -> "GrantQuerySet":
        """Agents see all; members those of their legal entities; others nothing."""
        if user.is_agent:
            return self.exclude(holder__in=LegalEntity.objects.closed_to(user))
        return self.filter(holder__in=LegalEntity.objects.visible_to(user))

    def living(self) -> "GrantQuerySet":
        """Those not withdrawn."""
        return self.filter(state__in=sorted(LIVING))

    def active(self) -> "GrantQuerySet":
        """Those in production."""
        return self.filter(state=State.ACTIVE)


class Grant(Right):
    """A right ("habilitation"): one service, one direction, granted by one decision; it outlives the request."""

    reference = models.CharField("référence", max_length=20)
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="grants")
    holder = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="grants")
    service_name = models.CharField("nom du service à la décision", max_length=120)
    state = models.CharField("état", max_length=20, choices=State.choices())
    decision_reference = models.CharField("décision", max_length=20)
    decided_at = models.DateTimeField("décidée le")
    production_url = models.CharField("adresse de production", max_length=300, blank=True)

    objects = GrantQuerySet.as_manager()
    UNAUDITED = frozenset({"establishments"})  # thousands of numbers, which `list_digest` stands for

    class Meta(Right.Meta):
        constraints = [
            *Right.Meta.constraints,
            models.UniqueConstraint(fields=["reference"], name="grant_reference_once"),
            models.UniqueConstraint(
                fields=["service", "direction"],
                condition=~Q(state=State.WITHDRAWN.value),
                name="grant_living_once",
                violation_error_message="Ce service a déjà une habilitation pour ce sens d’échange.",
            ),
            models.CheckConstraint(
                condition=Q(production_url="") | Q(production_url__startswith="https://"),
                name="grant_production_url_https",
                violation_error_message="L’adresse de production commence par https://.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class GrantedTerms(models.Model):
    """What one decision granted, frozen: the first opened the right, each amendment or renewal adds another.

    `policy_version` numbers the access policy that held at the decision (empty before the first one). Append-only
    (trigger): the terms in force are those of the highest number, and the former ones stay as they were decided.
    """

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField("version")
    decision_reference = models.CharField("décision", max_length=20)
    decided_at = models.DateTimeField("décidée le")
    policy_version = models.CharField("version de la politique", max_length=20, blank=True)
    service_name = models.CharField("nom du service à la décision", max_length=120)
    feeding_profiles = models.CharField("profils d’alimentation", max_length=2, blank=True)
    access_profile = models.PositiveSmallIntegerField("profil d’accès", null=True, blank=True)
    region = models.CharField("région", max_length=2, blank=True)
    by_secret = models.BooleanField("se connecte par un secret", default=False)

    COPIED = ("service_name", "feeding_profiles", "access_profile", "region", "by_secret")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "number"],
                name="granted_terms_once",
                violation_error_message="Une autre décision vient de modifier cette habilitation.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant.reference}, version {self.number}"

    @property
    def profiles_in_words(self) -> str:
        """« profils d’alimentation A et B », « profil d’accès 2 »."""
        return wording.profiles(self.feeding_profiles, self.access_profile)


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    """Readings of restrictions."""

    def standing(self) -> "RestrictionQuerySet":
        """Those not lifted."""
        return self.filter(until=None)

    def whole(self) -> "RestrictionQuerySet":
        """Those not lifted that close all that a right opens in production."""
        return self.standing().filter(scope=Scope.RIGHT)


class Restriction(models.Model):
    """What is closed inside a right until it is lifted; `source` names what closed it: a reservation, a measure."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="restrictions")
    scope = models.CharField("ce qui est fermé", max_length=16, choices=Scope.choices())
    value = models.CharField("profil ou établissement", max_length=9, blank=True)
    source = models.CharField("acte", max_length=20)
    because = models.CharField("pourquoi", max_length=300)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "source", "scope", "value"],
                condition=Q(until=None),
                name="restriction_once",
                violation_error_message="Cette restriction est déjà en vigueur.",
            ),
            models.CheckConstraint(
                condition=(Q(scope__in=[Scope.PROFILE.value, Scope.ESTABLISHMENT.value]) & ~Q(value=""))
                | (Q(scope__in=[Scope.TESTS.value, Scope.PRODUCTION.value, Scope.RIGHT.value]) & Q(value="")),
                name="restriction_value",
                violation_error_message="Une restriction vise une étape, un profil, un établissement ou tout le droit.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.scope} {self.value}".strip()

    @property
    def words(self) -> str:
        """« Le profil B », « L’établissement 750000123 », « La mise en production »."""
        if self.scope == Scope.PROFILE:
            return f"Le profil {self.value}"
        if self.scope == Scope.ESTABLISHMENT:
            return f"L’établissement {self.value}"
        return self.get_scope_display()


class ConnectionData(models.Model):
    """What a service connects with in one environment.

    A secret (access profile 0) waits sealed until it is read, once; afterwards only its digest stays (`secret`).
    """

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="connections")
    environment = models.CharField("environnement", max_length=20, choices=Environment.choices())
    client_id = models.CharField("identifiant client", max_length=80)
    token_url = models.CharField("adresse du jeton", max_length=300)
    api_url = models.CharField("adresse de l’API", max_length=300)
    headers = models.JSONField("en-têtes", default=dict, blank=True)
    handed_over_at = models.DateTimeField("remises le")
    secret_number = models.PositiveSmallIntegerField("secrets remis", default=0)
    secret_sealed = models.TextField("secret scellé, jusqu’à sa lecture", blank=True)
    secret_digest = models.CharField("empreinte du secret", max_length=64, blank=True)
    secret_issued_at = models.DateTimeField("secret remis le", null=True, blank=True)
    secret_read_at = models.DateTimeField("secret lu le", null=True, blank=True)
    secret_read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    UNAUDITED = frozenset({"secret_sealed", "secret_digest"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grant", "environment"], name="connection_data_once"),
            models.CheckConstraint(
                condition=Q(secret_read_at=None) | Q(secret_sealed=""),
                name="connection_secret_is_read_once",
                violation_error_message="Un secret lu ne se garde pas.",
            ),
            models.UniqueConstraint(
                fields=["environment", "client_id"],
                name="connection_client_id_once",
                violation_error_message="Cet identifiant client sert déjà à une autre habilitation.",
            ),
            models.CheckConstraint(
                condition=Q(("token_url__startswith", "https://"), ("api_url__startswith", "https://")),
                name="connection_urls_https",
                violation_error_message="Les adresses de connexion commencent par https://.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant.reference} {self.environment}"

    @property
    def has_secret(self) -> bool:
        """Whether a secret was handed over, read or not."""
        return self.secret_issued_at is not None

    @property
    def waits_to_be_read(self) -> bool:
        """Whether a secret was handed over that nobody has read yet."""
        return bool(self.secret_sealed)
