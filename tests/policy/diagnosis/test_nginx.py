"""Mutual TLS through a real nginx with the delivered configuration: every cause is named, possession is proven."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from policy.certificates import operations as certificates
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import Certificate
from policy.certificates.offers import Offer
from policy.diagnosis.models import DiagnosedCall
from policy.whitelist import operations as whitelist
from portal.demo import pki as demo
from portal.demo.pki import Issued, Pki
from tests.factories import edge
from tests.factories.certificates import SIRET, rsa_key, vendor_service
from tests.factories.edge import Edge
from tests.factories.grants import ConnectionFactory, GrantFactory
from tests.factories.parties import member
from tests.factories.whitelist import approved, manager

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requires("nginx"), pytest.mark.slow]
ADDRESS = "/diagnostic/connexion/"
YEAR = timedelta(days=365)


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    """A demonstration PKI old enough to have issued certificates that have expired."""
    return demo.prepare(tmp_path_factory.mktemp("pki") / "pki", at=datetime.now(UTC) - 6 * YEAR)


@pytest.fixture
def front(authorities: Pki, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Edge]:
    """nginx in front of the portal under test."""
    settings.EDGE_KEY, settings.ALLOWED_HOSTS = edge.KEY, ["*"]
    server = issued(authorities, name="portail.exemple.fr", offer=Offer.SSL_SERV)
    with edge.running(tmp_path, server, portal=live_server.url.removeprefix("http://")) as running:
        yield running


def issued(pki: Pki, *, name: str = "ror.editeur", age: timedelta = timedelta(days=1), **changes: Any) -> Issued:
    given = {"organisation": "EDITEUR", "identifier": f"3{SIRET}", "common_name": name, "key": rsa_key()}
    return pki.issue(changes.pop("hierarchy", Hierarchy.PROD), at=datetime.now(UTC) - age, **(given | changes))


@pytest.fixture
def listed(authorities: Pki, live_server: Any) -> Issued:
    """A certificate declared and on the production whitelist."""
    certificates.install_anchors(authorities.anchors())
    grant = GrantFactory(ready=True, service=vendor_service())
    ConnectionFactory(grant=grant)
    made = issued(authorities)
    certificates.declare(
        grant.service, environment=Environment.PRODUCTION, data=made.certificate, by=member(grant.holder)
    )
    approved(grant)
    return made


def cause(front: Edge, client: Issued | None, where: str = "production") -> Any:
    answer = front.get(f"{ADDRESS}?environnement={where}", client)
    assert answer.status == 200, answer.body
    return answer.json["cause"]


def test_a_listed_certificate_passes_and_its_possession_is_proven(front: Edge, listed: Issued) -> None:
    said = front.get(ADDRESS, listed).json
    assert (said["passes"], said["cause"], said["environment"]) == (True, None, "production")
    assert said["dn_seen"] == f"CN=ror.editeur,OU=3{SIRET},O=EDITEUR,ST=Paris (75),C=FR"
    assert len(said["chain"]) == 2
    assert said["whitelist"]["entries"][0]["state"] == "approved"
    assert said["profiles"] == ["Profil A – capacité et disponibilité"]
    held = Certificate.objects.get()
    assert held.possession_at is not None
    assert DiagnosedCall.objects.get().code == said["support_code"]
    page = front.get(ADDRESS, listed, Accept="text/html")
    assert "Votre connexion passe" in page.body
    assert said["support_code"] in page.body


def test_every_other_certificate_gets_its_named_cause(
    front: Edge, listed: Issued, authorities: Pki, tmp_path: Path
) -> None:
    stranger = demo.prepare(tmp_path / "autre", at=datetime.now(UTC) - YEAR)
    assert cause(front, None) == "presented"
    assert cause(front, issued(stranger)) == "chain"
    assert cause(front, issued(authorities, hierarchy=Hierarchy.TEST)) == "hierarchy"
    assert cause(front, issued(authorities, offer=Offer.SIGN)) == "offer"
    assert cause(front, issued(authorities, age=4 * YEAR)) == "validity"
    assert cause(front, issued(authorities, name="inconnu")) == "declared"
    assert cause(front, listed) is None


def test_a_suspension_and_a_withdrawal_are_told_at_once(front: Edge, listed: Issued) -> None:
    entry = Certificate.objects.get().entries.get().entry
    whitelist.suspend(entry, grounds="Abus constaté", by=manager())
    said = front.get(ADDRESS, listed).json
    assert said["cause"] == "listed"
    assert "suspendue" in said["checks"][7]["sentence"]
    whitelist.propose_reinstatement(entry, grounds="Corrigé", by=manager())
    whitelist.reinstate(entry, by=manager())
    assert cause(front, listed) is None
    whitelist.withdraw(entry, grounds="Fin", by=manager())
    assert "Aucune inscription" in front.get(ADDRESS, listed).json["checks"][7]["sentence"]


def test_headers_written_by_the_caller_are_not_believed(front: Edge, listed: Issued) -> None:
    forged = {"X_Client_Certificate": "x", "X_Edge_Key": "y", "X_Client_Subject": "CN=autre"}
    assert front.get(ADDRESS, listed, **forged).json["dn_seen"].startswith("CN=ror.editeur")
    assert front.get(ADDRESS, None, **forged).json["cause"] == "presented"
    elsewhere = front.get(ADDRESS, listed, host="portail.exemple.fr", X_Edge_Key=edge.KEY)
    assert elsewhere.status == 404
    away = front.get("/connexion/", listed)
    assert (away.status, away.headers["Location"]) == (302, "https://portail.exemple.fr/connexion/")
