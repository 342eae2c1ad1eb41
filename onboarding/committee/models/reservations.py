"""What follows a decision: reservations to lift; and regional decisions that wait for a second person."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from onboarding.committee.lifecycle import ProposalState, ReservationState
from onboarding.committee.terms import Blocks, Reserve

from .decisions import Decision
from .sessions import AgendaItem


class ReservationQuerySet(models.QuerySet["Reservation"]):
    """Readings of reservations."""

    def visible_to(self, user: Any) -> "ReservationQuerySet":
        """Those of the decisions that this person sees."""
        return self.filter(decision__in=Decision.objects.visible_to(user))

    def open(self) -> "ReservationQuerySet":
        """Those not lifted yet, of decisions in force, the nearest deadline first."""
        found = self.filter(state=ReservationState.OPEN, decision__corrections=None)
        return found.order_by(F("due_on").asc(nulls_last=True), "pk")

    def late(self, today: date) -> "ReservationQuerySet":
        """Those whose deadline is behind."""
        return self.open().filter(due_on__lt=today)


class Reservation(models.Model):
    """One reservation of a favourable decision, with its deadline and what it blocks until it is lifted."""

    reference = models.CharField(max_length=20)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="followed")
    number = models.PositiveSmallIntegerField()
    text = models.CharField("réserve", max_length=1000)
    blocks = models.CharField("ce qu’elle bloque", max_length=12, choices=Blocks.choices())
    profile = models.CharField("profil bloqué", max_length=1, blank=True)
    due_on = models.DateField("à lever avant le", null=True, blank=True)
    reminded_at = models.DateTimeField("rappelée le", null=True, blank=True)
    lifted_at = models.DateTimeField("levée le", null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    evidence = models.CharField("pièce ou constat", max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=ReservationState.choices(), default=ReservationState.OPEN)
    version = models.PositiveIntegerField(default=0)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["state", "due_on"], name="reservation_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="reservation_reference_once"),
            models.UniqueConstraint(fields=["decision", "number"], name="reservation_number_once"),
            models.CheckConstraint(
                condition=Q(blocks=Blocks.PROFILE) & ~Q(profile="") | ~Q(blocks=Blocks.PROFILE) & Q(profile=""),
                name="reservation_profile",
                violation_error_message="Une réserve qui bloque un profil dit lequel, et elle seule.",
            ),
            models.CheckConstraint(
                condition=Q(state=ReservationState.OPEN) | ~Q(evidence=""),
                name="reservation_lifted_on_evidence",
                violation_error_message="Indiquez la pièce ou le constat qui lève la réserve.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def terms(self) -> Reserve:
        """The reservation as it was worded."""
        return Reserve(self.text, Blocks(self.blocks), self.profile, self.due_on)


class Proposal(models.Model):
    """A regional decision that a first person of the authority worded, and that a second one confirms.

    `corrects` is the decision that it would correct, for a correction.
    `ruling` holds the fields of the decision form, as `terms_text` writes and reads them.
    """

    reference = models.CharField(max_length=20)
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="proposals")
    ruling = models.JSONField("décision proposée")
    corrects = models.ForeignKey(
        "onboarding.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ProposalState.choices(), default=ProposalState.PROPOSED)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="regional_proposal_reference_once"),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(state=ProposalState.PROPOSED),
                name="regional_proposal_waiting_once",
                violation_error_message="Une décision proposée attend déjà une seconde personne sur ce dossier.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.CONFIRMED) | ~Q(settled_by=F("proposed_by")),
                name="regional_proposal_four_eyes",
                violation_error_message="La personne qui a proposé une décision ne peut pas la confirmer.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
