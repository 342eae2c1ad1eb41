"""What a notice is about, whom it is for, and the parts of the ROR that a maintenance or an incident touches.

The parts are those that the public documentation of the ROR API and the connection steps (2023) name.
"""

from portal.lifecycle.table import LabelledEnum


class Kind(LabelledEnum):
    """The nature of a notice."""

    MAINTENANCE = "maintenance", "Maintenance"
    INCIDENT = "incident", "Incident"
    TECHNICAL = "technical", "Changement technique"
    CHARTER = "charter", "Charte et textes"
    INFORMATION = "information", "Information"

    @property
    def has_window(self) -> bool:
        """Whether it says what is touched, and from when to when."""
        return self in (Kind.MAINTENANCE, Kind.INCIDENT)


class Audience(LabelledEnum):
    """Whom a notice is for."""

    ALL = "all", "Tous les éditeurs"
    DIRECTION = "direction", "Les services d’un sens d’échange"
    PROFILE = "profile", "Les services de certains profils"
    REGION = "region", "Les services de certaines régions"
    SERVICES = "services", "Des services nommés"


class Touched(LabelledEnum):
    """Where a window bears."""

    PRODUCTION = "production", "Production"
    SANDBOX = "sandbox", "Bac à sable"
    BOTH = "both", "Production et bac à sable"


class Part(LabelledEnum):
    """A part of the ROR that callers use."""

    AUTHORISATION = "authorisation", "Serveur d’autorisation (jetons)"
    READING = "reading", "API FHIR de diffusion (lecture)"
    FEEDING = "feeding", "API FHIR de synchronisation (alimentation)"
    CSD = "csd", "Services web au format CSD"
    TESTS = "tests", "Plateforme de tests"
    PORTAL = "portal", "Ce portail"


def words(parts: list[str]) -> str:
    """The labels of these parts, in order; « tous les services » without any."""
    known = [Part(code).label for code in parts if code in set(Part)]
    return ", ".join(known) or "tous les services"
