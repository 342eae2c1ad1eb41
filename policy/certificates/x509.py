"""A deposited certificate turned into plain facts, or refused with a French sentence.

Every field that the parser reads late is read here, inside one guard: nothing that comes later can meet an
unreadable value. Names are read from their own bytes (`names`), because the parser does not open every string type.
"""

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from . import deposit, der, names
from .keys import KeyFacts
from .keys import read as read_key

CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"
SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"
IGC_TYPE = "1.2.250.1.71.1.2.5"  # private extension: 0x03 in PROD, 0x83 in TEST
_STANDARD = (14, 15, 17, 19, 31, 32, 35, 37, 46)  # under 2.5.29
UNDERSTOOD = frozenset([*(f"2.5.29.{number}" for number in _STANDARD), "1.3.6.1.5.5.7.1.1", IGC_TYPE])
_USAGES = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}


@dataclass(frozen=True)
class NameFacts:
    """A name as it is shown and compared; `attributes` are (short name, raw text) in the certificate's order."""

    rfc4514: str
    openssl: str
    digest: str
    attributes: tuple[tuple[str, str], ...]
    is_multivalued: bool

    def values(self, label: str) -> tuple[str, ...]:
        """The texts of the attributes of one short name (`CN`, `O`, `OU`…)."""
        return tuple(text for name, text in self.attributes if name == label)


@dataclass(frozen=True)
class ExtensionFacts:
    """What the extensions say; `usages` and `purposes` are None when the extension is absent.

    `unknown_critical` are those that must be understood and that nobody here understands (RFC 5280 §4.2).
    """

    duplicated: tuple[str, ...] = ()
    unknown_critical: tuple[str, ...] = ()
    is_ca: bool = False
    usages: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    alternative_names: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    igc_type: int | None = None
    subject_key: str = ""
    authority_key: str = ""


@dataclass(frozen=True)
class Facts:
    """One certificate in plain values. Instants are aware UTC; `serial` is positive, on `serial_octets` octets."""

    pem: str
    fingerprint: str
    version: int
    serial: int
    serial_octets: int
    issuer: NameFacts
    subject: NameFacts
    not_before: datetime
    not_after: datetime
    key: KeyFacts
    signature_algorithm: str
    signature_hash: str
    algorithms_agree: bool
    extensions: ExtensionFacts

    @property
    def serial_hex(self) -> str:
        """The serial number as certificate tools print it."""
        return f"{self.serial:X}"


@dataclass(frozen=True)
class _Outline:
    """The parts of a certificate read from the bytes themselves."""

    serial: int
    serial_octets: int
    issuer: bytes
    subject: bytes
    key: bytes
    algorithms_agree: bool
    algorithm: bytes
    extensions: bytes


def read(data: bytes) -> Facts:
    """The facts of the only certificate in `data`. Raises deposit.Unreadable."""
    return read_der(deposit.certificate_der(data))


def read_der(encoding: bytes) -> Facts:
    """The facts of a certificate already known to be one DER object. Raises deposit.Unreadable."""
    return opened(encoding)[0]


def opened(encoding: bytes, pem: str = "") -> tuple[Facts, x509.Certificate]:
    """The same, with the certificate as the library opened it. `pem` is its text, when the portal wrote it before."""
    try:
        outline = _outline(encoding)
        if outline.serial <= 0:
            raise deposit.refuse("serial")
        certificate = x509.load_der_x509_certificate(encoding)
        return _facts(encoding, certificate, outline, pem), certificate
    except (ValueError, IndexError, OverflowError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise deposit.refuse("unreadable") from error


def subject_of(encoding: bytes) -> bytes:
    """The DER of the subject's name, as the certificate writes it. Raises ValueError or IndexError."""
    return _outline(encoding).subject


def _facts(encoding: bytes, certificate: x509.Certificate, outline: _Outline, pem: str) -> Facts:
    algorithm, hashed = _algorithm(certificate, outline)
    return Facts(
        pem=pem or _pem(encoding),
        fingerprint=hashlib.sha256(encoding).hexdigest(),
        version=certificate.version.value + 1,
        serial=outline.serial,
        serial_octets=outline.serial_octets,
        issuer=_issuer_facts(outline.issuer),
        subject=_name_facts(outline.subject),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        key=read_key(certificate, outline.key),
        signature_algorithm=algorithm,
        signature_hash=hashed,
        algorithms_agree=outline.algorithms_agree,
        extensions=_extension_facts(certificate, outline.extensions),
    )


def _outline(encoding: bytes) -> _Outline:
    """RFC 5280 §4.1: [0] version, serial, algorithm, issuer, validity, subject, key, …, [3] extensions."""
    signed, algorithm, seal = der.whole(encoding).children()
    if seal.content[:1] != b"\x00":
        raise ValueError("a seal is whole octets: otherwise one certificate would have two fingerprints")
    parts = signed.children()
    if parts[0].tag == 0xA0:
        parts = parts[1:]
    serial, inner_algorithm, issuer, _, subject, key = parts[:6]
    return _Outline(
        serial=int.from_bytes(serial.content, "big", signed=True),
        serial_octets=len(serial.content),
        issuer=issuer.encoding,
        subject=subject.encoding,
        key=key.encoding,
        algorithms_agree=inner_algorithm.encoding == algorithm.encoding,
        algorithm=algorithm.encoding,
        extensions=parts[-1].content if parts[-1].tag == 0xA3 else b"",
    )


def _pem(encoding: bytes) -> str:
    """The PEM of a certificate, as tools write it: lines of 64 characters."""
    text = base64.b64encode(encoding).decode("ascii")
    lines = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"


@lru_cache(maxsize=64)
def _issuer_facts(encoding: bytes) -> NameFacts:
    """The facts of an issuer's name: a handful of authorities sign every certificate."""
    return _name_facts(encoding)


def _name_facts(encoding: bytes) -> NameFacts:
    parts = [_part(each) for each in names.parts(encoding)]
    return NameFacts(
        rfc4514=",".join(part.rfc4514 for part in reversed(parts)),
        openssl=",".join(part.openssl for part in reversed(parts)),
        digest=names.digest_of(part.canonical for part in parts),
        attributes=tuple(attribute for part in parts for attribute in part.attributes),
        is_multivalued=any(len(part.attributes) > 1 for part in parts),
    )


class _Part(NamedTuple):
    """One part of a name in each of its texts."""

    rfc4514: str
    openssl: str
    canonical: str
    attributes: tuple[tuple[str, str], ...]


@lru_cache(maxsize=32)
def _part(encoding: bytes) -> _Part:
    """Kept a little: the certificates of one vendor have every part but the last in common."""
    if (short := names.short(encoding)) is not None:
        return _Part(*short)
    rdn = names.part(encoding)
    shown = tuple((attribute.label, attribute.text or "") for attribute in rdn)
    return _Part(names.rfc4514((rdn,)), names.openssl((rdn,)), names.canonical(rdn), shown)


_algorithms: dict[bytes, tuple[str, str]] = {}  # by their encoding, those of a few authorities


def _algorithm(certificate: x509.Certificate, outline: _Outline) -> tuple[str, str]:
    """The identifier of the signature's algorithm and its hash."""
    if (known := _algorithms.get(outline.algorithm)) and outline.algorithms_agree:
        return known
    found = certificate.signature_algorithm_oid.dotted_string, _hash_name(certificate)
    if outline.algorithms_agree and len(_algorithms) < _MOST_ALIKE:
        _algorithms[outline.algorithm] = found
    return found


def _hash_name(certificate: x509.Certificate) -> str:
    """The hash of the signature; empty for an algorithm without one, or unknown to the parser."""
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return ""
    return algorithm.name if algorithm else ""


_alike: dict[tuple[bytes, bytes], ExtensionFacts] = {}  # by their octets before and after the identifier of the key
_MOST_ALIKE = 256
_SUBJECT_KEY = bytes.fromhex("301d0603551d0e04160414")  # 2.5.29.14, not critical, then 20 octets
_SUBJECT_KEY_SIZE = len(_SUBJECT_KEY) + 20


def _extension_facts(certificate: x509.Certificate, written: bytes) -> ExtensionFacts:
    """What the extensions say: read by the library, once for all those written in the same octets.

    The certificates of one product of one authority differ by the identifier of their key, and by nothing else. One
    octet more or less, anywhere else, and the library reads them all.
    """
    place = written.find(_SUBJECT_KEY)
    end = place + _SUBJECT_KEY_SIZE
    around = written[: max(place, 0)], written[end:]
    if place >= 0 and end <= len(written) and (shared := _alike.get(around)):
        return replace(shared, subject_key=written[end - 20 : end].hex())
    found = _extensions_read(certificate)
    if found.subject_key and found.subject_key == written[end - 20 : end].hex() and place in _places(written):
        if len(_alike) >= _MOST_ALIKE:
            _alike.clear()
        _alike[around] = found
    return found


def _places(written: bytes) -> set[int]:
    """Where each extension begins among these octets."""
    each = [len(one.encoding) for one in der.whole(written).children()]
    first = len(written) - sum(each)
    return {first + sum(each[:rank]) for rank in range(len(each))}


def _extensions_read(certificate: x509.Certificate) -> ExtensionFacts:
    try:
        listed = [(one.oid.dotted_string, one.critical, one.value) for one in certificate.extensions]
    except x509.DuplicateExtension:
        return ExtensionFacts(duplicated=_duplicated(certificate))  # which copy would count? none is read
    extensions = {oid: value for oid, _, value in listed}
    return ExtensionFacts(
        unknown_critical=tuple(oid for oid, critical, _ in listed if critical and oid not in UNDERSTOOD),
        is_ca=_is_ca(extensions.get("2.5.29.19")),
        usages=_usages(extensions.get("2.5.29.15")),
        purposes=_purposes(extensions.get("2.5.29.37")),
        alternative_names=_alternative_names(extensions.get("2.5.29.17")),
        policies=_policies(extensions.get("2.5.29.32")),
        igc_type=_igc_type(extensions.get(IGC_TYPE)),
        subject_key=_subject_key(extensions.get("2.5.29.14")),
        authority_key=_authority_key(extensions.get("2.5.29.35")),
    )


def _duplicated(certificate: x509.Certificate) -> tuple[str, ...]:
    """The types of extension written more than once."""
    parts = der.whole(certificate.tbs_certificate_bytes).children()
    listings = [der.whole(part.content) for part in parts if part.tag == 0xA3]
    types = [der.dotted(der.first(one.content).content) for listing in listings for one in listing.children()]
    return tuple(oid for oid, count in Counter(types).items() if count > 1)


def _is_ca(value: x509.ExtensionType | None) -> bool:
    return isinstance(value, x509.BasicConstraints) and value.ca


def _usages(value: x509.ExtensionType | None) -> tuple[str, ...] | None:
    if not isinstance(value, x509.KeyUsage):
        return None
    usages = [word for field, word in _USAGES.items() if getattr(value, field)]
    if value.key_agreement:
        usages += ["encipherOnly"] * value.encipher_only + ["decipherOnly"] * value.decipher_only
    return tuple(usages)


def _purposes(value: x509.ExtensionType | None) -> tuple[str, ...] | None:
    return tuple(oid.dotted_string for oid in value) if isinstance(value, x509.ExtendedKeyUsage) else None


def _alternative_names(value: x509.ExtensionType | None) -> tuple[str, ...]:
    if not isinstance(value, x509.SubjectAlternativeName):
        return ()
    return tuple(f"{type(name).__name__}:{name.value}" for name in value)


def _policies(value: x509.ExtensionType | None) -> tuple[str, ...]:
    if not isinstance(value, x509.CertificatePolicies):
        return ()
    return tuple(policy.policy_identifier.dotted_string for policy in value)


def _igc_type(value: x509.ExtensionType | None) -> int | None:
    """The octet of the IGC-Santé certificate type: an OCTET STRING of one octet inside the extension."""
    if not isinstance(value, x509.UnrecognizedExtension) or value.value[:2] != b"\x04\x01" or len(value.value) != 3:
        return None
    return value.value[2]


def _subject_key(value: x509.ExtensionType | None) -> str:
    return value.digest.hex() if isinstance(value, x509.SubjectKeyIdentifier) else ""


def _authority_key(value: x509.ExtensionType | None) -> str:
    identifier = value.key_identifier if isinstance(value, x509.AuthorityKeyIdentifier) else None
    return identifier.hex() if identifier else ""
