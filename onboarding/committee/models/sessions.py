"""Sessions of the committee and their agenda."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from onboarding.committee.ballot import TieRule
from onboarding.committee.lifecycle import UNDER_WAY, Mode, SessionState
from portal.parties.models import ClosedReading
from portal.reference.spaces import SpaceKind


def closes_minutes(user: Any) -> Q:
    """The minutes that this agent may not read: of a session one of whose applicants is closed to him."""
    return Q(Exists(_closed_points(user)))


def closes_pack(user: Any) -> Q:
    """The packs that he may read no more: an applicant was closed to him since, so that he is still in it."""
    return Q(Exists(_closed_points(user, since__gt=OuterRef(OuterRef("issued_at")))))


def _closed_points(user: Any, **more: Any) -> "models.QuerySet[AgendaItem]":
    """The points of a document's session whose applicant is closed to this person now."""
    closed = ClosedReading.objects.filter(user_id=user.pk, until=None, **more).values("legal_entity_id")
    return AgendaItem.objects.filter(
        session__reference=OuterRef("subject_reference"), candidacy__service__owner__in=closed
    )


class SessionQuerySet(models.QuerySet["CommitteeSession"]):
    """Readings of the calendar."""

    def visible_to(self, user: Any) -> "SessionQuerySet":
        """Agents see all; nobody else reads an agenda."""
        return self if user.is_agent else self.none()

    def planned(self) -> "SessionQuerySet":
        """Those whose agenda is still open, the nearest first."""
        return self.filter(state=SessionState.PLANNED).order_by("held_on", "reference")

    def under_way(self) -> "SessionQuerySet":
        """Those that are not closed yet, the nearest first."""
        return self.filter(state__in=sorted(UNDER_WAY)).order_by("held_on", "reference")

    def held(self) -> "SessionQuerySet":
        """Those that were closed, the latest first."""
        return self.filter(state__in=[SessionState.HELD, SessionState.AWAITING_VISA]).order_by("-held_on", "-reference")

    def meetings(self) -> "SessionQuerySet":
        """Those at which the members meet: written consultations left out."""
        return self.filter(mode=Mode.MEETING)

    def coming(self, today: date) -> "SessionQuerySet":
        """The meetings still to be held, on that day or later, the nearest first."""
        return self.under_way().meetings().filter(held_on__gte=today)


class CommitteeSession(models.Model):
    """A sitting of the committee: its day, its place, and the last day for a candidacy to be complete.

    `attendance` lists ``{"organisation", "people"}``; with the points' own text it makes the minutes. The rules (votes,
    quorum, embargo, visa, ties) are those of the settings when it was planned, then when it was convened.
    """

    reference = models.CharField(max_length=20)
    space = models.CharField("espace", max_length=10, choices=SpaceKind.choices(), default=SpaceKind.NATIONAL)
    held_on = models.DateField("date de la séance")
    cut_off = models.DateField("date limite de complétude")
    place = models.CharField("lieu", max_length=200, blank=True)
    attendance = models.JSONField("présents, par organisme", default=list, blank=True)
    mode = models.CharField("forme", max_length=10, choices=Mode.choices(), default=Mode.MEETING)
    has_votes = models.BooleanField("les membres votent", default=False)
    quorum = models.PositiveSmallIntegerField("quorum", default=0)
    has_embargo = models.BooleanField("notifications sous embargo", default=False)
    needs_visa = models.BooleanField("procès-verbal visé par le président", default=False)
    tie_rule = models.CharField("règle d’égalité", max_length=10, choices=TieRule.choices(), default=TieRule.CHAIR)
    opinions_due = models.DateField("avis attendus avant le", null=True, blank=True)
    reminded_at = models.DateTimeField("avis rappelés le", null=True, blank=True)
    convened_at = models.DateTimeField("convoquée le", null=True, blank=True)
    opened_at = models.DateTimeField("ouverte le", null=True, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    endorsed_at = models.DateTimeField("visée le", null=True, blank=True)
    endorsed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField("notifiée le", null=True, blank=True)
    state = models.CharField(max_length=14, choices=SessionState.choices(), default=SessionState.PLANNED)
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

    @property
    def is_written(self) -> bool:
        """Whether members answer in writing, without meeting."""
        return self.mode == Mode.WRITTEN

    @property
    def word(self) -> str:
        """What people call it; both words are feminine."""
        return "consultation écrite" if self.is_written else "séance"

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # Django adds one of its own
        """The state as people say it: those who answer in writing do not sit."""
        is_open = self.is_written and self.state == SessionState.SITTING
        return "Consultation ouverte" if is_open else SessionState(self.state).label

    @property
    def is_convened(self) -> bool:
        """Whether the agenda is frozen and the members were called."""
        return self.convened_at is not None

    @property
    def holds_back(self) -> bool:
        """Whether decisions are recorded and not yet told to anybody."""
        return self.has_embargo and self.released_at is None


class AgendaItem(models.Model):
    """A point to decide: one candidacy, at its position on a session's agenda.

    Without session, `region` names the regional space whose authority decides it (settled question 5).
    """

    session = models.ForeignKey(CommitteeSession, on_delete=models.PROTECT, null=True, blank=True, related_name="items")
    region = models.CharField("région", max_length=2, blank=True)
    candidacy = models.ForeignKey("onboarding.Candidacy", on_delete=models.PROTECT, related_name="agenda_items")
    position = models.PositiveSmallIntegerField("position")
    minutes = models.TextField("procès-verbal", max_length=5000, blank=True)
    ballot_closed_at = models.DateTimeField("vote clos le", null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(session__isnull=False, region="") | (Q(session=None) & ~Q(region="")),
                name="agenda_item_session_or_region",
                violation_error_message="Un point se décide en séance, ou dans un espace régional.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session or self.region} point {self.position}"
