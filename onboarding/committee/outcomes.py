"""The four answers a committee gives to a candidacy."""

from portal.lifecycle.table import LabelledEnum


class Outcome(LabelledEnum):
    """What a decision says, with the word shown on screens and letters."""

    ADMIT = "admit", "Avis favorable"
    ADMIT_WITH_RESERVATIONS = "admit_with_reservations", "Avis favorable avec réserves"
    DEFER = "defer", "Ajournement"
    REFUSE = "refuse", "Avis défavorable"

    @property
    def admits(self) -> bool:
        """Whether the decision opens a right."""
        return self in ADMITTING


ADMITTING = frozenset({Outcome.ADMIT, Outcome.ADMIT_WITH_RESERVATIONS})
