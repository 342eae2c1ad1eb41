"""Certificates for tests: the demonstration authorities, certificates made to measure, and DER put together by hand."""

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import factory
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from policy.certificates import der, operations
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.lifecycle import State
from policy.certificates.models import Certificate, NameHolding, TrustAnchor
from policy.certificates.policies import AUTH_CLI
from policy.certificates.trust import Anchor, AnchorKind
from portal.demo import pki as demo
from portal.lifecycle.models import ReferenceCounter
from portal.parties.models import DigitalService
from tests.factories.parties import DigitalServiceFactory, LegalEntityFactory, member

SAMPLES = Path(__file__).resolve().parent.parent / "policy" / "certificates" / "data"
AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
BORN = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)
SIRET = "18751275100020"  # ANS, as real certificates carry it
SIREN = SIRET[:9]
NAME = (
    (NameOID.COUNTRY_NAME, "FR"),
    (NameOID.STATE_OR_PROVINCE_NAME, "Paris (75)"),
    (NameOID.ORGANIZATION_NAME, "EDITEUR"),
    (NameOID.ORGANIZATIONAL_UNIT_NAME, f"3{SIRET}"),
    (NameOID.COMMON_NAME, "ror.editeur"),
)
_USAGES = demo._USAGE_FIELDS


def sample(name: str) -> bytes:
    """A real certificate (PEM) whose file name starts so."""
    return next(SAMPLES.glob(f"{name}*.pem")).read_bytes()


@cache
def pki() -> demo.Pki:
    """The demonstration authorities, made once per test process."""
    folder = Path(tempfile.mkdtemp(prefix="portail-pki-"))
    return demo.prepare(folder / "pki", at=datetime(2020, 1, 1, tzinfo=UTC))


def anchors() -> list[Anchor]:
    """The demonstration authorities, as anchors."""
    return pki().anchors()


def issued(hierarchy: Hierarchy = Hierarchy.PROD, **changes: Any) -> bytes:
    """An AUTH_CLI certificate of the demonstration (PEM), with the changes asked for."""
    given = {
        "organisation": "EDITEUR",
        "identifier": f"3{SIRET}",
        "common_name": "ror.editeur",
        "at": BORN,
    }
    wanted = given | changes
    return pki().issue(hierarchy, **({"key": key_of(str(wanted["identifier"]))} | wanted)).certificate


@cache
def key_of(identifier: str) -> rsa.RSAPrivateKey:
    """The key of a structure: its certificates share it, and nobody else's."""
    return rsa_key() if identifier == f"3{SIRET}" else rsa.generate_private_key(65537, 2048)


@cache
def rsa_key(bits: int = 2048, exponent: int = 65537) -> rsa.RSAPrivateKey:
    """A key of this size, made once: certificates of tests may share it."""
    return rsa.generate_private_key(exponent, bits)


def crafted(
    *,
    name: x509.Name | None = None,
    key: Any = None,
    usages: Sequence[str] | None = ("digital_signature",),
    purposes: Sequence[ObjectIdentifier] | None = (ExtendedKeyUsageOID.CLIENT_AUTH,),
    is_ca: bool = False,
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
    serial: int = 0x1D5DE25E3DC14BDE,
    start: datetime = BORN,
    end: datetime | None = None,
    hierarchy: Hierarchy = Hierarchy.PROD,
    policy: str | None = None,
    issuer: x509.Name | None = None,
    signing_key: Any = None,
    algorithm: Any = None,
) -> bytes:
    """A certificate (DER) signed by the demonstration unless told otherwise."""
    authority = pki().authorities[hierarchy, AnchorKind.INTERMEDIATE]
    policy = AUTH_CLI[hierarchy].oid if policy is None else policy
    builder = (
        x509.CertificateBuilder()
        .subject_name(name or x509.Name([x509.NameAttribute(oid, value) for oid, value in NAME]))
        .issuer_name(issuer or authority.certificate.subject)
        .public_key((key or rsa_key()).public_key())
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(end or start + timedelta(days=1096))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
    )
    if usages is not None:
        usage = x509.KeyUsage(**{field: field in usages for field in _USAGES})
        builder = builder.add_extension(usage, critical=True)
    if policy:
        information = x509.PolicyInformation(ObjectIdentifier(policy), None)
        builder = builder.add_extension(x509.CertificatePolicies([information]), critical=False)
    if purposes is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical)
    signed = builder.sign(signing_key or authority.key, algorithm or hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


def named(*parts: tuple[ObjectIdentifier, str]) -> x509.Name:
    """A subject made of these parts, most general first."""
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def unit(value: str) -> x509.Name:
    """A subject whose OU is this."""
    return named((NameOID.COUNTRY_NAME, "FR"), (NameOID.ORGANIZATIONAL_UNIT_NAME, value), (NameOID.COMMON_NAME, "ror"))


def tlv(tag: int, *contents: bytes) -> bytes:
    """One DER element made of these contents, put end to end."""
    content = b"".join(contents)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def rebuilt(encoding: bytes, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
    """The certificate with the parts of its signed half changed, signed again by the demonstration's PROD authority."""
    signed, algorithm, _ = der.whole(encoding).children()
    half = tlv(der.SEQUENCE, *change([part.encoding for part in signed.children()]))
    key = pki().authorities[Hierarchy.PROD, AnchorKind.INTERMEDIATE].key
    seal = key.sign(half, padding.PKCS1v15(), hashes.SHA256())
    return tlv(der.SEQUENCE, half, algorithm.encoding, tlv(der.BIT_STRING, b"\x00", seal))


def ec_key(curve: ec.EllipticCurve) -> ec.EllipticCurvePrivateKey:
    """A key on this curve."""
    return ec.generate_private_key(curve)


class CertificateFactory(factory.django.DjangoModelFactory):
    """A declared PROD certificate of a service, as a row: not read from real bytes. Traits: `sandbox`, `retired`."""

    class Meta:
        model = Certificate

    class Params:
        sandbox = factory.Trait(environment=Environment.SANDBOX, hierarchy=Hierarchy.TEST)
        retired = factory.Trait(state=State.RETIRED, retired_at=AT)

    reference = factory.Sequence(lambda n: f"CE-2025-{n + 1000}")
    service = factory.SubFactory(DigitalServiceFactory)
    environment = Environment.PRODUCTION
    hierarchy = Hierarchy.PROD
    pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    fingerprint = factory.Sequence(lambda n: f"{n:064x}")
    serial = factory.Sequence(lambda n: f"1D5DE25E{n:08X}")
    issuer = "CN=AC DEMONSTRATION,C=FR"
    issuer_digest = "0" * 64
    subject = factory.Sequence(lambda n: f"CN=service-{n},OU=3{SIRET},O=EDITEUR,ST=Paris (75),C=FR")
    subject_openssl = factory.SelfAttribute("subject")
    dn_digest = factory.Sequence(lambda n: f"{n + 10**6:064x}")
    not_before = BORN
    not_after = BORN + timedelta(days=1096)
    checks = factory.LazyFunction(list)
    declared_at = BORN
    declared_by = factory.LazyAttribute(lambda made: member(made.service.owner))
    holding = factory.LazyAttribute(
        lambda made: NameHolding.objects.get_or_create(
            environment=made.environment,
            dn_digest=made.dn_digest,
            defaults={"service": made.service, "since": made.declared_at},
        )[0]
    )


def vendor_service(**changes: Any) -> DigitalService:
    """A service whose owner is the structure named by the certificates made here."""
    owner = LegalEntityFactory(siren=SIREN, name="Éditeur de lits")
    return DigitalServiceFactory(owner=owner, **changes)


_trusted: list[TrustAnchor] = []


def trusting() -> None:
    """Makes the portal of the test trust IGC-Santé and the demonstration.

    They are installed the first time; later tests of the process get the same rows, without the journal.
    """
    is_first = not TrustAnchor.objects.exists()
    if _trusted and is_first:
        TrustAnchor.objects.bulk_create(_trusted)
        ReferenceCounter.objects.update_or_create(prefix="AC", year=BORN.year, defaults={"last": len(_trusted)})
        return
    operations.install_anchors(at=BORN)
    operations.install_anchors(anchors(), at=BORN)
    if is_first:
        _trusted.extend(TrustAnchor.objects.order_by("pk"))
