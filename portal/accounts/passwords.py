"""What a password may lean on: not the words that everybody would try first on this portal (requirement AN-11)."""

import re
import unicodedata

LEAST = 12  # characters that must remain without those words
WORDS = ("e-?sante", "finess", "portail", "ror", "ans")
SHORTEST = 3  # of the words of a domain: `fr` is none


def leans_on_context(password: str, email: str) -> bool:
    """Whether it is too short once the portal's words, and those of the address's domain, are taken out.

    What is too short anyway is for another rule to say.
    """
    domain = email.rpartition("@")[2]
    own = [re.escape(_plain(word)) for word in domain.split(".") if len(word) >= SHORTEST]
    words = "|".join(sorted((*WORDS, *own), key=len, reverse=True))
    return len(re.sub(words, "", _plain(password))) < LEAST <= len(password)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
