"""Detached Ed25519 signatures, with a key kept in a file that only its owner reads."""

import base64
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "Ed25519"


class KeyUnavailable(Exception):
    """The key cannot be used; the message says why, in French, without anything of the key."""


@dataclass(frozen=True)
class Signer:
    """A loaded key. `key_id` is the start of the SHA-256 of its public half."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The public half, 32 raw bytes."""
        return self.key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)

    @property
    def public_pem(self) -> str:
        """The public half, as a PEM text for gateways."""
        pem = self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return pem.decode()

    @property
    def key_id(self) -> str:
        """Sixteen hexadecimal characters."""
        return hashlib.sha256(self.public).hexdigest()[:16]

    def sign(self, body: bytes) -> str:
        """The signature of these bytes, in base64."""
        return base64.b64encode(self.key.sign(body)).decode()


def verifies(body: bytes, signature: str, public: bytes) -> bool:
    """True when `signature` (base64) is that of `body` under the public key (32 raw bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature, validate=True), body)
    except (InvalidSignature, ValueError):
        return False
    return True


def load(path: Path, *, create: bool) -> Signer:
    """The key in the file; with `create`, made on first use (mode 0600). Raises KeyUnavailable."""
    if create and not path.exists():
        _make(path)
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyUnavailable(f"La clé de signature {path} est lisible par d’autres (chmod 600).")
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnavailable(f"La clé de signature {path} est absente ou illisible.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnavailable(f"La clé de signature {path} n’est pas une clé Ed25519.")
    return Signer(key)


def _make(path: Path) -> None:
    """Writes a new key whole, then gives it its name: of two processes starting together one wins, both read it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
