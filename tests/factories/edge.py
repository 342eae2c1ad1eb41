"""A real nginx in front of the portal of a test: the delivered configuration, on ports and paths of its own."""

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.demo.pki import Issued

DELIVERED = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
KEY = "clé de façade des essais, assez longue pour servir".replace("é", "e").replace("ç", "c").replace(" ", "-")
HOST = "diagnostic.portail.exemple.fr"
MAIN = """{user}worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log notice;
events {{ worker_connections 256; }}
http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; {extra} }}
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def json(self) -> dict[str, Any]:
        """The body read as JSON."""
        return dict(json.loads(self.body))


@dataclass
class Edge:
    """A running nginx: its folder, its TLS port and its process."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def get(self, path: str, client: Issued | None = None, *, host: str = HOST, **headers: str) -> Answer:
        """One call, on a connection of its own, with a client certificate when one is given."""
        with self.connection(client, host=host) as line:
            return ask(line, path, host=host, **headers)

    @contextmanager
    def connection(self, client: Issued | None = None, *, host: str = HOST) -> Iterator[http.client.HTTPConnection]:
        """A kept connection."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if client:
            context.load_cert_chain(self._file(client))
        line = http.client.HTTPConnection(host, self.port, timeout=20)
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        line.sock = context.wrap_socket(raw, server_hostname=host)
        try:
            yield line
        finally:
            line.close()

    def _file(self, client: Issued) -> Path:
        """The certificate and its key in one file, of their own: several threads may call."""
        path = self.folder / f"{zlib.crc32(client.certificate)}-{threading.get_ident()}.pem"
        if not path.exists():
            path.write_bytes(client.certificate + client.key)
        return path

    def reload(self) -> None:
        """Takes a new configuration, keeping the connections under way."""
        self.process.send_signal(1)  # SIGHUP


def ask(line: http.client.HTTPConnection, path: str, *, host: str = HOST, **headers: str) -> Answer:
    """One call on a connection."""
    line.request(
        "GET", path, headers={"Host": host, **{name.replace("_", "-"): said for name, said in headers.items()}}
    )
    answer = line.getresponse()
    return Answer(answer.status, dict(answer.headers), answer.read().decode())


def delivered(folder: Path, portal: str, port: int) -> str:
    """The configuration of `deploy/`, on one port, in front of the portal at `portal` (host:port)."""
    text = DELIVERED.read_text()
    text = re.sub(r"^\s*server 127\.0\.0\.1:810\d;\n", "", text, flags=re.M)
    text = text.replace("least_conn;", f"least_conn; server {portal};")
    text = re.sub(r"^\s*listen \[::\].*\n", "", text, flags=re.M)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;")
    return text.replace("/etc/ssl/portail/", f"{folder}/").replace("/etc/nginx/portail/", f"{folder}/")


@contextmanager
def running(folder: Path, server: Issued, *, portal: str = "", extra: str = "") -> Iterator[Edge]:
    """nginx with the delivered configuration in front of `portal`, or with `extra` alone ({port} is its port)."""
    port = free_port()
    for name in ("fullchain", "diagnostic-fullchain"):
        (folder / f"{name}.pem").write_bytes(server.certificate)
    for name in ("privkey", "diagnostic-privkey"):
        (folder / f"{name}.pem").write_bytes(server.key)
    (folder / "edge-key.conf").write_text(f'proxy_set_header X-Edge-Key "{KEY}";\n')
    text = delivered(folder, portal, port) if portal else extra.replace("{port}", str(port))
    user = "user root; " if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(user=user, folder=folder, extra=text))
    program = [shutil.which("nginx") or "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait(process, port)
        yield Edge(folder, port, process)
    finally:
        process.terminate()
        process.wait(10)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Until it listens; its own words when it does not."""
    for _ in range(100):
        if process.poll() is not None:
            assert process.stderr
            raise AssertionError(process.stderr.read().decode())
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
            return
        time.sleep(0.1)
    raise AssertionError("nginx does not listen")
