"""Filters read from an address, told as chips, written back."""

from urllib.parse import parse_qs

import pytest

from onboarding.candidacies.lifecycle import State
from onboarding.desk.filters import Agenda, Filters, Reviewer, Sort, Turn, chips, read
from policy.grants.direction import Direction

ALL = Filters(
    search="Lits & Cie",
    states=(State.SUBMITTED, State.COMPLETE),
    direction=Direction.FEEDING,
    turn=Turn.AGENCY,
    reviewer=Reviewer.ME,
    agenda=Agenda.NONE,
    sort=Sort.SERVICE,
)


@pytest.mark.parametrize("filters", [Filters(), ALL, Filters(sort=Sort.OLDEST), Filters(search="é")])
def test_filters_survive_an_address(filters: Filters) -> None:
    assert read(parse_qs(filters.query)) == filters


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"etat": ["inconnu"], "sens": ["haut"], "tri": ["x"], "attente": [""], "instructeur": ["lui"], "seance": ["?"]},
        {"q": ["   "]},
        {"q": ["\x00\t\ud800"]},
        {"autre": ["1"]},
    ],
)
def test_what_means_nothing_is_ignored(given: dict[str, list[str]]) -> None:
    assert read(given) == Filters()


def test_each_chip_removes_its_filter_only() -> None:
    told = chips(ALL)
    assert [chip.label for chip in told] == [
        "« Lits & Cie »",
        "Déposée",
        "Complète",
        "Alimentation",
        "En attente de l’agence",
        "Instruits par moi",
        "Complets, à l’ordre du jour d’aucune séance",
    ]
    assert read(parse_qs(told[1].query)).states == (State.COMPLETE,)
    assert all(len(chips(read(parse_qs(chip.query)))) == len(told) - 1 for chip in told)
    assert all(read(parse_qs(chip.query)).sort is Sort.SERVICE for chip in told)


def test_no_filter_has_no_chip() -> None:
    assert chips(Filters(sort=Sort.OLDEST)) == []
