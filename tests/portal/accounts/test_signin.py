"""Coming in: sign-up and its mail, password, lock after three failures, second factor, one's own account."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from axes.models import AccessAttempt, AccessFailureLog
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.outbox import operations as outbox
from tests.factories.accounts import PHRASE, AgentFactory, PersonFactory, entered
from tests.factories.parties import proved

pytestmark = pytest.mark.django_db
GOOD = {
    "first_name": "Ana",
    "last_name": "Durand",
    "email": "ana@exemple.fr",
    "password1": PHRASE,
    "password2": PHRASE,
}


@pytest.fixture(autouse=True)
def _empty_counters() -> None:
    from django.core.cache import cache

    cache.clear()


def delivered() -> list[Any]:
    """What left, once the outbox and the mails it wrote are delivered."""
    for _ in range(3):
        outbox.deliver_due(timezone.now() + timedelta(seconds=1), limit=50)
    return mail.outbox


def link(text: str, part: str) -> str:
    found = re.search(rf"http://localhost:\d+(/{part}/\S+)", text)
    assert found, text
    return found.group(1)


def sign_in(client: Client, email: str, password: str = PHRASE) -> Any:
    return client.post("/connexion/", {"login": email, "password": password})


def code(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def test_a_sign_up_is_confirmed_by_mail_before_it_opens_the_portal() -> None:
    client = Client()
    assert client.post("/inscription/", GOOD)["Location"] == "/inscription/adresse-a-confirmer/"
    assert not mail.outbox, "a mail leaves by the outbox only"
    assert sign_in(client, GOOD["email"])["Location"] == "/inscription/adresse-a-confirmer/"
    message = delivered()[0]
    assert message.to == [GOOD["email"]]
    assert message.subject == "Compte à confirmer : votre adresse électronique"
    path = link(message.body, "inscription/adresse")
    assert "Ana Durand" in client.get(path).content.decode()
    client.post(path)
    assert sign_in(Client(), GOOD["email"]).status_code == 302
    user = User.objects.get(email=GOOD["email"])
    assert (user.full_name, user.is_agent) == ("Ana Durand", False)


def test_a_sign_up_with_faults_loses_nothing_but_passwords() -> None:
    response = Client().post("/inscription/", {**GOOD, "password2": "autre chose", "first_name": ""})
    html = response.content.decode()
    assert "erreurs" in html
    assert 'value="Durand"' in html
    assert PHRASE not in html
    assert not User.objects.exists()


def test_an_address_too_long_for_any_mailbox_is_refused_in_words() -> None:
    response = Client().post("/inscription/", {**GOOD, "email": "x" * 250 + "@exemple.fr"})
    assert response.status_code == 200
    assert "254" in response.content.decode()


def test_a_known_address_cannot_be_told_from_a_new_one() -> None:
    PersonFactory(email=GOOD["email"])
    known = Client().post("/inscription/", GOOD)
    new = Client().post("/inscription/", {**GOOD, "email": "neuve@exemple.fr"})
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    assert {one.subject.partition(" :")[0] for one in delivered()} == {"Compte existant", "Compte à confirmer"}


def test_links_of_mails_name_the_canonical_host_whatever_the_request_said(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "autre.exemple"]
    PersonFactory(email=GOOD["email"], with_password=True)
    Client().post("/mot-de-passe-oublie/", {"email": GOOD["email"]}, headers={"host": "autre.exemple"})
    assert "autre.exemple" not in delivered()[0].body
    assert settings.PUBLIC_URL in delivered()[0].body


def test_a_forgotten_password_is_replaced_once_by_the_link() -> None:
    PersonFactory(email="ana@exemple.fr", with_password=True)
    client = Client()
    client.post("/mot-de-passe-oublie/", {"email": "ana@exemple.fr"})
    path = link(delivered()[0].body, "mot-de-passe-oublie")
    form = client.get(path)["Location"]
    new = "encore une autre phrase"
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    assert "Lien périmé" in client.get(path).content.decode()
    assert sign_in(Client(), "ana@exemple.fr", new).status_code == 302


def test_three_failures_lock_the_address_for_a_minute_even_with_the_right_password() -> None:
    PersonFactory(email="ana@exemple.fr", with_password=True)
    with time_machine.travel(datetime(2026, 3, 3, 9, 0, tzinfo=UTC), tick=False) as clock:
        answers = [sign_in(Client(), "Ana@exemple.fr", "faux").status_code for _ in range(3)]
        assert answers == [200, 200, 429]
        locked = sign_in(Client(), "ana@exemple.fr")
        assert locked.status_code == 429
        assert "suspendue pendant une minute" in locked.content.decode()
        clock.shift(61)
        assert sign_in(Client(), "ana@exemple.fr").status_code == 302
    assert AccessFailureLog.objects.count() >= 3


def test_a_lock_holds_one_address_from_one_place_only() -> None:
    PersonFactory(email="ana@exemple.fr", with_password=True)
    PersonFactory(email="bob@exemple.fr", with_password=True)
    for _ in range(3):
        sign_in(Client(), "ana@exemple.fr", "faux")
    assert sign_in(Client(), "bob@exemple.fr").status_code == 302
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"), "ana@exemple.fr").status_code == 302
    assert AccessAttempt.objects.filter(username="ana@exemple.fr", ip_address="127.0.0.1").exists()


@pytest.mark.parametrize("forged", ["1.2.3.4", "1.2.3.4, 5.6.7.8"])
def test_a_forged_forwarding_header_does_not_escape_the_lock(forged: str) -> None:
    PersonFactory(email="ana@exemple.fr", with_password=True)
    answers = [
        Client(headers={"x-forwarded-for": f"{forged}{n}"}).post(
            "/connexion/", {"login": "ana@exemple.fr", "password": "x"}
        )
        for n in range(4)
    ]
    assert answers[-1].status_code == 429


def test_unknown_and_known_addresses_fail_alike() -> None:
    PersonFactory(email="ana@exemple.fr", with_password=True)
    known, unknown = sign_in(Client(), "ana@exemple.fr", "faux"), sign_in(Client(), "zoe@exemple.fr", "faux")
    assert known.status_code == unknown.status_code == 200
    assert all("n’est pas le bon" in one.content.decode() for one in (known, unknown))


def test_a_closed_account_does_not_come_in() -> None:
    PersonFactory(email="ana@exemple.fr", with_password=True, closed=True)
    client = Client()
    assert sign_in(client, "ana@exemple.fr")["Location"] == "/compte/ferme/"
    assert client.get("/compte/").status_code == 302


def test_the_session_of_an_account_closed_meanwhile_ends() -> None:
    person = PersonFactory()
    client = entered(person)
    assert client.get("/compte/").status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/compte/").status_code == 302


def test_changing_the_password_ends_the_other_sessions() -> None:
    person = PersonFactory(with_password=True)
    here, elsewhere = Client(), Client()
    sign_in(here, person.email)
    sign_in(elsewhere, person.email)
    new = "une tout autre phrase longue"
    here.post("/compte/mot-de-passe/", {"oldpassword": PHRASE, "password1": new, "password2": new})
    assert elsewhere.get("/compte/").status_code == 302
    assert any(one.subject == "Mot de passe modifié" for one in delivered())


def test_an_agent_enrols_a_second_factor_then_signs_in_with_it() -> None:
    agent = AgentFactory(with_password=True)
    client = Client()
    assert sign_in(client, agent.email).status_code == 302
    assert client.get("/")["Location"] == "/compte/second-facteur/"
    page = client.get("/compte/second-facteur/application/").content.decode()
    secret = re.search(r'fr-text--bold">([A-Z2-7]+)<', page).group(1)  # type: ignore[union-attr]
    assert client.post("/compte/second-facteur/application/", {"code": code(secret)}).status_code == 302
    assert client.get("/compte/").status_code == 200
    assert secret not in str(Authenticator.objects.get(type="totp").data), "the secret is encrypted at rest"
    again = Client()
    assert sign_in(again, agent.email)["Location"].startswith("/connexion/second-facteur/")
    assert again.get("/compte/").status_code == 302
    spare = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    assert again.post("/connexion/second-facteur/", {"code": "000000"}).status_code == 200
    assert again.post("/connexion/second-facteur/", {"code": spare}).status_code == 302
    assert again.get("/compte/").status_code == 200


def test_an_agent_does_not_take_off_the_last_second_factor() -> None:
    agent = AgentFactory(with_password=True)
    factor = totp.TOTP.activate(agent, totp.generate_totp_secret()).instance
    response = proved(agent).post("/compte/second-facteur/application/retirer/")
    assert Authenticator.objects.filter(pk=factor.pk).exists()
    assert "garde toujours un second facteur" in response.content.decode()


def test_a_role_sends_to_its_own_page_after_sign_in() -> None:
    html = entered(AgentFactory(roles=[StaffRole.AUDITOR])).get("/compte/").content.decode()
    assert "Auditeur" in html


@pytest.mark.parametrize("following", ["http://[x", "//[", "https://a]b", "http://℀.fr", "//／ailleurs"])
def test_an_address_that_cannot_be_read_leads_nowhere(following: str) -> None:
    for page in ("/connexion/", "/inscription/", "/mot-de-passe-oublie/"):
        assert Client().get(page, {"next": following}).status_code == 200
    person = PersonFactory()
    person.set_password(PHRASE)
    person.save()
    answer = Client().post("/connexion/", {"login": person.email, "password": PHRASE, "next": following})
    assert answer.status_code == 302
    assert re.match(r"/(?!/)", answer["Location"])
