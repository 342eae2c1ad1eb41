"""Verification codes: long enough, and forgiving to who types them."""

import pytest

from portal.documents import codes


def test_code_carries_eighty_bits_in_an_alphabet_without_lookalikes() -> None:
    assert len(codes.ALPHABET) ** codes.LENGTH >= 2**64
    assert not set("ILOU") & set(codes.ALPHABET)
    assert len({codes.fresh() for _ in range(500)}) == 500


@pytest.mark.parametrize(
    "typed", ["7QXM-2K9P-4T3B-8ZDW", " 7qxm 2k9p 4t3b 8zdw ", "7QXM2K9P4T3B8ZDW", "7qxm\u00a02K9P-4T3B8ZDW"]
)
def test_code_is_read_when_typed_in_any_of_the_usual_ways(typed: str) -> None:
    assert codes.normalise(typed) == "7QXM2K9P4T3B8ZDW"


def test_lookalike_letters_are_read_as_the_digits_they_resemble() -> None:
    assert codes.normalise("OIL0-0000-0000-0000") == "0110000000000000"


@pytest.mark.parametrize(
    "typed", ["", "7QXM", "7QXM-2K9P-4T3B-8ZDWX", "7QXM-2K9P-4T3B-8ZDÉ", "' OR 1=1 --000000", "٣" * 16]
)
def test_code_is_refused_when_it_cannot_be_one(typed: str) -> None:
    assert codes.normalise(typed) is None


def test_code_is_shown_in_groups_of_four() -> None:
    assert codes.shown("7QXM2K9P4T3B8ZDW") == "7QXM-2K9P-4T3B-8ZDW"
