"""A public authority made for tests, and certificates of servers that it signs."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import verification
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.factories.certificates import BORN


@dataclass(frozen=True)
class Public:
    """A root, the authority below it, and the key of the latter."""

    root: x509.Certificate
    between: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def store(self) -> verification.Store:
        """A store that knows this root alone."""
        return verification.Store([self.root])


@cache
def public() -> Public:
    """The authority of the tests, made once."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _authority("Racine publique d’essai", root_key, "Racine publique d’essai", root_key)
    return Public(root, _authority("Autorité publique d’essai", key, "Racine publique d’essai", root_key), key)


def server(*hosts: str, chain: bool = True, **changes: Any) -> bytes:
    """The PEM of a server's certificate for these hosts, followed by the authority that signed it unless told not."""
    made, key = public(), ec.generate_private_key(ec.SECP256R1())
    start = changes.get("start", BORN)
    builder = (
        _builder("serveur", key, made.between.subject, made.key, start, changes.get("days", 397))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage(changes.get("purposes", [ExtendedKeyUsageOID.SERVER_AUTH])), critical=False
        )
        .add_extension(_usage("digital_signature"), critical=True)
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    leaf = _pem(builder.sign(made.key, hashes.SHA256()))
    return leaf + _pem(made.between) if chain else leaf


def _authority(name: str, key: Any, issuer: str, issuer_key: Any) -> x509.Certificate:
    return (
        _builder(name, key, _name(issuer), issuer_key, BORN - timedelta(days=100), 3650)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _builder(name: str, key: Any, issuer: x509.Name, issuer_key: Any, start: Any, days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*given: str) -> x509.KeyUsage:
    fields = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
        "encipher_only decipher_only"
    )
    return x509.KeyUsage(**{field: field in given for field in fields.split()})


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
