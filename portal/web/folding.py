"""Text folded for searching: capitals, no accent, no punctuation, so that « CHÂTEAU-D’EAU » meets « chateau d eau »."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})
_NOT_WORD = re.compile(r"[^A-Z0-9]+")


def fold(text: str) -> str:
    """Upper-case words of letters and digits only, separated by one space."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _NOT_WORD.sub(" ", plain.upper()).strip()


def words(text: str, *, limit: int = 8) -> list[str]:
    """The distinct folded words of a search, at most `limit`."""
    return list(dict.fromkeys(fold(text).split()))[:limit]
