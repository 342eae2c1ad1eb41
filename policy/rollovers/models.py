"""Campaigns that follow the change of an authority, and the certificates that each must see replaced."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from policy.certificates.models import Certificate, TrustAnchor
from portal.parties.models import DigitalService

from .lifecycle import State


class RolloverQuerySet(models.QuerySet["Rollover"]):
    """Readings of campaigns."""

    def visible_to(self, user: Any) -> "RolloverQuerySet":
        """Agents see all; members those that concern a service of theirs; others nothing."""
        if user.is_agent:
            return self
        services = DigitalService.objects.visible_to(user)
        return self.filter(lines__certificate__service__in=services).distinct()


class Rollover(models.Model):
    """One campaign: the authority that leaves, the one that takes over if it is known, until when both are accepted.

    `ends_on` is the last day of the parallel period. It cuts nothing by itself: two persons withdraw the authority.
    """

    reference = models.CharField("référence", max_length=20)
    anchor = models.ForeignKey(TrustAnchor, on_delete=models.PROTECT, related_name="rollovers")
    successor = models.ForeignKey(TrustAnchor, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices(), default=State.OPEN)
    message = models.TextField("ce que les éditeurs doivent savoir", max_length=2000)
    ends_on = models.DateField("fin de la période parallèle")
    opened_on = models.DateField("ouverte le")
    opened_at = models.DateTimeField("ouverte à")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField("dernière relance", null=True, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)

    objects = RolloverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="rollover_reference_once"),
            models.UniqueConstraint(
                fields=["anchor"],
                condition=Q(state=State.OPEN),
                name="rollover_open_once",
                violation_error_message="Une campagne est déjà en cours pour cette autorité.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("opened_on")),
                name="rollover_ends_later",
                violation_error_message="La période parallèle finit après l’ouverture de la campagne.",
            ),
            models.CheckConstraint(
                condition=~Q(successor=F("anchor")),
                name="rollover_changes_authority",
                violation_error_message="Une autorité ne se remplace pas elle-même.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.OPEN, closed_at=None) | Q(state=State.CLOSED, closed_at__isnull=False),
                name="rollover_closed_is_dated",
                violation_error_message="Une campagne close porte la date de sa clôture, et elle seule.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class RolloverLine(models.Model):
    """A certificate that a campaign must see replaced."""

    rollover = models.ForeignKey(Rollover, on_delete=models.PROTECT, related_name="lines")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="rollover_lines")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rollover", "certificate"], name="rollover_line_once")]

    def __str__(self) -> str:
        return f"{self.rollover} : {self.certificate}"
