"""Who holds a distinguished name, and the names announced before their certificate."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.parties.models import DigitalService

from ..environments import Environment
from ..lifecycle import HoldingState, NameState

CONTACT = "Si vous pensez que c’est une erreur, contactez l’agence."


class NameHoldingQuerySet(models.QuerySet["NameHolding"]):
    """Readings of who holds which name."""

    def held(self) -> "NameHoldingQuerySet":
        """Those that still bind their name to their service."""
        return self.exclude(state=HoldingState.RELEASED)


class NameHolding(models.Model):
    """A distinguished name in one environment and the service it belongs to: a renewed certificate keeps its name.

    It lasts until two persons of the agency release it, with grounds: the name is then free for another service.
    """

    environment = models.CharField("environnement", max_length=12, choices=Environment.choices())
    dn_digest = models.CharField("empreinte du nom", max_length=64)
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="names_held")
    since = models.DateTimeField("depuis")
    state = models.CharField(max_length=10, choices=HoldingState.choices(), default=HoldingState.HELD)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField("libération proposée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    grounds = models.CharField("motifs", max_length=500, blank=True)

    objects = NameHoldingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "dn_digest"],
                condition=~Q(state=HoldingState.RELEASED),
                name="name_holding_once",
                violation_error_message=f"Ce nom de certificat est déjà rattaché à un service. {CONTACT}",
            ),
            models.CheckConstraint(
                condition=~Q(state=HoldingState.RELEASED)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="name_holding_four_eyes",
                violation_error_message="La personne qui propose de libérer un nom ne peut pas en décider.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.environment}:{self.dn_digest[:16]}"


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
