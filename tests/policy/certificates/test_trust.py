"""Chains: real certificates on the real authorities, and what must not pass for them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ObjectIdentifier

from policy.certificates import authorities, deposit, trust, x509
from policy.certificates.environments import Hierarchy
from policy.certificates.trust import Anchor, AnchorKind, Chain, Fault
from tests.factories.certificates import AT, anchors, crafted, ec_key, issued, rsa_key, sample

REAL = authorities.igc_sante()
FINGERPRINTS = {
    "ACR-EL": "2d9e22ca19f777c6b745257c723ecb8df3c35fa6f1f6ec36b83600c97346967f",
    "ACI-EL-ORG": "d834ee5b40686b73573f60547bf6052c6d404d942a5665cdb2c0b9137b5d27b2",
    "ACR-EL-TEST": "01325aeb193871eec90fa89556804e4185cb362e0ca87a3d79939c71186da805",
    "ACI-EL-ORG-TEST": "dc528e3788691b3f7950164076f95b02c64334c68662bdede5750b4e0e5338f6",
}


def chain(data: bytes, among: list[Anchor], at: datetime = AT) -> Chain:
    return trust.verify(deposit.certificate_der(data), among, at=at)


def test_packaged_authorities_are_the_published_ones() -> None:
    found = {x509.read(anchor.pem.encode()).fingerprint for anchor in REAL}
    assert found == set(FINGERPRINTS.values())
    for anchor in REAL:
        assert x509.read(anchor.pem.encode()).subject.values("CN") == (anchor.name,)


@pytest.mark.parametrize(
    ("name", "hierarchy"),
    [
        ("apibi", Hierarchy.PROD),
        ("Extract", Hierarchy.TEST),
        ("esignsante", Hierarchy.TEST),
        ("platines", Hierarchy.TEST),
        ("testsign", Hierarchy.TEST),
        ("tomws", Hierarchy.TEST),
    ],
)
def test_real_certificate_leads_to_its_hierarchy(name: str, hierarchy: Hierarchy) -> None:
    facts = x509.read(sample(name))
    found = chain(sample(name), REAL, facts.not_before + timedelta(days=2))
    prefix = "TEST " if hierarchy is Hierarchy.TEST else ""
    assert found.hierarchy is hierarchy
    assert not found.is_demo
    assert found.authorities == (
        f"{prefix}AC IGC-SANTE ELEMENTAIRE ORGANISATIONS",
        f"{prefix}AC RACINE IGC-SANTE ELEMENTAIRE",
    )


def test_expired_certificate_keeps_its_chain_since_its_dates_are_another_check() -> None:
    assert chain(sample("apibi"), REAL, datetime(2026, 11, 20, tzinfo=UTC)).hierarchy is Hierarchy.PROD


def test_older_authority_is_unknown() -> None:
    assert chain(sample("cpxservices"), REAL).fault is Fault.UNKNOWN_ISSUER


def test_test_certificate_is_not_accepted_by_the_prod_hierarchy_alone() -> None:
    prod = [anchor for anchor in REAL if anchor.hierarchy is Hierarchy.PROD]
    assert chain(sample("Extract"), prod).fault is Fault.UNKNOWN_ISSUER


def test_altered_certificate_is_not_signed_by_its_authority() -> None:
    encoding = bytearray(deposit.certificate_der(sample("apibi")))
    encoding[-1] ^= 1
    assert trust.verify(bytes(encoding), REAL, at=AT).fault is Fault.SIGNATURE


def test_demonstration_certificate_is_flagged() -> None:
    found = chain(issued(Hierarchy.TEST), [*REAL, *anchors()])
    assert (found.hierarchy, found.is_demo) == (Hierarchy.TEST, True)
    assert all("DEMONSTRATION" in name for name in found.authorities)


def test_demonstration_certificate_is_unknown_to_the_real_authorities() -> None:
    assert chain(issued(), REAL).fault is Fault.UNKNOWN_ISSUER


def test_authority_of_one_hierarchy_does_not_lead_to_the_root_of_the_other() -> None:
    roots = [anchor for anchor in anchors() if anchor.kind is AnchorKind.ROOT]
    test_intermediate = next(
        a for a in anchors() if a.kind is AnchorKind.INTERMEDIATE and a.hierarchy is Hierarchy.TEST
    )
    misplaced = [*roots, replace(test_intermediate, hierarchy=Hierarchy.PROD)]
    assert not chain(issued(Hierarchy.TEST), misplaced).is_valid


def test_intermediate_alone_is_no_trust() -> None:
    assert not chain(issued(), [a for a in anchors() if a.kind is AnchorKind.INTERMEDIATE]).is_valid


def test_certificate_signed_by_a_vendor_certificate_is_refused() -> None:
    vendor = x509.read(issued(key=rsa_key()))
    issuer = library.load_pem_x509_certificate(vendor.pem.encode()).subject
    forged = crafted(issuer=issuer, signing_key=rsa_key())
    alone = Anchor("vendor", Hierarchy.PROD, AnchorKind.INTERMEDIATE, vendor.pem, is_demo=True)
    assert not chain(forged, [*anchors(), alone]).is_valid


def test_twin_authority_with_the_same_name_is_refused() -> None:
    assert chain(crafted(signing_key=rsa_key(3072)), anchors()).fault is Fault.SIGNATURE


def test_unknown_critical_extension_is_refused() -> None:
    unknown = library.UnrecognizedExtension(ObjectIdentifier("1.2.250.1.99.1"), b"\x05\x00")
    assert chain(crafted(extra=[(unknown, True)]), anchors()).fault is Fault.PATH
    assert chain(crafted(extra=[(unknown, False)]), anchors()).is_valid


def test_expired_authority_is_refused() -> None:
    late = datetime(2039, 6, 1, tzinfo=UTC)
    assert chain(
        crafted(start=late, end=datetime(2042, 6, 1, tzinfo=UTC)), anchors(), datetime(2041, 1, 1, tzinfo=UTC)
    ).fault


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()])
def test_elliptic_keys_are_accepted(curve: ec.EllipticCurve) -> None:
    assert chain(crafted(key=ec_key(curve)), anchors()).is_valid


def test_no_anchor_no_trust() -> None:
    assert chain(issued(), []).fault is Fault.UNKNOWN_ISSUER


def test_self_signed_certificate_is_refused() -> None:
    key = rsa_key()
    name = library.Name([library.NameAttribute(library.NameOID.COMMON_NAME, "moi")])
    built = library.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = built.serial_number(7).not_valid_before(AT).not_valid_after(AT + timedelta(days=9))
    signed = dated.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    assert chain(signed, anchors()).fault is Fault.UNKNOWN_ISSUER


def hierarchy_of(length: int | None, extra: library.ExtensionType | None = None) -> tuple[list[Anchor], bytes]:
    """A root made to measure, an authority below it, and a certificate of that authority."""
    keys = [ec_key(ec.SECP256R1()), ec_key(ec.SECP384R1())]
    usage = dict.fromkeys(
        [
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("encipher_only", "decipher_only"),
        ],
        False,
    )
    made = []
    for rank, path_length in enumerate((length, 0)):
        subject, issuer = (
            library.Name([library.NameAttribute(library.NameOID.COMMON_NAME, f"AC {each}")]) for each in (rank, 0)
        )
        builder = library.CertificateBuilder().subject_name(subject).issuer_name(issuer).serial_number(rank + 5)
        builder = builder.not_valid_before(AT - timedelta(days=9)).not_valid_after(AT + timedelta(days=900))
        builder = builder.public_key(keys[rank].public_key())
        builder = builder.add_extension(library.BasicConstraints(ca=True, path_length=path_length), critical=True)
        builder = builder.add_extension(
            library.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True
        ).add_extension(library.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key()), critical=False)
        builder = builder.add_extension(library.SubjectKeyIdentifier.from_public_key(keys[rank].public_key()), False)
        if extra and rank == 0:
            builder = builder.add_extension(extra, critical=True)
        made.append(builder.sign(keys[0], hashes.SHA256()))
    among = [
        Anchor(kind.value, Hierarchy.PROD, kind, one.public_bytes(serialization.Encoding.PEM).decode())
        for kind, one in zip((AnchorKind.ROOT, AnchorKind.INTERMEDIATE), made, strict=True)
    ]
    alternative = library.SubjectAlternativeName([library.DNSName("ror.exemple.fr")])
    leaf = crafted(issuer=made[1].subject, signing_key=keys[1], extra=[(alternative, False)])
    return among, leaf


def only(domain: str) -> library.NameConstraints:
    return library.NameConstraints([library.DNSName(domain)], None)


@pytest.mark.parametrize(
    ("length", "extra", "is_valid"),
    [
        (None, None, True),
        (1, None, True),
        (0, None, False),  # the root lets no authority stand below it
        (None, only("exemple.fr"), True),
        (None, only("autre.fr"), False),  # the root constrains the names of certificates two ranks below it
    ],
)
def test_root_is_obeyed_although_its_intermediates_are_verified_once(
    length: int | None, extra: library.ExtensionType | None, is_valid: bool
) -> None:
    among, leaf = hierarchy_of(length, extra)
    for _ in range(2):  # the second time, the intermediates are known
        assert chain(leaf, among).is_valid is is_valid
    assert chain(leaf, among).authorities == (("INTERMEDIATE", "ROOT") if is_valid else ())


def test_intermediates_verified_once_say_what_the_whole_path_says(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = library.UnrecognizedExtension(ObjectIdentifier("1.2.250.1.99.1"), b"\x05\x00")
    intermediate = next(a for a in anchors() if a.kind is AnchorKind.INTERMEDIATE)
    deposits = [
        *(sample(name) for name in ("apibi", "Extract", "tomws", "cpxservices")),
        *(issued(), issued(Hierarchy.TEST), intermediate.pem.encode()),
        *(crafted(extra=[(unknown, True)]), crafted(algorithm=hashes.SHA384()), crafted(serial=1 << 158)),
        *(crafted(is_ca=True), crafted(key=rsa_key(1024)), crafted(signing_key=rsa_key(3072))),
        crafted(start=datetime(2039, 6, 1, tzinfo=UTC), end=datetime(2042, 6, 1, tzinfo=UTC)),
    ]
    moments = [AT, datetime(2019, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)]
    quick = [chain(data, [*REAL, *anchors()], at) for data in deposits for at in moments]
    monkeypatch.setattr(trust, "_issuers", lambda families, moment: None)
    assert quick == [chain(data, [*REAL, *anchors()], at) for data in deposits for at in moments]
    assert {found.is_valid for found in quick} == {True, False}
