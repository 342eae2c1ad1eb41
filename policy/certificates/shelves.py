"""The ways to cut the list of certificates, as its page offers them."""

from portal.lifecycle.table import LabelledEnum


class Shelf(LabelledEnum):
    """One part of the list; a certificate may stand on several."""

    ALL = "", "Tous"
    IN_FORCE = "en-vigueur", "En vigueur"
    ENDING = "bientot", "Bientôt expirés"
    ENDED = "expires", "Expirés"
    FAULTY = "a-corriger", "À corriger"
    UNKNOWN = "inconnue", "Révocation inconnue"
    REVOKED = "revoques", "Révoqués"
    RETIRED = "retires", "Retirés"


def of(word: str) -> Shelf | None:
    """The part that a word of the address names; None when it names none."""
    return next((shelf for shelf in Shelf if shelf.value == word), None)
