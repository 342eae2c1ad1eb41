"""Reading a draft over: each defect found, in a sentence; the delivered policy has none that blocks."""

from collections.abc import Callable

import pytest

from policy.profiles import checks, rulebook_file
from policy.profiles.checks import Kind
from policy.profiles.rulebook import Rulebook

TEXT = rulebook_file.SHIPPED.read_text(encoding="utf-8")
RULE = """
[[rules]]
id = "{id}"
effect = "{effect}"
profiles = {profiles}
operations = ["read"]
elements = {elements}
{when}source = "guide"
article = "essai"
"""


def book(change: Callable[[str], str] = lambda text: text) -> Rulebook:
    return rulebook_file.read(change(TEXT))


def with_rule(id: str, profiles: str, elements: str, when: str = "", effect: str = "permit") -> Rulebook:
    when = f"when = {when}\n" if when else ""
    return book(lambda text: text + RULE.format(id=id, effect=effect, profiles=profiles, elements=elements, when=when))


def blocking(found: Rulebook) -> list[tuple[Kind, str]]:
    return [(finding.kind, finding.sentence) for finding in checks.findings(found) if finding.blocking]


def test_the_delivered_policy_has_nothing_that_blocks() -> None:
    assert blocking(book()) == []


def test_every_choice_and_doubt_waits_for_the_agency_until_it_is_confirmed() -> None:
    waiting = [finding for finding in checks.findings(book()) if finding.kind is Kind.TO_CONFIRM]
    assert len(waiting) == len(book().choices)
    confirmed = book(lambda text: text.replace('chosen = "six"', 'chosen = "six"\nconfirmed = "oui"'))
    assert len([f for f in checks.findings(confirmed) if f.kind is Kind.TO_CONFIRM]) == len(waiting) - 1


def test_an_element_that_no_rule_names_blocks() -> None:
    element = '[elements."Task.description"]\nlabel = "Signalement"\nresources = ["Task"]\n\n[profiles.A]'
    assert blocking(book(lambda text: text.replace("[profiles.A]", element, 1))) == [
        (Kind.NO_RULE, "Aucune règle ne nomme l’élément « Signalement ».")
    ]


def test_a_rule_that_repeats_others_is_useless() -> None:
    again = with_rule("ENCORE", '["1"]', '["Organization.contact"]', '{ contact_level = ["1"] }')
    assert blocking(again) == [
        (Kind.UNREACHABLE, "La règle ENCORE n’ouvre rien que d’autres règles n’ouvrent déjà : elle peut être retirée.")
    ]


def test_a_rule_that_two_others_cover_together_is_useless() -> None:
    both = with_rule("OUI", '["2"]', '["HealthcareService.acts"]', '{ sensitive_unit = ["oui"] }')
    text = RULE.format(id="TOUT", effect="permit", profiles='["2"]', elements='["HealthcareService.acts"]', when="")
    assert blocking(both) == []
    covered = rulebook_file.read(
        TEXT
        + RULE.format(
            id="OUI",
            effect="permit",
            profiles='["2"]',
            elements='["HealthcareService.acts"]',
            when='when = { sensitive_unit = ["oui"] }\n',
        )
        + text
    )
    assert [sentence.split()[2] for _, sentence in blocking(covered)] == ["TOUT"]


def test_an_opening_that_is_always_forbidden_is_a_contradiction() -> None:
    closed = with_rule("NON", '["0"]', '["Organization.contact"]', effect="deny")
    assert (Kind.CONTRADICTION, "La règle ORG-CT-2 ouvre ce que NON interdit toujours.") in blocking(closed)


def test_a_prohibition_of_what_is_closed_is_useless() -> None:
    closed = with_rule("NON", '["0"]', '["Organization.orsan"]', effect="deny")
    assert blocking(closed) == [(Kind.UNREACHABLE, "La règle NON n’interdit rien d’ouvert : elle peut être retirée.")]


def test_a_prohibition_that_the_agency_chose_is_no_contradiction() -> None:
    four = book(lambda text: text.replace('chosen = "six"', 'chosen = "quatre"'))
    assert blocking(four) == []
    assert "PROF-4" in {rule.id for rule in four.rules}


def test_a_profile_that_opens_nothing_is_told_without_blocking() -> None:
    closed = book(lambda text: text.replace('chosen = "charte"', 'chosen = "serveur"'))
    assert "Le profil B n’ouvre rien : vérifiez que c’est voulu." in [f.sentence for f in checks.findings(closed)]
    assert blocking(closed) == []


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({"TRE_R227": {"01", "02", "03", "04", "05"}}, "TRE_R227 en vigueur : 06, pour le fait « Champ d’activité »"),
        ({"TRE_R78": {"CU22"}}, "TRE_R78 en vigueur : CU23, pour le profil 0"),
        ({}, ""),
    ],
)
def test_codes_outside_the_nomenclatures_are_told(known: dict[str, set[str]], sentence: str) -> None:
    said = [f.sentence for f in checks.findings(book(), known) if f.kind is Kind.NOMENCLATURE]
    assert any(sentence in each for each in said) if sentence else said == []
