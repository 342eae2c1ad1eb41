"""What a receipt must say: article R. 112-5 of the code of relations between the public and the administration.

The date of receipt; the service in charge with its address; the date at which silence would mean a decision, and
which one (L. 231-1: acceptance; L. 231-4: rejection); how to contest a rejection (article R. 421-2 of the code of
administrative justice), or how to have an acceptance attested (L. 232-3). Which regime applies, and after how long, are
settings that the agency has yet to confirm: the document says so.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime

from portal.calendar.deadlines import paris_date
from portal.web import wording

ADDRESSEE = "Agence du Numérique en Santé, équipe Programme ROR"
POSTAL_ADDRESS = "2-10 rue d’Oradour-sur-Glane, 75015 Paris"
MAILBOX = "monserviceclient.ROR@esante.gouv.fr"


@dataclass(frozen=True, slots=True)
class Mentions:
    """The mentions of a receipt, as printed."""

    received: str
    received_utc: str
    in_charge: str
    address: str
    mailbox: str
    silence: str
    appeal: str


REJECTION, ACCEPTANCE = "rejection", "acceptance"


def mentions(at: datetime, *, months: int = 2, means: str = REJECTION) -> Mentions:
    """The mentions of what was deposited at an instant; after `months` of silence it is rejected or granted."""
    deadline = wording.day(months_after(paris_date(at), months))
    silence, appeal = (_acceptance if means == ACCEPTANCE else _rejection)(deadline)
    return Mentions(
        received=f"{wording.moment(at)} (heure de Paris)",
        received_utc=at.astimezone(UTC).strftime("%d/%m/%Y, %H:%M:%S"),
        in_charge=ADDRESSEE,
        address=POSTAL_ADDRESS,
        mailbox=MAILBOX,
        silence=silence,
        appeal=appeal,
    )


def _rejection(deadline: str) -> tuple[str, str]:
    return (
        f"En l’absence de décision expresse au {deadline}, la demande est réputée rejetée (article "
        "L. 231-4 du code des relations entre le public et l’administration ; application à confirmer par l’ANS).",
        "Ce rejet peut être contesté dans les deux mois qui suivent cette date : recours gracieux auprès de "
        "l’agence, ou recours devant le tribunal administratif compétent (article R. 421-2 du code de justice "
        "administrative).",
    )


def _acceptance(deadline: str) -> tuple[str, str]:
    return (
        f"En l’absence de décision expresse au {deadline}, la demande est réputée acceptée (article "
        "L. 231-1 du code des relations entre le public et l’administration ; application à confirmer par l’ANS).",
        "Cette acceptation peut faire l’objet d’une attestation délivrée par l’agence, sur demande (article L. 232-3 "
        "du même code).",
    )


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last day of that month when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
