"""The members of the committee, who is called to a session, who stands back, what each one says."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from onboarding.committee.ballot import Choice
from onboarding.committee.member_moves import OpinionState, SeatState, VoteState
from onboarding.committee.organisations import REGIONAL, Function, Organisation

from .sessions import AgendaItem, CommitteeSession


class SeatQuerySet(models.QuerySet["Seat"]):
    """Readings of seats."""

    def visible_to(self, user: Any) -> "SeatQuerySet":
        """Agents see who sits; nobody else."""
        return self if user.is_agent else self.none()

    def taken(self) -> "SeatQuerySet":
        """Those held now."""
        return self.filter(state=SeatState.SEATED)


class Seat(models.Model):
    """A person who sits for an organisation, as a titular member or as the substitute of one."""

    reference = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats")
    organisation = models.CharField("organisme", max_length=10, choices=Organisation.choices())
    function = models.CharField("fonction", max_length=10, choices=Function.choices(), default=Function.MEMBER)
    region = models.CharField("région", max_length=2, blank=True)
    substitutes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="substituted_by"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=SeatState.choices(), default=SeatState.SEATED)
    version = models.PositiveIntegerField(default=0)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "reference"]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="seat_reference_once"),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state=SeatState.SEATED),
                name="seat_person_once",
                violation_error_message="Cette personne siège déjà au comité.",
            ),
            models.UniqueConstraint(
                fields=["function"],
                condition=Q(state=SeatState.SEATED, function=Function.CHAIR, substitutes=None),
                name="seat_one_chair",
                violation_error_message="Le comité a déjà un président : mettez d’abord fin à son siège.",
            ),
            models.CheckConstraint(
                condition=Q(region="") | Q(organisation__in=sorted(REGIONAL)),
                name="seat_region",
                violation_error_message="Seules une ARS et un GRADeS désignent une région.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def title(self) -> str:
        """« Membre, DGOS », « Suppléant du président, ANS »."""
        label = Function(self.function).label
        who = f"{label} suppléant" if self.substitutes_id else label
        return f"{who}, {Organisation(self.organisation).short}"


class Summons(models.Model):
    """A person called to a session: a copy of the seat as it was then. The voices are fixed when the session opens."""

    session = models.ForeignKey(CommitteeSession, on_delete=models.PROTECT, related_name="summons")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="summons")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="summons")
    organisation = models.CharField("organisme", max_length=10, choices=Organisation.choices())
    function = models.CharField("fonction", max_length=10, choices=Function.choices())
    title = models.CharField("siège", max_length=120)
    declared_at = models.DateTimeField("liens d’intérêt déclarés le", null=True, blank=True)
    is_present = models.BooleanField("présent", default=False)
    has_voice = models.BooleanField("vote", default=False)

    class Meta:
        ordering = ["organisation", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], name="summons_once"),
            models.CheckConstraint(
                condition=Q(has_voice=False) | (Q(is_present=True) & ~Q(function=Function.SECRETARY)),
                name="summons_voice_of_those_present",
                violation_error_message="Seul un membre présent vote ; le secrétaire ne vote pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.title}"

    @property
    def short(self) -> str:
        """The acronym of the organisation."""
        return Organisation(self.organisation).short


class Source(models.TextChoices):
    """How a conflict of interest became known."""

    DECLARED = "declared", "déclaré"
    COMPUTED = "computed", "constaté par le portail"


class Recusal(models.Model):
    """A member stands back from a point: neither reads, nor gives an opinion, nor votes. Append-only (trigger)."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="recusals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recusals")
    source = models.CharField("origine", max_length=10, choices=Source.choices)
    reason = models.CharField("motif", max_length=500)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "user"], name="recusal_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="recusal_reason"),
        ]

    def __str__(self) -> str:
        return f"déport de {self.user} : {self.item}"


class Opinion(models.Model):
    """What a member thinks of a point before the session; may be changed until the session opens."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="opinions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="opinions")
    title = models.CharField("siège", max_length=120)
    choice = models.CharField("avis", max_length=30, choices=Choice.choices())
    text = models.TextField("motivation", max_length=2000, blank=True)
    given_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=OpinionState.choices(), default=OpinionState.GIVEN)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "user"],
                name="opinion_once",
                violation_error_message="Vous avez déjà donné votre avis sur ce point : modifiez-le.",
            )
        ]

    def __str__(self) -> str:
        return f"avis de {self.title} sur {self.item}"


class Vote(models.Model):
    """A vote on a point: cast once, for good (trigger)."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="votes")
    title = models.CharField("siège", max_length=120)
    is_chair = models.BooleanField(default=False)
    choice = models.CharField("vote", max_length=30, choices=Choice.choices())
    rationale = models.TextField("explication", max_length=2000, blank=True)
    cast_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=VoteState.choices(), default=VoteState.CAST)

    class Meta:
        ordering = ["cast_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "user"],
                name="vote_once",
                violation_error_message="Vous avez déjà voté sur ce point : un vote ne se change pas.",
            )
        ]

    def __str__(self) -> str:
        return f"vote de {self.title} sur {self.item}"
