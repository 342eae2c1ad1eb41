"""P1.5: a call with a client certificate and the exported list, beside the same connection without either, in nginx.

Both keep their connection and send their requests in a row, so that neither the client nor the handshake counts.
"""

import contextlib
import os
import socket
import ssl
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from policy.gateways import nginx
from policy.gateways.nginx import VARIABLE, Comparison, Spelled
from tests.bench import sample
from tests.bench.p1_http import _running
from tests.bench.rounds import WALL, Row, compare

PLAIN, MUTUAL = 9636, 9637
REQUESTS = 500  # in a row, on one connection
ASKED = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
CONFIG = """worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log crit; {user}
events {{ worker_connections 512; }}
http {{ access_log off; keepalive_requests 100000000; map_hash_max_size 262144; map_hash_bucket_size 128;
  include {folder}/list.map;
  ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key; ssl_protocols TLSv1.3;
  server {{ listen 127.0.0.1:{plain} ssl; location / {{ return 204; }} }}
  server {{ listen 127.0.0.1:{mutual} ssl; ssl_verify_client on; ssl_client_certificate {folder}/client.pem;
    location / {{ if ({variable} = "") {{ return 403; }} return 204; }} }}
}}
"""


def rows(document: dict[str, Any]) -> Iterator[Row]:
    """The price of the client certificate and of the list, on a kept connection."""
    with tempfile.TemporaryDirectory(prefix="portail-bench-tls-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        _written(folder, "server")
        caller = _written(folder, "client")
        prints = [one["sha256"] for entry in document["entries"] for one in entry["certificates"]]
        spelled = {each: Spelled(each[:40], "") for each in prints} | {prints[0]: Spelled(caller, "")}
        (folder / "list.map").write_text(nginx.rendered(document, spelled, Comparison.FINGERPRINT))
        user = "user root;" if os.getuid() == 0 else ""
        ports = {"plain": PLAIN, "mutual": MUTUAL}
        (folder / "nginx.conf").write_text(CONFIG.format(folder=folder, user=user, variable=VARIABLE, **ports))
        stack.enter_context(_running(["nginx", "-c", str(folder / "nginx.conf")], MUTUAL))
        bare, known = (stack.enter_context(_line(folder, port)) for port in (PLAIN, MUTUAL))
        of_bare, of_known = _size(bare), _size(known)
        yield compare(
            "P1.5-mtls",
            "appel avec certificat client et liste exportée / appel TLS sans eux, connexion gardée",
            subject=lambda: _ask(known, of_known),
            floor=lambda: _ask(bare, of_bare),
            target=1.15,
            clock=WALL,
            seconds=0.3,
        )


def _line(folder: Path, port: int) -> ssl.SSLSocket:
    """A connection that presents the client's certificate where it is asked for."""
    context = ssl.create_default_context(cafile=str(folder / "server.pem"))
    context.check_hostname = False
    context.load_cert_chain(folder / "client.pem", folder / "client.key")
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port)))


def _ask(line: ssl.SSLSocket, size: int) -> None:
    """Sends every request, then reads every answer: all have the size of the first."""
    line.sendall(ASKED * REQUESTS)
    awaited = REQUESTS * size
    while awaited:
        awaited -= len(line.recv(min(awaited, 1 << 16)))


def _size(line: ssl.SSLSocket) -> int:
    """How long an answer is; raises when the call is refused."""
    line.sendall(ASKED)
    said = line.recv(1 << 16)
    assert said.startswith(b"HTTP/1.1 204"), said
    assert said.endswith(b"\r\n\r\n"), said
    return len(said)


def _written(folder: Path, name: str) -> str:
    """A certificate that signs itself, with its key, as files; returns its SHA-1 in hexadecimal."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(sample.AT - timedelta(days=9))
    made = builder.not_valid_after(sample.AT + timedelta(days=900)).sign(key, hashes.SHA256())
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / f"{name}.pem").write_bytes(made.public_bytes(pem))
    (folder / f"{name}.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return made.fingerprint(hashes.SHA1()).hex()
