"""What people deposit instead of one certificate: each named, private keys before anything else."""

import base64
import io
import subprocess
import zipfile
from pathlib import Path

import pytest
from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519
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


def secrets() -> dict[str, bytes]:
    """A private key in every form that a tool writes, clear or locked, whole, spoilt or hidden."""
    rsa, curve, edwards = rsa_key(), ec_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()
    pkcs8 = rsa.private_bytes(PEM, FORMS.PKCS8, CLEAR)
    traditional = rsa.private_bytes(PEM, FORMS.TraditionalOpenSSL, CLEAR)
    body = "".join(pkcs8.decode().splitlines()[1:-1])
    return {
        "pkcs8": pkcs8,
        "pkcs8 locked": rsa.private_bytes(PEM, FORMS.PKCS8, LOCKED),
        "pkcs8 der": rsa.private_bytes(DER, FORMS.PKCS8, CLEAR),
        "pkcs8 locked der": rsa.private_bytes(DER, FORMS.PKCS8, LOCKED),
        "traditional": traditional,
        "traditional locked": rsa.private_bytes(PEM, FORMS.TraditionalOpenSSL, LOCKED),
        "traditional der": rsa.private_bytes(DER, FORMS.TraditionalOpenSSL, CLEAR),
        "small": rsa_key(1024).private_bytes(DER, FORMS.TraditionalOpenSSL, CLEAR),
        "ec": curve.private_bytes(PEM, FORMS.TraditionalOpenSSL, CLEAR),
        "ec der": curve.private_bytes(DER, FORMS.TraditionalOpenSSL, CLEAR),
        "ec pkcs8 der": curve.private_bytes(DER, FORMS.PKCS8, CLEAR),
        "ed25519 der": edwards.private_bytes(DER, FORMS.PKCS8, CLEAR),
        "dsa der": dsa.generate_private_key(1024).private_bytes(DER, FORMS.TraditionalOpenSSL, CLEAR),
        "openssh": rsa.private_bytes(PEM, FORMS.OpenSSH, CLEAR),
        "openssh locked": edwards.private_bytes(PEM, FORMS.OpenSSH, LOCKED),
        "putty": b"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nPrivate-Lines: 14\nAAAB",
        "xml": b"<RSAKeyValue><Modulus>x</Modulus><D>y</D></RSAKeyValue>",
        "jwk": b'{"kty": "RSA", "n": "x", "d": "y"}',
        "bare base64": body.encode(),
        "bare base64 in lines": "\n".join(pkcs8.decode().splitlines()[1:-1]).encode(),
        "with a certificate": REAL + pkcs8,
        "before a certificate": traditional + REAL,
        "der after a certificate": loaded().public_bytes(DER) + rsa.private_bytes(DER, FORMS.PKCS8, CLEAR),
        "under a certificate's label": f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----".encode(),
        "in the middle of a mail": b"Bonjour,\nvoici :\n" + pkcs8 + b"\nCordialement",
        "truncated": pkcs8[: len(pkcs8) // 2],
        "without its first line": pkcs8.split(b"\n", 1)[1],
        "windows line ends": pkcs8.replace(b"\n", b"\r\n"),
        "utf-16": pkcs8.decode().encode("utf-16"),
        "utf-16 without mark": pkcs8.decode().encode("utf-16-le"),
        "utf-8 with mark": b"\xef\xbb\xbf" + pkcs8,
        "lower case": b"-----begin private key-----",
        "long dashes": "–––––BEGIN RSA PRIVATE KEY–––––".encode(),
        "among too many bytes": b"x\n" * 40_000 + pkcs8,
    }


@pytest.mark.parametrize("form", secrets())
def test_private_key_in_any_form_is_told_to_be_revoked(form: str) -> None:
    data = secrets()[form]
    assert code_of(data) == "private_key"
    assert "révoquez ce certificat" in REASONS["private_key"].remedy


@pytest.mark.parametrize(
    "data",
    [
        bundle(),
        b"\x30\x80\x02\x01\x03\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01",  # PKCS #12 of indefinite length
        base64.encodebytes(bundle()),
        archive("certificat.pem", REAL),
        b"7z\xbc\xaf\x27\x1c",
        b"\xfe\xed\xfe\xed\x00\x00\x00\x02",
        b"\x1f\x8b\x08",
    ],
)
def test_container_that_may_hold_a_key_is_told_to_be_revoked(data: bytes) -> None:
    assert code_of(data) == "container"
    assert "révoquez ce certificat" in REASONS["container"].remedy


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


def others() -> dict[str, tuple[str, bytes]]:
    """Deposits that are no key and no single certificate, with the code of their refusal."""
    real = loaded().public_bytes(DER)
    public = rsa_key().public_key()
    spki, pkcs1 = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.PublicFormat.PKCS1
    return {
        "nothing": ("empty", b""),
        "blanks": ("empty", b" \n\t "),
        "two pem": ("several", REAL + issued()),
        "chain": ("several", issued() + pki().anchors()[1].pem.encode()),
        "two der": ("several", real + real),
        "request pem": ("request", request().public_bytes(PEM)),
        "request der": ("request", request().public_bytes(DER)),
        "old request": ("request", request().public_bytes(PEM).replace(b"CERTIFICATE REQ", b"NEW CERTIFICATE REQ")),
        "revocation list pem": ("crl", revocations().public_bytes(PEM)),
        "revocation list der": ("crl", revocations().public_bytes(DER)),
        "p7b pem": ("bundle", pkcs7.serialize_certificates([loaded()], PEM)),
        "p7b der": ("bundle", pkcs7.serialize_certificates([loaded()], DER)),
        "public key pem": ("public_key", public.public_bytes(PEM, spki)),
        "public key der": ("public_key", public.public_bytes(DER, spki)),
        "public key pkcs1": ("public_key", public.public_bytes(DER, pkcs1)),
        "public key pkcs1 pem": ("public_key", public.public_bytes(PEM, pkcs1)),
        "ssh public key": (
            "other",
            public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH),
        ),
        "trailing octet": ("trailing", real + b"\x00"),
        "trailing line end": ("trailing", real + b"\n"),
        "too big": ("too_big", real + b"\x00" * deposit.MAX_BYTES),
        "too big text": ("too_big", REAL + b" " * deposit.MAX_BYTES),
        "text before": ("around", b"subject=CN=x\n" + REAL),
        "text after": ("around", REAL + b"merci"),
        "first line lost": ("armour", REAL.split(b"\n", 1)[1]),
        "last line lost": ("armour", REAL.rsplit(b"-----END", 1)[0]),
        "dash lost": ("armour", REAL.replace(b"-----BEGIN", b"----BEGIN")),
        "bare base64": ("armour", b"\n".join(REAL.split(b"\n")[1:-2])),
        "spoilt base64": ("base64", REAL.replace(b"MIII", b"MI*I")),
        "cut base64": ("base64", REAL.replace(b"MIII", b"MII")),
        "empty block": ("other", b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"),
        "old label": ("other", REAL.replace(b"CERTIFICATE", b"X509 CERTIFICATE")),
        "cut der": ("unreadable", real[:-1]),
        "name only": ("other", b"CN=CLIENT_TEST_RORN,OU=33333333333,O=GIP,C=FR"),
        "pdf": ("other", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"),
        "picture": ("other", b"\x89PNG\r\n\x1a\n\x00"),
    }


@pytest.mark.parametrize("case", others())
def test_anything_else_is_named_with_its_remedy(case: str) -> None:
    code, data = others()[case]
    assert code_of(data) == code
    assert REASONS[code].sentence.endswith(".")
    assert REASONS[code].remedy.endswith(".")


def test_text_printed_before_the_certificate_by_openssl_is_no_private_key(tmp_path: Path) -> None:
    file = tmp_path / "sign.pem"
    file.write_bytes(sample("testsign"))  # its text says "Private Key Usage Period"
    printed = subprocess.run(["openssl", "x509", "-text", "-in", file], capture_output=True, check=True).stdout
    assert code_of(printed) == "around"
