"""What a receipt must say: article R. 112-5 of the code of relations between the public and the administration.

The date of receipt; the service in charge with its address; the date at which silence would mean a decision,
and which one; how to contest it. The regime of silence is that of article L. 231-4 (rejection after two months; article
R. 421-2 of the code of administrative justice for the appeal); the agency has yet to confirm that it applies here, and
the receipt says so.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime

from portal.calendar.deadlines import paris_date
from portal.web import wording

SILENCE_MONTHS = 2
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


def mentions(at: datetime) -> Mentions:
    """The mentions of what was deposited at an instant."""
    deadline = months_after(paris_date(at), SILENCE_MONTHS)
    return Mentions(
        received=f"{wording.moment(at)} (heure de Paris)",
        received_utc=at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        in_charge=ADDRESSEE,
        address=POSTAL_ADDRESS,
        mailbox=MAILBOX,
        silence=(
            f"En l’absence de décision expresse au {wording.day(deadline)}, la demande est réputée rejetée (article "
            "L. 231-4 du code des relations entre le public et l’administration ; application à confirmer par l’ANS)."
        ),
        appeal=(
            "Ce rejet peut être contesté dans les deux mois qui suivent cette date : recours gracieux auprès de "
            "l’agence, ou recours devant le tribunal administratif compétent (article R. 421-2 du code de justice "
            "administrative)."
        ),
    )


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last day of that month when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
