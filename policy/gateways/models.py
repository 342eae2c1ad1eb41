"""What gateways report: the version of the list they apply, and the certificates they saw."""

from django.db import models

from policy.certificates.environments import Environment
from policy.certificates.models import Certificate
from policy.grants.models import ConnectionData
from portal.tokens.models import ApiToken

from .lifecycle import State


class Acknowledgement(models.Model):
    """The version of the list that a gateway (a token: one for each gateway) applies in one environment."""

    gateway = models.ForeignKey(ApiToken, on_delete=models.PROTECT, related_name="acknowledgements")
    environment = models.CharField("environnement", max_length=12, choices=Environment.choices())
    state = models.CharField(max_length=10, choices=State.choices(), default=State.RECORDED)
    applied_version = models.PositiveIntegerField("version appliquée")
    applied_at = models.DateTimeField("appliquée depuis")
    reported_at = models.DateTimeField("dernier compte rendu")

    UNAUDITED = frozenset({"reported_at"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "environment"],
                name="acknowledgement_once",
                violation_error_message="Cette passerelle a déjà rendu compte pour cet environnement.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.gateway.name} ({self.get_environment_display().lower()})"


class CountedReport(models.Model):
    """A report of what a gateway saw, by the digest of what it says: sent again, it counts no more. Kept a week."""

    gateway = models.ForeignKey(ApiToken, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField("empreinte", max_length=64)
    counted_at = models.DateTimeField("compté le")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "digest"],
                name="counted_report_once",
                violation_error_message="Ce compte rendu est déjà compté.",
            )
        ]
        indexes = [models.Index(fields=["counted_at"], name="counted_report_by_date")]

    def __str__(self) -> str:
        return f"{self.gateway.name}, {self.digest[:12]}"


class DayOfCalls(models.Model):
    """How many calls a gateway let in, and answered 429, with one certificate on one day of Paris; kept a year."""

    gateway = models.ForeignKey(ApiToken, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="days_of_calls")
    day = models.DateField("jour")
    calls = models.PositiveBigIntegerField("appels", default=0)
    throttled = models.PositiveBigIntegerField("réponses 429", default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "certificate", "day"],
                name="day_of_calls_once",
                violation_error_message="Les appels de ce jour sont déjà comptés.",
            )
        ]
        indexes = [models.Index(fields=["day"], name="day_of_calls_by_day")]

    def __str__(self) -> str:
        return f"{self.certificate}, {self.day:%d/%m/%Y}"


class Sighting(models.Model):
    """When a gateway saw a certificate for the first and for the last time, and in how many calls."""

    gateway = models.ForeignKey(ApiToken, on_delete=models.PROTECT, related_name="sightings")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="sightings")
    first_at = models.DateTimeField("vu pour la première fois")
    last_at = models.DateTimeField("vu pour la dernière fois")
    calls = models.PositiveBigIntegerField("appels", default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "certificate"],
                name="sighting_once",
                violation_error_message="Cette passerelle a déjà vu ce certificat.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.gateway.name} : {self.certificate}"


class DayOfClientCalls(models.Model):
    """The same for a service that connects by its client id and a secret, without certificate (profile 0)."""

    gateway = models.ForeignKey(ApiToken, on_delete=models.PROTECT, related_name="+")
    connection = models.ForeignKey(ConnectionData, on_delete=models.PROTECT, related_name="days_of_calls")
    day = models.DateField("jour")
    calls = models.PositiveBigIntegerField("appels", default=0)
    throttled = models.PositiveBigIntegerField("réponses 429", default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "connection", "day"],
                name="day_of_client_calls_once",
                violation_error_message="Les appels de ce jour sont déjà comptés.",
            )
        ]
        indexes = [models.Index(fields=["day"], name="day_of_client_calls_by_day")]

    def __str__(self) -> str:
        return f"{self.connection.client_id}, {self.day:%d/%m/%Y}"
