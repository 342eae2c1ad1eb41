"""Names of servers: the host of an address, and whether a certificate's names cover it (RFC 6125 §6.4)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

PREFIX = "DNSName:"  # as `policy.certificates.x509` writes alternative names


def host_of(url: str) -> str:
    """The host of a web address, in lower case and ASCII (IDNA); empty when there is none."""
    try:
        host = urlsplit(url).hostname or ""
        return host.encode("idna").decode("ascii").lower().rstrip(".")
    except (ValueError, UnicodeError):
        return ""


def names(alternative_names: Iterable[str]) -> list[str]:
    """The host names among the alternative names of a certificate."""
    return [name.removeprefix(PREFIX).lower() for name in alternative_names if name.startswith(PREFIX)]


def covers(name: str, host: str) -> bool:
    """True when a name of a certificate is that of the host; `*.` stands for one label, the first."""
    if not host or not name:
        return False
    if name.startswith("*."):
        label, _, rest = host.partition(".")
        return bool(label) and "." in rest and rest == name[2:]
    return name == host
