"""The delivered gateway on a real nginx: calls without certificate are counted by client id, and told to the portal."""

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from django.utils import timezone

from policy.certificates.environments import Hierarchy
from policy.certificates.offers import Offer
from policy.gateways import queries
from policy.gateways.models import DayOfClientCalls
from portal.calendar.deadlines import paris_date
from portal.demo import pki as demo
from portal.demo.pki import Issued, Pki
from portal.tokens.scopes import Scope
from tests.factories import edge
from tests.factories.certificates import SIRET, rsa_key
from tests.factories.edge import Edge
from tests.factories.grants import ConnectionFactory, GrantFactory
from tests.factories.tokens import bearer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requires("nginx"), pytest.mark.slow]
DEPLOY = edge.DELIVERED.parent
LISTED = "avec-certificat"  # the client id of a service that has one


class Behind(BaseHTTPRequestHandler):
    """What stands behind the gateway: the check of tokens, and an API that answers 429 under /trop."""

    def do_GET(self) -> None:
        name = self.headers.get("Authorization", "").removeprefix("Bearer").strip()
        if self.path == "/ror-jeton":
            listed = name != LISTED or self.headers["X-Inscription"] == "LB-000001"
            self.send_response((204 if listed else 403) if name else 401)
            self.send_header("X-Client-Id", name)
        else:
            self.send_response(429 if self.path.startswith("/trop") else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return demo.prepare(tmp_path_factory.mktemp("pki") / "pki", at=datetime.now(UTC) - timedelta(days=30))


def issued(pki: Pki, name: str, **changes: Any) -> Issued:
    given = {"organisation": "EDITEUR", "identifier": f"3{SIRET}", "common_name": name, "key": rsa_key()}
    return pki.issue(Hierarchy.PROD, at=datetime.now(UTC) - timedelta(hours=1), **(given | changes))


@pytest.fixture
def client(authorities: Pki) -> Issued:
    return issued(authorities, "ror.editeur")


@pytest.fixture
def front(authorities: Pki, client: Issued, tmp_path: Path) -> Iterator[Edge]:
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    serving = threading.Thread(target=behind.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    serving.start()
    (tmp_path / "ror-appels").mkdir()
    (tmp_path / "igc-sante.pem").write_text("".join(anchor.pem for anchor in authorities.anchors()))
    sha1 = x509.load_pem_x509_certificate(client.certificate).fingerprint(SHA1()).hex()
    admitted = f'map $ssl_client_fingerprint $ror_inscription {{ default ""; "{sha1}" "LB-000001"; }}'
    (tmp_path / "ror-liste.map").write_text(admitted)
    server = issued(authorities, "api.exemple.fr", offer=Offer.SSL_SERV)
    try:
        with edge.running(tmp_path, server, extra=delivered(tmp_path, behind.server_port)) as running:
            yield running
    finally:
        behind.shutdown()


def delivered(folder: Path, behind: int) -> str:
    """The gateway of `deploy/`, on paths and ports of its own."""
    text = re.sub(r"^\s*listen \[::\].*\n", "", (DEPLOY / "gateway.conf").read_text(), flags=re.M)
    text = re.sub(r"server 127\.0\.0\.1:830\d;", f"server 127.0.0.1:{behind};", text)
    text = text.replace("listen 443 ssl http2;", "listen 127.0.0.1:{port} ssl http2;")
    return re.sub(r"/(etc/nginx|etc/ssl/ror|var/log/nginx)/", f"{folder}/", text)


def tell(folder: Path, site: str, token: str) -> subprocess.CompletedProcess[str]:
    """What the operator's timer runs."""
    told = {"PORTAIL": site, "JETON": token, "APPELS": str(folder / "ror-appels"), "PATH": os.environ["PATH"]}
    return subprocess.run([DEPLOY / "gateway_calls.sh"], env=told, capture_output=True, text=True, timeout=60)


def test_the_calls_of_a_service_without_certificate_are_told_to_the_portal(
    front: Edge, client: Issued, live_server: Any
) -> None:
    grant = GrantFactory(consumption=True, access_profile=0)
    ConnectionFactory(grant=grant, client_id="lecture-prod")
    token = bearer(Scope.GATEWAYS_REPORT)["Authorization"].removeprefix("Bearer ")
    since = paris_date(timezone.now()) - timedelta(days=2)

    def called(path: str, name: str, *, held: Issued | None = None) -> int:
        return front.get(path, held, Authorization=f"Bearer {name}").status

    assert [called("/", "lecture-prod") for _ in range(3)] == [200] * 3
    assert [called("/trop", "lecture-prod") for _ in range(2)] == [429] * 2
    assert (called("/", ""), called("/", LISTED), called("/", LISTED, held=client)) == (401, 403, 200)
    assert (called("/", 'a"b\\c'), called("/", "x" * 81)) == (200, 200)  # neither costs the others their count

    def told() -> tuple[int, int]:
        run = tell(front.folder, live_server.url, token)
        assert run.returncode == 0, run.stderr
        found = queries.calls_of(grant.service_id, "production", since)
        assert found is not None
        return found.count, found.throttled

    assert (told(), told()) == ((5, 2), (5, 2))
    called("/trop", "lecture-prod")
    assert told() == (6, 3)
    assert DayOfClientCalls.objects.count() == 1


def test_a_portal_that_refuses_is_said(front: Edge, live_server: Any) -> None:
    front.get("/", Authorization="Bearer lecture-prod")
    run = tell(front.folder, live_server.url, "faux")
    assert run.returncode != 0
    assert "401" in run.stderr
