"""Reading a URL before any connection: exactly an allowed origin, or a refusal.

An origin is `https://host` or `https://host:port` (`http://` where a list names it so, as revocation lists do).
Nothing is corrected on the way: a URL that two parsers could read in two ways is refused.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_LENGTH = 2048
PORTS = {"https": 443, "http": 80}
_PLAIN = re.compile(r"[!-~]+")  # printable ASCII, no space
_AUTHORITY = re.compile(
    r"(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)(?::(?P<port>[1-9]\d{0,4}))?"
)


class Forbidden(Exception):
    """The URL or the address it leads to is not one that the portal may call; the message says why, in French."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL read once and for all; `path` starts with a slash and keeps the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What is compared with the allowed list."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """The value of the `Host` header."""
        return self.host if PORTS[self.scheme] == self.port else f"{self.host}:{self.port}"


def parse(url: str, *, allowed: Collection[str]) -> Target:
    """The target of `url` if its origin is in `allowed`. Raises Forbidden."""
    target = _read(url)
    if target.origin not in {_read(origin).origin for origin in allowed}:
        raise Forbidden("Cette adresse ne figure pas parmi celles que le portail peut appeler.")
    return target


def _read(url: str) -> Target:
    if len(url) > MAX_LENGTH or not _PLAIN.fullmatch(url) or "\\" in url or "#" in url:
        raise Forbidden("Cette adresse n’est pas une adresse web bien formée.")
    scheme, separator, rest = url.partition("://")
    if scheme not in PORTS or not separator:
        raise Forbidden("Seules les adresses en https:// peuvent être appelées.")
    authority = re.split(r"[/?]", rest, maxsplit=1)[0]
    if not (match := _AUTHORITY.fullmatch(authority)):
        raise Forbidden("Le nom d’hôte de cette adresse n’est pas accepté.")
    port = int(match["port"] or PORTS[scheme])
    if port > 65535:
        raise Forbidden("Le port de cette adresse n’existe pas.")
    return Target(scheme, match["host"], port, _path(url))


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
