"""Sealing a client secret until it is read, under keys drawn from the installation's signing keys (the current first).

What is stored tells nothing to who reads the database without the installation's keys. The digest is keyed too, so that
a dump does not let anybody try secrets.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unreadable(Exception):
    """The sealed text was sealed under keys that this installation no longer has."""


def seal(secret: str, keys: Sequence[str]) -> str:
    """The secret, sealed under the first key."""
    return _cipher(keys).encrypt(secret.encode()).decode()


def unseal(sealed: str, keys: Sequence[str]) -> str:
    """The secret again. Raises Unreadable."""
    try:
        return _cipher(keys).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def digest(secret: str, keys: Sequence[str]) -> str:
    """What recognises the secret, in 64 hexadecimal characters."""
    return hmac.new(_drawn("client-secret-digest", keys[0]), secret.encode(), hashlib.sha256).hexdigest()


def _cipher(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_drawn("client-secret", key))) for key in keys])


def _drawn(use: str, key: str) -> bytes:
    return hashlib.sha256(f"{use}:{key}".encode()).digest()
