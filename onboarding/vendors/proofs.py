"""The quality of a claimant, and the piece that proves it.

Settled question 1: a register extract of less than three months (setting `claims.proof_months`), an appointment deed,
or a power of attorney.
"""

import calendar
from dataclasses import dataclass
from datetime import date

from portal.lifecycle.table import LabelledEnum


class Quality(LabelledEnum):
    """In what quality somebody represents a legal entity."""

    CHAIR = "chair", "Président ou présidente"
    MANAGER = "manager", "Gérant ou gérante"
    CHIEF_EXECUTIVE = "chief_executive", "Directeur général ou directrice générale"
    HEAD = "head", "Directeur ou directrice d’établissement"
    EMPOWERED = "empowered", "Personne habilitée par un pouvoir"
    OTHER = "other", "Autre représentant légal"


class ProofKind(LabelledEnum):
    """What the piece is."""

    REGISTER_EXTRACT = "register_extract", "Extrait d’un registre (Kbis, RNE, Sirene)"
    APPOINTMENT_DEED = "appointment_deed", "Acte de nomination (procès-verbal, arrêté)"
    POWER_OF_ATTORNEY = "power_of_attorney", "Pouvoir ou délégation signé du représentant légal"


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the last day of that month when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a piece proves nothing: the field at fault and the French sentence."""

    field: str
    sentence: str


def objection(kind: str, quality: str, proof_date: date, *, today: date, months: int) -> Objection | None:
    """Why a piece of that kind and date proves nothing; None when it may be examined.

    `today` is the day in Paris, `months` the age that a register extract may have.
    """
    if proof_date > today:
        return Objection("proof_date", "La date de la pièce est dans le futur.")
    if kind == ProofKind.REGISTER_EXTRACT and proof_date < months_before(today, months):
        age = f"de {months} mois" if months > 1 else "d’un mois"
        return Objection("proof_date", f"Un extrait de registre date de moins {age} : demandez-en un récent.")
    if quality == Quality.EMPOWERED and kind != ProofKind.POWER_OF_ATTORNEY:
        return Objection(
            "proof_kind", "Une personne habilitée par un pouvoir joint ce pouvoir, signé du représentant légal."
        )
    return None
