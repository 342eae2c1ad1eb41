"""A demonstration certification authority, laid out as IGC-Santé's ÉLÉMENTAIRE ORGANISATIONS and marked as what it is.

Two hierarchies (TEST and PROD), each a root and an intermediate, made once in a folder and found again afterwards.
Every subject says DEMONSTRATION, addresses end in `.invalid`, keys are readable by their owner only. Products
issued: AUTH_CLI (the one that the ROR wants), SSL_SERV and SIGN, as real certificates of each show them.
"""

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from policy.certificates.environments import Hierarchy
from policy.certificates.offers import Offer
from policy.certificates.trust import Anchor, AnchorKind

_AUTHORITY_BITS, _LEAF_BITS = 3072, 2048
_SITE = "http://igc-demonstration.invalid"
_IGC_TYPE = ObjectIdentifier("1.2.250.1.71.1.2.5")
_TEST_POLICY = ObjectIdentifier("1.2.250.1.213.1.7.2.1.1.1.1")
_USAGE_FIELDS = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Authority:
    """One authority: its anchor as the portal trusts it, its certificate and its key."""

    anchor: Anchor
    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issued:
    """A certificate and its private key, both in PEM."""

    certificate: bytes
    key: bytes


@dataclass(frozen=True)
class Product:
    """What distinguishes a product: key usages, purposes, and its policy in the PROD hierarchy."""

    usages: frozenset[str]
    purposes: Sequence[ObjectIdentifier]
    policy: str


PRODUCTS = {
    Offer.AUTH_CLI: Product(
        frozenset(["digital_signature"]), [ExtendedKeyUsageOID.CLIENT_AUTH], "1.2.250.1.213.1.7.1.1.2.4.1"
    ),
    Offer.SSL_SERV: Product(
        frozenset(["digital_signature", "key_encipherment"]),
        [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH],
        "1.2.250.1.213.1.7.1.1.2.5.1",
    ),
    Offer.SIGN: Product(
        frozenset(["digital_signature", "content_commitment"]),
        [ExtendedKeyUsageOID.EMAIL_PROTECTION],
        "1.2.250.1.213.1.7.1.1.2.6.1",  # made up: none was seen on a real certificate
    ),
}


@dataclass(frozen=True)
class Pki:
    """The four authorities, by hierarchy and rank; `keys`, if given, keeps one key for each structure certified."""

    authorities: dict[tuple[Hierarchy, AnchorKind], Authority]
    keys: dict[str, rsa.RSAPrivateKey] | None = None

    def anchors(self) -> list[Anchor]:
        """What the portal must trust to accept the certificates issued here; each is flagged as a demonstration."""
        return [authority.anchor for authority in self.authorities.values()]

    def issue(
        self,
        hierarchy: Hierarchy,
        *,
        organisation: str,
        identifier: str,
        common_name: str,
        at: datetime,
        county: str = "Paris (75)",
        offer: Offer = Offer.AUTH_CLI,
        hosts: Sequence[str] = (),
        key: rsa.RSAPrivateKey | None = None,
    ) -> Issued:
        """A certificate of three years from `at` (aware), for a structure given as in the OU (`3` + SIRET…).

        As in the real hierarchy, the organisation is cut at 40 characters. A key is made unless one is given (renewal).
        """
        key = key or self._key_of(identifier)
        subject = _leaf_name(county, organisation[:40], identifier, common_name)
        issuer = self.authorities[hierarchy, AnchorKind.INTERMEDIATE]
        builder = _leaf_builder(subject, key, issuer, PRODUCTS[offer], at)
        if hosts:
            names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return Issued(_pem(builder.sign(issuer.key, hashes.SHA256())), _key_pem(key))

    def _key_of(self, identifier: str) -> rsa.RSAPrivateKey:
        if self.keys is not None and identifier in self.keys:
            return self.keys[identifier]
        made = rsa.generate_private_key(65537, _LEAF_BITS)
        if self.keys is not None:
            self.keys[identifier] = made
        return made


def prepare(directory: Path, *, at: datetime) -> Pki:
    """The authorities kept in `directory`, made there (valid twenty years from `at`, aware) the first time."""
    if not directory.exists():
        _create(directory, at)
    return Pki({(hierarchy, kind): _load(directory, hierarchy, kind) for hierarchy in Hierarchy for kind in AnchorKind})


def prepare_seal(directory: Path, *, at: datetime) -> None:
    """The demonstration's seal, kept beside its authorities: a SIGN certificate of a fictional agency, its key."""
    if (directory / "seal.pem").exists():
        return
    pki = prepare(directory, at=at)
    issued = pki.issue(
        Hierarchy.PROD,
        organisation="AGENCE DE DEMONSTRATION",
        identifier="3" + "0" * 14,
        common_name="CACHET DE DEMONSTRATION",
        at=at,
        offer=Offer.SIGN,
    )
    chain = [pki.authorities[Hierarchy.PROD, kind] for kind in (AnchorKind.INTERMEDIATE, AnchorKind.ROOT)]
    (directory / "seal.key").touch(mode=0o600)
    (directory / "seal.key").write_bytes(issued.key)
    (directory / "seal.pem").write_bytes(issued.certificate + b"".join(_pem(one.certificate) for one in chain))


def _create(directory: Path, at: datetime) -> None:
    """All or nothing: a set-up interrupted half-way must not leave half an authority behind."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=".pki-", dir=directory.parent))
    try:
        for hierarchy in Hierarchy:
            root = _make_authority(hierarchy, AnchorKind.ROOT, None, at)
            _store(workshop, root)
            _store(workshop, _make_authority(hierarchy, AnchorKind.INTERMEDIATE, root, at))
        _settle(workshop, directory)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _settle(workshop: Path, directory: Path) -> None:
    """Gives the workshop its name; another process that was faster has made as good a one."""
    try:
        workshop.rename(directory)
    except OSError:
        if not directory.exists():
            raise


def _make_authority(hierarchy: Hierarchy, kind: AnchorKind, issuer: Authority | None, at: datetime) -> Authority:
    key = rsa.generate_private_key(65537, _AUTHORITY_BITS)
    name = _authority_name(hierarchy, kind)
    parent = issuer.certificate.subject if issuer else name
    parent_key = issuer.key if issuer else key
    depth = 0 if kind is AnchorKind.INTERMEDIATE else None
    builder = (
        _builder(name, parent, key.public_key(), parent_key.public_key(), at, timedelta(days=20 * 365))
        .add_extension(x509.BasicConstraints(ca=True, path_length=depth), critical=True)
        .add_extension(_key_usage(frozenset(["key_cert_sign", "crl_sign"])), critical=True)
    )
    return _authority(hierarchy, kind, builder.sign(parent_key, hashes.SHA256()), key)


def _leaf_builder(
    subject: x509.Name, key: rsa.RSAPrivateKey, issuer: Authority, product: Product, at: datetime
) -> x509.CertificateBuilder:
    is_test = issuer.anchor.hierarchy is Hierarchy.TEST
    policy = _TEST_POLICY if is_test else ObjectIdentifier(product.policy)
    period = at.replace(year=at.year + 3, day=28 if (at.month, at.day) == (2, 29) else at.day) - at
    issuer_name = issuer.certificate.subject
    return (
        _builder(subject, issuer_name, key.public_key(), issuer.key.public_key(), at, period)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=False)
        .add_extension(_key_usage(product.usages), critical=True)
        .add_extension(x509.ExtendedKeyUsage(product.purposes), critical=False)
        .add_extension(x509.CertificatePolicies([x509.PolicyInformation(policy, [f"{_SITE}/PC"])]), critical=False)
        .add_extension(_revocation_points(), critical=False)
        .add_extension(_services(), critical=False)
        .add_extension(
            x509.UnrecognizedExtension(_IGC_TYPE, b"\x04\x01" + bytes([0x83 if is_test else 3])), critical=False
        )
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPublicKey,
    issuer_key: rsa.RSAPublicKey,
    at: datetime,
    period: timedelta,
) -> x509.CertificateBuilder:
    start = at.replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(int.from_bytes(b"\x1d" + os.urandom(15), "big"))  # sixteen octets, as real ones
        .not_valid_before(start)
        .not_valid_after(start + period)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _key_usage(usages: frozenset[str]) -> x509.KeyUsage:
    return x509.KeyUsage(**{field: field in usages for field in _USAGE_FIELDS})


def _revocation_points() -> x509.CRLDistributionPoints:
    address = x509.UniformResourceIdentifier(f"{_SITE}/CRL/ACI-EL-ORG-DEMONSTRATION.crl")
    return x509.CRLDistributionPoints([x509.DistributionPoint([address], None, None, None)])


def _services() -> x509.AuthorityInformationAccess:
    addresses = {
        AuthorityInformationAccessOID.OCSP: f"{_SITE}/ocsp",
        AuthorityInformationAccessOID.CA_ISSUERS: f"{_SITE}/AC/ACI-EL-ORG-DEMONSTRATION.cer",
    }
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(kind, x509.UniformResourceIdentifier(address)) for kind, address in addresses.items()]
    )


def _authority_name(hierarchy: Hierarchy, kind: AnchorKind) -> x509.Name:
    is_test = hierarchy is Hierarchy.TEST
    title = "AC RACINE DEMONSTRATION ELEMENTAIRE"
    if kind is AnchorKind.INTERMEDIATE:
        title = "AC DEMONSTRATION ELEMENTAIRE ORGANISATIONS"
    return _name(
        (NameOID.COUNTRY_NAME, "FR"),
        (NameOID.ORGANIZATION_NAME, "DEMONSTRATION"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "0002 000000000"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "IGC-DEMONSTRATION TEST" if is_test else "IGC-DEMONSTRATION"),
        (NameOID.COMMON_NAME, f"TEST {title}" if is_test else title),
    )


def _leaf_name(county: str, organisation: str, identifier: str, common_name: str) -> x509.Name:
    return _name(
        (NameOID.COUNTRY_NAME, "FR"),
        (NameOID.STATE_OR_PROVINCE_NAME, county),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, identifier),
        (NameOID.COMMON_NAME, common_name),
    )


def _name(*parts: tuple[ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _authority(
    hierarchy: Hierarchy, kind: AnchorKind, certificate: x509.Certificate, key: rsa.RSAPrivateKey
) -> Authority:
    name = str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    anchor = Anchor(name, hierarchy, kind, _pem(certificate).decode("ascii"), is_demo=True)
    return Authority(anchor, certificate, key)


def _store(directory: Path, authority: Authority) -> None:
    stem = _stem(directory, authority.anchor.hierarchy, authority.anchor.kind)
    stem.with_suffix(".pem").write_bytes(_pem(authority.certificate))
    private = stem.with_suffix(".key")
    private.touch(mode=0o600)
    private.write_bytes(_key_pem(authority.key))


def _load(directory: Path, hierarchy: Hierarchy, kind: AnchorKind) -> Authority:
    stem = _stem(directory, hierarchy, kind)
    certificate = x509.load_pem_x509_certificate(stem.with_suffix(".pem").read_bytes())
    key = serialization.load_pem_private_key(stem.with_suffix(".key").read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{stem}.key is no RSA key")
    return _authority(hierarchy, kind, certificate, key)


def _stem(directory: Path, hierarchy: Hierarchy, kind: AnchorKind) -> Path:
    return directory / f"{hierarchy}-{kind}".lower()


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
