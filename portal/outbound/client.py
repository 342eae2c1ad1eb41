"""The only way out to the web: an allowed origin, an address checked then pinned, no redirect, capped in size and time.

The name is resolved once; every address it gives must be public, and the connection goes to the one that was checked,
with the name kept for `Host`, TLS and the certificate. Proxies and certificates named by the environment are ignored.
"""

import socket
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

import httpx

from .addresses import is_reachable
from .targets import Forbidden, Target, parse

MAX_BYTES = 1024 * 1024
MAX_SECONDS = 10.0


class Failed(Exception):
    """The call was allowed and did not succeed: connection, time, size, or a redirect; the message says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers with lower-case names, whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(
    url: str,
    *,
    allowed: Collection[str],
    method: str = "GET",
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    max_bytes: int = MAX_BYTES,
    max_seconds: float = MAX_SECONDS,
) -> Answer:
    """Calls `url`, whose origin must be one of `allowed` (``https://host[:port]``).

    Raises Forbidden before any connection, Failed after one was tried.
    """
    target = parse(url, allowed=allowed)
    address = checked_address(target)
    watchdog = _Watchdog(max_seconds)
    try:
        with watchdog, _client(max_seconds) as client:
            request = _request(client, target, address, method, content, headers, watchdog)
            return _answer(client, request, max_bytes)
    except (httpx.HTTPError, OSError, ValueError) as error:
        late = "délai dépassé" if watchdog.fired else type(error).__name__
        raise Failed(f"L’appel à {target.host} n’a pas abouti ({late}).") from error


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, in the resolver's order. Raises Failed when it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Failed(f"Le nom {host} n’a pas d’adresse.") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_address(target: Target) -> str:
    """The address to connect to. Raises Forbidden when a single one of the name's addresses is not public."""
    addresses = resolve(target.host, target.port)
    if not addresses or not all(is_reachable(address) for address in addresses):
        raise Forbidden("Cette adresse mène à un réseau interne ou réservé : elle n’est pas appelée.")
    return addresses[0]


def _client(max_seconds: float) -> httpx.Client:
    timeout = httpx.Timeout(max_seconds, connect=min(3.0, max_seconds))
    return httpx.Client(follow_redirects=False, trust_env=False, timeout=timeout)


def _request(
    client: httpx.Client,
    target: Target,
    address: str,
    method: str,
    content: bytes | None,
    headers: Mapping[str, str] | None,
    watchdog: "_Watchdog",
) -> httpx.Request:
    host = f"[{address}]" if ":" in address else address
    return client.build_request(
        method,
        f"{target.scheme}://{host}:{target.port}{target.path}",
        content=content,
        headers={
            "User-Agent": "portail-ror",
            "Accept-Encoding": "identity",
            **(headers or {}),
            "Host": target.authority,
        },
        extensions={"sni_hostname": target.host, "trace": watchdog.trace},
    )


def _answer(client: httpx.Client, request: httpx.Request, max_bytes: int) -> Answer:
    response = client.send(request, stream=True)
    try:
        if response.is_redirect:
            raise Failed("Le serveur renvoie vers une autre adresse : le portail ne la suit pas.")
        body = b""
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > max_bytes:
                raise Failed(f"La réponse dépasse {max_bytes} octets.")
        return Answer(response.status_code, dict(response.headers), body)
    finally:
        response.close()


class _Watchdog:
    """Cuts the connection when the whole call has lasted too long: httpx bounds each read, not their sum."""

    def __init__(self, seconds: float) -> None:
        self.fired = False
        self._deadline = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Remembers the socket as httpx opens it, then as TLS wraps it."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._socket = info["return_value"].get_extra_info("socket")
        if time.monotonic() > self._deadline:
            raise httpx.ReadTimeout("délai dépassé")

    def _cut(self) -> None:
        self.fired = True
        try:
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # closed in between: nothing is left to cut
