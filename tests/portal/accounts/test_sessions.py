"""How long a session lives, what ends it, and what counts as a fresh proof of identity."""

import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal.accounts import operations
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from tests.factories.accounts import PHRASE, AgentFactory, PersonFactory, entered

pytestmark = pytest.mark.django_db
STEP_UP = "/comptes/nouveau/"  # a page that asks for a fresh proof


@pytest.fixture(autouse=True)
def _empty_counters() -> None:
    cache.clear()


def later(**span: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**span), tick=True)


def signed_in(person: User, secret: str = "") -> Client:
    client = Client()
    client.post("/connexion/", {"login": person.email, "password": PHRASE})
    if secret:
        client.post("/connexion/second-facteur/", {"code": code(secret)})
    return client


def code(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


@pytest.fixture
def administrator() -> tuple[User, str]:
    person = AgentFactory(roles=[StaffRole.ADMINISTRATOR], with_password=True)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    return person, secret


@pytest.mark.parametrize(
    ("staff", "idle", "status"),
    [(True, 29, 200), (True, 31, 302), (False, 31, 200), (False, 119, 200), (False, 121, 302)],
)
def test_an_idle_session_ends_sooner_for_staff(staff: bool, idle: int, status: int) -> None:
    client = entered(AgentFactory() if staff else PersonFactory())
    with later(minutes=idle):
        answer = client.get("/compte/")
    assert answer.status_code == status
    if status == 302:
        assert answer["Location"] == "/connexion/?next=%2Fcompte%2F"
        assert answer["Clear-Site-Data"] == '"cache", "storage"'
        assert "Votre session est fermée" in client.get("/connexion/").content.decode()


def test_a_session_in_use_ends_all_the_same_after_twelve_hours() -> None:
    client = entered(PersonFactory())
    statuses = []
    for hour in range(1, 14):
        with later(hours=hour, minutes=-1):
            statuses.append(client.get("/compte/").status_code)
    assert statuses == [200] * 12 + [302]


def test_a_session_is_marked_once_a_minute_and_from_its_first_page(django_assert_num_queries: Any) -> None:
    client = signed_in(PersonFactory(with_password=True))
    client.get("/compte/")
    assert time.time() - client.session["seen_at"] < 5
    with django_assert_num_queries(2):  # session, person, roles
        client.get("/mentions-legales/")


def test_signing_out_empties_what_the_browser_kept() -> None:
    client = entered(PersonFactory())
    assert "Clear-Site-Data" not in client.get("/compte/")
    assert client.post("/deconnexion/")["Clear-Site-Data"] == '"cache", "storage"'


def test_sessions_of_a_closed_account_do_not_come_back_when_it_reopens(administrator: tuple[User, str]) -> None:
    person = PersonFactory()
    client = entered(person)
    operations.close_account(person, by=administrator[0])
    assert client.get("/compte/").status_code == 302
    operations.reopen_account(person, by=administrator[0])
    assert client.get("/compte/").status_code == 302


def test_a_complete_sign_in_is_a_fresh_proof_for_five_minutes(administrator: tuple[User, str]) -> None:
    client = signed_in(*administrator)
    assert client.get(STEP_UP).status_code == 200
    with later(minutes=6):
        assert client.get(STEP_UP)["Location"].startswith("/compte/confirmer/")


def test_a_password_alone_is_no_fresh_proof_where_there_is_a_second_factor() -> None:
    person = PersonFactory(with_password=True)
    client = signed_in(person)
    assert client.get("/compte/second-facteur/application/").status_code == 200
    totp.TOTP.activate(person, totp.generate_totp_secret())
    assert client.get("/compte/second-facteur/codes/renouveler/").status_code == 302


def test_the_password_does_not_stand_for_the_second_factor_before_a_sensitive_act(
    administrator: tuple[User, str],
) -> None:
    person, secret = administrator
    client = signed_in(person, secret)
    with later(minutes=6):
        asked = client.get(STEP_UP)["Location"]
        assert client.get(asked)["Location"].startswith("/compte/confirmer/second-facteur/?next=")
        client.post("/compte/confirmer/", {"password": PHRASE})
        assert client.get(STEP_UP).status_code == 302
        assert "Avec mon mot de passe" not in client.get("/compte/confirmer/second-facteur/").content.decode()
        client.post("/compte/confirmer/second-facteur/", {"code": code(secret)})
        assert client.get(STEP_UP).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_adding_a_second_factor_proves_it() -> None:
    client = signed_in(PersonFactory(with_password=True))
    secret = client.get("/compte/second-facteur/application/").context["form"].secret
    client.post("/compte/second-facteur/application/", {"code": code(secret)})
    assert client.get("/compte/second-facteur/codes/renouveler/").status_code == 200


def test_a_code_serves_once(administrator: tuple[User, str]) -> None:
    person, secret = administrator
    used = code(secret)
    first, second = signed_in(person), signed_in(person)
    assert first.post("/connexion/second-facteur/", {"code": used}).status_code == 302
    again = second.post("/connexion/second-facteur/", {"code": used})
    assert again.status_code == 200
    assert "a déjà servi" in again.content.decode()
    assert second.get("/compte/").status_code == 302


@pytest.mark.parametrize("step", [-2, -1, 1, 2])
def test_a_code_of_another_half_minute_is_refused(administrator: tuple[User, str], step: int) -> None:
    person, secret = administrator
    with time_machine.travel(timezone.now().replace(second=15, microsecond=0), tick=False):
        counter = next(iter(totp.yield_hotp_counters_from_time()))
        client = signed_in(person)
        other = totp.format_hotp_value(totp.hotp_value(secret, counter + step))
        assert client.post("/connexion/second-facteur/", {"code": other}).status_code == 200
