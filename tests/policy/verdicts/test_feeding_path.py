"""The request line of a feeding call: one form is read, every other is refused with its fault."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.verdicts import feeding_path
from policy.verdicts.feeding_path import FeedingCall, PathFault

BASE = "PATCH /ws-synchro-dispo-lits-fhir/Location?identifier="


@pytest.mark.parametrize(
    ("line", "finess", "service"),
    [
        (BASE + "1350054680/SSR38888", "350054680", "SSR38888"),
        (BASE + "1350054680/SSR38888 HTTP/1.1", "350054680", "SSR38888"),
        (BASE + "12A0000154/uf-1.2_b", "2A0000154", "uf-1.2_b"),
        (BASE + "%31350054680/SSR38888", "350054680", "SSR38888"),
        ("PATCH /Location?identifier=1350054680/S", "350054680", "S"),
        ("PATCH https://api.exemple.fr/ws/Location?identifier=1350054680/S", "350054680", "S"),
    ],
)
def test_read_finds_the_establishment_of_a_feeding_call(line: str, finess: str, service: str) -> None:
    assert feeding_path.read(line) == FeedingCall(finess, service)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (None, PathFault.UNREADABLE),
        (b"PATCH /Location", PathFault.UNREADABLE),
        ("", PathFault.UNREADABLE),
        ("/Location?identifier=1350054680/S", PathFault.UNREADABLE),
        (BASE + "1350054680/S HTTP/9", PathFault.UNREADABLE),
        (BASE + "1350054680/S\r\nX: y", PathFault.UNREADABLE),
        (BASE + "1350054680/SSR 1", PathFault.UNREADABLE),
        (BASE + "1350054680/é", PathFault.UNREADABLE),
        (BASE + "1350054680/" + "S" * 3000, PathFault.UNREADABLE),
        (BASE + "1350054680/S#fragment", PathFault.UNREADABLE),
        (BASE + "1350054680/S?x=y", PathFault.UNREADABLE),
        ("PATCH Location?identifier=1350054680/S", PathFault.UNREADABLE),
        ("patch /Location?identifier=1350054680/S", PathFault.METHOD),
        ("PUT /Location?identifier=1350054680/S", PathFault.METHOD),
        ("POST /Location?identifier=1350054680/S", PathFault.METHOD),
        ("PATCH /Location/42?identifier=1350054680/S", PathFault.RESOURCE),
        ("PATCH /HealthcareService?identifier=1350054680/S", PathFault.RESOURCE),
        ("PATCH /location?identifier=1350054680/S", PathFault.RESOURCE),
        ("PATCH /Location/?identifier=1350054680/S", PathFault.RESOURCE),
        ("PATCH //Location?identifier=1350054680/S", PathFault.RESOURCE),
        ("PATCH /a/../Location?identifier=1350054680/S", PathFault.RESOURCE),
        ("PATCH /%4Cocation?identifier=1350054680/S", PathFault.RESOURCE),
        ("PATCH /Location;v=1?identifier=1350054680/S", PathFault.RESOURCE),
        ("PATCH /Location", PathFault.PARAMETERS),
        ("PATCH /Location?id=1350054680/S", PathFault.PARAMETERS),
        ("PATCH /Location?identifier", PathFault.PARAMETERS),
        ("PATCH /Location?identifier:exact=1350054680/S", PathFault.PARAMETERS),
        ("PATCH /Location?organization.identifier=1350054680/S", PathFault.PARAMETERS),
        ("PATCH /Location?%69dentifier=1350054680/S", PathFault.PARAMETERS),
        (BASE + "1350054680/S&identifier=1290004324/T", PathFault.PARAMETERS),
        (BASE + "1350054680/S&%69dentifier=1290004324/T", PathFault.PARAMETERS),
        (BASE + "1350054680/S&_format=json", PathFault.PARAMETERS),
        (BASE + "1350054680/S&", PathFault.PARAMETERS),
        (BASE + "1350054680%2FS", PathFault.ENCODED),
        (BASE + "1350054680/S%2fT", PathFault.ENCODED),
        (BASE + "1350054680%252FS", PathFault.ENCODED),
        (BASE + "1350054680/S%", PathFault.ENCODED),
        (BASE + "1350054680/S%zz", PathFault.ENCODED),
        (BASE, PathFault.IDENTIFIER),
        (BASE + "/S", PathFault.IDENTIFIER),
        (BASE + "1350054680", PathFault.IDENTIFIER),
        (BASE + "1350054680/", PathFault.IDENTIFIER),
        (BASE + "350054680/S", PathFault.IDENTIFIER),
        (BASE + "3350054680/S", PathFault.IDENTIFIER),
        (BASE + "13500546800/S", PathFault.IDENTIFIER),
        (BASE + "1350054680/S/T", PathFault.IDENTIFIER),
        (BASE + "1350054680/S,1290004324/T", PathFault.IDENTIFIER),
        (BASE + "urn:oid|1350054680/S", PathFault.IDENTIFIER),
        (BASE + "1350054680/S;identifier=1290004324/T", PathFault.IDENTIFIER),
        (BASE + "+1350054680/S", PathFault.IDENTIFIER),
        (BASE + "1350054680/S%00", PathFault.IDENTIFIER),
        (BASE + "1350054680/S%26identifier=1290004324/T", PathFault.IDENTIFIER),
        (BASE + "%C3%A9350054680/S", PathFault.IDENTIFIER),
        (BASE + "%FF350054680/S", PathFault.IDENTIFIER),
    ],
)
def test_read_refuses_what_could_be_read_in_two_ways(line: object, fault: PathFault) -> None:
    assert feeding_path.read(line) is fault


PIECES = st.sampled_from(
    ["PATCH ", "/", "Location", "?", "identifier", "=", "1350054680", "/S", "&", "%2F", "%25", "%", ";", ",", "|", " "]
)


@settings(max_examples=500)
@given(st.lists(PIECES | st.text(max_size=3), max_size=14).map("".join))
def test_read_finds_an_establishment_only_where_the_line_states_it_once(line: str) -> None:
    found = feeding_path.read(line)
    if isinstance(found, FeedingCall):
        assert line.count("identifier=") == 1
        assert line.partition(" HTTP")[0].endswith(f"Location?identifier=1{found.finess}/{found.service}")
    else:
        assert found.label.endswith(".")
