"""Who the portal deals with: legal entities, their members, their digital services."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.lifecycle.table import LabelledEnum

from .lifecycle import EntityState, InvitationState, ServiceState
from .roles import MembershipRole


class ServiceKind(LabelledEnum):
    """How a service reaches the ROR, which decides how many certificates it needs (charter, certificates)."""

    SAAS = "saas", "Solution SaaS"
    REGIONAL_EAI = "regional_eai", "EAI régional"
    PROPRIETARY = "proprietary", "Solution propriétaire installée chez le client"


class LegalEntityQuerySet(models.QuerySet["LegalEntity"]):
    """Readings of legal entities."""

    def visible_to(self, user: Any) -> "LegalEntityQuerySet":
        """Agents see all; a member sees his own; others nothing."""
        if user.is_agent:
            return self
        return self.filter(memberships__user_id=user.pk, memberships__until=None).distinct()


class LegalEntity(models.Model):
    """A company or body known by its SIREN, its SIRET or its FINESS EJ; verified by the agency before any deposit."""

    reference = models.CharField(max_length=20)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    finess_ej = models.CharField("FINESS EJ", max_length=9, blank=True)
    name = models.CharField("raison sociale", max_length=200)
    address = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=10, blank=True)
    city = models.CharField("commune", max_length=120, blank=True)
    mailbox = models.EmailField("boîte générique", blank=True)
    state = models.CharField(max_length=12, choices=EntityState.choices(), default=EntityState.REGISTERED)

    objects = LegalEntityQuerySet.as_manager()

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


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Readings of invitations."""

    def visible_to(self, user: Any) -> "InvitationQuerySet":
        """Agents see all; members see those of their legal entities; others nothing (the link itself is read apart)."""
        if user.is_agent:
            return self
        return self.filter(legal_entity__memberships__user_id=user.pk, legal_entity__memberships__until=None).distinct()

    def pending(self, now: datetime) -> "InvitationQuerySet":
        """Those whose link may still be used."""
        return self.filter(state=InvitationState.OPEN, expires_at__gt=now)


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


class DigitalServiceQuerySet(models.QuerySet["DigitalService"]):
    """Readings of digital services."""

    def visible_to(self, user: Any) -> "DigitalServiceQuerySet":
        """Agents see all; members see those of their legal entities; others nothing."""
        if user.is_agent:
            return self
        return self.filter(owner__memberships__user_id=user.pk, owner__memberships__until=None).distinct()


class DigitalService(models.Model):
    """A digital health service, the other half of the enrolled couple (legal entity, service)."""

    reference = models.CharField(max_length=20)
    owner = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="services")
    name = models.CharField("nom du service", max_length=120)
    kind = models.CharField("type de solution", max_length=20, choices=ServiceKind.choices())
    url = models.URLField("adresse du service", max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=ServiceState.choices(), default=ServiceState.OPEN)
    version = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()

    objects = DigitalServiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="digital_service_reference_once"),
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="digital_service_name_once",
                violation_error_message="Un service de ce nom existe déjà dans cette personne morale.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
