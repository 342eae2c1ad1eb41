"""The moves of a version of the policy: drafted, checked, approved by a second person, published, then frozen."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle


class State(LabelledEnum):
    """Where a version stands; whether a published one is in force depends on the dates."""

    DRAFT = "draft", "Projet"
    CHECKED = "checked", "Projet vérifié"
    APPROVED = "approved", "Approuvée"
    PUBLISHED = "published", "Publiée"


class Move(LabelledEnum):
    """What happens to a version."""

    IMPORT = "import"
    REPLACE = "replace"
    EDIT = "edit"
    CHECK = "check"
    REOPEN = "reopen"
    APPROVE = "approve"
    PUBLISH = "publish"
    TAKE_EFFECT = "take_effect"


EDITABLE = frozenset({State.DRAFT, State.CHECKED})
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
        EDITABLE,
        State.DRAFT,
        by=AUTHORS,
        label="Remplacer le projet",
        trace="{actor} a remplacé le projet de {subject} ({rules} règles, empreinte {digest})",
    ),
    Move.EDIT: Edge(
        EDITABLE,
        State.DRAFT,
        by=StaffRole.POLICY_MANAGER,
        label="Modifier le projet",
        trace="{actor} a modifié le projet de {subject} : {change} ({rules} règles, empreinte {digest})",
    ),
    Move.CHECK: Edge(
        {State.DRAFT},
        State.CHECKED,
        by=AUTHORS,
        label="Vérifier le projet",
        trace="{actor} a vérifié le projet de {subject} : rien ne s’oppose à son approbation, {remarks}",
    ),
    Move.REOPEN: Edge(
        {State.CHECKED, State.APPROVED},
        State.DRAFT,
        by=StaffRole.POLICY_MANAGER,
        label="Reprendre le projet",
        trace="{actor} a repris la rédaction de la {subject}",
    ),
    Move.APPROVE: Edge(
        {State.CHECKED},
        State.APPROVED,
        by=AUTHORS,
        label="Approuver",
        trace="{actor} a approuvé la {subject}, préparée par {preparer} (empreinte {digest})",
        step_up=True,
    ),
    Move.PUBLISH: Edge(
        {State.APPROVED},
        State.PUBLISHED,
        by=AUTHORS,
        label="Publier",
        trace="{actor} a publié la {subject}, en vigueur à compter du {effective_on}",
        step_up=True,
    ),
    Move.TAKE_EFFECT: Edge(
        {State.PUBLISHED},
        SAME,
        by=SYSTEM,
        label="Prendre effet",
        trace="La {subject} est entrée en vigueur à la date annoncée",
    ),
}

LIFECYCLE = Lifecycle(name="profiles", title="La politique", states=State, moves=MOVES)
