"""Whether a recognised public authority signed a server's certificate: a trust store of its own.

The store is Mozilla's, as the `certifi` package carries it. It serves servers only: no client certificate is ever
verified with it, and no authority of IGC-Santé is in it.
"""

import warnings
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import verification

from policy.certificates import names


@lru_cache(maxsize=1)
def store() -> verification.Store:
    """The public roots, read once per process; one of them has a serial number that RFC 5280 no longer allows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return verification.Store(x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes()))


def path(
    leaf: bytes, between: Sequence[bytes], name: str, *, at: datetime, roots: verification.Store | None = None
) -> tuple[str, ...]:
    """The names of the authorities above a server's certificate, up to a public root; empty when no path is found.

    `name` is one of the certificate's own host names (of a `*.` one, any host does): whether it is the right one is
    another question.
    """
    try:
        certificate = x509.load_der_x509_certificate(leaf)
        chain = [x509.load_der_x509_certificate(encoding) for encoding in between]
        moment = min(max(at, certificate.not_valid_before_utc), certificate.not_valid_after_utc)
        builder = verification.PolicyBuilder().store(roots or store()).time(moment)
        asked = x509.DNSName(f"un.{name[2:]}" if name.startswith("*.") else name)
        found = builder.build_server_verifier(asked).verify(certificate, chain)
    except (verification.VerificationError, ValueError, UnsupportedAlgorithm):
        return ()
    return tuple(_shown(authority) for authority in found[1:])


def _shown(authority: x509.Certificate) -> str:
    return names.rfc4514(names.parse(authority.subject.public_bytes()))
