"""The diagnostic address behind its key, and the page that explains: nothing of others is told."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client

from policy.certificates import operations as certificates
from policy.certificates.environments import Environment
from policy.certificates.models import Certificate
from policy.diagnosis import edge, operations
from policy.diagnosis.models import DiagnosedCall
from tests.factories.accounts import AgentFactory, entered
from tests.factories.certificates import AT, issued, trusting, vendor_service
from tests.factories.parties import DigitalServiceFactory, member

pytestmark = pytest.mark.django_db
KEY = "k" * edge.SHORTEST_KEY
ADDRESS, WHY = "/diagnostic/connexion/", "/pourquoi-ma-connexion-echoue/"


@pytest.fixture(autouse=True)
def _edge(settings: Any) -> Any:
    settings.EDGE_KEY = KEY
    with time_machine.travel(AT):
        yield


@pytest.fixture
def held() -> Certificate:
    """A certificate declared for production, on no list."""
    trusting()
    service = vendor_service()
    return certificates.declare(
        service, environment=Environment.PRODUCTION, data=issued(), by=member(service.owner), at=AT
    )


def call(pem: bytes = b"", **more: str) -> Any:
    headers = {edge.KEY_HEADER: KEY, edge.CERTIFICATE_HEADER: quote(pem), edge.SUBJECT_HEADER: "CN=vu", **more}
    return Client().get(ADDRESS, headers=headers)


def text_of(response: Any) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


def test_without_its_key_the_address_does_not_exist(held: Certificate) -> None:
    assert call(held.pem.encode(), **{edge.KEY_HEADER: "x"}).status_code == 404
    assert Client().get(ADDRESS).status_code == 404
    assert Client().post(ADDRESS, headers={edge.KEY_HEADER: KEY}).status_code == 404
    assert not DiagnosedCall.objects.exists()


def test_a_call_names_its_cause_keeps_one_row_and_proves_possession(held: Certificate) -> None:
    first, again = (call(held.pem.encode()).json() for _ in range(2))
    assert (first["passes"], first["cause"]) == (False, "listed")
    assert first["support_code"] == again["support_code"]
    held.refresh_from_db()
    assert held.possession_at is not None
    kept = DiagnosedCall.objects.get()
    assert (kept.certificate, kept.subject, kept.passes) == (held, "CN=vu", False)


def test_what_is_no_certificate_is_told_and_not_kept(held: Certificate) -> None:
    assert call().json()["cause"] == "presented"
    assert call(b"bonjour").json()["next_action"]
    assert not DiagnosedCall.objects.exists()


def test_calls_of_strangers_are_bounded_and_forgotten(held: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "STRANGERS", 1)
    assert call(issued(common_name="un")).json()["support_code"]
    assert call(issued(common_name="deux")).json()["support_code"] is None
    assert call(held.pem.encode()).json()["support_code"]
    assert operations.forget(AT + timedelta(days=29)) == 0
    assert operations.forget(AT + timedelta(days=31)) == 2


def test_a_code_tells_its_call_to_its_vendor_and_the_agency_alone(held: Certificate) -> None:
    code = call(held.pem.encode()).json()["support_code"]
    vendor, other = member(held.service.owner), member(DigitalServiceFactory().owner)
    for reader in (vendor, AgentFactory()):
        page = text_of(entered(reader).get(WHY, {"code": code.lower()}))
        assert "Aucune liste n’est publiée" in page
        assert held.reference in page
    refused = entered(other).get(WHY, {"code": code})
    assert refused.status_code == 422
    assert held.reference not in text_of(refused)


def test_a_certificate_shown_is_examined_without_telling_of_others(held: Certificate) -> None:
    vendor, other = member(held.service.owner), member(DigitalServiceFactory().owner)
    shown = {"pasted": held.pem, "environment": "production"}
    mine = text_of(entered(vendor).post(WHY, shown))
    assert held.reference in mine
    theirs = entered(other).post(WHY, shown)
    assert theirs.status_code == 200
    assert held.reference not in text_of(theirs)
    assert "Il n’est déclaré pour aucun service connu ici" in text_of(theirs)
    assert not DiagnosedCall.objects.exists()


def test_a_private_key_never_comes_back(held: Certificate) -> None:
    secret = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----"
    page = entered(AgentFactory()).post(WHY, {"pasted": secret})
    assert page.status_code == 422
    assert "MIIEvQIBADANBg" not in text_of(page)
    assert "clé privée" in text_of(page)


@pytest.mark.parametrize("typed", [{}, {"code": "0"}, {"pasted": "bonjour"}, {"code": "22222-22222"}])
def test_nonsense_is_told_in_a_sentence(typed: dict[str, str], held: Certificate) -> None:
    page = entered(AgentFactory()).post(WHY, typed)
    assert page.status_code in (200, 422)
    assert "<h1" in text_of(page)
