"""The third parties on whose behalf services act: whom their certificates may name beside the vendor."""

from django.db import models

from portal.parties.models import DigitalService

from ..identity import Client


class ThirdParty(models.Model):
    """For whom a service declared to act, in a request that carried the mandate: a fact written down by that request.

    `source` is the reference of the request, which says it again each time it is deposited; `number` is a FINESS, SIREN
    or SIRET number whose check key is right.
    """

    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="third_parties")
    source = models.CharField("demande", max_length=20)
    name = models.CharField("tiers", max_length=200)
    number = models.CharField("identifiant du tiers", max_length=14)
    declared_at = models.DateTimeField("déclaré le")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "source"],
                name="third_party_once",
                violation_error_message="Cette demande désigne déjà un tiers.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    def as_client(self) -> Client:
        """As checks name it: who it is, and where it was declared."""
        return Client(f"{self.name}, tiers déclaré dans la demande {self.source}", self.number)
