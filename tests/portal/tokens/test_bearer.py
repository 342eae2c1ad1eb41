"""The text of a token: random, recognisable, never found in an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.tokens import bearer


def test_a_token_holds_256_random_bits_and_its_own_prefix() -> None:
    made = [bearer.make() for _ in range(50)]
    assert len({one.text for one in made}) == len({one.prefix for one in made}) == 50
    for one in made:
        assert len(one.text.split("_", 2)[2]) >= 43
        assert bearer.prefix_of(one.text) == one.prefix
        assert bearer.same(one.text, one.digest)
        assert one.text not in one.digest


@pytest.mark.parametrize(
    "text", ["", "ror_", "ror_abc_def", "xyz_0123456789_" + "a" * 43, "ror_0123456789_court", "ror"]
)
def test_another_text_is_no_token(text: str) -> None:
    assert bearer.prefix_of(text) is None


@given(st.text())
def test_any_text_may_be_presented(text: str) -> None:
    bearer.prefix_of(text)
    assert not bearer.same(text, bearer.make().digest)


@pytest.mark.parametrize("name", ["access_token", "TOKEN", "api_key", "Authorization"])
def test_a_parameter_named_as_a_token_is_seen(name: str) -> None:
    assert bearer.in_address([("page", "2"), (name, "x")])


def test_a_token_under_another_name_is_seen_and_other_parameters_are_not() -> None:
    assert bearer.in_address([("q", bearer.make().text)])
    assert not bearer.in_address([("environment", "production"), ("after", "H-2026-0001")])
