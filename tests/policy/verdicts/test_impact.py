"""Which services gain or lose what: grouped by profiles, nothing for those that the change does not reach."""

from policy.profiles import cell_edit, rulebook_file
from policy.profiles.cell_edit import Cell, Opening
from policy.verdicts import impact
from policy.verdicts.impact import Holder

BOOK = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))
HOLDERS = [
    Holder("H-1", "Un", "Société", frozenset("2")),
    Holder("H-2", "Deux", "Société", frozenset("2")),
    Holder("H-3", "Trois", "Société", frozenset("AB")),
    Holder("H-4", "Quatre", "Société", frozenset("0")),
]
READ = frozenset({"read"})


def test_impact_groups_services_and_leaves_the_others_in_peace() -> None:
    after = cell_edit.set_cell(BOOK, Cell("2", "Location.equipment", READ), None)
    after = cell_edit.set_cell(after, Cell("0", "Location.equipment", READ), Opening(((),), "guide", "essai"))
    found = impact.of(BOOK, after, HOLDERS)
    assert (found.losing, found.gaining) == (2, 1)
    assert [holder.reference for holder in found.unchanged] == ["H-3"]
    two, zero = found.groups
    assert (two.profiles, [h.reference for h in two.holders]) == ("le profil 2", ["H-1", "H-2"])
    assert (len(two.losses), two.gains, len(zero.gains), zero.losses) == (1, [], 1, [])
    assert two.losses[0].sentence.startswith("Profil 2, lire « Lieu : équipements spécifiques » : désormais fermé")


def test_impact_of_nothing_is_nothing() -> None:
    found = impact.of(BOOK, BOOK, HOLDERS)
    assert (found.groups, len(found.unchanged)) == ((), 4)
