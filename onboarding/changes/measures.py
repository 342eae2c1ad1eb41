"""The grounds of a breach case, the measures that each allows, and the delay of the formal notice.

Source: feeding charter. Undeclared functions or list: the agency may end the feeding (« Profils d’alimentation »).
Abusive use: it may suspend (« Quotas »). Certificate, URL and misuse are duties without a stated sanction: a reminder,
or a suspension until the vendor is in order, to be confirmed by the agency (settled question 20).
"""

from collections.abc import Mapping

from policy.sanctions.extent import Motive, Nature
from portal.lifecycle.table import LabelledEnum


class Ground(LabelledEnum):
    """What the vendor is reproached with."""

    UNDECLARED_FUNCTION = "undeclared_function", "Changement fonctionnel non déclaré"
    UNDECLARED_LIST = "undeclared_list", "Évolution de la liste d’établissements non déclarée"
    UNDECLARED_CERTIFICATE = "undeclared_certificate", "Changement de certificat non déclaré"
    UNDECLARED_URL = "undeclared_url", "Changement d’adresse non déclaré"
    ABUSE = "abuse", "Usage abusif d’une API"
    MISUSE = "misuse", "Mésusage"


class Measure(LabelledEnum):
    """How a breach case ends."""

    REMINDER = "reminder", "Rappel des engagements"
    SUSPENSION = "suspension", "Suspension"
    WITHDRAWAL = "withdrawal", "Retrait de l’habilitation"


_LIGHT = (Measure.REMINDER, Measure.SUSPENSION)
_FULL = (Measure.REMINDER, Measure.SUSPENSION, Measure.WITHDRAWAL)
ALLOWED: Mapping[Ground, tuple[Measure, ...]] = {
    Ground.UNDECLARED_FUNCTION: _FULL,
    Ground.UNDECLARED_LIST: _FULL,
    Ground.UNDECLARED_CERTIFICATE: _LIGHT,
    Ground.UNDECLARED_URL: _LIGHT,
    Ground.ABUSE: _LIGHT,
    Ground.MISUSE: _LIGHT,
}
SOURCES: Mapping[Ground, str] = {
    Ground.UNDECLARED_FUNCTION: "Charte d’alimentation du ROR, profils d’alimentation des données",
    Ground.UNDECLARED_LIST: "Charte d’alimentation du ROR, profils d’alimentation des données",
    Ground.UNDECLARED_CERTIFICATE: "Charte d’alimentation du ROR, gestion de la liste blanche",
    Ground.UNDECLARED_URL: "Charte d’alimentation du ROR, gestion de la liste blanche",
    Ground.ABUSE: "Charte d’alimentation du ROR, quotas",
    Ground.MISUSE: "Charte d’alimentation du ROR, responsabilité du service numérique",
}
NATURES: Mapping[Measure, Nature] = {
    Measure.SUSPENSION: Nature.SUSPENSION,
    Measure.WITHDRAWAL: Nature.WITHDRAWAL,
}
MOTIVES: Mapping[Ground, Motive] = {
    Ground.UNDECLARED_FUNCTION: Motive.UNDECLARED,
    Ground.UNDECLARED_LIST: Motive.UNDECLARED,
    Ground.UNDECLARED_CERTIFICATE: Motive.UNDECLARED,
    Ground.UNDECLARED_URL: Motive.UNDECLARED,
    Ground.ABUSE: Motive.ABUSE,
    Ground.MISUSE: Motive.MISUSE,
}


def objection(ground: Ground, measure: Measure) -> str:
    """Why the measure is not open on that ground, as a French sentence; empty when it is."""
    if measure in ALLOWED[ground]:
        return ""
    listed = ", ".join(one.label.lower() for one in ALLOWED[ground])
    return f"Pour « {ground.label.lower()} », la charte ne permet que : {listed}."
