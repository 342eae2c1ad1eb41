"""Test platforms, campaigns, imported runs and their results; the customers who ordered a consuming service."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from policy.grants.models import Grant
from portal.documents.models import DepositedFile
from portal.parties.models import LegalEntity

from .lifecycle import AttestationState, PlatformState, State
from .results import Priority, Status


class TestPlatform(models.Model):
    """Where tests run: PLATINES, or the sandbox of the ROR itself."""

    __test__ = False  # the name is no test of pytest's

    code = models.CharField(max_length=20)
    name = models.CharField("nom", max_length=80)
    state = models.CharField(max_length=10, choices=PlatformState.choices(), default=PlatformState.LISTED)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["code"], name="test_platform_code_once")]

    def __str__(self) -> str:
        return self.name


class TestCampaignQuerySet(models.QuerySet["TestCampaign"]):
    """Readings of campaigns."""

    def visible_to(self, user: Any) -> "TestCampaignQuerySet":
        """Agents see all; members those of their legal entities; others nothing."""
        if user.is_agent:
            return self.exclude(grant__holder__in=LegalEntity.objects.closed_to(user))
        return self.filter(grant__holder__in=LegalEntity.objects.visible_to(user))

    def to_verify(self) -> "TestCampaignQuerySet":
        """Those that wait for the agency, the most urgent first."""
        return self.filter(state=State.DECLARED).order_by("due_date", "pk")


class TestCampaign(models.Model):
    """The tests of one right, for one version of the service. `due_date` is the day of the agency's promised answer."""

    __test__ = False

    reference = models.CharField("référence", max_length=20)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="campaigns")
    platform = models.ForeignKey(TestPlatform, on_delete=models.PROTECT, related_name="campaigns")
    tested_version = models.CharField("version du service", max_length=60, blank=True)
    state = models.CharField("état", max_length=12, choices=State.choices(), default=State.OPEN)
    opened_at = models.DateTimeField("ouverte le")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField("fin déclarée le", null=True, blank=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_date = models.DateField("réponse attendue le", null=True, blank=True)
    redo = models.TextField("à reprendre", blank=True)
    answered_at = models.DateTimeField("réponse donnée le", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=0)

    objects = TestCampaignQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="test_campaign_reference_once"),
            models.UniqueConstraint(
                fields=["grant"],
                condition=~Q(state=State.VERIFIED),
                name="test_campaign_running_once",
                violation_error_message="Une campagne de tests est déjà en cours pour cette habilitation.",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DECLARED) | Q(declared_at__isnull=False, due_date__isnull=False),
                name="test_campaign_declared_is_dated",
                violation_error_message="Une fin de tests déclarée porte sa date et celle de la réponse attendue.",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.VERIFIED) | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="test_campaign_verified_is_signed",
                violation_error_message="Des tests vérifiés portent la date et l’auteur de la vérification.",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.TO_REDO) | ~Q(redo=""),
                name="test_campaign_redo_says_what",
                violation_error_message="Une demande de reprise dit ce qui est à reprendre.",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_date"], name="test_campaign_due")]

    def __str__(self) -> str:
        return self.reference


class TestRun(models.Model):
    """One imported report: a session of the platform as it stood when its file was exported."""

    __test__ = False

    campaign = models.ForeignKey(TestCampaign, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField("passage")
    session = models.BigIntegerField("session")
    session_uuid = models.CharField(max_length=60, blank=True)
    description = models.CharField("description", max_length=300, blank=True)
    executed_at = models.DateTimeField("exécuté le", null=True, blank=True)
    source_name = models.CharField("fichier", max_length=200)
    source_sha256 = models.CharField("empreinte du fichier", max_length=64)
    case_count = models.PositiveIntegerField("scénarios", default=0)
    passed_count = models.PositiveIntegerField("conformes", default=0)
    imported_at = models.DateTimeField("importé le")
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["campaign", "number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="test_run_number_once"),
            models.UniqueConstraint(
                fields=["campaign", "source_sha256"],
                name="test_run_file_once",
                violation_error_message="Ce rapport est déjà importé dans la campagne.",
            ),
        ]

    def __str__(self) -> str:
        return f"passage {self.number}"


class ScenarioResultQuerySet(models.QuerySet["ScenarioResult"]):
    """Readings of results."""

    def current(self) -> "ScenarioResultQuerySet":
        """The latest result of each scenario."""
        return self.filter(is_current=True)

    def conforming(self) -> "ScenarioResultQuerySet":
        """Those that passed."""
        return self.filter(status=Status.SUCCESS)

    def unaccepted(self) -> "ScenarioResultQuerySet":
        """Those that the agency has not accepted yet."""
        return self.filter(accepted_at=None)


class ScenarioResult(models.Model):
    """What one run says of one scenario. `number` names it in addresses; a later run of the scenario replaces it."""

    run = models.ForeignKey(TestRun, on_delete=models.PROTECT, related_name="results")
    campaign = models.ForeignKey(TestCampaign, on_delete=models.PROTECT, related_name="results")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=64)
    is_current = models.BooleanField(default=True)
    project = models.CharField("projet", max_length=300)
    suite = models.CharField("suite", max_length=300)
    name = models.CharField("scénario", max_length=300)
    priority = models.CharField("priorité", max_length=10, choices=Priority.choices())
    status = models.CharField("résultat", max_length=10, choices=Status.choices())
    step_count = models.PositiveIntegerField("étapes", default=0)
    failed_steps = models.JSONField("étapes en défaut", default=list, blank=True)
    accepted_at = models.DateTimeField("accepté le", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    comment = models.CharField("commentaire", max_length=500, blank=True)

    objects = ScenarioResultQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="scenario_result_number_once"),
            models.UniqueConstraint(
                fields=["campaign", "key"], condition=Q(is_current=True), name="scenario_result_current_once"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(status=Status.SUCCESS) | ~Q(comment=""),
                name="scenario_result_exception_is_explained",
                violation_error_message="Un résultat non conforme ne s’accepte qu’avec un commentaire.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="scenario_result_accepted_by_somebody",
                violation_error_message="Un résultat accepté porte la date et l’auteur de l’acceptation.",
            ),
        ]
        indexes = [models.Index(fields=["campaign", "is_current", "status", "number"], name="scenario_result_list")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_conforming(self) -> bool:
        """Whether the scenario passed."""
        return self.status == Status.SUCCESS


class OrderingCustomerQuerySet(models.QuerySet["OrderingCustomer"]):
    """Readings of ordering customers."""

    def visible_to(self, user: Any) -> "OrderingCustomerQuerySet":
        """Agents see all; members see those of their legal entities; others nothing."""
        if user.is_agent:
            return self.exclude(grant__holder__in=LegalEntity.objects.closed_to(user))
        return self.filter(grant__holder__in=LegalEntity.objects.visible_to(user))

    def to_examine(self) -> "OrderingCustomerQuerySet":
        """Those that wait for the agency, the oldest first."""
        return self.filter(state=AttestationState.FILED).order_by("filed_at", "pk")


class OrderingCustomer(models.Model):
    """A client who bought the version of the service that reads the ROR, and the attestation he signed.

    Source: steps of connection to the ROR (2023): the agency asks a consumer for it before production.
    """

    reference = models.CharField("référence", max_length=20)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="ordering_customers")
    state = models.CharField("état", max_length=12, choices=AttestationState.choices(), default=AttestationState.FILED)
    name = models.CharField("commanditaire", max_length=200)
    number = models.CharField("SIREN, SIRET ou FINESS", max_length=14, blank=True)
    service_version = models.CharField("version commandée", max_length=60)
    signed_on = models.DateField("attestation signée le")
    piece = models.ForeignKey(DepositedFile, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField("jointe le")
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField("examinée le", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    grounds = models.TextField("motifs", max_length=2000, blank=True)

    objects = OrderingCustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="ordering_customer_reference_once"),
            models.UniqueConstraint(
                fields=["grant"],
                condition=Q(state=AttestationState.FILED),
                name="ordering_customer_waiting_once",
                violation_error_message="Une attestation attend déjà d’être examinée pour cette habilitation.",
            ),
            models.CheckConstraint(
                condition=~Q(state=AttestationState.REFUSED) | ~Q(grounds=""),
                name="ordering_customer_refused_with_grounds",
                violation_error_message="Un refus indique ses motifs.",
            ),
            models.CheckConstraint(
                condition=Q(state=AttestationState.FILED) | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="ordering_customer_answered_by_somebody",
                violation_error_message="Une attestation examinée porte la date et l’auteur de l’examen.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
