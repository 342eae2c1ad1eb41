"""Sessions of the committee, their agenda, and the decisions: recorded once, corrected only by another."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from onboarding.committee.lifecycle import DecisionState, SessionState
from onboarding.committee.outcomes import ADMITTING, Outcome
from onboarding.committee.rules import Profiles, Ruling
from portal.reference.spaces import SpaceKind


class SessionQuerySet(models.QuerySet["CommitteeSession"]):
    """Readings of the calendar."""

    def visible_to(self, user: Any) -> "SessionQuerySet":
        """Agents see all; nobody else reads an agenda."""
        return self if user.is_agent else self.none()

    def planned(self) -> "SessionQuerySet":
        """Those whose agenda is still open, the nearest first."""
        return self.filter(state=SessionState.PLANNED).order_by("held_on", "reference")

    def held(self) -> "SessionQuerySet":
        """Those that were closed, the latest first."""
        return self.filter(state=SessionState.HELD).order_by("-held_on", "-reference")

    def coming(self, today: date) -> "SessionQuerySet":
        """Those still to be held, on that day or later, the nearest first."""
        return self.planned().filter(held_on__gte=today)


class CommitteeSession(models.Model):
    """A sitting of the committee: its day, its place, and the last day for a candidacy to be complete.

    `attendance` lists ``{"organisation", "people"}``; with the points' own text it makes the minutes.
    """

    reference = models.CharField(max_length=20)
    space = models.CharField("espace", max_length=10, choices=SpaceKind.choices(), default=SpaceKind.NATIONAL)
    held_on = models.DateField("date de la séance")
    cut_off = models.DateField("date limite de complétude")
    place = models.CharField("lieu", max_length=200, blank=True)
    attendance = models.JSONField("présents, par organisme", default=list, blank=True)
    state = models.CharField(max_length=10, choices=SessionState.choices(), default=SessionState.PLANNED)
    version = models.PositiveIntegerField(default=0)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="committee_session_reference_once"),
            models.UniqueConstraint(
                fields=["space", "held_on"],
                name="committee_session_once_a_day",
                violation_error_message="Une séance est déjà prévue ce jour-là.",
            ),
            models.CheckConstraint(
                condition=Q(cut_off__lte=F("held_on")),
                name="committee_session_cut_off_before",
                violation_error_message="La date limite de complétude ne peut pas suivre la séance.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class AgendaItem(models.Model):
    """A point of the agenda: one candidacy, at its position. `requested` is set by the session's queries."""

    session = models.ForeignKey(CommitteeSession, on_delete=models.PROTECT, related_name="items")
    candidacy = models.ForeignKey("onboarding.Candidacy", on_delete=models.PROTECT, related_name="agenda_items")
    position = models.PositiveSmallIntegerField("position")
    minutes = models.TextField("procès-verbal", max_length=5000, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "candidacy"],
                name="agenda_item_once",
                violation_error_message="Cette candidature est déjà à l’ordre du jour de cette séance.",
            ),
            models.UniqueConstraint(
                fields=["session", "position"],
                name="agenda_item_position_once",
                violation_error_message="Un autre point de l’ordre du jour a déjà cette position.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} point {self.position}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Readings of decisions."""

    def visible_to(self, user: Any) -> "DecisionQuerySet":
        """Agents see all; members see those of their legal entities' services; others nothing."""
        if user.is_agent:
            return self
        members = "item__candidacy__service__owner__memberships"
        return self.filter(**{f"{members}__user_id": user.pk, f"{members}__until": None}).distinct()

    def in_force(self) -> "DecisionQuerySet":
        """Those that no other one corrects."""
        return self.filter(corrections=None)


class Decision(models.Model):
    """What the committee decided on one point. Append-only: a correction is another decision citing this one.

    `requested_*` freeze what was asked; `follows_request` tells that this, and nothing else, was granted.
    """

    reference = models.CharField(max_length=20)
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField("sens de la décision", max_length=30, choices=Outcome.choices())
    feeding_profiles = models.CharField("profils d’alimentation", max_length=2, blank=True)
    access_profile = models.PositiveSmallIntegerField("profil d’accès", null=True, blank=True)
    requested_feeding_profiles = models.CharField("profils d’alimentation demandés", max_length=2, blank=True)
    requested_access_profile = models.PositiveSmallIntegerField("profil d’accès demandé", null=True, blank=True)
    follows_request = models.BooleanField("accorde ce qui était demandé")
    grounds = models.TextField("motifs", blank=True)
    reservations = models.TextField("réserves", blank=True)
    decided_on = models.DateField("date de la décision")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    state = models.CharField(max_length=10, choices=DecisionState.choices(), default=DecisionState.RECORDED)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="decision_reference_once"),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(corrects=None),
                name="decision_first_once",
                violation_error_message="Ce point de l’ordre du jour a déjà sa décision : rectifiez-la.",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                name="decision_corrected_once",
                violation_error_message="Cette décision a déjà été rectifiée : rectifiez celle qui la remplace.",
            ),
            models.CheckConstraint(
                condition=Q(follows_request=True) | ~Q(grounds=""),
                name="decision_grounds",
                violation_error_message="Une décision qui n’accorde pas ce qui était demandé indique ses motifs.",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(grounds=""),
                name="decision_correction_grounds",
                violation_error_message="Une décision qui en rectifie une autre indique ses motifs.",
            ),
            models.CheckConstraint(
                condition=(Q(outcome=Outcome.ADMIT_WITH_RESERVATIONS) & ~Q(reservations=""))
                | (~Q(outcome=Outcome.ADMIT_WITH_RESERVATIONS) & Q(reservations="")),
                name="decision_reservations",
                violation_error_message="Des réserves accompagnent un avis favorable avec réserves, et lui seul.",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=sorted(ADMITTING), feeding_profiles="", access_profile__isnull=False)
                | (Q(outcome__in=sorted(ADMITTING), access_profile=None) & ~Q(feeding_profiles=""))
                | (~Q(outcome__in=sorted(ADMITTING)) & Q(feeding_profiles="", access_profile=None)),
                name="decision_profiles",
                violation_error_message="Seul un avis favorable accorde des profils, d’une seule sorte.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def granted(self) -> Profiles:
        """The profiles granted."""
        return Profiles(frozenset(self.feeding_profiles), self.access_profile)

    @property
    def requested(self) -> Profiles:
        """The profiles asked for when the decision was taken."""
        return Profiles(frozenset(self.requested_feeding_profiles), self.requested_access_profile)

    @property
    def ruling(self) -> Ruling:
        """The decision as the committee worded it."""
        return Ruling(Outcome(self.outcome), self.granted, self.grounds, self.reservations)
