"""The agency's electronic seal on a PDF: PAdES baseline (ETSI EN 319 142-1), level B-B, or B-T with a timestamp.

A seal certifies: any later change shows, and the place of the seal itself is invisible, so that the document stays
PDF/A and PDF/UA. The parsed key is kept, since the library would check an RSA key anew at each signature. Importing
this module loads the signature library (most of a second): callers do it when they first seal.
"""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Cachet"
ECDSA_ROOM = 160  # bytes reserved for an ECDSA signature of any usual curve
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
Stamp = Callable[[bytes], bytes]  # a timestamp request (RFC 3161, DER) to its response
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Unsealable(Exception):
    """No seal can be put: the certificate, the key, the time or the file does not allow it; the message says which."""


@dataclass(frozen=True, eq=False)
class Seal:
    """A seal ready to be put: whose it is, until when (aware), and what signs."""

    owner: str
    not_after: datetime
    signer: Any


def load(certificates: bytes, key: bytes) -> Seal:
    """The seal of a PEM chain, the seal's own certificate first, and of its PEM key. Raises Unsealable."""
    try:
        own, *others = x509.load_pem_x509_certificates(certificates)
        private = serialization.load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:
        raise Unsealable(f"Le certificat ou la clé du cachet est illisible : {error}") from error
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Unsealable("La clé du cachet doit être une clé RSA ou à courbe elliptique.")
    if private.public_key() != own.public_key():
        raise Unsealable("La clé du cachet n’est pas celle de son certificat, qui doit venir en premier.")
    store = SimpleCertificateStore()
    store.register_multiple(map(_asn1, others))
    return Seal(_owner(own), own.not_valid_after_utc, _KeptKey(_asn1(own), private, store))


def applied(seal: Seal, pdf: bytes, *, reason: str, at: datetime, stamp: Stamp | None = None) -> bytes:
    """The PDF under the seal; `at` (aware) is the present instant. Raises Unsealable: never half a document.

    The signature library wants a thread without an event loop of its own; it is given one.
    """
    if at > seal.not_after:
        raise Unsealable(f"Le certificat du cachet a expiré le {seal.not_after:%d/%m/%Y} : installez le suivant.")
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason=reason, certify=True
    )
    sealer = signers.PdfSigner(metadata, signer=seal.signer, timestamper=_Stamper(stamp) if stamp else None)
    output = io.BytesIO()
    try:
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(sealer.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(pdf)), output=output).result()
    except (PdfError, SigningError, TimestampRequestError, ValueError) as error:
        raise Unsealable(f"Le cachet n’a pas pu être apposé : {error}") from error
    return output.getvalue()


class _KeptKey(signers.SimpleSigner):
    """Signs with a key that was parsed and checked once."""

    def __init__(self, certificate: asn1_x509.Certificate, key: Key, store: SimpleCertificateStore) -> None:
        der = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        super().__init__(certificate, asn1_keys.PrivateKeyInfo.load(der), store)
        self.kept = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The raw signature; a blank of its size for a dry run."""
        if isinstance(self.kept, rsa.RSAPrivateKey):
            if dry_run:
                return bytes(self.kept.key_size // 8)
            return self.kept.sign(data, padding.PKCS1v15(), HASHES[digest_algorithm])
        return bytes(ECDSA_ROOM) if dry_run else self.kept.sign(data, ec.ECDSA(HASHES[digest_algorithm]))


class _Stamper(TimeStamper):
    """Asks for the time through the caller's own way out."""

    def __init__(self, stamp: Stamp) -> None:
        super().__init__()
        self.stamp = stamp

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The authority's answer to one request."""
        return tsp.TimeStampResp.load(self.stamp(req.dump()))


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _owner(certificate: x509.Certificate) -> str:
    """The organisation that seals, as its certificate names it."""
    for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        if found := certificate.subject.get_attributes_for_oid(kind):
            return str(found[0].value)
    return certificate.subject.rfc4514_string()
