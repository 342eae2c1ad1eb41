"""Calls through the guarded client, against a real server on the loop-back interface where one is needed."""

import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.outbound import client
from portal.outbound.targets import Forbidden

HOST = "service.exemple.fr"


class Handler(BaseHTTPRequestHandler):
    """A small server: each path misbehaves in its own way."""

    def do_GET(self) -> None:
        self.server.seen.append((self.path, self.headers["Host"]))  # type: ignore[attr-defined]
        if self.path == "/slow":
            self._drip()
        elif self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1/secret")
            self.end_headers()
        else:
            body = b"x" * (5000 if self.path == "/big" else 5)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def _drip(self) -> None:
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass  # the client hung up, as it must

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    """A server that the client is made to find behind `HOST`, as if its address were public."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setattr(client, "resolve", lambda host, port: ["127.0.0.1"])
    monkeypatch.setattr(client, "is_reachable", lambda address: True)
    yield server
    server.shutdown()
    server.server_close()


def url(server: ThreadingHTTPServer, path: str) -> tuple[str, list[str]]:
    origin = f"http://{HOST}:{server.server_address[1]}"
    return origin + path, [origin]


def test_fetch_answers_and_keeps_the_name_when_the_address_is_pinned(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    address, allowed = url(server, "/ok?a=1")
    answer = client.fetch(address, allowed=allowed)
    assert (answer.status, answer.body) == (200, b"xxxxx")
    assert server.seen == [("/ok?a=1", f"{HOST}:{server.server_address[1]}")]  # type: ignore[attr-defined]


def test_fetch_fails_when_the_server_redirects(server: ThreadingHTTPServer) -> None:
    address, allowed = url(server, "/moved")
    with pytest.raises(client.Failed, match="autre adresse"):
        client.fetch(address, allowed=allowed)
    assert len(server.seen) == 1  # type: ignore[attr-defined]


def test_fetch_fails_when_the_answer_is_too_big(server: ThreadingHTTPServer) -> None:
    address, allowed = url(server, "/big")
    with pytest.raises(client.Failed, match="4000 octets"):
        client.fetch(address, allowed=allowed, max_bytes=4000)


def test_fetch_fails_in_time_when_the_server_drips_its_headers(server: ThreadingHTTPServer) -> None:
    address, allowed = url(server, "/slow")
    began = time.monotonic()
    with pytest.raises(client.Failed, match="délai"):
        client.fetch(address, allowed=allowed, max_seconds=0.4)
    assert time.monotonic() - began < 2


def test_fetch_fails_when_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "resolve", lambda host, port: ["127.0.0.1"])
    monkeypatch.setattr(client, "is_reachable", lambda address: True)
    with pytest.raises(client.Failed, match=HOST):
        client.fetch(f"http://{HOST}:9/", allowed=[f"http://{HOST}:9"])


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["169.254.169.254"],
        ["::1"],
        ["64:ff9b::7f00:1"],
        ["8.8.8.8", "127.0.0.1"],
        ["2606:4700:4700::1111", "fd00::1"],
        [],
    ],
)
def test_fetch_refuses_before_connecting_when_one_address_of_the_name_is_internal(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "resolve", lambda host, port: addresses)
    monkeypatch.setattr(client, "_client", lambda seconds: pytest.fail("a connection was prepared"))
    with pytest.raises(Forbidden):
        client.fetch(f"https://{HOST}/", allowed=[f"https://{HOST}"])


def test_fetch_fails_when_the_name_has_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise OSError("no such name")

    monkeypatch.setattr(client.socket, "getaddrinfo", unknown)
    with pytest.raises(client.Failed, match="adresse"):
        client.fetch(f"https://{HOST}/", allowed=[f"https://{HOST}"])


def certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate and its key, in one PEM file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "server.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(("name", "accepted"), [(HOST, True), ("autre.exemple.fr", False)])
def test_tls_certificate_must_bear_the_name_asked_when_the_address_is_pinned(
    name: str, accepted: bool, server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pem = certificate(tmp_path, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    trusting = ssl.create_default_context(cafile=str(pem))
    monkeypatch.setattr(client, "_client", lambda seconds: httpx.Client(verify=trusting, trust_env=False))
    address, allowed = (text.replace("http://", "https://") for text in (url(server, "/")[0], url(server, "")[0]))
    if accepted:
        assert client.fetch(address, allowed=[allowed]).status == 200
    else:
        with pytest.raises(client.Failed):
            client.fetch(address, allowed=[allowed])
