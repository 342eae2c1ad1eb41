"""The decisions: recorded once, corrected only by another."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from onboarding.committee.lifecycle import DecisionState
from onboarding.committee.outcomes import ADMITTING, Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Motive, motive_words
from portal.parties.models import LegalEntity

from .sessions import AgendaItem, CommitteeSession

TOLD = Q(item__session=None) | Q(item__session__has_embargo=False) | Q(item__session__released_at__isnull=False)


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Readings of decisions."""

    def visible_to(self, user: Any) -> "DecisionQuerySet":
        """Agents see all; a regional authority its own; members those of their services, once they are told."""
        owner = "item__candidacy__service__owner"
        if user.is_agent:
            return self.exclude(**{f"{owner}__in": LegalEntity.objects.closed_to(user)})
        members = Q(**{f"{owner}__memberships__user_id": user.pk, f"{owner}__memberships__until": None}) & TOLD
        if not user.regions:
            return self.filter(members).distinct()
        found = self.filter(Q(item__region__in=user.regions) | members)
        return found.exclude(**{f"{owner}__in": LegalEntity.objects.closed_to(user)}).distinct()

    def told(self) -> "DecisionQuerySet":
        """Those that no embargo holds back."""
        return self.filter(TOLD)

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
    motives = models.JSONField("motifs codés", default=list, blank=True)
    awaited = models.JSONField("parties à compléter", default=list, blank=True)
    target_session = models.ForeignKey(
        CommitteeSession, on_delete=models.PROTECT, null=True, blank=True, related_name="deferred_to"
    )
    suggested = models.CharField("profils désignés par les règles", max_length=6, blank=True)
    votes = models.CharField("votes", max_length=200, blank=True)
    signed_as = models.CharField("qualité du signataire", max_length=160, blank=True)
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
        """The decision as the committee worded it; reads its reservations."""
        return Ruling(
            Outcome(self.outcome),
            self.granted,
            self.grounds,
            tuple(row.terms for row in self.followed.all()),
            motives=tuple(Motive(code) for code in self.motives),
            awaited=tuple(self.awaited),
            target=self.target_session.reference if self.target_session else "",
        )

    @property
    def motive_words(self) -> tuple[str, ...]:
        """The labels of the coded motives."""
        return motive_words(tuple(self.motives))

    @property
    def is_told(self) -> bool:
        """Whether the applicant was told: not while an embargo holds it back."""
        return self.item.session is None or not self.item.session.holds_back

    @property
    def follows_rules(self) -> bool | None:
        """Whether what was granted is what the rules suggested; None when nothing was granted or suggested."""
        if not self.suggested or not self.granted:
            return None
        return self.suggested == (self.feeding_profiles or str(self.access_profile))
