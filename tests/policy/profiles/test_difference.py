"""What changes between two versions: nothing when only the wording does, else each cell and its sentence."""

from policy.profiles import cell_edit, difference, rulebook_file
from policy.profiles.cell_edit import Cell, Opening
from policy.profiles.difference import Change
from policy.profiles.rulebook import Clause, Rulebook

BOOK = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))
READING = frozenset({"read", "search", "export"})
CAPACITY = "Location.supported-capacity"


def opened(profile: str, element: str, *alternatives: dict[str, tuple[str, ...]]) -> Rulebook:
    made = tuple(tuple(Clause(f, frozenset(v)) for f, v in each.items()) for each in alternatives)
    return cell_edit.set_cell(BOOK, Cell(profile, element, READING), Opening(made, "guide", "essai"))


def closed(profile: str, element: str) -> Rulebook:
    return cell_edit.set_cell(BOOK, Cell(profile, element, READING), None)


def kinds(after: Rulebook) -> list[tuple[str, str, Change]]:
    return [("".join(c.profiles), c.element, c.change) for c in difference.compare(BOOK, after).cells]


def test_a_version_differs_in_nothing_from_itself() -> None:
    found = difference.compare(BOOK, BOOK)
    assert (found.cells, found.others) == ((), ())


def test_each_kind_of_change() -> None:
    assert kinds(opened("0", CAPACITY, {"capacity_status": ("01",)})) == [("0", CAPACITY, Change.OPENED)]
    assert kinds(closed("2", CAPACITY)) == [("2", CAPACITY, Change.CLOSED)]
    assert kinds(opened("2", "Location.equipment", {})) == [("2", "Location.equipment", Change.WIDENED)]
    narrower = opened("1", "Location.equipment", {"sensitive_unit": ("non",)})
    assert kinds(narrower) == [("1", "Location.equipment", Change.NARROWED)]
    other = opened("2", "Location.equipment", {"sensitive_unit": ("oui",)})
    assert kinds(other) == [("2", "Location.equipment", Change.CHANGED)]


def test_the_same_opening_written_otherwise_is_no_change() -> None:
    again = opened("2", "Location.equipment", {"sensitive_unit": ("non",), "activity_field": ("01", "02", "03")},
                   {"sensitive_unit": ("non",), "activity_field": ("04", "05", "06")})  # fmt: skip
    assert kinds(again) == []


def test_the_sentence_says_who_what_before_and_after() -> None:
    (change,) = difference.compare(BOOK, opened("0", CAPACITY, {"capacity_status": ("01",)})).cells
    assert change.sentence == (
        "Profil 0, lire, rechercher et extraire en masse « Lieu : capacité de prise en charge (lits et places) » : "
        "désormais ouvert si le statut de la capacité est installé (auparavant : fermé)."
    )
    assert change.operations == ("read", "search", "export")


def test_profiles_held_together_lose_only_what_none_of_them_keeps() -> None:
    after = cell_edit.set_cell(BOOK, Cell("A", CAPACITY, frozenset({"patch"})), None)
    assert [c.change for c in difference.of_profiles(BOOK, after, frozenset("AB"))] == [Change.CLOSED]
    assert difference.of_profiles(BOOK, after, frozenset("B")) == []


def test_a_choice_that_changes_is_told_with_its_cells() -> None:
    after = cell_edit.settle(BOOK, "profil-4-contacts", "presentation", confirmed=True)
    found = difference.compare(BOOK, after)
    assert found.others == (
        "Le profil 4 lit-il des contacts et des professionnels ? Non, comme l’écrit la présentation générale. "
        "(auparavant : Oui, comme l’écrit le guide.)",
    )
    assert {change.element for change in found.cells} == {
        "Organization.contact",
        "Organization.contact.telecom",
        "HealthcareService.contact",
        "HealthcareService.contact.telecom",
        "Location.telecom",
        "PractitionerRole.telecom",
        "Practitioner.description",
    }
    assert all(change.change is Change.CLOSED for change in found.cells)
