"""Finding the caller that a person names."""

import pytest

from policy.profiles.rulebook import EMPTY
from policy.verdicts import callers, index
from policy.verdicts.callers import Caller
from tests.factories.verdicts import document, entry, fingerprint

INDEX = index.build(document(entry(1), entry(2, client_id="")), EMPTY)


@pytest.mark.parametrize(
    ("text", "caller"),
    [
        ("ror-1", Caller(client_id="ror-1")),
        (" ror-1 ", Caller(client_id="ror-1")),
        ("lb-000001", Caller(client_id="ror-1")),
        ("LB-000002", Caller(fingerprint=fingerprint("2"))),
        (":".join(["22"] * 32), Caller(fingerprint=fingerprint("2"))),
        ("inconnu", Caller(client_id="inconnu")),
    ],
)
def test_find_knows_clients_entries_and_fingerprints(text: str, caller: Caller) -> None:
    assert callers.find(INDEX, text) == caller


def test_known_lists_the_clients_by_entry() -> None:
    assert callers.known(INDEX) == [("ror-1", "LB-000001")]


def test_regions_are_those_of_a_caller_whose_rights_are_all_bound() -> None:
    several = [entry(1, region="11"), entry(2, region="84"), entry(3)]
    found = index.build(document(*several), EMPTY)
    asked = ("ror-1", "LB-000002", "ror-3", "inconnu", "")
    assert [sorted(callers.regions(found, text)) for text in asked] == [["11"], ["84"], [], [], []]
