"""What a line of an establishment list is worth, and the French sentence that names the line and the remedy."""

from portal.lifecycle.table import LabelledEnum


class LineVerdict(LabelledEnum):
    """The judgement on one line; only the first two count as establishments of the list."""

    VALID = "valid", "Valides"
    REPAIRED = "repaired", "Valides après correction"
    MALFORMED = "malformed", "Numéros illisibles"
    BAD_KEY = "bad_key", "Numéros erronés"
    LEGAL_ENTITY = "legal_entity", "Entités juridiques"
    UNKNOWN = "unknown", "Inconnus du registre"
    CLOSED = "closed", "Absents du registre actuel"
    OUT_OF_PERIMETER = "out_of_perimeter", "Hors du périmètre du ROR"
    DUPLICATE = "duplicate", "En double"


GOOD = frozenset({LineVerdict.VALID, LineVerdict.REPAIRED})
