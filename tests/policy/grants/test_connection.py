"""Whether connection data fit the right, as a table of cases."""

import pytest

from policy.grants.connection import (
    HEADERS,
    ROLE_CODE,
    ROLE_SYSTEM,
    ROLE_SYSTEM_VALUE,
    USER_CODE,
    USER_SYSTEM,
    is_https,
    problems,
    role_choices,
)
from policy.grants.direction import Direction
from portal.reference import user_roles

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


VALUES = dict(zip(HEADERS, ("CU20", user_roles.SYSTEM, "AUTOMATE", ROLE_SYSTEM_VALUE), strict=True))


@pytest.mark.parametrize(
    ("changes", "profile", "field"),
    [
        ({}, 2, None),
        ({USER_CODE: "CU17"}, 2, None),
        ({USER_CODE: "CU23"}, 0, None),
        ({USER_CODE: "CU17"}, 0, "ror_profil_utilisateur_code"),
        ({USER_CODE: "CU22"}, 2, "ror_profil_utilisateur_code"),
        ({USER_CODE: "cu20"}, 2, "ror_profil_utilisateur_code"),
        ({USER_CODE: "<b>"}, 2, "ror_profil_utilisateur_code"),
        ({USER_SYSTEM: "1.2.3"}, 2, "ror_profil_utilisateur_system"),
        ({ROLE_SYSTEM: "1.2.3"}, 2, "ror_role_metier_system"),
        ({ROLE_CODE: "DEUX MOTS"}, 2, "ror_role_metier_code"),
    ],
)
def test_header_values_go_with_the_profile(changes: dict[str, str], profile: int, field: str | None) -> None:
    found = problems(Direction.CONSUMPTION, headers=VALUES | changes, access_profile=profile, **GOOD)
    assert [problem.field for problem in found] == ([field] if field else [])


def test_the_roles_offered_are_those_that_would_be_accepted() -> None:
    for profile in range(6):
        for code, _ in role_choices(profile, {}):
            accepted = not problems(
                Direction.CONSUMPTION, headers=VALUES | {USER_CODE: code}, access_profile=profile, **GOOD
            )
            assert accepted is bool(code)
