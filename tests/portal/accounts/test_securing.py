"""A second factor, a password or an address that changes ends the account's other sessions (AN-07)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal.accounts.adapter import SECURED
from portal.accounts.models import User
from portal.accounts.wording import WORDINGS
from portal.audit.models import AuditEvent
from portal.audit.queries import sentences
from portal.outbox import operations as outbox
from tests.factories.accounts import PHRASE, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)  # the library tells of a change once it is committed
FACTOR = "/compte/second-facteur/"
NEW = "une tout autre phrase longue"
Change = Callable[[Client], Any]


@pytest.fixture(autouse=True)
def _empty_counters() -> None:
    cache.clear()


@pytest.fixture
def person() -> User:
    return PersonFactory(with_password=True)


def signed_in(person: User) -> Client:
    client = Client()
    client.post("/connexion/", {"login": person.email, "password": PHRASE})
    if Authenticator.objects.filter(user=person, type="totp").exists():
        codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()
        client.post("/connexion/second-facteur/", {"code": codes[0]})
    assert client.get("/compte/").status_code == 200
    return client


def enrol(client: Client) -> Any:
    page = client.get(f"{FACTOR}application/").content.decode()
    secret = re.search(r'fr-text--bold">([A-Z2-7]+)<', page)
    assert secret
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return client.post(f"{FACTOR}application/", {"code": totp.format_hotp_value(totp.hotp_value(secret[1], counter))})


def change_address(client: Client) -> Any:
    client.post("/compte/adresse/", {"email": "nouvelle@exemple.fr", "action_add": ""})
    for _ in range(3):
        outbox.deliver_due(timezone.now() + timedelta(seconds=1), limit=50)
    link = re.search(r"(/inscription/adresse/\S+)", str(mail.outbox[-1].body))
    assert link
    return client.post(link[1])


def take_off_key(client: Client) -> Any:
    return client.post(f"{FACTOR}cles/{Authenticator.objects.get(type='webauthn').pk}/retirer/")


def change_password(client: Client) -> Any:
    return client.post("/compte/mot-de-passe/", {"oldpassword": PHRASE, "password1": NEW, "password2": NEW})


WITHOUT: dict[str, tuple[Change, bool]] = {  # what is done, and whether the session that does it goes on
    "application de codes ajoutée": (enrol, True),
    "adresse électronique changée": (change_address, True),
    "": (change_password, False),  # every session of the account, this one too
}
WITH: dict[str, Change] = {
    "application de codes retirée": lambda client: client.post(f"{FACTOR}application/retirer/"),
    "clé de sécurité retirée": take_off_key,
    "codes de secours renouvelés": lambda client: client.post(f"{FACTOR}codes/renouveler/"),
}


def ended(what: str, change: Change, person: User) -> tuple[bool, bool]:
    """Whether the session that made the change, and another one, still stand after it."""
    here, elsewhere = signed_in(person), signed_in(person)
    former = here.cookies["session"].value
    assert change(here).status_code == 302
    told = [one.sentence for one in sentences(AuditEvent.objects.filter(action="accounts.secure"))]
    assert [f"({what})" in sentence for sentence in told] == ([True] if what else [])
    assert here.cookies["session"].value != former, "a new session id, the old one is dead"
    return here.get("/compte/").status_code == 200, elsewhere.get("/compte/").status_code == 200


@pytest.mark.parametrize("what", WITHOUT)
def test_the_first_factor_the_address_and_the_password_end_the_other_sessions(what: str, person: User) -> None:
    change, goes_on = WITHOUT[what]
    assert ended(what, change, person) == (goes_on, False)


@pytest.mark.parametrize("what", WITH)
def test_a_factor_taken_off_and_codes_renewed_end_the_other_sessions(what: str, person: User) -> None:
    totp.TOTP.activate(person, totp.generate_totp_secret())
    RecoveryCodes.activate(person)
    Authenticator.objects.create(user=person, type="webauthn", data={"name": "Ma clé", "credential": {}})
    assert ended(what, WITH[what], person) == (True, False)


def test_every_notice_about_a_second_factor_ends_the_other_sessions() -> None:
    notices = {prefix for prefix in WORDINGS if prefix.startswith("mfa/email/")}
    assert notices | {"account/email/email_changed"} == SECURED.keys()
