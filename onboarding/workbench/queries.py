"""Readings of what agents keep: their views, columns, notes, and the dossiers they follow."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from onboarding.candidacies.models import Candidacy
from onboarding.workbench.lifecycle import FollowState
from onboarding.workbench.models import Batch, Follow, Note, SavedView
from portal.accounts.queries import reader
from portal.statements.queries import statement


@dataclass(frozen=True, slots=True)
class Kept:
    """What an agent finds above his list: the views offered, his own first, and the columns he chose (or none)."""

    views: tuple[SavedView, ...]
    columns: tuple[str, ...]


def kept_for(user: Any) -> Kept:
    """The views offered to this agent and his columns; one query."""
    found = _offered(reader(user)).rows(reader=user.pk)
    own = next((view for view in found if not view.name and view.owner_id == user.pk), None)
    named = sorted((view for view in found if view.name), key=lambda view: (view.owner_id != user.pk, view.name))
    return Kept(tuple(named), tuple(own.columns) if own else ())


@statement
def _offered(user: Any) -> "QuerySet[SavedView]":
    return SavedView.objects.visible_to(user).select_related("owner")


def view_of(user: Any, reference: str) -> SavedView | None:
    """The view of that reference, if it is offered to this agent."""
    named = SavedView.objects.visible_to(user).exclude(name="")
    return named.select_related("owner").filter(reference=reference).first()


def columns_of(user: Any) -> SavedView | None:
    """The view without a name, which holds the columns that this agent chose."""
    return SavedView.objects.visible_to(user).filter(owner=user.pk, name="").first()


def followed_by(user: Any) -> "QuerySet[Follow, int]":
    """The keys of the candidacies that this agent follows."""
    return Follow.objects.filter(user=user.pk, state=FollowState.FOLLOWING).values_list("candidacy_id", flat=True)


def following(user: Any, candidacy: Any) -> "QuerySet[Follow]":
    """This agent's follow of a candidacy (its key, or an expression of it), while it lasts."""
    return Follow.objects.filter(user=user.pk, candidacy=candidacy, state=FollowState.FOLLOWING)


def follow_of(user: Any, candidacy: Candidacy) -> Follow | None:
    """This agent's follow of a dossier, while it lasts."""
    return following(user, candidacy.pk).first()


def notes_on(candidacy: Candidacy, user: Any) -> list[Note]:
    """The notes on a dossier that this person may read, in the order of writing."""
    return list(Note.objects.visible_to(user).filter(candidacy=candidacy).select_related("author"))


def note_of(user: Any, candidacy: Candidacy, number: int) -> Note | None:
    """A note on a dossier by its number."""
    return Note.objects.visible_to(user).filter(candidacy=candidacy, number=number).first()


def batch_of(user: Any, reference: str) -> Batch | None:
    """The batch of that reference, which any agent may read."""
    found = Batch.objects.filter(reference=reference).select_related("ran_by")
    return found.first() if user.is_agent else None
