"""What agents keep for themselves around the dossiers: views, columns, notes, follows, acts on many at once."""

from portal.accounts.roles import NATIONAL, StaffRole
from portal.lifecycle.table import NEW, SAME, Edge, LabelledEnum, Lifecycle

WORKERS = NATIONAL - {StaffRole.AUDITOR, StaffRole.RAPPORTEUR}  # both of these read everything and change nothing
REVIEWER, SECRETARY = StaffRole.REVIEWER, StaffRole.SECRETARY


class ViewState(LabelledEnum):
    """Whether a saved view is still offered."""

    KEPT = "kept", "Conservée"
    DROPPED = "dropped", "Supprimée"


class ViewMove(LabelledEnum):
    """What happens to a saved view."""

    SAVE = "save"
    CHANGE = "change"
    DROP = "drop"


VIEWS = Lifecycle(
    name="saved_views",
    title="Vue enregistrée",
    states=ViewState,
    moves={
        ViewMove.SAVE: Edge(
            NEW,
            ViewState.KEPT,
            by=WORKERS,
            label="Enregistrer la vue",
            trace="{actor} a enregistré la vue {subject} ({sharing})",
        ),
        ViewMove.CHANGE: Edge(
            {ViewState.KEPT},
            SAME,
            by=WORKERS,
            label="Modifier la vue",
            trace="{actor} a modifié la vue {subject} ({sharing})",
        ),
        ViewMove.DROP: Edge(
            {ViewState.KEPT},
            ViewState.DROPPED,
            by=WORKERS,
            label="Supprimer la vue",
            trace="{actor} a supprimé la vue {subject}",
        ),
    },
)


class FollowState(LabelledEnum):
    """Whether a dossier is still followed."""

    FOLLOWING = "following", "Suivi"
    STOPPED = "stopped", "Plus suivi"


class FollowMove(LabelledEnum):
    """Following a dossier, and no longer."""

    FOLLOW = "follow"
    STOP = "stop"


FOLLOWS = Lifecycle(
    name="follows",
    title="Suivi d’un dossier",
    states=FollowState,
    moves={
        FollowMove.FOLLOW: Edge(
            NEW, FollowState.FOLLOWING, by=WORKERS, label="Suivre", trace="{actor} suit le dossier {candidacy}"
        ),
        FollowMove.STOP: Edge(
            {FollowState.FOLLOWING},
            FollowState.STOPPED,
            by=WORKERS,
            label="Ne plus suivre",
            trace="{actor} ne suit plus le dossier {candidacy}",
        ),
    },
)


class NoteState(LabelledEnum):
    """Whether a note is still shown."""

    WRITTEN = "written", "Écrite"
    WITHDRAWN = "withdrawn", "Retirée"


class NoteMove(LabelledEnum):
    """What happens to a note of the agency."""

    WRITE = "write"
    WITHDRAW = "withdraw"


NOTES = Lifecycle(
    name="notes",
    title="Note interne",
    states=NoteState,
    moves={
        NoteMove.WRITE: Edge(
            NEW,
            NoteState.WRITTEN,
            by=WORKERS,
            label="Écrire une note",
            trace="{actor} a écrit une note interne sur le dossier {candidacy}",
        ),
        NoteMove.WITHDRAW: Edge(
            {NoteState.WRITTEN},
            NoteState.WITHDRAWN,
            by=WORKERS,
            label="Retirer la note",
            trace="{actor} a retiré sa note interne sur le dossier {candidacy}",
        ),
    },
)


class BatchState(LabelledEnum):
    """Whether what was done in one go still stands."""

    DONE = "done", "Fait"
    UNDONE = "undone", "Défait"


class BatchMove(LabelledEnum):
    """Acting on many dossiers, and taking it back."""

    RUN = "run"
    UNDO = "undo"


BATCHES = Lifecycle(
    name="batches",
    title="Acte sur plusieurs dossiers",
    states=BatchState,
    moves={
        BatchMove.RUN: Edge(
            NEW,
            BatchState.DONE,
            by={REVIEWER, SECRETARY},
            label="Agir sur plusieurs dossiers",
            trace="{actor} a lancé {subject} (« {act} ») : {done} dossiers faits, {refused} refusés",
        ),
        BatchMove.UNDO: Edge(
            {BatchState.DONE},
            BatchState.UNDONE,
            by={REVIEWER, SECRETARY},
            label="Défaire",
            trace="{actor} a défait {subject} : {done} dossiers rendus à leur état, {refused} laissés",
        ),
    },
)
