"""The pages « Jetons d’API »: for administrators; the token is shown once."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from policy.certificates.environments import Environment
from portal.accounts.roles import StaffRole
from portal.tokens.models import ApiToken
from portal.tokens.scopes import Where
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.parties import proved
from tests.factories.tokens import made

pytestmark = pytest.mark.django_db
LIST = "/administration/jetons/"


def administrator(**changes: object) -> Client:
    return proved(AgentFactory(roles=[StaffRole.ADMINISTRATOR], **changes))


def given(**changes: object) -> dict[str, object]:
    day = (timezone.now() + timedelta(days=90)).date().isoformat()
    return {"name": "Passerelle A", "owner": "Exploitation", "scopes": ["whitelist:read"], "expires_on": day, **changes}


def test_a_token_is_made_shown_once_and_kept_in_no_session() -> None:
    browser = administrator()
    answer = browser.post(LIST + "nouveau/", given())
    token = ApiToken.objects.get()
    assert answer["Location"] == f"{LIST}{token.prefix}/"
    text = answer.cookies["jeton-cree"].value
    assert answer.cookies["jeton-cree"]["httponly"]
    assert answer.cookies["jeton-cree"]["path"] == answer["Location"]
    assert text in browser.get(answer["Location"]).text
    assert text not in browser.get(answer["Location"]).text
    assert all(text not in str(session.get_decoded()) for session in Session.objects.all())


def test_a_token_made_for_oneself_follows_one_s_account() -> None:
    administrator().post(LIST + "nouveau/", given(follows_me="on"))
    token = ApiToken.objects.get()
    assert token.owner_agent == token.created_by


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scopes": []}, "Périmètres"),
        ({"scopes": ["admin"]}, "Périmètres"),
        ({"expires_on": "2001-01-01"}, "Choisissez un jour à venir"),
        ({"expires_on": "2126-01-01"}, "un an après"),
        ({"name": "x" * 81}, "Nom du jeton"),
    ],
)
def test_a_token_that_does_not_fit_is_not_made(changes: dict, words: str) -> None:
    answer = administrator().post(LIST + "nouveau/", given(**changes))
    assert answer.status_code == 200
    assert words in answer.text
    assert "Votre saisie doit être corrigée" in answer.text
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_after_a_confirmation() -> None:
    token, _ = made()
    browser = administrator()
    assert "définitive" in browser.get(f"{LIST}{token.prefix}/revoquer/").text
    token.refresh_from_db()
    assert token.revoked_at is None
    assert browser.post(f"{LIST}{token.prefix}/revoquer/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert "Révoqué" in browser.get(LIST).text
    assert browser.post(f"{LIST}{token.prefix}/revoquer/").status_code == 409


def test_the_pages_exist_for_administrators_alone() -> None:
    token, _ = made()
    for path in (LIST, f"{LIST}nouveau/", f"{LIST}{token.prefix}/", f"{LIST}{token.prefix}/revoquer/"):
        assert Client().get(path).status_code == 302
        assert proved(PersonFactory()).get(path).status_code == 404
        assert proved(AgentFactory(roles=[StaffRole.SECURITY_OFFICER])).get(path).status_code == 404
        assert administrator().get(path).status_code == 200


def test_a_token_is_bound_to_the_environments_ticked_and_to_none_else() -> None:
    browser = administrator()
    for ticked, served in ((["sandbox"], [False, True]), ([], [True, True])):
        path = browser.post(LIST + "nouveau/", given(environments=ticked))["Location"]
        token = ApiToken.objects.latest("pk")
        assert [token.serves(one) for one in ("production", "sandbox")] == served
        assert ("Production ; " in browser.get(path).text) == served[0]


def test_the_environments_of_tokens_are_those_of_rights() -> None:
    assert {one.value: one.label for one in Where} == {one.value: one.label for one in Environment}


def test_making_and_revoking_ask_for_a_fresh_proof() -> None:
    token, _ = made()
    browser = entered(AgentFactory(roles=[StaffRole.ADMINISTRATOR], with_password=True))
    for path in (f"{LIST}nouveau/", f"{LIST}{token.prefix}/revoquer/"):
        assert "/compte/confirmer/" in browser.post(path, given())["Location"]
    assert ApiToken.objects.get().revoked_at is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_the_tokens(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        made()
    browser = administrator()
    with django_assert_num_queries(5):
        assert browser.get(LIST).status_code == 200
