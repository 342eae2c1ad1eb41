"""Verbs on what agents keep for themselves: views, columns, notes, dossiers followed."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from onboarding.candidacies.models import Candidacy
from onboarding.workbench import queries
from onboarding.workbench.lifecycle import FollowMove, NoteMove, ViewMove
from onboarding.workbench.models import LONGEST_QUERY, Follow, Note, SavedView
from portal.accounts.models import User
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference


def save_view(
    *, name: str, query: str, columns: Sequence[str], is_shared: bool, by: User, at: datetime | None = None
) -> SavedView:
    """Gives a name to filters and columns. Refused when the agent has a view of that name."""
    view = SavedView(owner=by)
    with moving(view, ViewMove.SAVE, by=by, at=at) as (current, event):
        current.reference, current.saved_at = next_reference("V", event.at), event.at
        _fill(current, name, query, columns, is_shared)
        event.note(sharing=_sharing(current))
    return view


def change_view(
    view: SavedView,
    *,
    name: str,
    query: str,
    columns: Sequence[str],
    is_shared: bool,
    by: User,
    at: datetime | None = None,
) -> None:
    """Gives a view other filters, columns or another name."""
    with moving(view, ViewMove.CHANGE, by=by, at=at) as (current, event):
        _fill(current, name, query, columns, is_shared)
        event.note(sharing=_sharing(current))


def _fill(view: SavedView, name: str, query: str, columns: Sequence[str], is_shared: bool) -> None:
    if not name.strip():
        raise Refused("Donnez un nom à la vue.", field="name")
    if len(query) > LONGEST_QUERY:
        raise Refused("Ces filtres sont trop longs pour être gardés : raccourcissez la recherche.")
    view.name, view.query, view.columns, view.is_shared = name.strip(), query, list(columns), is_shared


def _sharing(view: SavedView) -> str:
    return "partagée" if view.is_shared else "personnelle"


def drop_view(view: SavedView, *, by: User, at: datetime | None = None) -> None:
    """The view is offered to nobody any more."""
    with moving(view, ViewMove.DROP, by=by, at=at):
        pass


def choose_columns(columns: Sequence[str], *, by: User, at: datetime | None = None) -> None:
    """The columns that the agent's list shows from now on."""
    held = queries.columns_of(by)
    move = ViewMove.CHANGE if held else ViewMove.SAVE
    with moving(held or SavedView(owner=by), move, by=by, at=at) as (current, event):
        if not held:
            current.reference, current.saved_at = next_reference("V", event.at), event.at
        current.columns = list(columns)
        event.note(sharing="ses colonnes")


def follow(candidacy: Candidacy, *, by: User, at: datetime | None = None) -> Follow:
    """The agent follows the dossier. Refused when he does already."""
    made = Follow(candidacy=candidacy, user=by)
    with moving(made, FollowMove.FOLLOW, by=by, at=at) as (current, event):
        current.since = event.at
        event.note(candidacy=candidacy.reference)
    return made


def stop_following(follow: Follow, *, by: User, at: datetime | None = None) -> None:
    """The agent no longer follows the dossier."""
    with moving(follow, FollowMove.STOP, by=by, at=at) as (current, event):
        event.note(candidacy=current.candidacy.reference)


def write_note(candidacy: Candidacy, body: str, *, by: User, at: datetime | None = None) -> Note:
    """Writes a note that agents alone read."""
    note = Note(candidacy=candidacy, author=by)
    with moving(note, NoteMove.WRITE, by=by, at=at) as (current, event):
        if not body.strip():
            raise Refused("Écrivez votre note.", field="body")
        Candidacy.objects.select_for_update(of=("self",)).get(pk=candidacy.pk)  # two notes never take one number
        current.number = (candidacy.notes.aggregate(last=Max("number"))["last"] or 0) + 1
        current.body, current.written_at = body.strip(), event.at
        event.note(candidacy=candidacy.reference)
    return note


def withdraw_note(note: Note, *, by: User, at: datetime | None = None) -> None:
    """The author takes his note away."""
    with moving(note, NoteMove.WITHDRAW, by=by, at=at) as (current, event):
        event.note(candidacy=current.candidacy.reference)
