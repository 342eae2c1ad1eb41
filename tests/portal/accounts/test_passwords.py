"""A password does not lean on the words that everybody would try first here."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from portal.accounts.forms import ContextValidator

OWNER = SimpleNamespace(email="juliette@lits-en-direct.fr")


@pytest.mark.parametrize(
    "phrase", ["finess-esante-ror", "Portail ROR 2026", "E-Santé-e-santé-2026", "lits-en-direct-2026"]
)
def test_words_of_the_portal_and_of_one_s_domain_do_not_count(phrase: str) -> None:
    with pytest.raises(ValidationError, match="se devine ici"):
        ContextValidator().validate(phrase, OWNER)


@pytest.mark.parametrize("phrase", ["quatre chevaux dans le pré", "!?,;:§%$*&#{}(", "ror", "cheval-pile-agrafe-ror"])
def test_a_phrase_of_one_s_own_is_let_through(phrase: str) -> None:
    ContextValidator().validate(phrase, OWNER)
