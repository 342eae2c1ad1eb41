"""Rules in French words."""

import pytest

from policy.profiles import rulebook_file, wording

BOOK = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))
RULES = {rule.id: rule for rule in BOOK.rules}


READING = "lire, rechercher et extraire en masse"
FRENCH = {
    "ORSAN-1": f"Les profils 1 et 4 permettent de {READING} « Structure : niveau de recours ORSAN et zone de poser ».",
    "REG-1": (
        "Les profils 0, 1, 2, 3, 4 et 5 ne permettent pas de lire, rechercher ou extraire en masse tous les éléments "
        "si la région demandée est hors du périmètre du droit."
    ),
    "ORG-CT-4": (
        f"Le profil 3 permet de {READING} « Structure : contacts » si le champ d’activité est le médico-social et si le "
        "contact n’est pas en accès très restreint ; ou si le contact est en accès libre."
    ),
}


@pytest.mark.parametrize("rule", FRENCH)
def test_sentence_reads_as_french(rule: str) -> None:
    assert wording.sentence(BOOK, RULES[rule]) == FRENCH[rule]


def test_sentence_is_made_for_every_rule_without_a_code_in_it() -> None:
    for rule in BOOK.rules:
        said = wording.sentence(BOOK, rule)
        assert not any(fact in said for fact in BOOK.facts)
        assert "  " not in said


def test_de_elides_before_a_vowel() -> None:
    assert (wording.de("extraire"), wording.de("lire")) == ("d’extraire", "de lire")
