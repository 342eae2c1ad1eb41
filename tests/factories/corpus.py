"""Certificates of every offer and with every defect, as rows in force: what a night may have to judge."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from policy.certificates import authorities, deposit, der
from policy.certificates import x509 as reader
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import Certificate
from portal.parties.models import DigitalService
from tests.factories.certificates import (
    AT,
    BORN,
    CertificateFactory,
    crafted,
    ec_key,
    named,
    rebuilt,
    rsa_key,
    sample,
    tlv,
    unit,
)
from tests.factories.parties import member

OWN = "3" + "18751275100020"
SAMPLES = ("apibi", "cpxservices", "esignsante", "Extract", "platines", "testsign", "tomws")
CHANGES: dict[str, dict[str, Any]] = {
    "sound": {},
    "sound, elliptic": {"key": ec_key(ec.SECP256R1())},
    "sound, same key": {},
    "lasting key": {"key": rsa_key(3072)},
    "test structure": {"name": unit("300000000077081"), "hierarchy": Hierarchy.TEST},
    "wrong key of number": {"name": unit("300000000077082"), "hierarchy": Hierarchy.TEST},
    "another structure": {"name": unit("3" + "20005376700014")},
    "client": {"name": unit("1350000022")},
    "no unit": {"name": named((NameOID.COMMON_NAME, "ror"))},
    "two units": {
        "name": named((NameOID.ORGANIZATIONAL_UNIT_NAME, OWN), (NameOID.ORGANIZATIONAL_UNIT_NAME, "2187512751"))
    },
    "accents": {
        "name": named((NameOID.ORGANIZATION_NAME, "Hôpital, « Été »"), (NameOID.ORGANIZATIONAL_UNIT_NAME, OWN))
    },
    "invisible": {"name": named((NameOID.ORGANIZATIONAL_UNIT_NAME, OWN), (NameOID.COMMON_NAME, "ror\u202eexe"))},
    "person": {"name": named((NameOID.ORGANIZATIONAL_UNIT_NAME, OWN), (NameOID.SURNAME, "DUPONT"))},
    "authority": {"is_ca": True},
    "server": {"purposes": [ExtendedKeyUsageOID.SERVER_AUTH]},
    "signature": {"usages": ("digital_signature", "content_commitment")},
    "confidentiality": {"usages": ("key_encipherment",), "purposes": [ExtendedKeyUsageOID.EMAIL_PROTECTION]},
    "no usage": {"usages": None, "purposes": None},
    "card": {"purposes": [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SMARTCARD_LOGON]},
    "no policy": {"policy": ""},
    "policy of another product": {"policy": "1.2.250.1.213.1.7.1.1.2.5.1"},
    "policy of the other hierarchy": {"policy": "1.2.250.1.213.1.7.2.1.1.1.1"},
    "foreign policy": {"policy": "1.2.3.4"},
    "small key": {"key": rsa_key(1024)},
    "small exponent": {"key": rsa_key(2048, 3)},
    "odd curve": {"key": ec_key(ec.SECP256K1())},
    "edwards": {"key": ed25519.Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)},
    "not signed by its issuer": {"signing_key": rsa_key(3072)},
    "unknown issuer": {"issuer": named((NameOID.COMMON_NAME, "AC INCONNUE")), "signing_key": rsa_key(3072)},
    "unknown critical": {"extra": [(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\x05\x00"), True)]},
    "unknown, plain": {"extra": [(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\x05\x00"), False)]},
    "alternative name": {"extra": [(x509.SubjectAlternativeName([x509.DNSName("ror.exemple.fr")]), False)]},
    "of the other hierarchy": {},
    "outlives its authority": {"end": BORN + timedelta(days=12_000)},
    "not yet": {"start": AT + timedelta(days=3)},
}
IN_SANDBOX = ("test structure", "wrong key of number", "of the other hierarchy")


def crafted_all() -> Iterator[tuple[str, bytes]]:
    """Each by what it is, in PEM; no two have the same number nor the same bytes."""
    for rank, (what, changes) in enumerate(CHANGES.items()):
        yield what, _pem(crafted(serial=0x5000 + rank, **changes))
    other = tlv(0x30, tlv(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"), b"\x05\x00")
    yield "two algorithms", _pem(rebuilt(crafted(serial=0x6000), lambda parts: [*parts[:2], other, *parts[3:]]))
    yield "version one", _pem(rebuilt(crafted(serial=0x6001), lambda parts: [*parts[1:-1]]))
    long = tlv(der.INTEGER, b"\x01" * 21)
    yield "long number", _pem(rebuilt(crafted(serial=0x6002), lambda parts: [parts[0], long, *parts[2:]]))
    yield "extension twice", _pem(rebuilt(crafted(serial=0x6003), _doubled))
    for name in SAMPLES:
        yield f"real {name}", _pem(deposit.certificate_der(sample(name)))
    for anchor in authorities.igc_sante():
        yield f"real {anchor.name}", anchor.pem.encode()


def in_force(service: DigitalService) -> dict[str, Certificate]:
    """All of them as rows of one service, as if each had been declared, and one that cannot be read any more."""
    by = member(service.owner)
    rows = {}
    for what, pem in crafted_all():
        facts = reader.read(pem)
        is_test = "TEST" in facts.issuer.rfc4514.upper() or what in IN_SANDBOX
        rows[what] = CertificateFactory(
            service=service,
            declared_by=by,
            environment=Environment.SANDBOX if is_test else Environment.PRODUCTION,
            hierarchy=Hierarchy.TEST if is_test else Hierarchy.PROD,
            pem=facts.pem,
            fingerprint=facts.fingerprint,
            serial=facts.serial_hex[:40],
            issuer_digest=facts.issuer.digest,
            key_digest=facts.key.digest,
            not_before=min(facts.not_before, BORN + timedelta(days=900)),
            not_after=BORN + timedelta(days=4000),  # those of the past are watched too
        )
    rows["unreadable"] = CertificateFactory(service=service, declared_by=by)
    return rows


def _doubled(parts: list[bytes]) -> list[bytes]:
    listing = der.whole(der.whole(parts[-1]).content).content
    last = der.elements(listing)[-1].encoding
    return [*parts[:-1], tlv(0xA3, tlv(der.SEQUENCE, listing, last))]


def _pem(encoding: bytes) -> bytes:
    return reader._pem(encoding).encode()
