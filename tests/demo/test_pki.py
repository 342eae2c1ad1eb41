"""The demonstration authorities: made once, kept private, marked, and laid out as the real ones."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509 as library
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from policy.certificates import authorities, offers, trust, x509
from policy.certificates.environments import Hierarchy
from policy.certificates.offers import Offer
from policy.certificates.trust import AnchorKind
from portal.demo import pki

pytestmark = pytest.mark.slow  # four keys of authorities
AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
GIVEN = {"organisation": "CENTRE HOSPITALIER", "identifier": "1350054680", "common_name": "lits.demo", "at": AT}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "pki"
    pki.prepare(folder, at=AT - timedelta(days=30))
    return folder


@pytest.fixture(scope="module")
def made(folder: Path) -> pki.Pki:
    return pki.prepare(folder, at=AT)


def test_authorities_are_made_once_and_found_again(folder: Path, made: pki.Pki) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert pki.prepare(folder, at=AT + timedelta(days=400)).anchors() == made.anchors()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_keys_are_for_their_owner_only(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    keys = list(folder.glob("*.key"))
    assert len(keys) == 4
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


def test_nothing_half_made_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(pki, "_store", broken)
    with pytest.raises(OSError, match="no space"):
        pki.prepare(tmp_path / "pki", at=AT)
    assert list(tmp_path.iterdir()) == []


def test_every_authority_says_that_it_is_a_demonstration(made: pki.Pki) -> None:
    assert len(made.anchors()) == 4
    for anchor in made.anchors():
        facts = x509.read(anchor.pem.encode())
        assert anchor.is_demo
        assert "DEMONSTRATION" in anchor.name
        assert "O=DEMONSTRATION" in facts.subject.rfc4514
        assert ("TEST" in anchor.name) is (anchor.hierarchy is Hierarchy.TEST)
        assert facts.extensions.is_ca


def test_authorities_have_the_layout_of_the_real_ones(made: pki.Pki) -> None:
    real = {(anchor.hierarchy, anchor.kind): x509.read(anchor.pem.encode()) for anchor in authorities.igc_sante()}
    for anchor in made.anchors():
        ours, theirs = x509.read(anchor.pem.encode()), real[anchor.hierarchy, anchor.kind]
        assert [label for label, _ in ours.subject.attributes] == [label for label, _ in theirs.subject.attributes]
        assert ours.extensions.usages == theirs.extensions.usages


@pytest.mark.parametrize("hierarchy", list(Hierarchy))
@pytest.mark.parametrize("offer", list(pki.PRODUCTS))
def test_issue_makes_each_product_in_each_hierarchy(made: pki.Pki, hierarchy: Hierarchy, offer: Offer) -> None:
    issued = made.issue(hierarchy, offer=offer, **GIVEN)
    facts = x509.read(issued.certificate)
    assert offers.recognise(facts) is offer
    assert facts.subject.rfc4514 == "CN=lits.demo,OU=1350054680,O=CENTRE HOSPITALIER,ST=Paris (75),C=FR"
    assert facts.extensions.igc_type == (0x83 if hierarchy is Hierarchy.TEST else 0x03)
    assert (facts.not_before, facts.not_after, facts.serial_octets) == (AT, AT.replace(year=2029), 16)
    assert facts.extensions.authority_key == x509.read(pem(made, hierarchy)).extensions.subject_key
    assert trust.verify(der(issued.certificate), made.anchors(), at=AT).hierarchy is hierarchy


def pem(made: pki.Pki, hierarchy: Hierarchy) -> bytes:
    return made.authorities[hierarchy, AnchorKind.INTERMEDIATE].anchor.pem.encode()


def der(certificate: bytes) -> bytes:
    return library.load_pem_x509_certificate(certificate).public_bytes(Encoding.DER)


def test_issued_key_is_the_certificate_s(made: pki.Pki) -> None:
    issued = made.issue(Hierarchy.TEST, **GIVEN)
    key = load_pem_private_key(issued.key, password=None)
    assert key.public_key() == library.load_pem_x509_certificate(issued.certificate).public_key()


def test_server_certificate_names_its_hosts_and_long_organisations_are_cut(made: pki.Pki) -> None:
    given = GIVEN | {"organisation": "AGENCE DES SYSTEMES D'INFORMATION PARTAGES"}
    facts = x509.read(made.issue(Hierarchy.PROD, offer=Offer.SSL_SERV, hosts=["a.invalid"], **given).certificate)
    assert facts.extensions.alternative_names == ("DNSName:a.invalid",)
    assert facts.subject.values("O") == ("AGENCE DES SYSTEMES D'INFORMATION PARTAG",)


def test_three_years_from_a_leap_day_end_on_a_day_that_exists(made: pki.Pki) -> None:
    at = datetime(2028, 2, 29, 12, 0, tzinfo=UTC)
    assert x509.read(made.issue(Hierarchy.TEST, **(GIVEN | {"at": at})).certificate).not_after == at.replace(
        year=2031, day=28
    )
