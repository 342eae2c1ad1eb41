"""What a measure is and how far it reaches: pure words and judgements.

Sources: feeding charter (suspension for abuse, end of feeding for undeclared changes); R23 of the mission (graded:
one profile, one establishment, one direction, all). The grounds of a breach case lead to the motives below.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from policy.grants.restrictions import Scope
from portal.lifecycle.table import LabelledEnum


class Nature(LabelledEnum):
    """What a measure does: a suspension is lifted once mended, a withdrawal ends what it reaches."""

    SUSPENSION = "suspension", "Suspension"
    WITHDRAWAL = "withdrawal", "Retrait"


class Extent(LabelledEnum):
    """How far a measure reaches; one right is one service in one direction."""

    PROFILE = "profile", "Un profil"
    ESTABLISHMENT = "establishment", "Un établissement"
    DIRECTION = "direction", "Tout ce sens d’échange"
    SERVICE = "service", "Tout le service, dans les deux sens"


class Motive(LabelledEnum):
    """Why, as the agency counts it."""

    SECURITY = "security", "Risque pour la sécurité du ROR ou de ses données"
    ABUSE = "abuse", "Usage abusif d’une API"
    MISUSE = "misuse", "Mésusage des données ou du service"
    UNDECLARED = "undeclared", "Changement non déclaré"
    CHARTER = "charter", "Autre engagement de la charte non tenu"


WHOLE = frozenset({Extent.DIRECTION, Extent.SERVICE})
SCOPES = {Extent.PROFILE: Scope.PROFILE, Extent.ESTABLISHMENT: Scope.ESTABLISHMENT}


@dataclass(frozen=True, slots=True)
class Problem:
    """What forbids opening a measure: a French sentence, and the field at fault."""

    field: str
    sentence: str


def problem(extent: Extent, value: str, *, profiles: Sequence[str], establishments: Sequence[str]) -> Problem | None:
    """Why a measure may not reach exactly this; None when it may. `profiles` and `establishments` are the right's."""
    if extent in WHOLE:
        return Problem("value", "Une mesure qui ferme tout ne vise ni profil ni établissement.") if value else None
    held, word = (profiles, "profil") if extent is Extent.PROFILE else (establishments, "établissement")
    if not value:
        return Problem("value", f"Indiquez le {word} visé." if word == "profil" else f"Indiquez l’{word} visé.")
    if value not in held:
        return Problem("value", f"L’habilitation n’ouvre pas le {word} {value}.".replace("le é", "l’é"))
    if len(held) == 1:
        return Problem("extent", f"C’est le seul {word} de l’habilitation : visez tout ce sens d’échange.")
    return None


def in_words(extent: str, value: str) -> str:
    """« le profil B », « l’établissement 750000123 », « tout ce sens d’échange »."""
    if extent == Extent.PROFILE:
        return f"le profil {value}"
    if extent == Extent.ESTABLISHMENT:
        return f"l’établissement {value}"
    label = Extent(extent).label
    return label[0].lower() + label[1:]
