"""How many verdicts were given: by day, environment, effect and reason; never by caller, service or person."""

from django.db import models

from policy.certificates.environments import Environment
from policy.profiles.engine import Effect


class VerdictCount(models.Model):
    """A counter. `reason` is the code of the first reason, empty when no explanation was asked for."""

    day = models.DateField("jour")
    environment = models.CharField("environnement", max_length=20, choices=Environment.choices())
    effect = models.CharField("réponse", max_length=20, choices=Effect.choices())
    reason = models.CharField("motif", max_length=40, blank=True)
    count = models.PositiveBigIntegerField("nombre", default=0)

    class Meta:
        ordering = ["-day", "environment", "effect", "reason"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "environment", "effect", "reason"],
                name="verdict_count_once",
                violation_error_message="Ce compte existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.environment} {self.effect} {self.reason}"
