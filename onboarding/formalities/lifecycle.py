"""The moves of what is done outside the portal, and of the official forms kept for it."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import PREPARERS


class State(LabelledEnum):
    """Where a declaration stands."""

    DECLARED = "declared", "Déclarée"
    WITHDRAWN = "withdrawn", "Retirée"


class Move(LabelledEnum):
    """What happens to a declaration."""

    DECLARE = "declare"
    WITHDRAW = "withdraw"


LIFECYCLE = Lifecycle(
    name="formalities",
    title="Démarche",
    states=State,
    moves={
        Move.DECLARE: Edge(
            NEW,
            State.DECLARED,
            by=PREPARERS,
            label="Déclarer comme faite",
            trace="{actor} a déclaré faite le {done_on} la démarche « {formality} » ({subject}) de {whose}",
        ),
        Move.WITHDRAW: Edge(
            {State.DECLARED},
            State.WITHDRAWN,
            by=PREPARERS,
            label="Retirer la déclaration",
            trace="{actor} a retiré la déclaration de démarche {subject}",
        ),
    },
)


class FormState(LabelledEnum):
    """Where the PDF of an official form stands."""

    IN_FORCE = "in_force", "En vigueur"
    REPLACED = "replaced", "Remplacé"


class FormMove(LabelledEnum):
    """What happens to the PDF of an official form."""

    UPLOAD = "upload"
    MATCH = "match"
    REPLACE = "replace"


FORMS = Lifecycle(
    name="official_forms",
    title="Formulaire officiel",
    states=FormState,
    moves={
        FormMove.UPLOAD: Edge(
            NEW,
            FormState.IN_FORCE,
            by={StaffRole.ADMINISTRATOR, StaffRole.REVIEWER},
            label="Déposer le formulaire officiel",
            trace="{actor} a déposé le formulaire officiel {subject} ({name})",
        ),
        FormMove.MATCH: Edge(
            {FormState.IN_FORCE},
            SAME,
            by={StaffRole.ADMINISTRATOR, StaffRole.REVIEWER},
            label="Relier les champs",
            trace="{actor} a relié {count} champs du formulaire officiel {subject}",
        ),
        FormMove.REPLACE: Edge(
            {FormState.IN_FORCE},
            FormState.REPLACED,
            by={StaffRole.ADMINISTRATOR, StaffRole.REVIEWER},
            label="Remplacer",
            trace="{actor} a remplacé le formulaire officiel {subject}",
        ),
    },
)


class SheetState(LabelledEnum):
    """Where a data sheet stands: asked for, it is printed at once."""

    PREPARED = "prepared", "Établie"


class SheetMove(LabelledEnum):
    """What happens to a data sheet."""

    PREPARE = "prepare"


SHEETS = Lifecycle(
    name="form_sheets",
    title="Aide au remplissage",
    states=SheetState,
    moves={
        SheetMove.PREPARE: Edge(
            NEW,
            SheetState.PREPARED,
            by={*PREPARERS, StaffRole.REVIEWER},
            label="Établir l’aide au remplissage",
            trace="{actor} a fait établir l’aide au remplissage {subject} du formulaire {form} pour {service}",
        ),
    },
)
