"""The parts of a ruling that are counted or followed: coded motives, reservations, what a deferral waits for.

Sources: settled question 18 (a reservation says what it blocks; a deferral names the pieces and the session); code des
relations entre le public et l’administration, L211-2 and L211-5 (a refusal states its motives).
"""

from dataclasses import dataclass
from datetime import date

from portal.lifecycle.table import LabelledEnum
from portal.web import wording


class Blocks(LabelledEnum):
    """What a reservation keeps closed until it is lifted."""

    NOTHING = "nothing", "Rien : elle est seulement suivie"
    TESTS = "tests", "Les tests"
    PRODUCTION = "production", "La mise en production"
    PROFILE = "profile", "Un profil"


_CLOSED = {
    Blocks.NOTHING: "ne bloque rien",
    Blocks.TESTS: "bloque les tests jusqu’à sa levée",
    Blocks.PRODUCTION: "bloque la mise en production jusqu’à sa levée",
}


class Motive(LabelledEnum):
    """Why a candidacy is refused; the text of the decision says more. The list is to be confirmed by the agency."""

    PURPOSE = "purpose", "La finalité ne relève pas du cercle de confiance"
    PROFILE = "profile", "Le profil demandé n’est pas justifié par la finalité ou les utilisateurs"
    ESTABLISHMENTS = "establishments", "La liste des établissements n’est pas recevable"
    CONFORMITY = "conformity", "La conformité au modèle d’exposition n’est pas établie"
    PROTECTION = "protection", "La protection des données n’est pas assurée"
    MANDATE = "mandate", "Le mandat du tiers n’est pas établi"
    COMMITMENTS = "commitments", "Les engagements de la charte ne sont pas pris"
    OTHER = "other", "Autre motif"


@dataclass(frozen=True, slots=True)
class Reserve:
    """A reservation as the committee words it. `profile` names the one it blocks; `due_on` its deadline, if any."""

    text: str
    blocks: Blocks = Blocks.NOTHING
    profile: str = ""
    due_on: date | None = None

    @property
    def words(self) -> str:
        """One line of a letter: the text, what it blocks, until when."""
        closed = _CLOSED.get(self.blocks) or f"bloque le profil {self.profile} jusqu’à sa levée"
        due = f" ; à lever avant le {wording.day(self.due_on)}" if self.due_on else ""
        return f"{self.text.strip().rstrip('.')} ({closed}{due})."


def motive_words(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The labels of coded motives, in the order of the list."""
    return tuple(motive.label for motive in Motive if motive in codes)
