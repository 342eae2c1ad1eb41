"""Proving that one holds the private key of a certificate: signing a text that the portal chose.

The text names the certificate and the day, sealed with the portal's own key: nothing is kept, and a proof of one day
or one certificate is worth nothing for another.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import date, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

MAX_SIGNATURE = 2048  # characters of base64: an RSA key of 8192 bits signs in 1368
COMMAND = "openssl dgst -sha256 -sign cle-privee.pem defi.txt | openssl base64 -A"


def challenge(reference: str, fingerprint: str, *, day: date, secret: str) -> str:
    """The text to sign, without end of line."""
    stem = f"portail-ror possession {reference} {day.isoformat()}"
    seal = hmac.new(secret.encode(), f"{stem} {fingerprint}".encode(), hashlib.sha256).hexdigest()
    return f"{stem} {seal[:32]}"


def is_proven(pem: str, reference: str, fingerprint: str, signature: str, *, day: date, secret: str) -> bool:
    """True when the signature (base64) of today's or yesterday's challenge was made with the certificate's key.

    With or without the end of line that editors add.
    """
    sealed = decoded(signature)
    if sealed is None:
        return False
    texts = [challenge(reference, fingerprint, day=when, secret=secret) for when in (day, day - timedelta(days=1))]
    candidates = [f"{text}{end}".encode() for text in texts for end in ("", "\n", "\r\n")]
    return any(_is_signed(pem, candidate, sealed) for candidate in candidates)


def decoded(signature: str) -> bytes | None:
    """The octets of a signature in base64; None when it is not base64."""
    compact = "".join(signature.split())
    if not compact or len(compact) > MAX_SIGNATURE:
        return None
    try:
        return base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        return None


def _is_signed(pem: str, text: bytes, signature: bytes) -> bool:
    key = x509.load_pem_x509_certificate(pem.encode("ascii")).public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, text, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True
