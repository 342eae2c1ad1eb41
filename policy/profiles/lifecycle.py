"""The moves of a version of the policy: imported as a draft, published once, then frozen for ever."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle


class State(LabelledEnum):
    """Where a version stands; whether a published one is in force depends on the dates."""

    DRAFT = "draft", "Projet"
    PUBLISHED = "published", "Publiée"


class Move(LabelledEnum):
    """What happens to a version."""

    IMPORT = "import"
    REPLACE = "replace"
    PUBLISH = "publish"


# the system installs the policy delivered with the portal on an empty one
AUTHORS = frozenset({StaffRole.POLICY_MANAGER, SYSTEM})

MOVES: dict[str, Edge] = {
    Move.IMPORT: Edge(
        NEW,
        State.DRAFT,
        by=AUTHORS,
        label="Importer une politique",
        trace="{actor} a importé la {subject} ({rules} règles, empreinte {digest})",
    ),
    Move.REPLACE: Edge(
        {State.DRAFT},
        SAME,
        by=AUTHORS,
        label="Remplacer le projet",
        trace="{actor} a remplacé le projet de {subject} ({rules} règles, empreinte {digest})",
    ),
    Move.PUBLISH: Edge(
        {State.DRAFT},
        State.PUBLISHED,
        by=AUTHORS,
        label="Publier",
        trace="{actor} a publié la {subject}, en vigueur à compter du {effective_on}",
        step_up=True,
    ),
}

LIFECYCLE = Lifecycle(name="profiles", title="La politique", states=State, moves=MOVES)
