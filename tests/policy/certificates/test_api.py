"""Certificates over the REST API: lists by key, checks with remedies, proposals that a person declares."""

import base64
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client

from policy.certificates import operations
from policy.certificates.environments import Environment
from policy.certificates.lifecycle import ProposalState
from policy.certificates.models import Certificate, CertificateProposal
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import NotPermitted
from portal.parties.models import DigitalService
from portal.tokens.scopes import Scope
from tests.factories.accounts import AgentFactory, entered
from tests.factories.certificates import CertificateFactory, issued, trusting, vendor_service
from tests.factories.parties import member
from tests.factories.tokens import bearer

pytestmark = pytest.mark.django_db
LIST, PROPOSALS = "/api/v1/certificates", "/api/v1/certificate-proposals"


@pytest.fixture
def reader() -> dict[str, str]:
    return bearer(Scope.CERTIFICATES_READ)


@pytest.fixture
def service() -> DigitalService:
    trusting()
    return vendor_service()


def offered(client: Client, service: DigitalService, data: bytes, headers: dict[str, str] | None = None) -> Any:
    body = {"service": service.reference, "environment": "production", "certificate": data.decode()}
    headers = headers or bearer(Scope.CERTIFICATES_PROPOSE)
    return client.post(PROPOSALS, body, content_type="application/json", headers=headers)


def test_the_list_goes_by_key_and_filters(client: Client, reader: dict[str, str]) -> None:
    first, second, third = (CertificateFactory() for _ in range(3))
    sandbox = CertificateFactory(sandbox=True, fault="clé publique")
    page = client.get(f"{LIST}?limit=2", headers=reader).json()
    assert [item["reference"] for item in page["items"]] == [first.reference, second.reference]
    page = client.get(f"{LIST}?limit=2&after={page['next']}", headers=reader).json()
    assert [item["reference"] for item in page["items"]] == [third.reference, sandbox.reference]
    assert page["next"] is None
    for asked, wanted in (
        ("environment=sandbox", sandbox),
        (f"service={second.service.reference}", second),
        ("shelf=a-corriger", sandbox),
    ):
        assert [one["reference"] for one in client.get(f"{LIST}?{asked}", headers=reader).json()["items"]] == [
            wanted.reference
        ]


@pytest.mark.parametrize("asked", ["shelf=perdus", "environment=ailleurs", "inconnu=1", "after=CE-0"])
def test_foolish_questions_are_refused(client: Client, reader: dict[str, str], asked: str) -> None:
    assert client.get(f"{LIST}?{asked}", headers=reader).status_code == 400


def test_the_detail_tells_the_verdict_and_each_check(
    client: Client, reader: dict[str, str], service: DigitalService
) -> None:
    held = operations.declare(service, environment=Environment.PRODUCTION, data=issued(), by=member(service.owner))
    found = client.get(f"{LIST}/{held.reference}", headers=reader).json()
    assert found["is_good"]
    assert {check["name"] for check in found["checks"]} >= {"chain", "policy", "reuse", "uniqueness", "revocation"}
    assert (found["certificate"], found["uses"]) == (held.pem, [])
    assert client.get(f"{LIST}/CE-1999-0001", headers=reader).status_code == 404


def test_scopes_are_asked(client: Client, reader: dict[str, str], service: DigitalService) -> None:
    assert client.get(LIST).status_code == 401
    assert client.get(LIST, headers=bearer(Scope.GRANTS_READ)).status_code == 403
    assert offered(client, service, issued(), reader).status_code == 403


def test_a_tool_proposes_and_a_person_declares(client: Client, service: DigitalService) -> None:
    data = issued()
    first = offered(client, service, data)
    assert first.status_code == 201
    assert not Certificate.objects.exists()
    again = offered(client, service, data)
    assert (again.status_code, again.json()["reference"]) == (200, first.json()["reference"])
    [told] = AuditEvent.objects.filter(action="certificate_proposals.propose")
    assert told.actor_id is None
    proposal, person = CertificateProposal.objects.get(), member(service.owner)
    browser = entered(person)
    page = f"/certificats/propositions/{proposal.reference}/"
    assert proposal.reference in browser.get(f"/services/{service.reference}/certificats/production/").text
    assert "Déclarer ce certificat" in browser.get(page).text
    assert browser.post(f"{page}declarer/").status_code == 302
    held = Certificate.objects.get()
    assert held.declared_by == person
    headers = bearer(Scope.CERTIFICATES_PROPOSE)
    assert client.get(f"{PROPOSALS}/{proposal.reference}", headers=headers).json()["declared_as"] == held.reference
    assert offered(client, service, data).status_code == 422


def test_a_bad_certificate_may_be_proposed_with_its_faults_and_not_declared(
    client: Client, service: DigitalService
) -> None:
    der = x509.load_pem_x509_certificate(issued(identifier="2552100554")).public_bytes(Encoding.DER)
    answer = offered(client, service, base64.b64encode(der))
    assert answer.status_code == 201
    assert "identity" in [check["name"] for check in answer.json()["checks"] if check["outcome"] == "bad"]
    browser = entered(member(service.owner))
    page = f"/certificats/propositions/{answer.json()['reference']}/"
    refused = browser.post(f"{page}declarer/")
    assert refused.status_code == 422
    assert "ne convient pas" in refused.text
    assert CertificateProposal.objects.get().state == ProposalState.PROPOSED
    assert browser.post(f"{page}ecarter/").status_code == 302
    assert CertificateProposal.objects.get().state == ProposalState.REJECTED


@pytest.mark.parametrize(
    "data", [b"rien", b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n", b"x" * 40000]
)
def test_what_is_no_certificate_is_refused_and_kept_nowhere(
    client: Client, service: DigitalService, data: bytes
) -> None:
    assert offered(client, service, data).status_code in (400, 422)
    assert not CertificateProposal.objects.exists()


def test_an_unknown_service_and_the_agency_s_persons(client: Client, service: DigitalService) -> None:
    body = {"service": "S-1999-0001", "environment": "production", "certificate": issued().decode()}
    headers = bearer(Scope.CERTIFICATES_PROPOSE)
    assert client.post(PROPOSALS, body, content_type="application/json", headers=headers).status_code == 400
    offered(client, service, issued())
    with pytest.raises(NotPermitted):
        operations.accept(CertificateProposal.objects.get(), by=AgentFactory())
