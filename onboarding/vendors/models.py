"""Claims of legal entities, and the mutable sheet of a digital service."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.documents.models import DepositedFile
from portal.parties.models import DigitalService, LegalEntity

from .identity import Identity
from .lifecycle import State
from .proofs import ProofKind, Quality


class EntityClaimQuerySet(models.QuerySet["EntityClaim"]):
    """Readings of claims."""

    def visible_to(self, user: Any) -> "EntityClaimQuerySet":
        """Agents see all; others only their own: two claimants of one entity never see each other."""
        return self if user.is_agent else self.filter(claimant_id=user.pk)

    def waiting(self) -> "EntityClaimQuerySet":
        """Those that an agent must still examine."""
        return self.filter(state=State.FILED)

    def naming_the_same_as(self, claim: "EntityClaim") -> "EntityClaimQuerySet":
        """The other claims of the same legal entity."""
        same = Q(pk__in=[])
        if claim.siren:
            same |= Q(siren=claim.siren)
        if claim.finess_ej:
            same |= Q(finess_ej=claim.finess_ej)
        return self.filter(same).exclude(pk=claim.pk)


class EntityClaim(models.Model):
    """A person says that he is the legal representative of an entity, with a piece that proves it."""

    reference = models.CharField(max_length=20)
    claimant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims")
    siren = models.CharField("SIREN", max_length=9, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    finess_ej = models.CharField("FINESS EJ", max_length=9, blank=True)
    name = models.CharField("raison sociale", max_length=200)
    address = models.CharField("adresse", max_length=200)
    postcode = models.CharField("code postal", max_length=10)
    city = models.CharField("commune", max_length=120)
    quality = models.CharField("qualité", max_length=20, choices=Quality.choices())
    quality_details = models.CharField("précision", max_length=120, blank=True)
    proof = models.ForeignKey(DepositedFile, on_delete=models.PROTECT, related_name="+")
    proof_kind = models.CharField("nature de la pièce", max_length=20, choices=ProofKind.choices())
    proof_date = models.DateField("date de la pièce")
    state = models.CharField(max_length=12, choices=State.choices(), default=State.FILED)
    filed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    examined_piece = models.CharField("pièce examinée", max_length=200, blank=True)
    grounds = models.TextField("motifs", max_length=2000, blank=True)
    legal_entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, related_name="claims", null=True, blank=True
    )

    objects = EntityClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="claim_reference_once"),
            models.CheckConstraint(
                condition=~Q(siren="", finess_ej=""),
                name="claim_names_an_entity",
                violation_error_message="Une demande désigne une personne morale par son SIREN ou son FINESS EJ.",
            ),
            models.UniqueConstraint(
                fields=["claimant", "siren", "finess_ej"],
                condition=Q(state=State.FILED),
                name="claim_waiting_once",
                violation_error_message="Vous avez déjà une demande en cours pour cette personne morale.",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REFUSED) | ~Q(grounds=""),
                name="claim_refused_with_grounds",
                violation_error_message="Un refus indique ses motifs.",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.VERIFIED)
                | (Q(legal_entity__isnull=False, decided_by__isnull=False) & ~Q(examined_piece="")),
                name="claim_verified_by_somebody_on_a_piece",
                violation_error_message="Une vérification dit par qui et sur quelle pièce elle a été faite.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def identity(self) -> Identity:
        """The numbers by which the claim designates the entity."""
        return Identity(siren=self.siren, siret=self.siret, finess_ej=self.finess_ej)

    @property
    def quality_words(self) -> str:
        """« Gérant ou gérante », with the precision given."""
        details = f" : {self.quality_details}" if self.quality_details else ""
        return f"{Quality(self.quality).label}{details}"


class ServiceSheet(models.Model):
    """What may change in a service without touching its identity: version, hosting, what it does."""

    service = models.OneToOneField(DigitalService, on_delete=models.PROTECT, related_name="sheet", primary_key=True)
    software_version = models.CharField("version du logiciel", max_length=60, blank=True)
    hosting = models.CharField("hébergeur et lieu d’hébergement", max_length=200, blank=True)
    description = models.TextField("ce que fait le service", max_length=2000, blank=True)

    def __str__(self) -> str:
        return f"fiche de {self.service}"
