"""Who the portal deals with: legal entities, their members, their digital services."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.lifecycle.table import LabelledEnum
from portal.web import folding

from .lifecycle import EntityState, InvitationState, ServiceState
from .roles import MembershipRole


class FoldedField(models.CharField):  # type: ignore[type-arg]
    """Another field of the row as `folding.fold` writes it, set whenever the row is written: what a search compares.

    Both databases then find « château » under « CHATEAU », with one index.
    """

    def __init__(self, *args: Any, source: str = "name", **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "editable": False, "default": "", "blank": True})
        self.source = source

    def deconstruct(self) -> Any:
        """As migrations write it: the source beside what a text column says."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The source, folded now."""
        folded = folding.fold(getattr(model_instance, self.source))[: self.max_length]
        setattr(model_instance, self.attname, folded)
        return folded


class ServiceKind(LabelledEnum):
    """How a service reaches the ROR, which decides how many certificates it needs (charter, certificates)."""

    SAAS = "saas", "Solution SaaS"
    REGIONAL_EAI = "regional_eai", "EAI régional"
    PROPRIETARY = "proprietary", "Solution propriétaire installée chez le client"


class LegalEntityQuerySet(models.QuerySet["LegalEntity"]):
    """Readings of legal entities."""

    def visible_to(self, user: Any) -> "LegalEntityQuerySet":
        """Agents see all but those closed to them; a member sees his own; others nothing."""
        if user.is_agent:
            return self.exclude(pk__in=ClosedReading.objects.of(user))
        return self.filter(memberships__user_id=user.pk, memberships__until=None).distinct()

    def closed_to(self, user: Any) -> "LegalEntityQuerySet":
        """Those of which this person reads nothing, for now or for good: to be left out of what an agent sees."""
        return self.filter(pk__in=ClosedReading.objects.of(user))


class LegalEntity(models.Model):
    """A company or body known by its SIREN, its SIRET or its FINESS EJ; verified by the agency before any deposit."""

    reference = models.CharField(max_length=20)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    finess_ej = models.CharField("FINESS EJ", max_length=9, blank=True)
    name = models.CharField("raison sociale", max_length=200)
    name_folded = FoldedField(max_length=400)
    address = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=10, blank=True)
    city = models.CharField("commune", max_length=120, blank=True)
    mailbox = models.EmailField("boîte générique", blank=True)
    mailbox_verified_at = models.DateTimeField("boîte générique confirmée le", null=True, blank=True)
    state = models.CharField(max_length=12, choices=EntityState.choices(), default=EntityState.REGISTERED)

    objects = LegalEntityQuerySet.as_manager()
    UNAUDITED = frozenset({"name_folded"})  # the name says it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="legal_entity_reference_once"),
            models.UniqueConstraint(
                fields=["siren"],
                condition=~Q(siren=""),
                name="legal_entity_siren_once",
                violation_error_message="Une personne morale porte déjà ce SIREN.",
            ),
            models.UniqueConstraint(
                fields=["finess_ej"],
                condition=~Q(finess_ej=""),
                name="legal_entity_finess_once",
                violation_error_message="Une personne morale porte déjà ce FINESS.",
            ),
            models.CheckConstraint(
                condition=~Q(siren="", finess_ej=""),
                name="legal_entity_identified",
                violation_error_message="Une personne morale porte un SIREN ou un FINESS EJ.",
            ),
        ]
        indexes = [models.Index(fields=["name"], name="legal_entity_name")]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Readings of memberships."""

    def active(self) -> "MembershipQuerySet":
        """Those in force."""
        return self.filter(until=None, user__is_active=True)


class Membership(models.Model):
    """A role held by a person in a legal entity, from an instant until another."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=MembershipRole.choices())
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "legal_entity", "role"],
                condition=Q(until=None),
                name="membership_once",
                violation_error_message="Cette personne tient déjà ce rôle dans cette personne morale.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} : {MembershipRole(self.role).label} de {self.legal_entity}"


class ClosedReadingQuerySet(models.QuerySet["ClosedReading"]):
    """Readings of what is closed to whom."""

    def of(self, user: Any) -> "models.QuerySet[ClosedReading, int]":
        """The keys of the legal entities closed to this person now."""
        return self.filter(user_id=user.pk, until=None).values_list("legal_entity_id", flat=True)


class ClosedReading(models.Model):
    """A legal entity whose dossiers an agent may not read: a conflict of interest, known or not yet excluded.

    Written down by the committee (settled question 17, AZ-08); `source` names what closed it, and may reopen it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="closed_readings")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="closed_readings")
    source = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = ClosedReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "legal_entity", "source"], condition=Q(until=None), name="closed_reading_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.legal_entity.reference} fermé à une personne"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Readings of invitations."""

    def visible_to(self, user: Any) -> "InvitationQuerySet":
        """Agents see all but what is closed to them; members those of theirs; others nothing (links are read apart)."""
        if user.is_agent:
            return self.exclude(legal_entity__in=LegalEntity.objects.closed_to(user))
        return self.filter(legal_entity__memberships__user_id=user.pk, legal_entity__memberships__until=None).distinct()

    def open(self) -> "InvitationQuerySet":
        """Those nobody accepted or withdrew, even if their link has expired."""
        return self.filter(state=InvitationState.OPEN)

    def pending(self, now: datetime) -> "InvitationQuerySet":
        """Those whose link may still be used."""
        return self.filter(state=InvitationState.OPEN, expires_at__gt=now)

    def to_remind(self, *, before: datetime, now: datetime) -> "InvitationQuerySet":
        """Those whose link expires before an instant, and of whose end nobody was told."""
        return self.pending(now).filter(expires_at__lte=before, reminded_at=None)

    def to_lapse(self, now: datetime) -> "InvitationQuerySet":
        """Those whose link has expired, and of whose end nobody was told."""
        return self.open().filter(expires_at__lte=now, lapsed_at=None)


class Invitation(models.Model):
    """A person asked by mail to join a legal entity; the token is kept as a digest and serves once."""

    reference = models.CharField(max_length=20)
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField("adresse électronique")
    role = models.CharField("rôle", max_length=30, choices=MembershipRole.choices())
    state = models.CharField(max_length=12, choices=InvitationState.choices(), default=InvitationState.OPEN)
    nonce = models.CharField(max_length=43)
    token_digest = models.CharField(max_length=64)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)  # both sides told that this link is about to expire
    lapsed_at = models.DateTimeField(null=True, blank=True)  # both sides told that it has expired

    objects = InvitationQuerySet.as_manager()

    UNAUDITED = frozenset({"nonce", "token_digest"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="invitation_reference_once"),
            models.UniqueConstraint(fields=["token_digest"], name="invitation_token_once"),
            models.UniqueConstraint(
                fields=["legal_entity", "email"],
                condition=Q(state=InvitationState.OPEN),
                name="invitation_open_once",
                violation_error_message=(
                    "Cette adresse a déjà une invitation en attente : annulez-la avant d’en envoyer une autre."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(role=MembershipRole.LEGAL_REPRESENTATIVE),
                name="invitation_not_for_representative",
                violation_error_message=(
                    "Un représentant légal ne s’invite pas : il demande son rattachement, que l’agence vérifie."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def is_usable(self, now: datetime) -> bool:
        """True while the link may still be used."""
        return self.state == InvitationState.OPEN and now < self.expires_at


class Departure(models.Model):
    """Somebody left a legal entity altogether, and who took over, if anybody: for those who still name him."""

    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="departures")
    leaver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    left_at = models.DateTimeField("parti le")

    class Meta:
        indexes = [models.Index(fields=["left_at"], name="departure_by_date")]

    def __str__(self) -> str:
        return f"départ de {self.leaver} ({self.legal_entity})"


class DigitalServiceQuerySet(models.QuerySet["DigitalService"]):
    """Readings of digital services."""

    def visible_to(self, user: Any) -> "DigitalServiceQuerySet":
        """Agents see all but those closed to them; members those of their legal entities; others nothing."""
        if user.is_agent:
            return self.exclude(owner__in=LegalEntity.objects.closed_to(user))
        return self.filter(owner__memberships__user_id=user.pk, owner__memberships__until=None).distinct()

    def closed_to(self, user: Any) -> "DigitalServiceQuerySet":
        """Those of the legal entities closed to this person: what hangs on a service is left out without joining it."""
        return self.filter(owner__in=ClosedReading.objects.of(user))


class DigitalService(models.Model):
    """A digital health service, the other half of the enrolled couple (legal entity, service)."""

    reference = models.CharField(max_length=20)
    owner = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="services")
    name = models.CharField("nom du service", max_length=120)
    name_folded = FoldedField(max_length=240)
    kind = models.CharField("type de solution", max_length=20, choices=ServiceKind.choices())
    url = models.URLField("adresse du service", max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=ServiceState.choices(), default=ServiceState.OPEN)
    version = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    ends_on = models.DateField("prend fin le", null=True, blank=True)  # once its end is accepted

    objects = DigitalServiceQuerySet.as_manager()
    UNAUDITED = frozenset({"name_folded"})  # the name says it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="digital_service_reference_once"),
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="digital_service_name_once",
                violation_error_message="Un service de ce nom existe déjà dans cette personne morale.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ServiceState.ENDED) | Q(ends_on__isnull=False),
                name="digital_service_ended_on_a_day",
                violation_error_message="Un service arrêté a une date de fin.",
            ),
        ]
        indexes = [models.Index(fields=["name"], name="digital_service_name")]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_ended(self) -> bool:
        """Whether its end was carried out."""
        return self.state == ServiceState.ENDED
