"""A profile in plain French: one text for its page, the comparison, letters and attestations."""

from datetime import UTC, datetime

import pytest

from policy.profiles import catalogue, cell_edit, choices, portrait, queries, rulebook_file
from policy.profiles.rulebook import EMPTY
from tests.factories.profiles import PolicyVersionFactory

BOOK = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))


def test_a_portrait_sorts_every_element_once_by_what_it_opens() -> None:
    two = portrait.of(BOOK, "2")
    labels = [line.label for line in (*two.opens, *two.conditional, *two.never)]
    assert sorted(labels) == sorted(element.label for element in BOOK.elements.values())
    assert [line.label for line in two.never] == [
        "Structure : niveau de recours ORSAN et zone de poser",
        "Lien entre l’offre et son lieu de réalisation",
    ]


def test_a_portrait_says_for_whom_with_what_proof_duties_and_retrieval_cases() -> None:
    zero, feeding = portrait.of(BOOK, "0"), portrait.of(BOOK, "A")
    assert (zero.audience, zero.roles) == ("L’information du grand public.", ("CU23",))
    assert (zero.proof, feeding.proof) == ("Identifiant client et secret", "Certificat IGC-Santé")
    assert "filtrer ensuite ce que chacun de ses utilisateurs peut voir" in zero.duties[0]
    assert feeding.duties[0].startswith("Le service n’écrit que pour les établissements de sa liste")
    assert {case.case.format for case in zero.cases} == {"csd", "fhir"}
    assert all("disponibilités en lits" in case.because for case in zero.cases if case.case.format == "csd")
    assert feeding.cases == ()


def test_two_profiles_stand_side_by_side() -> None:
    rows = {row.label: row.same for row in portrait.side_by_side(portrait.of(BOOK, "2"), portrait.of(BOOK, "5"))}
    assert rows["Lieu : description"]
    assert not rows["Lieu : capacité de prise en charge (lits et places)"]
    assert len(rows) == len(BOOK.elements)


@pytest.mark.parametrize("code", sorted(catalogue.CODES))
def test_letters_say_what_opens_what_never_does_and_the_duties(code: str) -> None:
    lines = portrait.in_letters(BOOK, code)
    assert lines[0] == choices.summary(BOOK, code)
    assert lines[-1] == portrait.of(BOOK, code).duties[-1]
    assert any(line.startswith("Il ouvre") for line in lines)
    assert all(line.endswith(".") for line in lines)


def test_letters_fall_back_on_the_catalogue_without_a_policy() -> None:
    assert portrait.in_letters(EMPTY, "2") == (catalogue.AccessProfile.P2.description,)


@pytest.mark.django_db
def test_opened_by_reads_the_policy_in_force_on_that_day() -> None:
    at = datetime(2026, 3, 3, tzinfo=UTC)
    assert queries.opened_by(["A"], at) == {"A": (catalogue.FeedingProfile.A.description,)}
    PolicyVersionFactory(number="1")
    assert len(queries.opened_by(["A", "B"], at)["A"]) > 1


@pytest.mark.parametrize(("option", "reads"), [("guide", True), ("presentation", False)])
def test_the_summary_of_profile_4_says_what_its_rules_do(option: str, reads: bool) -> None:
    book = cell_edit.settle(BOOK, "profil-4-contacts", option, confirmed=True)
    made = portrait.of(book, "4")
    opened = {line.element for line in (*made.opens, *made.conditional)}
    assert ("Practitioner.description" in opened) is reads
    assert ("professionnels compris" in made.summary) is reads
    assert portrait.in_letters(book, "4")[0] == made.summary
