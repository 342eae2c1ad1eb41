"""Agents act on what is theirs: a view by its owner, a note by its author, a batch by who ran it."""

from typing import Any

from onboarding.workbench.lifecycle import BATCHES, FOLLOWS, NOTES, VIEWS
from onboarding.workbench.models import Batch, Follow, Note, SavedView
from portal.lifecycle import registry


def roles_on(user: Any, subject: Any) -> frozenset[str]:
    """The staff roles."""
    return frozenset(user.staff_roles)


def _only(field: str, sentence: str) -> Any:
    def forbids(user: Any, move: str, subject: Any) -> str | None:
        owner = getattr(subject, field)
        return sentence if subject.pk and user is not None and owner != user.pk else None

    return forbids


registry.register(
    SavedView,
    VIEWS,
    roles_on=roles_on,
    forbids=_only("owner_id", "Cette vue est à un collègue : enregistrez la vôtre."),
)
registry.register(Follow, FOLLOWS, roles_on=roles_on, forbids=_only("user_id", "Ce suivi est à un collègue."))
registry.register(Note, NOTES, roles_on=roles_on, forbids=_only("author_id", "Seul son auteur retire une note."))
registry.register(
    Batch, BATCHES, roles_on=roles_on, forbids=_only("ran_by_id", "Seule la personne qui l’a lancé défait un lot.")
)
