"""The secret of an invitation link: 256 bits, never stored, made again from a nonce and the installation's key.

The database keeps the nonce and the digest of the token: whoever reads it cannot build the link without the key.
"""

import base64
import hashlib
import hmac


def token(nonce: str, *, key: str) -> str:
    """The token of a nonce: 43 characters fit for an address."""
    mac = hmac.new(key.encode(), f"portal.parties.invitation:{nonce}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()


def digest(token: str) -> str:
    """What is stored and searched: the SHA-256 of the token, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
