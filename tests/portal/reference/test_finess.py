"""FINESS numbers: shape, key, what people type. The whole demonstration register is checked in `test_register_file`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reference import finess

REAL = [
    "010000024",
    "010780054",
    "970408589",
    "970302022",
    "980501498",
    "350054680",
    "290004324",
    "2A0000154",
    "0B0057881",
]


@pytest.mark.parametrize("number", [*REAL[:7], "0B0057881"])
def test_is_valid_on_real_numbers(number: str) -> None:
    assert finess.is_valid(number)
    assert finess.key(number[:8]) == number[8]


@pytest.mark.parametrize(
    "number",
    [
        "",
        "010000025",
        "10000024",
        "0100000240",
        "2C0000154",
        "010 000 024",
        "2a0000154",
        "A10000024",
        "000000000",
        "٠١٠٠٠٠٠٢٤",
    ],
)
def test_is_valid_refuses_wrong_keys_and_shapes(number: str) -> None:
    assert not finess.is_valid(number)


@pytest.mark.parametrize("stem", ["", "1", "0100000", "010000024", "AA000002"])
def test_key_refuses_what_is_not_a_stem(stem: str) -> None:
    with pytest.raises(ValueError, match="eight characters"):
        finess.key(stem)


@given(st.from_regex(r"(0[1-9]|[1-9][0-9]|2[AB])[0-9]{6}", fullmatch=True))
def test_key_makes_exactly_one_valid_number_of_each_stem(stem: str) -> None:
    assert [digit for digit in "0123456789" if finess.is_valid(stem + digit)] == [finess.key(stem)]


@pytest.mark.parametrize(
    "typed", ["010000024", " 010000024 ", "01 000 002 4", "01\u00a0000\u202f002\u00a04", "01-000-002-4", "01.000.002.4"]
)
def test_normalise_drops_separators(typed: str) -> None:
    assert finess.normalise(typed) == "010000024"


@given(st.text(max_size=30))
def test_reading_never_raises_and_normalising_twice_changes_nothing(text: str) -> None:
    once = finess.normalise(text)
    assert finess.is_valid(once) in (True, False)
    assert finess.repair(text) is None or finess.is_valid(finess.repair(text) or "")
    assert finess.normalise(once) == once


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10000024", "010000024"),
        ("10 000 024", "010000024"),
        ("10000025", None),
        ("0000024", None),
        ("010000024", None),
    ],
)
def test_repair_puts_back_the_leading_zero_when_the_key_agrees(text: str, meant: str | None) -> None:
    assert finess.repair(text) == meant


def test_national_identifier_is_one_then_the_number() -> None:
    assert finess.national_identifier("350054680") == "1350054680"
