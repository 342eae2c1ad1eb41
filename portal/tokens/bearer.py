"""The text of a token: how it is made, read back from a header, and compared.

``ror_<prefix>_<secret>``: the prefix identifies (it is shown on pages), the secret holds 256 random bits. Only the
SHA-256 digest of the whole text is kept; a fast digest suffices because the secret cannot be guessed.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

MARK = "ror"
PREFIX_BYTES = 5  # ten hexadecimal characters
SECRET_BYTES = 32
PARAMETERS = frozenset({"access_token", "token", "api_token", "api_key", "apikey", "authorization", "bearer"})


@dataclass(frozen=True, slots=True)
class Made:
    """A new token: `text` is shown once, `prefix` and `digest` are kept."""

    text: str
    prefix: str
    digest: str


def make() -> Made:
    """A new random token."""
    prefix = secrets.token_hex(PREFIX_BYTES)
    text = f"{MARK}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    return Made(text, prefix, digest_of(text))


def digest_of(text: str) -> str:
    """The SHA-256 digest of a token's text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def prefix_of(text: str) -> str | None:
    """The prefix in a token's text; None when the text is not a token's."""
    mark, _, rest = text.partition("_")
    prefix, separator, secret = rest.partition("_")
    readable = mark == MARK and len(prefix) == 2 * PREFIX_BYTES and separator and len(secret) >= SECRET_BYTES
    return prefix if readable and prefix.isalnum() and prefix.isascii() else None


def same(text: str, digest: str) -> bool:
    """True when the text has this digest, in a time that does not depend on where they differ."""
    return hmac.compare_digest(digest_of(text).encode(), digest.encode())


def in_address(parameters: Iterable[tuple[str, str]]) -> bool:
    """True when the query string of an address carries a token: it would stay in logs and histories."""
    return any(name.lower() in PARAMETERS or prefix_of(value) for name, value in parameters)
