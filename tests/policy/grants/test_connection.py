"""Whether connection data fit the right, as a table of cases."""

import pytest

from policy.grants.connection import HEADERS, is_https, problems
from policy.grants.direction import Direction

FOUR = dict.fromkeys(HEADERS, "CU22")
GOOD = {"client_id": "lits-a", "token_url": "https://auth.fr/token", "api_url": "https://api.fr/"}


def fields(direction: Direction, headers: dict[str, str], **changes: str) -> list[str]:
    return [problem.field for problem in problems(direction, headers=headers, **(GOOD | changes))]


def test_a_feeding_service_gets_no_header_and_a_consumer_the_four() -> None:
    assert fields(Direction.FEEDING, {}) == []
    assert fields(Direction.FEEDING, FOUR) == ["headers"]
    assert fields(Direction.CONSUMPTION, FOUR) == []
    assert fields(Direction.CONSUMPTION, {}) == ["headers"]
    assert fields(Direction.CONSUMPTION, FOUR | {HEADERS[0]: ""}) == ["headers"]


@pytest.mark.parametrize("client_id", ["", "a b", "a\nb", "x" * 81, "a\u200b"])
def test_a_client_id_that_no_gateway_can_carry_is_refused(client_id: str) -> None:
    assert fields(Direction.FEEDING, {}, client_id=client_id) == ["client_id"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://a.fr",
        "https://",
        "https:///x",
        "https://u:p@a.fr",
        "https://a.fr/a b",
        "https://a.fr\n",
        "//a.fr",
        "javascript:alert(1)",
        "https://a.fr:99999/",
        "https://[::1",
    ],
)
def test_an_address_that_is_not_plain_https_is_refused(url: str) -> None:
    assert not is_https(url)
    assert fields(Direction.FEEDING, {}, api_url=url) == ["api_url"]


@pytest.mark.parametrize(
    "url", ["https://a.fr", "https://a.fr:8443/x?y=z", "https://bas-api.qualif.ror.esante.gouv.fr/ws"]
)
def test_a_plain_https_address_is_accepted(url: str) -> None:
    assert is_https(url)
