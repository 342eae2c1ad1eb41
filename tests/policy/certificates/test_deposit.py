"""What people deposit instead of one certificate: each named, private keys before anything else."""

import base64
import io
import subprocess
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12

from policy.certificates import deposit
from policy.certificates.environments import Hierarchy
from policy.certificates.reasons import REASONS
from policy.certificates.trust import AnchorKind
from tests.factories.certificates import BORN, ec_key, issued, pki, rsa_key, sample

DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM
FORMS = serialization.PrivateFormat
CLEAR, LOCKED = serialization.NoEncryption(), serialization.BestAvailableEncryption(b"secret")
REAL = sample("apibi")


def loaded() -> library.Certificate:
    return library.load_pem_x509_certificate(issued())


def code_of(data: bytes) -> str:
    """The code of the refusal that this deposit meets; empty when it is accepted."""
    try:
        deposit.certificate_der(data)
    except deposit.Unreadable as refusal:
        return refusal.reason.code
    return ""


def bundle() -> bytes:
    return pkcs12.serialize_key_and_certificates(b"ror", rsa_key(), loaded(), None, LOCKED)


def archive(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as folder:
        folder.writestr(name, content)
    return target.getvalue()


@cache
def secret(form: str) -> bytes:
    """A private key in this form: clear or locked, whole, spoilt or hidden."""
    return SECRETS[form]()


@cache
def pkcs8() -> bytes:
    return rsa_key().private_bytes(PEM, FORMS.PKCS8, CLEAR)


@cache
def body() -> bytes:
    return b"\n".join(pkcs8().splitlines()[1:-1])


def curve(encoding: serialization.Encoding, form: serialization.PrivateFormat) -> bytes:
    return ec_key(ec.SECP256R1()).private_bytes(encoding, form, CLEAR)


def openssh() -> bytes:
    return rsa_key().private_bytes(PEM, FORMS.OpenSSH, CLEAR)


SECRETS: dict[str, Callable[[], bytes]] = {
    "pkcs8": pkcs8,
    "pkcs8 locked": lambda: rsa_key().private_bytes(PEM, FORMS.PKCS8, LOCKED),
    "pkcs8 der": lambda: rsa_key().private_bytes(DER, FORMS.PKCS8, CLEAR),
    "pkcs8 locked der": lambda: rsa_key().private_bytes(DER, FORMS.PKCS8, LOCKED),
    "traditional": lambda: rsa_key().private_bytes(PEM, FORMS.TraditionalOpenSSL, CLEAR),
    "traditional locked": lambda: rsa_key().private_bytes(PEM, FORMS.TraditionalOpenSSL, LOCKED),
    "traditional der": lambda: rsa_key().private_bytes(DER, FORMS.TraditionalOpenSSL, CLEAR),
    "small": lambda: rsa_key(1024).private_bytes(DER, FORMS.TraditionalOpenSSL, CLEAR),
    "ec": lambda: curve(PEM, FORMS.TraditionalOpenSSL),
    "ec der": lambda: curve(DER, FORMS.TraditionalOpenSSL),
    "ec pkcs8 der": lambda: curve(DER, FORMS.PKCS8),
    "ed25519 der": lambda: ed25519.Ed25519PrivateKey.generate().private_bytes(DER, FORMS.PKCS8, CLEAR),
    "dsa der": lambda: dsa.generate_private_key(1024).private_bytes(DER, FORMS.TraditionalOpenSSL, CLEAR),
    "openssh": openssh,
    "openssh without armour": lambda: b"".join(openssh().splitlines()[1:-1]),
    "openssh binary": lambda: b"openssh-key-v1\x00\x00\x00\x00\x0aaes256-ctr",
    "putty": lambda: b"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nPrivate-Lines: 14\nAAAB",
    "xml": lambda: b"<RSAKeyValue><Modulus>x</Modulus><D>y</D></RSAKeyValue>",
    "jwk": lambda: b'{"kty": "RSA", "n": "x", "d": "y"}',
    "bare base64": lambda: body().replace(b"\n", b""),
    "bare base64 in lines": body,
    "with a certificate": lambda: REAL + pkcs8(),
    "before a certificate": lambda: pkcs8() + REAL,
    "der after a certificate": lambda: loaded().public_bytes(DER) + secret("pkcs8 der"),
    "under a certificate's label": lambda: pkcs8().replace(b"PRIVATE KEY", b"CERTIFICATE"),
    "in the middle of a mail": lambda: b"Bonjour,\nvoici :\n" + pkcs8() + b"\nCordialement",
    "truncated": lambda: pkcs8()[: len(pkcs8()) // 2],
    "without its first line": lambda: pkcs8().split(b"\n", 1)[1],
    "windows line ends": lambda: pkcs8().replace(b"\n", b"\r\n"),
    "utf-16": lambda: pkcs8().decode().encode("utf-16"),
    "utf-16 without mark": lambda: pkcs8().decode().encode("utf-16-le"),
    "utf-8 with mark": lambda: b"\xef\xbb\xbf" + pkcs8(),
    "lower case": lambda: b"-----begin private key-----",
    "long dashes": lambda: "–––––BEGIN RSA PRIVATE KEY–––––".encode(),
    "among too many bytes": lambda: b"x\n" * 40_000 + pkcs8(),
}


@pytest.mark.parametrize("form", SECRETS)
def test_private_key_in_any_form_is_told_to_be_revoked(form: str) -> None:
    assert code_of(secret(form)) == "private_key"
    assert "révoquez ce certificat" in REASONS["private_key"].remedy


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\x80\x02\x01\x03\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01",  # PKCS #12 of indefinite length
        archive("certificat.pem", REAL),
        b"7z\xbc\xaf\x27\x1c",
        b"\xfe\xed\xfe\xed\x00\x00\x00\x02",
        b"\x1f\x8b\x08",
    ],
)
def test_container_that_may_hold_a_key_is_told_to_be_revoked(data: bytes) -> None:
    assert code_of(data) == "container"
    assert "révoquez ce certificat" in REASONS["container"].remedy


def test_pkcs12_is_told_to_be_revoked_in_der_and_in_base64() -> None:
    assert code_of(bundle()) == "container"
    assert code_of(base64.encodebytes(bundle())) == "container"


def test_refusal_of_a_key_quotes_nothing_of_it() -> None:
    key = rsa_key().private_bytes(PEM, FORMS.PKCS8, CLEAR)
    with pytest.raises(deposit.Unreadable) as refusal:
        deposit.certificate_der(key)
    said = f"{refusal.value!r}{refusal.value}{refusal.value.reason}"
    assert not any(line in said for line in key.decode().splitlines()[1:-1])


@pytest.mark.parametrize(
    "data",
    [
        REAL,
        REAL.replace(b"\n", b"\r\n"),
        b"\n\n  " + REAL + b"\n \n",
        b"\xef\xbb\xbf" + REAL,
        REAL.decode().encode("utf-16"),
        b"-----BEGIN CERTIFICATE-----" + b"".join(REAL.split(b"\n")[1:-2]) + b"-----END CERTIFICATE-----",
        library.load_pem_x509_certificate(REAL).public_bytes(DER),
    ],
)
def test_certificate_der_accepts_one_certificate_in_pem_or_der(data: bytes) -> None:
    assert deposit.certificate_der(data) == library.load_pem_x509_certificate(REAL).public_bytes(DER)


def request() -> library.CertificateSigningRequest:
    return library.CertificateSigningRequestBuilder().subject_name(loaded().subject).sign(rsa_key(), hashes.SHA256())


def revocations() -> library.CertificateRevocationList:
    authority = pki().authorities[Hierarchy.PROD, AnchorKind.INTERMEDIATE]
    builder = library.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
    return builder.last_update(BORN).next_update(BORN.replace(year=2027)).sign(authority.key, hashes.SHA256())


def real() -> bytes:
    return loaded().public_bytes(DER)


def public() -> rsa.RSAPublicKey:
    return rsa_key().public_key()


SPKI, PKCS1 = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.PublicFormat.PKCS1
OTHERS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("empty", lambda: b""),
    "blanks": ("empty", lambda: b" \n\t "),
    "two pem": ("several", lambda: REAL + issued()),
    "chain": ("several", lambda: issued() + pki().anchors()[1].pem.encode()),
    "two der": ("several", lambda: real() + real()),
    "request pem": ("request", lambda: request().public_bytes(PEM)),
    "request der": ("request", lambda: request().public_bytes(DER)),
    "old request": ("request", lambda: request().public_bytes(PEM).replace(b"CERTIFICATE REQ", b"NEW CERTIFICATE REQ")),
    "revocation list pem": ("crl", lambda: revocations().public_bytes(PEM)),
    "revocation list der": ("crl", lambda: revocations().public_bytes(DER)),
    "p7b pem": ("bundle", lambda: pkcs7.serialize_certificates([loaded()], PEM)),
    "p7b der": ("bundle", lambda: pkcs7.serialize_certificates([loaded()], DER)),
    "public key pem": ("public_key", lambda: public().public_bytes(PEM, SPKI)),
    "public key der": ("public_key", lambda: public().public_bytes(DER, SPKI)),
    "public key pkcs1": ("public_key", lambda: public().public_bytes(DER, PKCS1)),
    "public key pkcs1 pem": ("public_key", lambda: public().public_bytes(PEM, PKCS1)),
    "ssh public key": (
        "other",
        lambda: public().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH),
    ),
    "trailing octet": ("trailing", lambda: real() + b"\x00"),
    "trailing line end": ("trailing", lambda: real() + b"\n"),
    "too big": ("too_big", lambda: real() + b"\x00" * deposit.MAX_BYTES),
    "too big text": ("too_big", lambda: REAL + b" " * deposit.MAX_BYTES),
    "text before": ("around", lambda: b"subject=CN=x\n" + REAL),
    "text after": ("around", lambda: REAL + b"merci"),
    "first line lost": ("armour", lambda: REAL.split(b"\n", 1)[1]),
    "last line lost": ("armour", lambda: REAL.rsplit(b"-----END", 1)[0]),
    "dash lost": ("armour", lambda: REAL.replace(b"-----BEGIN", b"----BEGIN")),
    "bare base64": ("armour", lambda: b"\n".join(REAL.split(b"\n")[1:-2])),
    "spoilt base64": ("base64", lambda: REAL.replace(b"MIII", b"MI*I")),
    "cut base64": ("base64", lambda: REAL.replace(b"MIII", b"MII")),
    "empty block": ("other", lambda: b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"),
    "old label": ("other", lambda: REAL.replace(b"CERTIFICATE", b"X509 CERTIFICATE")),
    "cut der": ("unreadable", lambda: real()[:-1]),
    "name only": ("other", lambda: b"CN=CLIENT_TEST_RORN,OU=33333333333,O=GIP,C=FR"),
    "pdf": ("other", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"),
    "picture": ("other", lambda: b"\x89PNG\r\n\x1a\n\x00"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_anything_else_is_named_with_its_remedy(case: str) -> None:
    code, data = OTHERS[case]
    assert code_of(data()) == code
    assert REASONS[code].sentence.endswith(".")
    assert REASONS[code].remedy.endswith(".")


def test_text_printed_before_the_certificate_by_openssl_is_no_private_key(tmp_path: Path) -> None:
    file = tmp_path / "sign.pem"
    file.write_bytes(sample("testsign"))  # its text says "Private Key Usage Period"
    printed = subprocess.run(["openssl", "x509", "-text", "-in", file], capture_output=True, check=True).stdout
    assert code_of(printed) == "around"
