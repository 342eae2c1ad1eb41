"""What a list of the API may be asked, as a table of cases."""

import pytest

from portal.tokens.paging import BadRequest, Paging, read


def test_nothing_asked_is_the_first_page() -> None:
    assert read({}) == Paging("", 50)
    assert read({"after": "H-2026-0001", "limit": "200"}) == Paging("H-2026-0001", 200)
    assert read({"environment": "x"}, others=["environment"]) == Paging("", 50)


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "²"},
        {"limit": ""},
        {"offset": "1"},
        {"after": "x" * 41},
        {"after": "\0"},
    ],
)
def test_anything_else_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(BadRequest) as refused:
        read(asked)
    assert refused.value.status == 400
