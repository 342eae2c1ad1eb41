"""ProConnect against a local provider: what it proves opens a session, what it does not prove opens nothing."""

import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from portal.accounts import assertions, operations
from portal.accounts.assertions import Expected, Untrusted
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import NotPermitted, Refused
from portal.outbound import client as outbound
from portal.outbox.models import OutboxMessage
from tests.factories.accounts import PHRASE, AgentFactory, PersonFactory, entered
from tests.factories.parties import proved
from tests.factories.provider import CLIENT, Provider

pytestmark = pytest.mark.django_db
START, BACK = "/connexion/proconnect/", "/connexion/proconnect/retour/"


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    made = Provider()
    monkeypatch.setattr(outbound, "checked_address", lambda target: "127.0.0.1")
    settings.PROCONNECT_ISSUER, settings.PROCONNECT_CLIENT_ID = made.issuer, CLIENT
    app = {
        "provider_id": "proconnect",
        "name": "ProConnect",
        "client_id": CLIENT,
        "secret": "secret-du-portail",
        "settings": {"server_url": made.issuer, "scope": ["openid", "email"]},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield made
    made.close()


def signed_in(provider: Provider, browser: Client | None = None, process: str = "") -> tuple[Client, Any]:
    """The whole way: our button, the provider, the way back."""
    browser = browser or Client()
    left = browser.post(START + (f"?process={process}" if process else ""))
    assert left["Location"].startswith(provider.issuer + "/authorize?")
    return browser, browser.get(BACK, provider.authorise(left["Location"]))


def with_password(person: User) -> Client:
    """A browser in which the person has just typed his password."""
    browser = proved(person)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return browser


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_new_person_enters_with_a_verified_address_and_no_password(provider: Provider, algorithm: str) -> None:
    provider.algorithm = algorithm
    browser, answer = signed_in(provider)
    assert answer.status_code == 302
    person = User.objects.get(email="noa@exemple.fr")
    assert (person.first_name, person.last_name, person.has_usable_password()) == ("Noa", "Lemaire", False)
    assert EmailAddress.objects.get(user=person).verified
    assert is_in(browser)
    assert SocialAccount.objects.get().extra_data == {"userinfo": {"sub": "identite-1", "email": "noa@exemple.fr"}}
    sent = provider.asked[0]
    assert sent["client_secret"] == ["secret-du-portail"]
    assert sent["code_verifier"]


def test_the_same_identity_comes_back_to_the_same_account(provider: Provider) -> None:
    signed_in(provider)
    provider.person["email"] = "autre@exemple.fr"  # the address may change, the identity stays
    browser, _ = signed_in(provider)
    assert User.objects.count() == 1
    assert is_in(browser)


@pytest.mark.parametrize(
    "wrong",
    [
        {"signs_with_another_key": "identity"},
        {"signs_with_another_key": "userinfo"},
        {"identity_changes": {"aud": "un-autre-site"}},
        {"identity_changes": {"iss": "https://ailleurs.exemple.fr"}},
        {"identity_changes": {"nonce": "celle-d-une-autre-session"}},
        {"identity_changes": {"exp": 1}},
        {"identity_changes": {"aud": [CLIENT, "un-autre-site"]}},
        {"userinfo_changes": {"sub": "une-autre-personne"}},
        {"userinfo_changes": {"aud": "un-autre-site"}},
        {"plain_userinfo": True},
    ],
    ids=lambda wrong: " ".join(f"{name}-{value}" for name, value in wrong.items())[:60],
)
def test_what_is_not_proved_opens_nothing(provider: Provider, wrong: dict[str, Any]) -> None:
    for name, value in wrong.items():
        setattr(provider, name, value)
    browser, answer = signed_in(provider)
    assert answer.status_code == 401
    assert "n’a pas pu être vérifiée" in answer.content.decode()
    assert not is_in(browser)
    assert not User.objects.exists()


def test_an_answer_meant_for_another_session_is_refused(provider: Provider) -> None:
    left = Client().post(START)
    thief = Client()
    assert thief.get(BACK, provider.authorise(left["Location"])).status_code == 401
    assert not is_in(thief)


def test_an_account_of_that_address_is_never_entered_nor_linked_without_its_owner(provider: Provider) -> None:
    PersonFactory(email="Noa@exemple.fr", with_password=True)
    browser, answer = signed_in(provider)
    assert answer["Location"] == "/connexion/proconnect/compte-existant/"
    assert "jamais sans vous" in browser.get(answer["Location"]).content.decode()
    assert not is_in(browser)
    assert not SocialAccount.objects.exists()


def test_an_unproved_address_learns_nothing_of_the_account_that_has_it(provider: Provider) -> None:
    PersonFactory(email="noa@exemple.fr")
    provider.person["email_verified"] = False
    browser, answer = signed_in(provider)
    assert answer["Location"] == "/inscription/adresse-a-confirmer/"
    assert not is_in(browser)
    assert OutboxMessage.objects.filter(effect="portal.accounts.send_account_mail").count() == 1
    provider.person |= {"email": "nouvelle@exemple.fr", "sub": "identite-2"}
    other, same = signed_in(provider)
    assert same["Location"] == answer["Location"]
    assert not is_in(other)


def test_its_owner_links_it_signs_in_with_it_and_takes_it_away(provider: Provider) -> None:
    person = PersonFactory(email="noa@exemple.fr", with_password=True)
    signed_in(provider, entered(person), "connect")
    assert not SocialAccount.objects.exists()  # his password first, when its last proof is old
    browser, answer = signed_in(provider, with_password(person), "connect")
    assert answer["Location"] == "/compte/"
    assert SocialAccount.objects.get().user == person
    assert AuditEvent.objects.filter(action="accounts.link").count() == 1
    assert "Rattaché" in browser.get("/compte/").content.decode()
    again, _ = signed_in(provider)
    assert again.session["_auth_user_id"] == str(person.pk)
    assert browser.post("/compte/proconnect/detacher/").status_code == 302
    assert not SocialAccount.objects.exists()


def test_an_identity_of_another_address_is_not_linked(provider: Provider) -> None:
    browser, answer = signed_in(provider, proved(PersonFactory(email="autre@exemple.fr")), "connect")
    assert answer["Location"] == "/connexion/proconnect/autre-adresse/"
    assert browser.get(answer["Location"]).status_code == 200
    assert not SocialAccount.objects.exists()


def test_an_agent_still_proves_a_second_factor(provider: Provider) -> None:
    agent = AgentFactory(email="noa@exemple.fr")
    SocialAccount.objects.create(user=agent, provider="proconnect", uid="identite-1", extra_data={})
    browser, _ = signed_in(provider)
    assert browser.get("/bureau/")["Location"].startswith("/compte/second-facteur/")


def test_who_has_only_proconnect_signs_in_by_it_again_before_a_sensitive_act(provider: Provider) -> None:
    browser, _ = signed_in(provider)
    first = "/compte/mot-de-passe/premier/"
    assert browser.get(first).status_code == 200
    with time_machine.travel(time.time() + 301):
        asked = browser.get(first)["Location"]
        assert asked == "/compte/confirmer/proconnect/?next=%2Fcompte%2Fmot-de-passe%2Fpremier%2F"
        assert browser.post(first, {"password1": PHRASE, "password2": PHRASE}).status_code == 302
        step_up = browser.get("/compte/proconnect/detacher/")["Location"]
        assert browser.get(step_up)["Location"].startswith("/compte/confirmer/proconnect/")
        html = browser.get(asked).content.decode()
        assert "S’identifier de nouveau avec ProConnect" in html
        assert f"/connexion/proconnect/?next={first.replace('/', '%2F')}" in html
        left = browser.post(f"{START}?next={first}")["Location"]
        assert "prompt=login" in left
        assert browser.get(BACK, provider.authorise(left))["Location"] == first
        assert browser.get(first).status_code == 200
    assert not User.objects.get().has_usable_password()


def test_without_settings_it_does_not_exist(settings: Any) -> None:
    assert Client().post(START).status_code == 404
    assert Client().get(BACK).status_code == 404
    assert "ProConnect" not in Client().get("/connexion/").content.decode()
    assert "ProConnect" not in entered(PersonFactory()).get("/compte/").content.decode()


def test_the_button_is_there_once_it_is_set(provider: Provider) -> None:
    assert "S’identifier avec ProConnect" in Client().get("/connexion/").content.decode()
    assert Client().get(START)["Location"] == "/connexion/"


def test_who_has_no_password_keeps_his_identity(now: Any) -> None:
    person = PersonFactory()
    with pytest.raises(Refused, match="mot de passe"):
        operations.unlink_identity(person, provider="ProConnect", by=person, at=now)
    with pytest.raises(NotPermitted):
        operations.unlink_identity(person, provider="ProConnect", by=PersonFactory(), at=now)


def test_an_assertion_never_chooses_how_it_is_verified() -> None:
    """Neither « none », nor the public key used as a shared secret, nor a key of another kind."""
    provider = Provider()
    provider.close()
    expected, now = Expected(provider.issuer, CLIENT), int(time.time())
    claims = {"iss": provider.issuer, "aud": CLIENT, "sub": "x", "iat": now, "exp": now + 60}
    keys = provider.jwks()["keys"]
    assert assertions.verified(provider.signed(claims, "identity"), keys, expected)["sub"] == "x"
    forged = [
        jwt.encode(claims, key=None, algorithm="none", headers={"kid": "RS256"}),
        jwt.encode(claims, key="x" * 64, algorithm="HS256", headers={"kid": "RS256"}),
        jwt.encode(claims, provider.keys["ES256"], algorithm="ES256", headers={"kid": "RS256"}),
        jwt.encode(claims, provider.keys["RS256"], algorithm="RS256"),
        "a.b.c",
        "x" * 30_000,
    ]
    for token in forged:
        with pytest.raises(Untrusted):
            assertions.verified(token, keys, expected)
