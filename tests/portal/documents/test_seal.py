"""The electronic seal: valid for who reads it, broken by any change, dated by an authority, PDF/A all the same."""

import io
import shutil
import subprocess
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.test import Client
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from portal.documents import operations, seal
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument
from portal.documents.printing import render
from portal.outbox.registry import Delivery

PAGE = '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Essai</title></head><body><h1>Essai</h1></body></html>'
NOW = datetime.now(UTC)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Authority:
    """A root that certifies seals and a timestamping key."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._made("Racine", self.key, usages=("key_cert_sign", "crl_sign"), authority=True)

    def certify(self, name: str, key: Key, *, purpose: Any = None, days: int = 30) -> x509.Certificate:
        usages = ("digital_signature",) if purpose else ("digital_signature", "content_commitment")
        return self._made(name, key, usages=usages, purpose=purpose, days=days)

    def _made(
        self,
        name: str,
        key: Key,
        *,
        usages: tuple[str, ...],
        authority: bool = False,
        purpose: Any = None,
        days: int = 30,
    ) -> x509.Certificate:
        fields = [
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ]
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name("Racine"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=40))
            .not_valid_after(NOW + timedelta(days=days))
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(x509.KeyUsage(**{field: field in usages for field in fields}), critical=True)
        )
        if purpose:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        return builder.sign(self.key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Agence d’essai"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)


def key_pem(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def printed() -> bytes:
    return render(PAGE, theme="neutral")


def verdict(pdf: bytes, authority: Authority) -> Any:
    """What a reader of PDF says of the seal; in a thread of its own, as the library wants."""

    def judge() -> Any:
        trusted = ValidationContext(trust_roots=[seal._asn1(authority.certificate)], allow_fetching=False)
        signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
        return validate_pdf_signature(signature, trusted, ts_validation_context=trusted)

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(judge).result()


@pytest.mark.parametrize(
    "key", [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())], ids=["rsa", "curve"]
)
def test_a_sealed_document_is_trusted_and_stays_archivable(key: Key, authority: Authority, printed: bytes) -> None:
    mine = seal.load(pem(authority.certify("Cachet", key), authority.certificate), key_pem(key))
    assert mine.owner == "Agence d’essai"
    sealed = seal.applied(mine, printed, reason="Attestation", at=NOW)
    found = verdict(sealed, authority)
    assert found.bottom_line
    assert found.coverage.name == "ENTIRE_FILE"
    assert sealed.startswith(printed)  # the pages are those that were printed
    with pikepdf.open(io.BytesIO(sealed)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfuaid:part"] == "1"
        assert pdf.Root.AcroForm.Fields[0].V.Reason == "Attestation"


def test_one_changed_byte_breaks_the_seal(authority: Authority, printed: bytes) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    mine = seal.load(pem(authority.certify("Cachet", key)), key_pem(key))
    sealed = bytearray(seal.applied(mine, printed, reason="Attestation", at=NOW))
    place = sealed.index(b"Essai") if b"Essai" in sealed else 700
    sealed[place] ^= 1
    assert not verdict(bytes(sealed), authority).intact


def test_a_key_of_another_certificate_a_foreign_text_and_an_expired_certificate_are_refused(
    authority: Authority, printed: bytes
) -> None:
    key, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(seal.Unsealable, match="n’est pas celle de son certificat"):
        seal.load(pem(authority.certify("Cachet", key)), key_pem(other))
    with pytest.raises(seal.Unsealable, match="illisible"):
        seal.load(b"rien", b"rien")
    mine = seal.load(pem(authority.certify("Cachet", key, days=1)), key_pem(key))
    with pytest.raises(seal.Unsealable, match="a expiré le"):
        seal.applied(mine, printed, reason="Attestation", at=NOW + timedelta(days=2))
    with pytest.raises(seal.Unsealable, match="n’a pas pu être apposé"):
        seal.applied(mine, b"%PDF-1.7 rien", reason="Attestation", at=NOW)


@pytest.fixture
def stamp(authority: Authority, tmp_path: Path) -> Callable[[bytes], bytes]:
    """A timestamping authority: the `openssl ts` program, with a key of its own."""
    key = rsa.generate_private_key(65537, 2048)
    own = authority.certify("Horodatage", key, purpose=ExtendedKeyUsageOID.TIME_STAMPING)
    (tmp_path / "tsa.pem").write_bytes(pem(own))
    (tmp_path / "tsa.key").write_bytes(key_pem(key))
    (tmp_path / "serial").write_text("01")
    (tmp_path / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa=one\n[one]\nserial=serial\nsigner_cert=tsa.pem\nsigner_key=tsa.key\n"
        "signer_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\ness_cert_id_alg=sha256\n"
    )

    def answer(request: bytes) -> bytes:
        (tmp_path / "query").write_bytes(request)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "one", "-queryfile", "query"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout

    assert shutil.which("openssl")
    return answer


def test_an_authority_dates_the_seal(authority: Authority, printed: bytes, stamp: Callable[[bytes], bytes]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    mine = seal.load(pem(authority.certify("Cachet", key)), key_pem(key))
    found = verdict(seal.applied(mine, printed, reason="Attestation", at=NOW, stamp=stamp), authority)
    assert found.bottom_line
    assert found.timestamp_validity.valid
    with pytest.raises(seal.Unsealable):
        seal.applied(mine, printed, reason="Attestation", at=NOW, stamp=lambda request: b"\x30\x03\x02\x01\x00")


@pytest.mark.django_db
def test_issued_documents_bear_the_seal_of_the_installation(
    authority: Authority, tmp_path: Path, settings: Any, now: datetime, client: Client
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "seal.pem").write_bytes(pem(authority.certify("Cachet", key)))
    (tmp_path / "seal.key").write_bytes(key_pem(key))
    settings.SEAL_CERTIFICATE_FILE, settings.SEAL_KEY_FILE = str(tmp_path / "seal.pem"), str(tmp_path / "seal.key")
    made = issued(now)
    assert made.sealed_by == "Agence d’essai"
    assert verdict(made.content, authority).intact
    page = client.get(reverse("document_check", args=[made.verification_code])).content.decode()
    assert "Apposé par Agence d’essai" in page


@pytest.mark.django_db
def test_without_a_seal_documents_say_that_they_bear_none(settings: Any, now: datetime, client: Client) -> None:
    settings.SEAL_CERTIFICATE_FILE = ""
    made = issued(now)
    assert made.sealed_by == ""
    assert b"/ByteRange" not in made.content
    page = client.get(reverse("document_check", args=[made.verification_code])).content.decode()
    assert "<td>Aucun</td>" in page


def issued(now: datetime) -> StoredDocument:
    """A receipt, issued as an effect issues it."""
    return operations.issue(
        Kind.RECEIPT,
        template="portal/documents/base.html",
        context={},
        subject_reference="C-2026-0001",
        title="Récépissé",
        owner=None,
        service=None,
        message=Delivery(id=str(uuid.uuid4()), event_id=str(uuid.uuid4()), event_at=now),
    )
