"""The deposit of a server: its certificate, with or without the authorities between it and a root.

PEM blocks one after another, the server's own first, or one DER. A private key anywhere refuses the whole deposit.
"""

import re

from policy.certificates import deposit

MAX_CHAIN = 5
MAX_BYTES = MAX_CHAIN * deposit.MAX_BYTES
_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def parts(data: bytes) -> list[bytes]:
    """The DER of each certificate deposited, the server's first. Raises deposit.Unreadable."""
    if code := deposit.secret_in(data):
        raise deposit.refuse(code)
    if len(data) > MAX_BYTES:
        raise deposit.refuse("too_big")
    blocks = _BLOCK.findall(data)
    if len(blocks) < 2:
        return [deposit.certificate_der(data)]
    if len(blocks) > MAX_CHAIN:
        raise deposit.refuse("several")
    return [deposit.certificate_der(block) for block in blocks]
