"""The list « Certificats »: what each person sees, how it is cut, searched, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from policy.certificates.models import Certificate
from policy.certificates.revocation import Standing
from policy.certificates.shelves import Shelf
from portal.accounts.roles import StaffRole
from tests.factories.accounts import AgentFactory, entered
from tests.factories.certificates import CertificateFactory
from tests.factories.parties import member

pytestmark = pytest.mark.django_db
URL = "/certificats/"


def rows(client: Any, **asked: str) -> set[str]:
    """The references listed."""
    page = client.get(URL, asked).text
    return {one.reference for one in Certificate.objects.all() if f"/{one.reference}/" in page}


def agent() -> Any:
    return entered(AgentFactory(roles=[StaffRole.WHITELIST_MANAGER]))


def test_each_part_holds_what_it_says() -> None:
    now = timezone.now()
    far, near = (CertificateFactory(not_after=now + timedelta(days=days)) for days in (400, 30))
    over = CertificateFactory(not_after=now - timedelta(days=3))
    faulty = CertificateFactory(not_after=now + timedelta(days=400), fault="chaîne de certification")
    unknown = CertificateFactory(not_after=now + timedelta(days=400), revocation=Standing.UNKNOWN)
    retired = CertificateFactory(retired=True, not_after=now + timedelta(days=10))
    revoked = CertificateFactory(state="revoked", revoked_at=now, not_after=now + timedelta(days=10))
    browser = agent()
    expected = {
        Shelf.ALL: {far, near, over, faulty, unknown, retired, revoked},
        Shelf.IN_FORCE: {far, near, faulty, unknown},
        Shelf.ENDING: {near},
        Shelf.ENDED: {over},
        Shelf.FAULTY: {faulty},
        Shelf.UNKNOWN: {unknown},
        Shelf.REVOKED: {revoked},
        Shelf.RETIRED: {retired},
    }
    for shelf, wanted in expected.items():
        assert rows(browser, etat=shelf.value) == {one.reference for one in wanted}, shelf
        assert f"{shelf.label} ({len(wanted)})" in browser.get(URL).text


def test_a_vendor_sees_his_own_only() -> None:
    own, other = CertificateFactory(), CertificateFactory()
    browser = entered(member(own.service.owner))
    assert rows(browser) == {own.reference}
    assert rows(browser, mots=other.fingerprint) == set()


@pytest.mark.parametrize("asked", ["reference", "subject", "serial", "fingerprint", "service", "colons"])
def test_every_way_to_search(asked: str) -> None:
    wanted, other = CertificateFactory(fingerprint="ab" * 32), CertificateFactory()
    words = {
        "reference": wanted.reference.lower(),
        "subject": wanted.subject.split(",")[0],
        "serial": wanted.serial.lower(),
        "fingerprint": wanted.fingerprint,
        "service": wanted.service.name,
        "colons": ":".join(["AB"] * 32),
    }
    found = rows(agent(), mots=words[asked])
    assert wanted.reference in found
    assert asked == "service" or other.reference not in found


def test_environments_are_told_apart_and_foolish_words_are_not_found() -> None:
    sandbox, production = CertificateFactory(sandbox=True), CertificateFactory()
    browser = agent()
    assert rows(browser, environnement="bac-a-sable") == {sandbox.reference}
    assert rows(browser, environnement="production") == {production.reference}
    assert browser.get(URL, {"etat": "perdus"}).status_code == 404
    assert browser.get(URL, {"environnement": "ailleurs"}).status_code == 404
    assert "Aucun certificat ne correspond" in browser.get(URL, {"mots": "introuvable"}).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_as_many_queries_for_one_and_three(count: int) -> None:
    CertificateFactory.create_batch(count)
    browser = agent()
    browser.get(URL)
    with CaptureQueriesContext(connection) as seen:
        browser.get(URL)
    assert len(seen) == 5, [query["sql"] for query in seen]


def test_the_desk_leads_to_those_that_end() -> None:
    CertificateFactory(not_after=timezone.now() + timedelta(days=30))
    assert "/certificats/?etat=bientot" in agent().get("/bureau/").text
