"""Reading the policy file: the one delivered is sound; a wrong one is refused with every mistake and its line."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.profiles import rulebook_file
from policy.profiles.rulebook_file import RulebookRefused

SMALL = """\
format = 1
[policy]
number = "7"
title = "Essai"
effective_date = 2026-02-01
exposure_model = "3.0.1"
[sources.charte]
title = "Charte"
[operations]
read = "lire"
patch = "modifier"
[facts.place]
label = "Lieu"
phrase = "le lieu est"
values = { inside = "dedans", outside = "dehors" }
[elements."Location.beds"]
label = "Lits"
resources = ["Location"]
fhir = ["ror-beds"]
[[rules]]
id = "R-1"
profiles = ["A"]
operations = ["patch"]
elements = ["Location.beds"]
when = { place = ["inside"] }
source = "charte"
article = "art. 1"
[[rules]]
id = "R-2"
effect = "deny"
profiles = ["2"]
operations = ["read"]
elements = ["*"]
source = "charte"
article = "art. 2"
"""


def mistakes_of(text: str) -> list[str]:
    with pytest.raises(RulebookRefused) as refused:
        rulebook_file.read(text)
    return [str(mistake) for mistake in refused.value.mistakes]


def test_read_gives_the_delivered_policy_with_a_source_for_every_rule() -> None:
    book = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))
    assert book.number == "1"
    assert {code for rule in book.rules for code in rule.profiles} == {"A", "B", "0", "1", "2", "3", "4", "5"}
    assert all(rule.article and book.source_of(rule) for rule in book.rules)
    used = {element for rule in book.rules if rule.effect == "permit" for element in rule.elements}
    assert used == set(book.elements)


def test_read_gives_the_rules_of_a_small_file_with_their_lines() -> None:
    book = rulebook_file.read(SMALL)
    assert [(rule.id, rule.line, rule.effect) for rule in book.rules] == [("R-1", 20, "permit"), ("R-2", 28, "deny")]
    assert book.named("Location") == book.named("ror-beds") == book.named(None) == ("Location.beds",)
    assert book.named("Patient") == ()
    assert book.cell("patch", "Location.beds") == (book.rules[0],)
    assert book.rules[1].elements == {"Location.beds"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("format = 1", "format = 2", "Fichier : la clé « format » doit valoir 1."),
        ('number = "7"', "", "Ligne 2, table [policy] : « number » manque."),
        ("2026-02-01", '"bientôt"', "Ligne 2, table [policy] : « effective_date » doit être une date comme 2026-09-01"),
        ('profiles = ["A"]', 'profiles = ["C"]', "Ligne 20, règle « R-1 » : « profiles » : « C » est inconnu."),
        ('profiles = ["A"]', "profiles = []", "Ligne 20, règle « R-1 » : « profiles » doit être une liste non vide"),
        ('profiles = ["A"]', 'profiles = ["A", "A"]', "Ligne 20, règle « R-1 » : « profiles » répète « A »."),
        (
            'operations = ["patch"]',
            'operations = ["ptach"]',
            "Ligne 20, règle « R-1 » : « operations » : « ptach » est inconnu.",
        ),
        (
            'elements = ["Location.beds"]',
            'elements = ["Beds"]',
            "Ligne 20, règle « R-1 » : « elements » : « Beds » est inconnu.",
        ),
        ("{ place =", "{ palce =", "Ligne 20, règle « R-1 » : « when » nomme un fait inconnu : « palce »."),
        ('place = ["inside"]', 'place = ["in"]', "Ligne 20, règle « R-1 », « when » : « place » : « in » est inconnu."),
        ('when = { place = ["inside"] }', "when = {}", "Ligne 20, règle « R-1 » : « when » attend une condition"),
        ("when = {", "wehn = {", "Ligne 20, règle « R-1 » : la clé « wehn » n’existe pas dans ce format."),
        (
            'article = "art. 1"',
            'article = " "',
            "Ligne 20, règle « R-1 » : « article » doit être un texte d’une ligne, non vide.",
        ),
        (
            'article = "art. 1"',
            "article = 3",
            "Ligne 20, règle « R-1 » : « article » doit être un texte d’une ligne, non vide.",
        ),
        (
            'source = "charte"\narticle = "art. 2"',
            'source = "loi"\narticle = "art. 2"',
            "Ligne 28, règle « R-2 » : « source » : « loi »",
        ),
        (
            'effect = "deny"',
            'effect = "maybe"',
            "Ligne 28, règle « R-2 » : « effect » : « maybe » est inconnu. Valeurs possibles : deny, permit.",
        ),
        (
            'id = "R-2"',
            'id = "R-1"',
            "Ligne 28, règle « R-1 » : cet identifiant est déjà celui de la règle de la ligne 20.",
        ),
        ('id = "R-2"', 'id = "règle 2"', "Ligne 28, [[rules]] n° 2 : « id » ne doit avoir que des majuscules"),
        (
            'fhir = ["ror-beds"]',
            'fhir = ["Location"]',
            "Ligne 16, élément « Location.beds » : le nom « Location » désigne déjà « Location ».",
        ),
        (
            "[sources.charte]\ntitle",
            "[sources]\ncharte",
            "Ligne 7, table [sources] : « charte » devrait être une table [sources.charte].",
        ),
        ('phrase = "le lieu est"', "", "Ligne 12, table [facts.place] : « phrase » manque."),
        ('values = { inside = "dedans", outside = "dehors" }', "values = 3", "« values » doit être une table de codes"),
    ],
)
def test_read_names_line_and_rule_of_a_mistake(old: str, new: str, expected: str) -> None:
    assert any(
        mistake.startswith(expected) or expected in mistake for mistake in mistakes_of(SMALL.replace(old, new, 1))
    )


def test_read_says_every_mistake_at_once() -> None:
    text = SMALL.replace('profiles = ["A"]', 'profiles = ["C"]').replace('article = "art. 2"', "")
    assert len(mistakes_of(text)) == 2


@pytest.mark.parametrize("text", ["", "format = 1", "format = 1\nrules = 3", "format = 1\nrules = [3]\npolicy = 4"])
def test_read_names_the_tables_that_lack(text: str) -> None:
    assert any("[policy] manque" in mistake for mistake in mistakes_of(text))


def test_read_gives_the_line_of_what_is_no_toml() -> None:
    assert mistakes_of("format = 1\n[policy\n") == [
        "Ligne 2, fichier : le fichier n’est pas du TOML lisible, colonne 8."
    ]


def test_read_refuses_an_enormous_file() -> None:
    assert mistakes_of("#" * 1_000_001) == ["Fichier : le fichier dépasse 1 000 000 caractères."]


def test_read_refuses_deep_nesting() -> None:
    assert mistakes_of("x = " + "[" * 50_000) == ["Fichier : le fichier n’est pas du TOML lisible."]


CUTS = st.tuples(st.integers(0, len(SMALL)), st.integers(0, 40), st.text(max_size=5))


@settings(max_examples=300, deadline=None)
@given(CUTS)
def test_read_reads_or_refuses_but_never_breaks_on_a_damaged_file(cut: tuple[int, int, str]) -> None:
    start, length, inserted = cut
    damaged = SMALL[:start] + inserted + SMALL[start + length :]
    with contextlib.suppress(RulebookRefused):
        rulebook_file.read(damaged)
