"""Asking an OCSP responder about one certificate, and judging what it answers (RFC 6960).

The answer counts only when the authority itself, or a responder that it certified for this purpose, signed it, for
this very certificate, recently, and not for somebody else's question. Nothing is fetched here.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from portal.web import wording

from .revocation import SKEW, SOUND_HASHES, Answer, Doubtful, Standing, Trouble
from .trust import Anchor

MEDIA_TYPE = "application/ocsp-request"
MAX_AGE = timedelta(days=2)  # of an answer that does not say until when it holds


def question(pem: str, issuer: Anchor, *, nonce: bytes) -> bytes:
    """The request (DER) about a certificate of an authority."""
    certificate, authority = _pair(pem, issuer)
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, authority, hashes.SHA1())  # noqa: S303 - a name
    request = builder.add_extension(x509.OCSPNonce(nonce), critical=False).build()
    return request.public_bytes(serialization.Encoding.DER)


def read_answer(data: bytes, pem: str, issuer: Anchor, *, nonce: bytes, at: datetime) -> Answer:
    """What the responder says of the certificate, at an aware instant. Raises revocation.Doubtful."""
    certificate, authority = _pair(pem, issuer)
    try:
        response = ocsp.load_der_ocsp_response(data)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise Doubtful(Trouble.SILENT)
        _check_signature(response, authority, at)
        _check_nonce(response, nonce)
        single = _about(response.responses, certificate, authority)
        _check_dates(single, at)
        return _answer(single)
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm) as error:
        raise Doubtful(Trouble.UNREADABLE) from error


def _pair(pem: str, issuer: Anchor) -> tuple[x509.Certificate, x509.Certificate]:
    return (
        x509.load_pem_x509_certificate(pem.encode("ascii")),
        x509.load_pem_x509_certificate(issuer.pem.encode("ascii")),
    )


def _check_signature(response: ocsp.OCSPResponse, authority: x509.Certificate, at: datetime) -> None:
    for signer in [authority, *response.certificates]:
        if _is_named(response, signer) and _may_answer(signer, authority, at):
            if not _has_signed(response, signer):
                raise Doubtful(Trouble.FORGED)
            return
    raise Doubtful(Trouble.FORGED)


def _is_named(response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    if response.responder_name is not None:
        return response.responder_name == signer.subject
    return response.responder_key_hash == x509.SubjectKeyIdentifier.from_public_key(signer.public_key()).digest


def _may_answer(signer: x509.Certificate, authority: x509.Certificate, at: datetime) -> bool:
    """The authority itself, or who it certified to answer in its name (RFC 6960 §4.2.2.2)."""
    if signer == authority:
        return True
    try:
        signer.verify_directly_issued_by(authority)
        purposes = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (InvalidSignature, x509.ExtensionNotFound, ValueError, TypeError):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes and (
        signer.not_valid_before_utc <= at <= signer.not_valid_after_utc
    )


def _has_signed(response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, algorithm = signer.public_key(), response.signature_hash_algorithm
    if algorithm is None or algorithm.name not in SOUND_HASHES:
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _check_nonce(response: ocsp.OCSPResponse, nonce: bytes) -> None:
    """Responders may leave the nonce out (answers made in advance); another one is the answer to somebody else."""
    try:
        returned = response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return
    if returned != nonce:
        raise Doubtful(Trouble.FORGED)


def _about(
    singles: Iterable[ocsp.OCSPSingleResponse], certificate: x509.Certificate, authority: x509.Certificate
) -> ocsp.OCSPSingleResponse:
    """The answer that designates this certificate: its number, and its authority's name and key, hashed alike."""
    for single in singles:
        own = ocsp.OCSPRequestBuilder().add_certificate(certificate, authority, single.hash_algorithm).build()
        if _identifier(single) == _identifier(own):
            return single
    raise Doubtful(Trouble.FORGED)


def _identifier(named: ocsp.OCSPSingleResponse | ocsp.OCSPRequest) -> tuple[int, bytes, bytes]:
    return named.serial_number, named.issuer_name_hash, named.issuer_key_hash


def _check_dates(single: ocsp.OCSPSingleResponse, at: datetime) -> None:
    until = single.next_update_utc or single.this_update_utc + MAX_AGE
    if single.this_update_utc > at + SKEW or until < at - SKEW:
        raise Doubtful(Trouble.STALE)


def _answer(single: ocsp.OCSPSingleResponse) -> Answer:
    said_at = wording.exact(single.this_update_utc)
    if single.certificate_status is ocsp.OCSPCertStatus.GOOD:
        return Answer(Standing.GOOD, f"Le répondeur OCSP le donne pour valable le {said_at}.")
    if single.certificate_status is ocsp.OCSPCertStatus.REVOKED and single.revocation_time_utc:
        since = single.revocation_time_utc
        return Answer(Standing.REVOKED, f"Révoqué par son autorité depuis le {wording.exact(since)}.", since)
    return Answer(Standing.UNKNOWN, f"Le répondeur OCSP ne connaît pas ce certificat (le {said_at}).")
