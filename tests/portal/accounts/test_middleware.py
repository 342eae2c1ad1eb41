"""Without a second factor, staff reach enrolment, sign-out and static files, and nothing else (AN-05)."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from portal.accounts import middleware
from portal.accounts.models import User
from tests.factories.accounts import AgentFactory, PersonFactory

pytestmark = pytest.mark.django_db
BACKEND = "portal.accounts.authentication.Backend"
SAMPLES = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000"}


def addresses(patterns: list[Any], prefix: str = "/") -> Iterator[tuple[str, str]]:
    """(address, name) of every page, with sample values for its arguments."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, prefix + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield prefix + sample(str(one.pattern)), one.name or ""


def sample(route: str) -> str:
    import re

    route = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found.group(1) or "", "exemple"), route)
    return re.sub(r"\(\?P<\w+>[^)]*\)", "exemple", route).strip("^$")


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    return client


@pytest.mark.slow
def test_every_other_page_leads_an_agent_without_factor_to_enrolment() -> None:
    client = client_of(AgentFactory())
    reached = []
    for address, name in addresses(get_resolver().url_patterns):
        if name in middleware.OPEN:
            continue
        response = client.get(address)
        if (response.status_code, response.get("Location")) != (302, "/compte/second-facteur/"):
            reached.append((address, response.status_code))
    assert not reached


@pytest.mark.parametrize("path", ["/compte/second-facteur/", "/deconnexion/", "/healthz", "/readyz"])
def test_enrolment_and_sign_out_stay_open(path: str) -> None:
    assert client_of(AgentFactory()).get(path).status_code == 200


def test_an_unknown_address_says_nothing_to_an_agent_without_factor() -> None:
    assert client_of(AgentFactory()).get("/nulle-part/")["Location"] == "/compte/second-facteur/"


def test_a_session_opened_before_the_factor_existed_must_prove_it() -> None:
    agent = AgentFactory()
    client = client_of(agent)
    totp.TOTP.activate(agent, totp.generate_totp_secret())
    assert client.get("/compte/")["Location"] == "/compte/confirmer/second-facteur/?next=%2Fcompte%2F"


def test_an_enrolment_counts_for_its_own_person_only() -> None:
    agent = AgentFactory()
    client = client_of(agent)
    session = client.session
    session[middleware.ENROLLED] = agent.pk + 1
    session.save()
    assert client.get("/compte/").status_code == 302


def test_a_vendor_needs_no_second_factor() -> None:
    assert client_of(PersonFactory()).get("/compte/").status_code == 200


def test_the_mark_of_the_demonstration_is_worth_nothing_outside_it(settings: Any) -> None:
    client = client_of(AgentFactory())
    session = client.session
    session[middleware.DEMO] = True
    session.save()
    assert client.get("/compte/").status_code == 200
    settings.DEMO = False
    assert client.get("/compte/").status_code == 302
    settings.DEMO, settings.EMBEDDED = True, False
    assert client.get("/compte/").status_code == 302
