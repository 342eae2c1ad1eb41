"""What a password may lean on: not the words that everybody would try first on this portal (requirement AN-11)."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError

LEAST = 12  # characters that must remain without those words
WORDS = ("e-?sante", "finess", "portail", "ror", "ans")
SHORTEST = 3  # of the words of a domain: `fr` is none


class ContextValidator:
    """Refuses what is too short once the portal's words, and those of one's own domain, are taken out."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError; what is too short anyway is for another validator to say."""
        domain = str(getattr(user, "email", "")).rpartition("@")[2]
        own = [re.escape(_plain(word)) for word in domain.split(".") if len(word) >= SHORTEST]
        words = "|".join(sorted((*WORDS, *own), key=len, reverse=True))
        if len(re.sub(words, "", _plain(password))) < LEAST <= len(password):
            raise ValidationError(self.get_help_text(), code="password_of_context")

    def get_help_text(self) -> str:
        """What to do."""
        return "Ce mot de passe se devine ici (ROR, e-santé, ANS, FINESS, votre domaine) : ajoutez-y d’autres mots."


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
