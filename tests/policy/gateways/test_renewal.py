"""Renewal on a real nginx that applies the published list: not one call refused, from the former to its successor."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from policy.certificates import operations as certificates
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import Certificate
from policy.certificates.offers import Offer
from policy.gateways import operations as gateways
from policy.gateways.nginx import Comparison
from policy.whitelist import operations as whitelist
from policy.whitelist.models import WhitelistEntry
from portal.demo import pki as demo
from portal.demo.pki import Issued, Pki
from portal.lifecycle.errors import Refused
from portal.tokens.scopes import Scope
from tests.factories import edge
from tests.factories.certificates import SIRET, rsa_key, vendor_service
from tests.factories.edge import Edge
from tests.factories.grants import ConnectionFactory, GrantFactory
from tests.factories.parties import member
from tests.factories.tokens import bearer
from tests.factories.whitelist import manager

pytestmark = [pytest.mark.django_db, pytest.mark.requires("nginx"), pytest.mark.slow]
API = """include {folder}/list.map;
server {{ listen 127.0.0.1:{{port}} ssl; ssl_certificate {folder}/fullchain.pem; ssl_certificate_key {folder}/privkey.pem;
ssl_client_certificate {folder}/anchors.pem; ssl_verify_client on; ssl_verify_depth 2;
location / {{ if ($ror_inscription = "") {{ return 403; }} return 200 $ror_inscription; }} }}"""


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return demo.prepare(tmp_path_factory.mktemp("pki") / "pki", at=datetime.now(UTC) - timedelta(days=30))


class Caller(threading.Thread):
    """A service that calls without a pause, with the certificate that it holds at that moment."""

    def __init__(self, front: Edge, held: Issued) -> None:
        super().__init__(daemon=True)
        self.front, self.held, self.calls, self.refused = front, held, 0, []
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            try:
                answer = self.front.get("/", self.held)
                said = "" if answer.status == 200 else f"{answer.status} {answer.body}"
            except OSError as error:
                said = repr(error)
            self.calls += 1
            self.refused += [said] if said else []

    def some_calls(self, number: int = 10) -> None:
        """Waits until so many more calls were made."""
        until, last = self.calls + number, time.monotonic() + 60
        while self.calls < until:
            assert time.monotonic() < last, "the caller is stuck"
            time.sleep(0.01)


class Gateway:
    """What an operator runs beside nginx: takes the list from the portal, reloads, reports."""

    def __init__(self, folder: Path, comparison: Comparison) -> None:
        self.folder, self.comparison = folder, comparison
        self.reader, self.reporter = bearer(Scope.WHITELIST_READ), bearer(Scope.GATEWAYS_REPORT)
        self.version = 0

    def take(self) -> None:
        answer = Client().get("/api/v1/gateways/nginx", {"comparison": self.comparison.value}, headers=self.reader)
        assert answer.status_code == 200, answer.content
        (self.folder / "list.map").write_bytes(answer.content)
        self.version = int(answer.headers["Whitelist-Version"])

    def apply(self, front: Edge, served: str, client: Issued) -> None:
        """Applied once the former workers are gone: for a moment after a reload, both answer."""
        self.take()
        front.reload()
        alike, until = 0, time.monotonic() + 20
        while alike < 10:
            assert time.monotonic() < until, "the new list does not take"
            alike = alike + 1 if front.get("/", client).body == served else 0
            time.sleep(0.05)

    def report(self, *held: Certificate) -> None:
        seen = [
            {"fingerprint": one.fingerprint, "last_seen_at": timezone.now().isoformat(), "calls": 1} for one in held
        ]
        said = orjson.dumps({"version": self.version, "seen": seen})
        kind = "application/json"
        answer = Client().post("/api/v1/gateways/reports", said, content_type=kind, headers=self.reporter)
        assert answer.status_code == 200, answer.content


@pytest.fixture(params=list(Comparison))
def gateway(request: Any, tmp_path: Path) -> Gateway:
    return Gateway(tmp_path, request.param)


@pytest.fixture
def grant(authorities: Pki) -> Any:
    certificates.install_anchors(authorities.anchors())
    made = GrantFactory(ready=True, service=vendor_service())
    ConnectionFactory(grant=made)
    return made


def issued(pki: Pki, **changes: Any) -> Issued:
    given = {"organisation": "EDITEUR", "identifier": f"3{SIRET}", "common_name": "ror.editeur", "key": rsa_key()}
    return pki.issue(Hierarchy.PROD, at=datetime.now(UTC) - timedelta(hours=1), **(given | changes))


def declared(grant: Any, one: Issued) -> Certificate:
    return certificates.declare(
        grant.service, environment=Environment.PRODUCTION, data=one.certificate, by=member(grant.holder)
    )


def listed(grant: Any) -> WhitelistEntry:
    entry = whitelist.propose(grant, environment=Environment.PRODUCTION, by=manager())
    whitelist.approve(entry, by=manager())
    return entry


@pytest.fixture
def front(authorities: Pki, gateway: Gateway, tmp_path: Path, grant: Any) -> Iterator[Edge]:
    """nginx with an empty list at first."""
    anchors = "".join(anchor.pem for anchor in authorities.anchors())
    (tmp_path / "anchors.pem").write_text(anchors)
    (tmp_path / "list.map").write_text('map $ssl_client_s_dn $ror_inscription { default ""; }')
    server = issued(authorities, common_name="api.exemple.fr", offer=Offer.SSL_SERV)
    with edge.running(tmp_path, server, extra=API.format(folder=tmp_path)) as running:
        yield running


def test_a_renewal_refuses_no_call_and_closes_on_evidence(
    authorities: Pki, gateway: Gateway, front: Edge, grant: Any
) -> None:
    old, new = issued(authorities), issued(authorities, common_name="ror.editeur.2027")
    former = declared(grant, old)
    first = listed(grant)
    assert front.get("/", old).status == 403
    gateway.apply(front, first.reference, old)
    caller = Caller(front, old)
    caller.start()
    caller.some_calls()

    successor = declared(grant, new)
    with pytest.raises(Refused, match="dernier certificat utilisable"):
        gateways.propose_closing(first, former.reference, by=manager(), at=timezone.now())
    both = listed(grant)
    gateway.apply(front, both.reference, new)
    gateway.report(former)
    caller.some_calls()
    with pytest.raises(Refused, match="Aucune passerelle"):
        gateways.propose_closing(both, former.reference, by=manager(), at=timezone.now())

    caller.held = new
    caller.some_calls()
    gateway.report(successor)
    alone = gateways.propose_closing(both, former.reference, by=manager(), at=timezone.now())
    whitelist.approve(alone, by=manager())
    gateway.apply(front, alone.reference, new)
    caller.some_calls()
    caller.over.set()
    caller.join(20)

    assert caller.refused == []
    assert caller.calls >= 40
    assert front.get("/", old).status == 403
    with pytest.raises(Refused, match="dernier certificat utilisable"):
        gateways.propose_closing(alone, successor.reference, by=manager(), at=timezone.now())
