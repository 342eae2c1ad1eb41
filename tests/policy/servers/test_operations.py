"""The server slot: public authority or IGC-Santé SSL_SERV, its own trust store, the declared host, no whitelist."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from policy.certificates import operations as certificates
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import Certificate
from policy.certificates.offers import Offer
from policy.servers import authorities, operations
from policy.servers.judgement import Origin
from policy.servers.models import ServerCertificate
from portal.lifecycle.errors import NotPermitted, Refused
from portal.parties.models import DigitalService
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.certificates import AT, issued, trusting, vendor_service
from tests.factories.grants import GrantFactory
from tests.factories.parties import member
from tests.factories.servers import public, server

pytestmark = pytest.mark.django_db
PRODUCTION, SANDBOX = Environment.PRODUCTION, Environment.SANDBOX
HOST = "ror.editeur.exemple.fr"


@pytest.fixture(autouse=True)
def _roots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authorities, "store", lambda: public().store())


@pytest.fixture
def service() -> DigitalService:
    trusting()
    return vendor_service(url=f"https://{HOST}/fhir")


def declared(service: DigitalService, data: bytes, environment: Environment = PRODUCTION) -> ServerCertificate:
    return operations.declare(service, environment=environment, data=data, by=member(service.owner), at=AT)


def refused(service: DigitalService, data: bytes, environment: Environment = PRODUCTION) -> list[str]:
    """The names of the bad checks."""
    with pytest.raises(operations.NotAcceptable) as error:
        declared(service, data, environment)
    assert not ServerCertificate.objects.exists()
    return [check.name for check in error.value.checks if check.outcome == "bad"]


def igc(hierarchy: Hierarchy = Hierarchy.PROD, host: str = HOST) -> bytes:
    return issued(hierarchy, offer=Offer.SSL_SERV, hosts=[host], common_name=host)


def test_a_public_certificate_of_the_declared_host_is_kept(service: DigitalService) -> None:
    made = declared(service, server(HOST))
    assert (made.origin, made.host, made.names) == (Origin.PUBLIC, HOST, [HOST])
    assert "BEGIN CERTIFICATE" in made.chain
    assert {check["outcome"] for check in made.checks} == {"good", "unavailable"}


def test_an_igc_server_certificate_is_kept_and_a_wildcard_covers(service: DigitalService) -> None:
    assert declared(service, igc()).origin == Origin.IGC
    assert declared(service, server("*.editeur.exemple.fr")).origin == Origin.PUBLIC


@pytest.mark.parametrize(
    ("data", "bad"),
    [
        (lambda: server("autre.exemple.fr"), ["host"]),
        (lambda: server(HOST, chain=False), ["authority"]),
        (lambda: server(), ["authority", "host"]),
        (lambda: server(HOST, purposes=[ExtendedKeyUsageOID.CLIENT_AUTH]), ["authority", "usage"]),
        (lambda: server(HOST, days=20), ["validity"]),
        (lambda: issued(), ["usage", "host"]),
        (lambda: igc(Hierarchy.TEST), ["authority"]),
    ],
)
def test_what_is_no_certificate_of_the_server_is_refused(service: DigitalService, data: Any, bad: list[str]) -> None:
    assert refused(service, data()) == bad


def test_test_hierarchy_serves_the_sandbox_and_the_right_s_own_address_counts(service: DigitalService) -> None:
    assert declared(service, igc(Hierarchy.TEST), SANDBOX).origin == Origin.IGC
    GrantFactory(service=service, holder=service.owner, production_url="https://prod.editeur.exemple.fr/")
    with pytest.raises(Refused, match="pas de prod"):
        declared(service, server(HOST))
    assert declared(service, server("prod.editeur.exemple.fr")).host == "prod.editeur.exemple.fr"


def test_without_declared_address_the_name_is_not_judged(service: DigitalService) -> None:
    service.url = ""
    service.save()
    made = declared(service, server(HOST))
    assert [check["name"] for check in made.checks if check["outcome"] == "unavailable"] == ["host", "revocation"]


def test_it_never_enters_the_slot_of_clients(service: DigitalService) -> None:
    with pytest.raises(certificates.NotAcceptable, match="type de certificat"):
        certificates.declare(service, environment=PRODUCTION, data=igc(), by=member(service.owner), at=AT)
    declared(service, igc())
    assert not Certificate.objects.exists()
    assert "entries" not in {relation.name for relation in ServerCertificate._meta.related_objects}


@pytest.mark.parametrize(
    "data",
    [b"", b"rien", b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n", b"x" * 200_000, b"PK\x03\x04"],
)
def test_what_is_no_certificate_is_refused(service: DigitalService, data: bytes) -> None:
    with pytest.raises(certificates.Unusable):
        declared(service, data)


def test_a_key_behind_the_chain_refuses_all(service: DigitalService) -> None:
    with pytest.raises(certificates.Unusable, match="clé privée"):
        declared(service, server(HOST) + b"-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----\n")


def test_the_same_twice_is_refused_and_a_retired_one_may_come_back(service: DigitalService) -> None:
    data = server(HOST)
    made = declared(service, data)
    with pytest.raises(Refused, match="déjà déclaré"):
        declared(service, data)
    operations.retire(made, by=member(service.owner), at=AT + timedelta(days=1))
    assert declared(service, data).reference != made.reference
    with pytest.raises(NotPermitted):
        operations.declare(service, environment=PRODUCTION, data=data, by=AgentFactory(), at=AT)


def test_the_pages(service: DigitalService) -> None:
    vendor, page = entered(member(service.owner)), f"/services/{service.reference}/certificats/production/serveur/"
    assert HOST in vendor.get(page).text
    assert page in vendor.get(f"/services/{service.reference}/certificats/production/").text
    answer = vendor.post(page, {"pasted": server("autre.exemple.fr").decode()})
    assert "pas de ror.editeur.exemple.fr" in answer.text
    assert vendor.post(page, {"pasted": server(HOST, days=3000).decode()}).status_code == 302
    made = ServerCertificate.objects.get()
    assert "n’entre jamais dans la liste blanche" in vendor.get(f"/certificats/serveurs/{made.reference}/").text
    assert entered(PersonFactory()).get(f"/certificats/serveurs/{made.reference}/").status_code == 404
    assert vendor.post(f"/certificats/serveurs/{made.reference}/retrait/").status_code == 302
    assert "a été retiré" in entered(AgentFactory()).get(f"/certificats/serveurs/{made.reference}/").text
    secret = vendor.post(page, {"pasted": "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----"})
    assert "secret" not in secret.text
