"""Revocation lists and OCSP answers: what counts, and what never counts as good."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp as library
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from policy.certificates import ocsp, revocation
from policy.certificates.environments import Hierarchy
from policy.certificates.revocation import Answer, Doubtful, Standing, Trouble
from policy.certificates.trust import AnchorKind
from portal.demo.pki import Authority
from tests.factories.certificates import AT, BORN, issued, pki, rsa_key
from tests.factories.revocation import authority, issuer, revocation_list

NONCE = b"0123456789abcdef"


def other() -> Authority:
    """An authority of the other hierarchy: somebody else."""
    return authority(Hierarchy.TEST)


def trouble_of(data: bytes) -> Trouble:
    with pytest.raises(Doubtful) as caught:
        revocation.read_list(data, issuer(), at=AT)
    return caught.value.trouble


def test_list_tells_the_revoked_from_the_others() -> None:
    listing = revocation.read_list(revocation_list([5, 7]), issuer(), at=AT)
    assert listing.serials == {5, 7}
    assert listing.answer(6).standing is Standing.GOOD
    revoked = listing.answer(7)
    assert (revoked.standing, revoked.revoked_at) == (Standing.REVOKED, AT - timedelta(days=3))


def test_list_in_pem_is_read() -> None:
    listing = x509.load_der_x509_crl(revocation_list([9]))
    text = listing.public_bytes(serialization.Encoding.PEM)
    assert revocation.read_list(text, issuer(), at=AT).serials == {9}


@pytest.mark.parametrize(
    ("make", "trouble"),
    [
        (lambda: b"", Trouble.UNREADABLE),
        (lambda: b"<html>", Trouble.UNREADABLE),
        (lambda: revocation_list()[:-5], Trouble.UNREADABLE),
        (lambda: revocation_list() + b"\x00", Trouble.UNREADABLE),
        (lambda: revocation_list(signer=other()), Trouble.FORGED),
        (lambda: revocation_list(signer=other(), name=authority().certificate.subject), Trouble.FORGED),
        (lambda: revocation_list(next_at=AT - timedelta(seconds=1)), Trouble.STALE),
        (lambda: revocation_list(issued_at=AT + timedelta(minutes=6)), Trouble.STALE),
        (lambda: revocation_list(extra=[(x509.DeltaCRLIndicator(1), True)]), Trouble.PARTIAL),
        (lambda: revocation_list(extra=[(distribution(only_contains_ca_certs=True), True)]), Trouble.PARTIAL),
        (lambda: revocation_list(extra=[(distribution(indirect_crl=True), True)]), Trouble.PARTIAL),
        (
            lambda: revocation_list(
                extra=[(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\x05\x00"), True)]
            ),
            Trouble.PARTIAL,
        ),
    ],
)
def test_list_that_proves_nothing_is_doubtful(make: Callable[[], bytes], trouble: Trouble) -> None:
    assert trouble_of(make()) is trouble


def test_every_altered_octet_of_a_list_is_seen() -> None:
    data = revocation_list([5])
    for place in range(0, len(data), 11):
        altered = bytearray(data)
        altered[place] ^= 0x40
        with pytest.raises(Doubtful):
            revocation.read_list(bytes(altered), issuer(), at=AT)


def test_list_of_all_user_certificates_is_whole() -> None:
    data = revocation_list([5], extra=[(distribution(only_contains_user_certs=True), True)])
    assert revocation.read_list(data, issuer(), at=AT).serials == {5}


def distribution(**changes: bool) -> x509.IssuingDistributionPoint:
    """A distribution point with these marks."""
    marks = dict.fromkeys(
        ["only_contains_user_certs", "only_contains_ca_certs", "indirect_crl", "only_contains_attribute_certs"], False
    )
    address = x509.UniformResourceIdentifier("http://igc.exemple.fr/a.crl")
    return x509.IssuingDistributionPoint([address], None, only_some_reasons=None, **(marks | changes))


@pytest.mark.slow
def test_hundred_thousand_numbers_are_read_in_time_and_looked_up_at_once() -> None:
    entries = range(1, 100_001)
    data = revocation_list(entries)
    start = time.perf_counter()
    listing = revocation.read_list(data, issuer(), at=AT)
    assert time.perf_counter() - start < 5
    small = revocation.read_list(revocation_list([1]), issuer(), at=AT)
    assert lookups(listing.serials) < 5 * lookups(small.serials)


def lookups(serials: frozenset[int]) -> float:
    """The best of five rounds of ten thousand misses, in seconds."""
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for number in range(200_000, 210_000):
            _ = number in serials
        rounds.append(time.perf_counter() - start)
    return min(rounds)


@pytest.mark.parametrize(
    ("standings", "worst"),
    [
        ([], Standing.NOT_ASKED),
        ([Standing.GOOD], Standing.GOOD),
        ([Standing.GOOD, Standing.UNKNOWN], Standing.UNKNOWN),
        ([Standing.UNKNOWN, Standing.REVOKED, Standing.GOOD], Standing.REVOKED),
    ],
)
def test_sources_together_say_the_worst(standings: list[Standing], worst: Standing) -> None:
    assert revocation.combined([Answer(standing, "x") for standing in standings]).standing is worst


# OCSP


def certificate() -> x509.Certificate:
    return x509.load_pem_x509_certificate(issued())


PEM = issued().decode()
LEAF = x509.load_pem_x509_certificate(PEM.encode())


def answer(
    *,
    status: library.OCSPCertStatus = library.OCSPCertStatus.GOOD,
    signer: Authority | None = None,
    about: Authority | None = None,
    leaf: x509.Certificate = LEAF,
    said_at: datetime = AT,
    until: datetime | None = AT + timedelta(days=1),
    nonce: bytes | None = NONCE,
    delegate: tuple[x509.Certificate, object] | None = None,
    algorithm: hashes.HashAlgorithm | None = None,
) -> bytes:
    """An OCSP answer (DER), of the PROD demonstration authority unless told otherwise."""
    signer, about = signer or authority(), about or authority()
    is_revoked = status is library.OCSPCertStatus.REVOKED
    builder = library.OCSPResponseBuilder().add_response(
        cert=leaf,
        issuer=about.certificate,
        algorithm=algorithm or hashes.SHA1(),
        cert_status=status,
        this_update=said_at,
        next_update=until,
        revocation_time=AT - timedelta(days=2) if is_revoked else None,
        revocation_reason=None,
    )
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    key = signer.key
    if delegate:
        responder, key = delegate  # type: ignore[assignment]
        builder = builder.certificates([responder]).responder_id(library.OCSPResponderEncoding.HASH, responder)
    else:
        builder = builder.responder_id(library.OCSPResponderEncoding.NAME, signer.certificate)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def delegate(
    *, purposes: list[x509.ObjectIdentifier], signer: Authority | None = None
) -> tuple[x509.Certificate, object]:
    """A responder certified by an authority for these purposes, and its key."""
    signer, key = signer or authority(), rsa_key(2048, 65537)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Répondeur")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(signer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(77)
        .not_valid_before(BORN)
        .not_valid_after(BORN + timedelta(days=365))
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    )
    return builder.sign(signer.key, hashes.SHA256()), key


def read(data: bytes) -> Answer:
    return ocsp.read_answer(data, PEM, issuer(), nonce=NONCE, at=AT)


def test_question_names_the_certificate() -> None:
    request = library.load_der_ocsp_request(ocsp.question(PEM, issuer(), nonce=NONCE))
    assert request.serial_number == LEAF.serial_number
    assert request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == NONCE


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        (library.OCSPCertStatus.GOOD, Standing.GOOD),
        (library.OCSPCertStatus.REVOKED, Standing.REVOKED),
        (library.OCSPCertStatus.UNKNOWN, Standing.UNKNOWN),
    ],
)
def test_answer_of_the_authority_counts(status: library.OCSPCertStatus, standing: Standing) -> None:
    assert read(answer(status=status)).standing is standing
    assert read(answer(status=status, algorithm=hashes.SHA256(), nonce=None)).standing is standing


def test_answer_of_a_certified_responder_counts() -> None:
    made = delegate(purposes=[ExtendedKeyUsageOID.OCSP_SIGNING])
    assert read(answer(delegate=made)).standing is Standing.GOOD


@pytest.mark.parametrize(
    ("make", "trouble"),
    [
        (lambda: b"", Trouble.UNREADABLE),
        (lambda: b"<html>", Trouble.UNREADABLE),
        (
            lambda: library.OCSPResponseBuilder.build_unsuccessful(library.OCSPResponseStatus.TRY_LATER).public_bytes(
                serialization.Encoding.DER
            ),
            Trouble.SILENT,
        ),
        (lambda: answer(signer=other()), Trouble.FORGED),
        (lambda: answer(delegate=delegate(purposes=[ExtendedKeyUsageOID.CLIENT_AUTH])), Trouble.FORGED),
        (
            lambda: answer(delegate=delegate(purposes=[ExtendedKeyUsageOID.OCSP_SIGNING], signer=other())),
            Trouble.FORGED,
        ),
        (lambda: answer(nonce=b"another question"), Trouble.FORGED),
        (lambda: answer(about=other()), Trouble.FORGED),
        (lambda: answer(leaf=authority().certificate, about=root()), Trouble.FORGED),
        (lambda: answer(said_at=AT - timedelta(days=9), until=AT - timedelta(hours=1)), Trouble.STALE),
        (lambda: answer(said_at=AT - timedelta(days=3), until=None), Trouble.STALE),
        (lambda: answer(said_at=AT + timedelta(hours=1)), Trouble.STALE),
    ],
)
def test_answer_that_proves_nothing_is_doubtful(make: Callable[[], bytes], trouble: Trouble) -> None:
    with pytest.raises(Doubtful) as caught:
        read(make())
    assert caught.value.trouble is trouble


def root() -> Authority:
    return pki().authorities[Hierarchy.PROD, AnchorKind.ROOT]


def test_every_altered_octet_of_an_answer_is_seen() -> None:
    data = answer()
    for place in range(60, len(data), 13):
        altered = bytearray(data)
        altered[place] ^= 0x40
        with pytest.raises(Doubtful):
            read(bytes(altered))
