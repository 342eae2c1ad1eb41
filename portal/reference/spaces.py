"""The two kinds of trust spaces: the national one, and one per region."""

from portal.lifecycle.table import LabelledEnum


class SpaceKind(LabelledEnum):
    """Who decides in a space: the national committee, or the regional health agency of its region."""

    NATIONAL = "national", "Espace de confiance national"
    REGIONAL = "regional", "Espace de confiance régional"


class FeedingRoute(LabelledEnum):
    """How a region's establishments feed the ROR."""

    UNKNOWN = "unknown", "Non renseigné"
    DIRECT = "direct", "Alimentation directe"
    EAI = "eai", "Par l’EAI régional"
