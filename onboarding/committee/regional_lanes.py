"""The task lists of a regional space."""

from portal.lifecycle.table import LabelledEnum


class RegionalLane(LabelledEnum):
    """What waits in a regional space, in the order of the path; the value is the word of the address."""

    TO_TAKE = "a-prendre", "À prendre en instruction"
    MINE = "miens", "Mes dossiers en instruction"
    TO_DECIDE = "a-decider", "À décider"
    TO_CONFIRM = "a-confirmer", "Décision à confirmer par une seconde personne"
    VENDOR = "editeur", "En attente de l’éditeur"
