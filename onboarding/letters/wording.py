"""The text of a model: words with variables between double braces, filled from a dossier.

« {{ service }} » is replaced by the name of the service; a variable that nobody knows is refused when the model is
written, and stays visible if it were ever met in a letter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

VARIABLES: Mapping[str, str] = {
    "reference": "référence de la candidature",
    "service": "nom du service",
    "titulaire": "nom de la personne morale",
    "sens": "consommation ou alimentation",
    "profils": "profils demandés",
    "etat": "état de la candidature",
    "date_depot": "jour du dernier dépôt",
    "instructeur": "nom de l’instructeur",
    "seance": "jour de la séance qui l’attend",
    "jour": "jour de l’envoi",
}
EXAMPLE: Mapping[str, str] = {
    "reference": "C-2026-0042",
    "service": "Lits en direct",
    "titulaire": "Éditeur Exemple",
    "sens": "alimentation",
    "profils": "A, B",
    "etat": "en instruction",
    "date_depot": "mardi 3 mars 2026",
    "instructeur": "Claire Aubry",
    "seance": "mardi 24 mars 2026",
    "jour": "mercredi 4 mars 2026",
}
LONGEST = 5000  # what a message to a vendor may hold
_VARIABLE = re.compile(r"\{\{\s*(\w*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its variables replaced; `empty` names those for which the dossier has nothing yet."""

    text: str
    empty: tuple[str, ...]


UNFINISHED = "[à compléter :"


def is_unfinished(text: str) -> bool:
    """Whether something of a model is still to be completed, or was never replaced."""
    return UNFINISHED in text or bool(_VARIABLE.search(text))


def variables(body: str) -> list[str]:
    """The variables of a text, each once, in order."""
    return list(dict.fromkeys(_VARIABLE.findall(body)))


def unknown(body: str) -> list[str]:
    """Those that no dossier can fill."""
    return [name for name in variables(body) if name not in VARIABLES]


def fill(body: str, values: Mapping[str, str]) -> Filled:
    """The text for a dossier; a variable without value reads « [à compléter : …] », for the eye of the sender."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return values.get(name) or f"{UNFINISHED} {VARIABLES.get(name, name)}]"

    empty = tuple(name for name in variables(body) if not values.get(name))
    return Filled(_VARIABLE.sub(value, body), empty)
