"""Claims of legal entities, requests to join them, mandates, and the mutable sheet of a digital service."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from portal.documents.models import DepositedFile
from portal.parties.models import DigitalService, LegalEntity, Membership
from portal.parties.roles import MembershipRole

from .identity import Identity
from .lifecycle import JoinState, MandateState, State
from .proofs import ProofKind, Quality


def _naming_closed(user: Any) -> Q:
    """What names, by its numbers, a legal entity closed to this person."""
    closed = LegalEntity.objects.closed_to(user)
    sirens, numbers = closed.exclude(siren="").values("siren"), closed.exclude(finess_ej="").values("finess_ej")
    return Q(siren__in=sirens) | Q(finess_ej__in=numbers)


class EntityClaimQuerySet(models.QuerySet["EntityClaim"]):
    """Readings of claims."""

    def visible_to(self, user: Any) -> "EntityClaimQuerySet":
        """Agents see all but those of entities closed to them; others only their own, never a rival's."""
        return self.exclude(_naming_closed(user)) if user.is_agent else self.filter(claimant_id=user.pk)

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

    def with_rivals(self) -> "EntityClaimQuerySet":
        """Adds `rivals`: how many other claims of the same legal entity wait."""
        siren, finess = OuterRef("siren"), OuterRef("finess_ej")
        same = (Q(siren=siren) & ~Q(siren="")) | (Q(finess_ej=finess) & ~Q(finess_ej=""))
        others = EntityClaim.objects.waiting().filter(same).exclude(pk=OuterRef("pk")).order_by()
        counted = others.annotate(one=Value(1)).values("one").annotate(rivals=Count("pk")).values("rivals")
        return self.annotate(rivals=Coalesce(Subquery(counted), 0))


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
    replaces = models.BooleanField("remplace le représentant légal actuel", default=False)
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


JOINABLE = [(role.value, role.label) for role in MembershipRole if role is not MembershipRole.LEGAL_REPRESENTATIVE]


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    """Readings of requests to join."""

    def visible_to(self, user: Any) -> "JoinRequestQuerySet":
        """One's own, and those that name an entity one legally represents; agents all but of those closed to them."""
        if user.is_agent:
            return self.exclude(_naming_closed(user))
        role, sirens, finess = MembershipRole.LEGAL_REPRESENTATIVE, set(), set()
        held = Membership.objects.active().filter(user_id=user.pk, role=role)
        for siren, number in held.values_list("legal_entity__siren", "legal_entity__finess_ej"):
            sirens.add(siren)
            finess.add(number)
        named = Q(siren__in=sirens - {""}) | Q(finess_ej__in=finess - {""})
        return self.filter(Q(requester_id=user.pk) | (named & ~Q(state=JoinState.WITHDRAWN)))

    def waiting(self) -> "JoinRequestQuerySet":
        """Those that wait for an answer."""
        return self.filter(state=JoinState.FILED)


class JoinRequest(models.Model):
    """A person asks to join the entity of a number. It tells him nothing of it, not even that it exists."""

    reference = models.CharField(max_length=20)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="join_requests")
    siren = models.CharField("SIREN", max_length=9, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    finess_ej = models.CharField("FINESS EJ", max_length=9, blank=True)
    role = models.CharField("rôle demandé", max_length=30, choices=JOINABLE)
    words = models.CharField("message", max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=JoinState.choices(), default=JoinState.FILED)
    filed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="join_request_reference_once"),
            models.UniqueConstraint(
                fields=["requester", "siren", "finess_ej"],
                condition=Q(state=JoinState.FILED),
                name="join_request_waiting_once",
                violation_error_message="Vous avez déjà une demande en attente pour cet organisme.",
            ),
            models.CheckConstraint(
                condition=~Q(siren="", finess_ej=""),
                name="join_request_names_an_entity",
                violation_error_message="Une demande désigne un organisme par son SIREN ou son FINESS EJ.",
            ),
            models.CheckConstraint(
                condition=~Q(role=MembershipRole.LEGAL_REPRESENTATIVE),
                name="join_request_not_for_representative",
                violation_error_message="Un représentant légal demande son rattachement, que l’agence vérifie.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def identity(self) -> Identity:
        """The numbers by which the request designates the entity."""
        return Identity(siren=self.siren, siret=self.siret, finess_ej=self.finess_ej)


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Readings of mandates."""

    def visible_to(self, user: Any) -> "MandateQuerySet":
        """Agents see all, but for entities closed to them; members those of theirs; others nothing."""
        return self.filter(legal_entity__in=LegalEntity.objects.visible_to(user))

    def in_force(self, today: date) -> "MandateQuerySet":
        """Those that count on a day in Paris: begun, not ended, not past their last day."""
        last = Q(last_date=None) | Q(last_date__gte=today)
        return self.filter(last, state=MandateState.IN_FORCE, first_date__lte=today)


class Mandate(models.Model):
    """The legal representative empowers a delegate to deposit and sign, where the setting allows (settled question 2).

    It falls with the role of either: the delegate's, or the representative's who recorded it.
    """

    reference = models.CharField(max_length=20)
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="mandates")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mandates")
    piece = models.ForeignKey(DepositedFile, on_delete=models.PROTECT, related_name="+")
    first_date = models.DateField("premier jour")
    last_date = models.DateField("dernier jour", null=True, blank=True)
    state = models.CharField(max_length=12, choices=MandateState.choices(), default=MandateState.IN_FORCE)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="mandate_reference_once"),
            models.UniqueConstraint(
                fields=["legal_entity", "delegate"],
                condition=Q(state=MandateState.IN_FORCE),
                name="mandate_in_force_once",
                violation_error_message="Cette personne a déjà un mandat en vigueur : mettez-y fin d’abord.",
            ),
            models.CheckConstraint(
                condition=Q(last_date=None) | Q(last_date__gte=models.F("first_date")),
                name="mandate_dates_in_order",
                violation_error_message="Le dernier jour d’un mandat ne précède pas le premier.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
