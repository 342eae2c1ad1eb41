"""The two ways of using the ROR: one right covers one of them (settled: one service, one direction)."""

from portal.lifecycle.table import LabelledEnum


class Direction(LabelledEnum):
    """Reading the ROR (consumption) or writing to it (feeding)."""

    CONSUMPTION = "consumption", "Consommation"
    FEEDING = "feeding", "Alimentation"
