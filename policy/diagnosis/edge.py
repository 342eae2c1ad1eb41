"""What the front server says of a TLS connection, and whether it is the front server that says so.

nginx ends TLS: it checks that the caller holds the key of the certificate it presents (the handshake itself), hands the
certificate over in a header, and proves itself by a key that the portal shares with it alone. Without that key the
headers are what anybody may write, and nothing is read of them.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

KEY_HEADER = "X-Edge-Key"
CERTIFICATE_HEADER = "X-Client-Certificate"  # $ssl_client_escaped_cert
SUBJECT_HEADER = "X-Client-Subject"  # $ssl_client_s_dn
VERDICT_HEADER = "X-Client-Verify"  # $ssl_client_verify
HEADERS = (KEY_HEADER, CERTIFICATE_HEADER, SUBJECT_HEADER, VERDICT_HEADER)
SHORTEST_KEY = 32


@dataclass(frozen=True, slots=True)
class Presented:
    """The caller's certificate (PEM; empty for none), its name as nginx prints it, and nginx's verdict."""

    pem: str = ""
    subject: str = ""
    verdict: str = ""


def presented(headers: Mapping[str, str], *, key: str) -> Presented | None:
    """What the front server handed over; None when the request does not come from it, or when no key is set."""
    said = headers.get(KEY_HEADER, "")
    if len(key) < SHORTEST_KEY or not hmac.compare_digest(said.encode(), key.encode()):
        return None
    pem = unquote(headers.get(CERTIFICATE_HEADER, ""), errors="replace")
    return Presented(pem, _utf8(headers.get(SUBJECT_HEADER, "")), headers.get(VERDICT_HEADER, "")[:200])


def _utf8(text: str) -> str:
    """Header values come as octets read one by one."""
    return text.encode("latin-1", "replace").decode("utf-8", "replace")[:1000]
