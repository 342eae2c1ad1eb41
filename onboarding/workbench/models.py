"""Saved views and columns of the list of dossiers, notes of the agency, dossiers followed, acts done in one go."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from onboarding.candidacies.models import Candidacy
from onboarding.workbench.batch import BatchAct, Line
from onboarding.workbench.lifecycle import BatchState, FollowState, NoteState, ViewState


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Readings of saved views."""

    def visible_to(self, user: Any) -> "SavedViewQuerySet":
        """Agents see their own, and those that colleagues share; nobody else sees any."""
        if not user.is_agent:
            return self.none()
        return self.filter(Q(owner_id=user.pk) | Q(is_shared=True), state=ViewState.KEPT)


LONGEST_QUERY = 1500  # of filters as in an address, where a letter with an accent takes six characters


class SavedView(models.Model):
    """A name given to filters and columns of the list of dossiers; `query` is what stands in the list's address.

    `columns` lists keys of columns; empty means those of whoever looks. The view without a name holds the columns that
    its owner chose for his list: one query reads it with the others.
    """

    reference = models.CharField(max_length=20)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_views")
    name = models.CharField("nom", max_length=80, blank=True)
    query = models.CharField("filtres", max_length=LONGEST_QUERY, blank=True)
    columns = models.JSONField("colonnes", default=list, blank=True)
    is_shared = models.BooleanField("partagée avec les collègues", default=False)
    state = models.CharField(max_length=10, choices=ViewState.choices(), default=ViewState.KEPT)
    saved_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "reference"]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="saved_view_reference_once"),
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(state=ViewState.KEPT),
                name="saved_view_name_once",
                violation_error_message="Vous avez déjà une vue de ce nom.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Follow(models.Model):
    """An agent wants to know what becomes of a dossier that is not his."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="follows_of_agents")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="follows")
    state = models.CharField(max_length=10, choices=FollowState.choices(), default=FollowState.FOLLOWING)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidacy", "user"],
                condition=Q(state=FollowState.FOLLOWING),
                name="follow_once",
                violation_error_message="Vous suivez déjà ce dossier.",
            )
        ]
        indexes = [models.Index(fields=["user", "state"], name="follow_of_user")]

    def __str__(self) -> str:
        return f"suivi de {self.candidacy.reference}"


class NoteQuerySet(models.QuerySet["Note"]):
    """Readings of notes."""

    def visible_to(self, user: Any) -> "NoteQuerySet":
        """Agents see all that stand; nobody else sees any."""
        return self.filter(state=NoteState.WRITTEN) if user.is_agent else self.none()


class Note(models.Model):
    """What agents tell each other about a dossier; the vendor never reads it. `number` counts within the dossier."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="notes")
    number = models.PositiveSmallIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField("note", max_length=5000)
    written_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=NoteState.choices(), default=NoteState.WRITTEN)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "number"], name="note_number_once"),
            models.CheckConstraint(
                condition=~Q(body=""), name="note_says_something", violation_error_message="Une note dit quelque chose."
            ),
        ]

    def __str__(self) -> str:
        return f"note {self.number} de {self.candidacy.reference}"


class Batch(models.Model):
    """An act done on many dossiers in one go, with what became of each (`lines`, as `batch.Line.as_json`)."""

    reference = models.CharField(max_length=20)
    act = models.CharField("acte", max_length=10, choices=BatchAct.choices())
    summary = models.CharField("ce qui a été demandé", max_length=300, blank=True)
    lines = models.JSONField("dossiers", default=list)
    ran_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ran_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=BatchState.choices(), default=BatchState.DONE)

    UNAUDITED = frozenset({"lines"})  # each dossier's own event says it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference"], name="batch_reference_once")]

    def __str__(self) -> str:
        return self.reference

    @property
    def report(self) -> list[Line]:
        """What became of each dossier."""
        return [Line.of_json(line) for line in self.lines]

    @property
    def done(self) -> int:
        """How many dossiers it was done on."""
        return sum(line.is_done for line in self.report)

    @property
    def refused(self) -> int:
        """How many dossiers refused it."""
        return len(self.lines) - self.done

    @property
    def is_undoable(self) -> bool:
        """Whether it may still be taken back."""
        return BatchAct(self.act).is_undoable and self.state == BatchState.DONE and bool(self.done)
