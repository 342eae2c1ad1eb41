"""The door in front of Django: verdicts and unchanged whitelists, answered without the framework.

Nothing here decides who may ask, nor how an answer looks. A caller whom Django answered with success less than
TRUST seconds ago, for the same address and with the same headers, is answered from memory with the very headers that
Django gave; every other call, and every call that is refused or malformed, is Django's. A revoked token, an expired
one, a new publication or a new policy therefore counts within TRUST seconds. What is answered from memory is
outside the throttle of tokens, which counts the calls that reach Django: gateways ask far more often than it allows.
"""

import hashlib
import io
import time
from collections.abc import Callable, Iterable
from random import getrandbits
from typing import Any, NamedTuple

from policy.verdicts import express, moment, queries

TRUST = 1.0  # seconds
VERDICTS = "/api/v1/verdicts"
WHITELIST = "/api/v1/whitelist"
LONGEST_BODY = 256 * 1024
KNOWN_AT_MOST = 1000
# all that Django reads of a call to these two addresses, besides its body
READ = (
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_HOST",
    "SERVER_PORT",
    "wsgi.url_scheme",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_ACCEPT",
    "CONTENT_TYPE",
    "HTTP_IF_NONE_MATCH",
)
BOUND = "token-environments"  # said by Django of a token that does not serve both
ANSWERS_OWN = frozenset({"content-length", "x-request-id"})  # headers that no two answers share

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class Known(NamedTuple):
    """What Django answered: status line and headers, true until an instant of the monotonic clock.

    `headers` lack the request's id and, where there is a body, its length: each answer has its own.
    """

    status: str
    headers: list[tuple[str, str]]
    until: float
    environments: frozenset[str] = frozenset()  # those that the token serves; none: all


class Express:
    """A WSGI application around Django's."""

    def __init__(self, django: Application, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.django, self.clock = django, clock
        self.known: dict[tuple[Any, ...], Known] = {}

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """One call: from memory where it may, else Django's."""
        path = environ.get("PATH_INFO")
        if path == VERDICTS and environ["REQUEST_METHOD"] == "POST":
            return self._verdicts(environ, start)
        if path == WHITELIST and environ["REQUEST_METHOD"] == "GET" and "HTTP_IF_NONE_MATCH" in environ:
            return self._whitelist(environ, start)
        return self.django(environ, start)

    def _verdicts(self, environ: Environ, start: Start) -> Iterable[bytes]:
        key, length = _key(environ), _length(environ)
        if key is None or not 0 < length <= LONGEST_BODY or environ.get("QUERY_STRING"):
            return self.django(environ, start)
        body = environ["wsgi.input"].read(length)
        known = self._fresh(key)
        said = express.answer(body, _gates(known), at=moment.of(time.time())) if known else None
        if known is None or said is None:
            environ["wsgi.input"] = io.BytesIO(body)
            return self._learning(environ, start, key, "200")
        start(known.status, [*known.headers, ("Content-Length", str(len(said))), ("X-Request-Id", _request_id())])
        return [said]

    def _whitelist(self, environ: Environ, start: Start) -> Iterable[bytes]:
        key = _key(environ)
        if key is None:
            return self.django(environ, start)
        if known := self._fresh(key):
            start(known.status, [*known.headers, ("X-Request-Id", _request_id())])
            return [b""]
        return self._learning(environ, start, key, "304")

    def _fresh(self, key: tuple[Any, ...]) -> Known | None:
        known = self.known.get(key)
        return known if known and self.clock() < known.until else None

    def _learning(self, environ: Environ, start: Start, key: tuple[Any, ...], status: str) -> Iterable[bytes]:
        """Django's answer; what it was is kept when it is the expected one, forgotten otherwise."""
        until = self.clock() + TRUST  # from before Django read the token

        def noted(line: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if len(self.known) >= KNOWN_AT_MOST:
                self.known.clear()
            if line.startswith(status) and not any(name.lower() == "set-cookie" for name, _ in headers):
                own = ANSWERS_OWN if status == "200" else ANSWERS_OWN - {"content-length"}
                kept = [header for header in headers if header[0].lower() not in own]
                served = next((text for name, text in headers if name.lower() == BOUND), "")
                self.known[key] = Known(line, kept, until, frozenset(served.split()))
            return start(line, headers, *more)

        self.known.pop(key, None)
        return self.django(environ, noted)


def _gates(known: Known) -> express.GateOf:
    """The gates that the token serves; a question for another environment is Django's, which refuses it."""
    if not known.environments:
        return queries.gate_of_the_moment
    return lambda environment: queries.gate_of_the_moment(environment) if environment in known.environments else None


def _key(environ: Environ) -> tuple[Any, ...] | None:
    """Who asks and how, token digested; None for a call that memory never answers (a browser's, a mounted portal's)."""
    authorization = environ.get("HTTP_AUTHORIZATION")
    if not authorization or "HTTP_COOKIE" in environ or environ.get("SCRIPT_NAME"):
        return None
    digest = hashlib.sha256(authorization.encode("utf-8", "surrogateescape")).digest()
    return (digest, *map(environ.get, READ))


def _length(environ: Environ) -> int:
    try:
        return int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _request_id() -> str:
    """A random UUID (version 4) at a third of the price of `uuid.uuid4`: it names a call, and keeps nothing secret."""
    figures = f"{getrandbits(128):032x}"
    return f"{figures[:8]}-{figures[8:12]}-4{figures[13:16]}-a{figures[17:20]}-{figures[20:]}"
