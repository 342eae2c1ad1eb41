"""Every lifecycle of the portal, and the role x state matrix generated from them."""

from collections.abc import Iterator

from portal.accounts.roles import StaffRole
from portal.lifecycle import registry
from portal.lifecycle.table import SIGNED_IN, SYSTEM, Edge, Lifecycle
from portal.parties.roles import MANDATED_DELEGATE, MembershipRole

OTHERS = {
    SIGNED_IN: "Toute personne connectée",
    SYSTEM: "Le portail (horloge, effets)",
    MANDATED_DELEGATE: "Mandataire au mandat enregistré",
    "summoned": "Membre convoqué à la séance",
    "voice": "Membre votant",
}


def label_of(role: str) -> str:
    """The French label of a role, whichever family it belongs to."""
    for family in (StaffRole, MembershipRole):
        if role in [member.value for member in family]:
            return str(family(role).label)
    return OTHERS.get(role, role)


def all_lifecycles() -> list[Lifecycle]:
    """The registered lifecycles, by name; a table shared by two models appears once."""
    return list({entry.lifecycle.name: entry.lifecycle for entry in registry.entries()}.values())


def matrix() -> str:
    """The Markdown document: for each lifecycle, its moves and who may make which from which state."""
    parts = [
        "# Qui peut faire quoi, dans quel état\n",
        "Document produit par `make docs` à partir des tables de cycle de vie.\n",
    ]
    for lifecycle in all_lifecycles():
        parts += [f"\n## {lifecycle.title} (`{lifecycle.name}`)\n", *_moves(lifecycle), "", *_states(lifecycle)]
    return "\n".join(parts) + "\n"


def _moves(lifecycle: Lifecycle) -> Iterator[str]:
    yield "| Action | Depuis | Vers | Par | Preuve d’identité récente |"
    yield "|---|---|---|---|---|"
    for move, edge in lifecycle.moves.items():
        proof = "oui" if edge.step_up else ""
        way = f"{_sources(lifecycle, edge)} | {_target(lifecycle, edge)}"
        yield f"| {edge.label} (`{move}`) | {way} | {_by(edge)} | {proof} |"


def _states(lifecycle: Lifecycle) -> Iterator[str]:
    roles = sorted({role for edge in lifecycle.moves.values() for role in edge.by}, key=label_of)
    yield "| État | " + " | ".join(label_of(role) for role in roles) + " |"
    yield "|---|" + "---|" * len(roles)
    for state in lifecycle.states:
        cells = (", ".join(_open(lifecycle, state.value, role)) for role in roles)
        yield f"| {state.label} | " + " | ".join(cells) + " |"


def _open(lifecycle: Lifecycle, state: str, role: str) -> list[str]:
    moves = lifecycle.open_from(state, frozenset([role]))
    return [lifecycle.moves[move].label for move in moves if not lifecycle.moves[move].creates]


def _sources(lifecycle: Lifecycle, edge: Edge) -> str:
    return ", ".join(s.label for s in lifecycle.states if s in edge.sources) if edge.sources else "(création)"


def _target(lifecycle: Lifecycle, edge: Edge) -> str:
    return lifecycle.states(edge.target).label if edge.target else "(inchangé)"


def _by(edge: Edge) -> str:
    return ", ".join(sorted(label_of(role) for role in edge.by))
