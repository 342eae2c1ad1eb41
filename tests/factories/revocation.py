"""Sources of revocation for tests: lists signed by the demonstration, and real servers on this machine."""

import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from policy.certificates.environments import Hierarchy
from policy.certificates.models import TrustAnchor
from policy.certificates.trust import Anchor, AnchorKind
from portal.demo.pki import Authority
from tests.factories.certificates import AT, pki

HOST = "igc.exemple.fr"


def authority(hierarchy: Hierarchy = Hierarchy.PROD) -> Authority:
    """The demonstration authority that issues certificates."""
    return pki().authorities[hierarchy, AnchorKind.INTERMEDIATE]


def issuer(hierarchy: Hierarchy = Hierarchy.PROD) -> Anchor:
    """The same, as the readers of answers take it."""
    return authority(hierarchy).anchor


def revocation_list(
    serials: Sequence[int] = (),
    *,
    signer: Authority | None = None,
    name: x509.Name | None = None,
    issued_at: datetime = AT - timedelta(hours=1),
    next_at: datetime = AT + timedelta(days=2),
    revoked_at: datetime = AT - timedelta(days=3),
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
    algorithm: Any = None,
) -> bytes:
    """A list (DER) of the demonstration's PROD authority unless told otherwise."""
    signer = signer or authority()
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name or signer.certificate.subject)
        .last_update(issued_at)
        .next_update(next_at)
    )
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical)
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(revoked_at).build()
        builder = builder.add_revoked_certificate(entry)
    signed = builder.sign(signer.key, algorithm or hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


class Site:
    """A small web server: what it answers at each path, and what it was asked."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                body = site.bodies.get(self.path)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()

            def log_message(self, *args: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.origin = f"http://{HOST}:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Stops answering."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def responder(
    folder: Path,
    revoked: Sequence[x509.Certificate],
    good: Sequence[x509.Certificate],
    signer: Authority | None = None,
) -> Iterator[int]:
    """A real `openssl ocsp` responder of the PROD demonstration authority; gives its port.

    `signer` signs its answers in place of that authority.
    """
    made, signing = authority(), signer or authority()
    (folder / "ca.pem").write_text(made.anchor.pem)
    (folder / "signer.pem").write_text(signing.anchor.pem)
    key = signing.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "signer.key").write_bytes(key)
    lines = [_line("R", one, "260301080000Z") for one in revoked] + [_line("V", one, "") for one in good]
    (folder / "index.txt").write_text("".join(lines))
    command = ["openssl", "ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "signer.pem"]
    command += ["-rkey", "signer.key", "-port", "0", "-ndays", "3", "-timeout", "30"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield _port_of(process)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _port_of(process: "subprocess.Popen[bytes]") -> int:
    """openssl says « ACCEPT 0.0.0.0:41234 PID=… » once it listens."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(b"ACCEPT"):
            return int(line.split()[1].rpartition(b":")[2])
    raise RuntimeError("the responder did not start")


def _line(state: str, certificate: x509.Certificate, revoked: str) -> str:
    end = f"{certificate.not_valid_after_utc:%y%m%d%H%M%SZ}"
    serial = f"{certificate.serial_number:X}"  # written by whole octets; the index takes each subject once
    return f"{state}\t{end}\t{revoked}\t{serial.zfill(len(serial) + len(serial) % 2)}\tunknown\t/CN={serial}\n"


def point(crl_url: str = "", ocsp_url: str = "") -> TrustAnchor:
    """Gives the PROD authority of the demonstration these addresses."""
    anchor = TrustAnchor.objects.get(fingerprint=authority().certificate.fingerprint(hashes.SHA256()).hex())
    TrustAnchor.objects.filter(pk=anchor.pk).update(crl_url=crl_url, ocsp_url=ocsp_url)
    anchor.refresh_from_db()
    return anchor
