"""Declarations of change, breach cases, and yearly confirmations of what is in force."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from onboarding.candidacies.models import Candidacy
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from portal.documents.models import DepositedFile
from portal.parties.models import LegalEntity

from .kinds import Applier, Kind, Level
from .lifecycle import OPEN, BreachState, ConfirmationState, State
from .measures import Ground, Measure


def _person(**more: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **more)


class ChangeQuerySet(models.QuerySet["ChangeDeclaration"]):
    """Readings of declarations."""

    def visible_to(self, user: Any) -> "ChangeQuerySet":
        """Agents see what was signed, but for entities closed to them, holder now or when declared; others nothing.

        Members see those of rights they hold, and those their organisation declared before a merger took them away.
        """
        if user.is_agent:
            signed = self.exclude(state=State.PENDING).exclude(signed_at=None)
            closed = LegalEntity.objects.closed_to(user)
            return signed.exclude(grant__holder__in=closed).exclude(declared_for__in=closed)
        mine = LegalEntity.objects.visible_to(user)
        return self.filter(Q(grant__holder__in=mine) | Q(declared_for__in=mine))

    def open(self) -> "ChangeQuerySet":
        """Those that have not met their end."""
        return self.filter(state__in=sorted(OPEN))

    def to_examine(self) -> "ChangeQuerySet":
        """Those that wait for the agency, the earliest promised first."""
        return self.filter(state__in=[State.DECLARED, State.UNDER_REVIEW, State.ACCEPTED]).order_by("signed_at", "pk")


class ChangeDeclaration(models.Model):
    """A change declared after admission: old and new value, the wished day, what it reopens. The right stays meanwhile.

    `former` and `proposed` are shown side by side; `proposed` holds the value to apply (an address, the reference of a
    certificate or of a list). `level`, `applier` and `earliest_date` are frozen when it is signed.
    """

    reference = models.CharField("référence", max_length=20)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="changes")
    declared_for = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField("objet", max_length=20, choices=Kind.choices())
    state = models.CharField("état", max_length=14, choices=State.choices(), default=State.PENDING)
    former = models.TextField("aujourd’hui", blank=True)
    proposed = models.TextField("demandé", max_length=2000)
    description = models.TextField("explications", max_length=4000, blank=True)
    changes_profile = models.BooleanField("peut faire évoluer le profil", default=False)
    piece = models.ForeignKey(DepositedFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    wished_date = models.DateField("date souhaitée", null=True, blank=True)
    earliest_date = models.DateField("possible à partir du", null=True, blank=True)
    level = models.CharField("rouvre", max_length=10, choices=Level.choices(), blank=True)
    applier = models.CharField("répond", max_length=10, choices=Applier.choices(), blank=True)
    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, null=True, blank=True, related_name="changes")
    prepared_by = _person()
    prepared_at = models.DateTimeField("préparée le")
    signed_by = _person(null=True, blank=True)
    signed_at = models.DateTimeField("signée le", null=True, blank=True)
    taken_by = _person(null=True, blank=True)
    decided_by = _person(null=True, blank=True)
    decided_at = models.DateTimeField("réponse donnée le", null=True, blank=True)
    effective_date = models.DateField("date d’effet", null=True, blank=True)
    grounds = models.TextField("motifs", max_length=4000, blank=True)
    applied_at = models.DateTimeField("appliquée le", null=True, blank=True)
    outcome = models.CharField("ce qui a été fait", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="change_reference_once"),
            models.UniqueConstraint(
                fields=["grant", "kind"],
                condition=Q(state__in=sorted(OPEN)),
                name="change_open_once",
                violation_error_message="Une déclaration du même objet est déjà en cours pour ce droit.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.PENDING, State.WITHDRAWN]) | Q(signed_at__isnull=False),
                name="change_signed",
                violation_error_message="Une déclaration examinée est signée du représentant légal.",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REFUSED) | ~Q(grounds=""),
                name="change_refused_with_grounds",
                violation_error_message="Un refus indique ses motifs.",
            ),
        ]
        indexes = [models.Index(fields=["state", "signed_at"], name="change_by_state")]

    def __str__(self) -> str:
        return self.reference


class BreachQuerySet(models.QuerySet["BreachCase"]):
    """Readings of breach cases."""

    def visible_to(self, user: Any) -> "BreachQuerySet":
        """Agents see all, but for entities closed to them; members those of theirs once notified; others nothing."""
        if user.is_agent:
            return self.exclude(grant__holder__in=LegalEntity.objects.closed_to(user))
        return self.filter(grant__holder__in=LegalEntity.objects.visible_to(user)).exclude(notified_at=None)


class BreachCase(models.Model):
    """A duty of the charter that was not kept: evidence, formal notice with its deadline, observations, outcome."""

    reference = models.CharField("référence", max_length=20)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="breaches")
    ground = models.CharField("motif", max_length=30, choices=Ground.choices())
    state = models.CharField("état", max_length=10, choices=BreachState.choices(), default=BreachState.OPEN)
    evidence = models.TextField("faits et preuves", max_length=6000)
    piece = models.ForeignKey(DepositedFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_by = _person()
    opened_at = models.DateTimeField("ouvert le")
    expected = models.TextField("ce qui est demandé", max_length=4000, blank=True)
    deadline = models.DateField("à faire avant le", null=True, blank=True)
    notified_by = _person(null=True, blank=True)
    notified_at = models.DateTimeField("mise en demeure le", null=True, blank=True)
    observations = models.TextField("observations de l’éditeur", max_length=6000, blank=True)
    observed_by = _person(null=True, blank=True)
    observed_at = models.DateTimeField("observations reçues le", null=True, blank=True)
    measure = models.CharField("issue", max_length=12, choices=Measure.choices(), blank=True)
    conclusions = models.TextField("conclusions", max_length=4000, blank=True)
    concluded_by = _person(null=True, blank=True)
    concluded_at = models.DateTimeField("clos le", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = BreachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="breach_reference_once"),
            models.CheckConstraint(
                condition=~Q(evidence=""),
                name="breach_with_evidence",
                violation_error_message="Un dossier de manquement dit les faits et leurs preuves.",
            ),
            models.CheckConstraint(
                condition=Q(state=BreachState.OPEN)
                | Q(notified_at__isnull=False, deadline__isnull=False)
                | Q(state=BreachState.CLOSED, measure=""),
                name="breach_notified_before_any_measure",
                violation_error_message="Aucune mesure n’est prise sans mise en demeure.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def grounds(self) -> Ground:
        """What the vendor is reproached with."""
        return Ground(self.ground)


class ConfirmationQuerySet(models.QuerySet["YearlyConfirmation"]):
    """Readings of confirmations."""

    def visible_to(self, user: Any) -> "ConfirmationQuerySet":
        """Agents see all, but for entities closed to them; members those of their legal entities; others nothing."""
        if user.is_agent:
            return self.exclude(grant__holder__in=LegalEntity.objects.closed_to(user))
        return self.filter(grant__holder__in=LegalEntity.objects.visible_to(user))

    def awaited(self) -> "ConfirmationQuerySet":
        """Those to which nobody answered yet, of rights that did not end, the oldest first."""
        living = self.exclude(grant__state=GrantState.WITHDRAWN)
        return living.filter(state=ConfirmationState.AWAITING).order_by("asked_at", "pk")


class YearlyConfirmation(models.Model):
    """Once a period, the representative states that contacts, URL, certificates and establishments are up to date."""

    reference = models.CharField("référence", max_length=20)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="confirmations")
    state = models.CharField("état", max_length=10, choices=ConfirmationState.choices())
    asked_at = models.DateTimeField("demandée le")
    reminders = models.PositiveSmallIntegerField("rappels", default=0)
    reminded_at = models.DateTimeField("dernier rappel", null=True, blank=True)
    confirmed_by = _person(null=True, blank=True)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    stated = models.JSONField("ce qui a été confirmé", default=dict, blank=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "asked_at"], name="confirmation_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="confirmation_reference_once"),
            models.UniqueConstraint(
                fields=["grant"],
                condition=Q(state=ConfirmationState.AWAITING),
                name="confirmation_awaited_once",
                violation_error_message="Une confirmation est déjà attendue pour cette habilitation.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
