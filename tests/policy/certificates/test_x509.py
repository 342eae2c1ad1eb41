"""Certificates turned into plain facts; what the standard forbids is refused, or reported for the named checks."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ObjectIdentifier

from policy.certificates import deposit, der, keys, x509
from policy.certificates.environments import Hierarchy
from tests.factories.certificates import SAMPLES, crafted, ec_key, issued, rebuilt, rsa_key, sample, tlv

FINGERPRINTS = {
    "apibi": "c6dac0ea",
    "Extract": "dfd0",
    "platines": "7217",
    "testsign": "8f61",
    "cpxservices": "57d1",
}


def refused(data: bytes) -> str:
    """The code of the refusal."""
    with pytest.raises(deposit.Unreadable) as refusal:
        x509.read(data)
    return refusal.value.reason.code


@pytest.mark.parametrize(("name", "start"), FINGERPRINTS.items())
def test_read_gives_the_known_fingerprint_of_real_certificates(name: str, start: str) -> None:
    assert x509.read(sample(name)).fingerprint.startswith(start)


def test_read_gives_every_fact_of_a_real_client_certificate() -> None:
    facts = x509.read(sample("apibi"))
    assert (
        facts.subject.rfc4514
        == "CN=apibi.gateway_ANS,OU=318751275100020,O=AGENCE DU NUMERIQUE EN SANTE,ST=Paris (75),C=FR"
    )
    assert facts.issuer.rfc4514.startswith("CN=AC IGC-SANTE ELEMENTAIRE ORGANISATIONS,")
    assert facts.subject.values("OU") == ("318751275100020",)
    assert (facts.serial_hex, facts.serial_octets, facts.version) == ("6F5B5227DB0F4D6F1F50ECF70C9CEC35", 16, 3)
    assert facts.not_before == datetime(2023, 5, 5, 7, 4, 7, tzinfo=UTC)
    assert facts.not_after == datetime(2026, 5, 5, 7, 4, 7, tzinfo=UTC)
    assert (facts.key.kind, facts.key.bits, facts.key.exponent) == ("RSA", 2048, 65537)
    assert (facts.signature_hash, facts.algorithms_agree) == ("sha256", True)
    extensions = facts.extensions
    assert (extensions.usages, extensions.purposes, extensions.is_ca) == (
        ("digitalSignature",),
        (x509.CLIENT_AUTH,),
        False,
    )
    assert (extensions.igc_type, extensions.policies) == (0x03, ("1.2.250.1.213.1.7.1.1.2.4.1",))
    assert extensions.authority_key == "d7fbfadcd5027fe7c153864d4be8a44a1e0bbb63"
    assert x509.read(facts.pem.encode()) == facts


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.pem")), ids=lambda path: path.stem)
def test_read_the_same_facts_from_pem_and_der(path: Path) -> None:
    pem = path.read_bytes()
    assert x509.read(pem) == x509.read(deposit.certificate_der(pem))


def test_read_of_a_demonstration_certificate_has_the_real_layout() -> None:
    real, made = x509.read(sample("Extract")), x509.read(issued(Hierarchy.TEST))
    assert [label for label, _ in made.subject.attributes] == [label for label, _ in real.subject.attributes]
    assert made.extensions.igc_type == real.extensions.igc_type == 0x83
    assert made.extensions.policies == real.extensions.policies
    assert made.serial_octets == real.serial_octets == 16


@pytest.mark.parametrize(
    ("serial", "expected"),
    [(b"\x01" * 21, int.from_bytes(b"\x01" * 21, "big")), (b"\x00\xff", 255), (b"\x01", 1)],
)
def test_serial_is_given_with_its_size(serial: bytes, expected: int) -> None:
    facts = x509.read(rebuilt(crafted(), lambda parts: [parts[0], tlv(der.INTEGER, serial), *parts[2:]]))
    assert (facts.serial, facts.serial_octets) == (expected, len(serial))


@pytest.mark.parametrize("serial", [b"\x00", b"\xff", b"\x80" + b"\x00" * 15])
def test_serial_that_is_not_positive_is_refused(serial: bytes) -> None:
    assert refused(rebuilt(crafted(), lambda parts: [parts[0], tlv(der.INTEGER, serial), *parts[2:]])) == "serial"


def test_version_one_is_reported() -> None:
    facts = x509.read(rebuilt(crafted(), lambda parts: [*parts[1:-1]]))
    assert facts.version == 1
    assert facts.extensions.usages is None


def test_unknown_version_is_refused() -> None:
    assert refused(rebuilt(crafted(), lambda parts: [tlv(0xA0, tlv(2, b"\x07")), *parts[1:]])) == "unreadable"


def test_duplicated_extension_is_reported_and_no_extension_is_read() -> None:
    def double(parts: list[bytes]) -> list[bytes]:
        listing = der.whole(der.whole(parts[-1]).content)
        first = listing.children()[0].encoding
        return [*parts[:-1], tlv(0xA3, tlv(der.SEQUENCE, listing.content, first))]

    extensions = x509.read(rebuilt(crafted(), double)).extensions
    assert extensions.duplicated == ("2.5.29.19",)
    assert extensions.usages is None


def test_two_signature_algorithms_are_reported() -> None:
    other = tlv(0x30, tlv(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"), b"\x05\x00")
    facts = x509.read(rebuilt(crafted(), lambda parts: [*parts[:2], other, *parts[3:]]))
    assert not facts.algorithms_agree


def test_seal_written_in_another_way_is_refused() -> None:
    signed, algorithm, seal = der.whole(crafted()).children()
    other = tlv(der.BIT_STRING, b"\x01", seal.content[1:])
    assert refused(tlv(der.SEQUENCE, signed.encoding, algorithm.encoding, other)) == "unreadable"


@pytest.mark.parametrize(
    ("extension", "code"),
    [
        ("2.5.29.15", "unreadable"),  # key usage
        ("2.5.29.37", "unreadable"),  # extended key usage
        ("2.5.29.17", "unreadable"),  # alternative names
    ],
)
def test_unreadable_extension_is_refused_at_once(extension: str, code: str) -> None:
    spoilt = library.UnrecognizedExtension(ObjectIdentifier(extension), b"\x30\x05\x01")
    assert refused(crafted(usages=None, purposes=None, extra=[(spoilt, False)])) == code


def test_unreadable_subject_is_refused_at_once() -> None:
    subject = tlv(0x30, tlv(0x31, tlv(0x30, tlv(6, b"\x55\x04\x03"), tlv(0x0C, b"\xff\xfe"))))
    assert refused(rebuilt(crafted(), lambda parts: [*parts[:5], subject, *parts[6:]])) == "unreadable"


def test_latin_letters_in_an_old_string_type_are_read() -> None:
    subject = tlv(0x30, tlv(0x31, tlv(0x30, tlv(6, b"\x55\x04\x03"), tlv(0x14, "Côte".encode("latin-1")))))
    assert x509.read(rebuilt(crafted(), lambda parts: [*parts[:5], subject, *parts[6:]])).subject.rfc4514 == "CN=Côte"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)),
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), datetime(2031, 2, 28, 12, 0, tzinfo=UTC)),
    ],
)
def test_dates_are_exact_across_the_two_forms_of_time(start: datetime, end: datetime) -> None:
    facts = x509.read(crafted(start=start, end=end))
    assert (facts.not_before, facts.not_after) == (start, end)


@pytest.mark.parametrize(
    ("key", "described"),
    [
        (rsa_key(1024), ("RSA", 1024, 65537, "")),
        (rsa_key(2048, 3), ("RSA", 2048, 3, "")),
        (ec_key(ec.SECP256R1()), ("EC", 256, 0, "secp256r1")),
        (ec_key(ec.SECP521R1()), ("EC", 521, 0, "secp521r1")),
        (ec_key(ec.SECP256K1()), ("EC", 256, 0, "secp256k1")),
        (ed25519.Ed25519PrivateKey.generate(), ("Ed25519", 0, 0, "")),
    ],
)
def test_key_is_described(key: object, described: tuple[str, int, int, str]) -> None:
    facts = x509.read(crafted(key=key)).key
    assert (facts.kind, facts.bits, facts.exponent, facts.curve) == described


def spki_of(curve: str, form: str) -> bytes:
    """A public key (DER) whose curve is written by OpenSSL in this form (`named_curve` or `explicit`)."""
    generate = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}"]
    key = subprocess.run([*generate, "-pkeyopt", f"ec_param_enc:{form}"], capture_output=True, check=True).stdout
    command = ["openssl", "pkey", "-pubout", "-outform", "DER"]
    return subprocess.run(command, input=key, capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    ("curve", "form", "expected"),
    [
        ("P-256", "named_curve", ("EC", "secp256r1")),
        ("P-256", "explicit", ("EC", keys.EXPLICIT)),
        ("secp224r1", "explicit", ("unknown", "")),
        ("brainpoolP256t1", "named_curve", ("unknown", "")),
    ],
)
def test_curve_is_known_by_its_name_only(curve: str, form: str, expected: tuple[str, str]) -> None:
    key = spki_of(curve, form)
    facts = x509.read(rebuilt(crafted(), lambda parts: [*parts[:6], key, *parts[7:]])).key
    assert (facts.kind, facts.curve) == expected


def test_signature_hash_is_named() -> None:
    assert x509.read(crafted(algorithm=hashes.SHA512())).signature_hash == "sha512"
    assert x509.read(sample("cpxservices")).signature_hash == "sha1"
