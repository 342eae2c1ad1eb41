"""Proof of possession, names without certificate, deposits of several certificates."""

import io
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

from policy.certificates import bundle, deposit, name_text, names, operations, possession
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.lifecycle import NameState
from policy.certificates.models import Certificate, DeclaredName, NameHolding
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refused
from portal.parties.models import DigitalService, ServiceKind
from tests.factories.certificates import AT, SIREN, SIRET, issued, rsa_key, trusting, vendor_service
from tests.factories.parties import DigitalServiceFactory, LegalEntityFactory, member

KEY = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
TODAY = paris_date(AT)


def signature(certificate: Certificate, folder: Path, day: Any = TODAY) -> str:
    """What the command shown on the page prints."""
    text = possession.challenge(certificate.reference, certificate.fingerprint, day=day, secret=settings.SECRET_KEY)
    (folder / "defi.txt").write_text(text + "\n")
    (folder / "cle-privee.pem").write_bytes(KEY)
    return subprocess.run(possession.COMMAND, shell=True, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def service(db: None) -> DigitalService:
    trusting()
    return vendor_service()


def declared(service: DigitalService, **changes: Any) -> Certificate:
    where = Environment.PRODUCTION
    return operations.declare(service, environment=where, data=issued(**changes), by=member(service.owner), at=AT)


def test_the_command_shown_proves_possession(service: DigitalService, tmp_path: Path) -> None:
    held = declared(service)
    operations.prove_possession(held, signature=signature(held, tmp_path), by=held.declared_by, at=AT)
    held.refresh_from_db()
    assert held.possession_at == AT


@pytest.mark.parametrize("days", [2, 30])
def test_an_old_proof_is_worth_nothing(service: DigitalService, tmp_path: Path, days: int) -> None:
    held = declared(service)
    old = signature(held, tmp_path)
    with pytest.raises(Refused, match="signature"):
        operations.prove_possession(held, signature=old, by=held.declared_by, at=AT + timedelta(days=days))


@pytest.mark.parametrize("text", ["", "pas du base64 !", "AAAA", "A" * 5000])
def test_anything_else_is_no_proof(service: DigitalService, text: str) -> None:
    held = declared(service)
    with pytest.raises(Refused):
        operations.prove_possession(held, signature=text, by=held.declared_by, at=AT)


def test_a_proof_serves_one_certificate_only(service: DigitalService, tmp_path: Path) -> None:
    one, other = declared(service), declared(service, common_name="autre")
    with pytest.raises(Refused):
        operations.prove_possession(other, signature=signature(one, tmp_path), by=one.declared_by, at=AT)


@pytest.mark.parametrize(
    "text",
    [
        f"CN=ror.editeur,OU=3{SIRET},O=EDITEUR,ST=Paris (75),C=FR",
        f" cn = ror.editeur , OU=3{SIRET}, O=Editeur,ST=Paris (75) ,C=fr",
        f"2.5.4.3=ror.editeur,OU=3{SIRET},O=EDITEUR,ST=Paris \\2875\\29,C=FR",
    ],
)
def test_a_typed_name_is_the_name_of_the_certificate(service: DigitalService, text: str) -> None:
    assert names.digest(name_text.parse(text)) == declared(service).dn_digest


@pytest.mark.parametrize("value", ["a,b", "a+b", " bord ", 'dit "x"', "a\\b", "#x", "Côte-d'Or", "a;b<c>"])
def test_a_written_name_is_read_back(value: str) -> None:
    name = name_text.parse("CN=x,C=FR")
    attribute = name[-1][0]
    made = (name[0], (type(attribute)(attribute.oid, name_text._utf8(value)),))
    assert names.digest(name_text.parse(names.rfc4514(made))) == names.digest(made)


@pytest.mark.parametrize(
    "text", ["", "ror", "CN=", "XX=a", "CN=a,,C=FR", "CN=#0c01", "CN=a\\", "CN=a\\FFb", "CN=\u200b", "=a"]
)
def test_what_is_no_name_is_refused_in_french(text: str) -> None:
    with pytest.raises(ValueError):
        name_text.parse(text)


NAME = f"CN=ror.editeur,OU=3{SIRET},O=EDITEUR,ST=Paris (75),C=FR"


def announced(
    service: DigitalService, environment: Environment = Environment.SANDBOX, text: str = NAME
) -> DeclaredName:
    return operations.declare_name(service, environment=environment, text=text, by=member(service.owner), at=AT)


def test_an_announced_name_is_unverified_until_its_certificate_is_seen(service: DigitalService) -> None:
    name = announced(service)
    assert name.state == NameState.DECLARED
    data, by = issued(Hierarchy.TEST), member(service.owner)
    operations.declare(service, environment=Environment.SANDBOX, data=data, by=by, at=AT)
    name.refresh_from_db()
    assert name.state == NameState.CONFIRMED
    with pytest.raises(Refused, match="déjà"):
        announced(service)


def test_an_announced_name_is_held_against_others(service: DigitalService) -> None:
    name = announced(service)
    other = DigitalServiceFactory(owner=LegalEntityFactory())
    with pytest.raises(Refused, match="autre service"):
        announced(other)
    operations.withdraw_name(name, by=member(service.owner), at=AT)
    with pytest.raises(Refused, match="autre service"):
        announced(other)
    assert NameHolding.objects.count() == 1


def test_production_takes_no_name_alone_by_default(service: DigitalService) -> None:
    with pytest.raises(Refused, match="production"):
        announced(service, Environment.PRODUCTION)


def test_an_unreadable_name_is_refused_at_its_field(service: DigitalService) -> None:
    with pytest.raises(Refused) as caught:
        announced(service, text="ror")
    assert caught.value.field == "name"


def zipped(method: int = zipfile.ZIP_DEFLATED, /, **files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.fixture
def proprietary(db: None) -> DigitalService:
    trusting()
    return vendor_service(kind=ServiceKind.PROPRIETARY)


def lot(service: DigitalService, data: bytes) -> Any:
    return operations.declare_batch(
        service, environment=Environment.PRODUCTION, data=data, by=member(service.owner), at=AT
    )


def test_each_line_of_an_archive_has_its_verdict(proprietary: DigitalService) -> None:
    made = lot(
        proprietary,
        zipped(
            **{
                f"lot/{SIRET}.pem": issued(),
                f"{SIREN}-ror.pem": issued(common_name="deux"),
                "350000022.pem": issued(common_name="trois"),
                "sans-numero.pem": issued(common_name="quatre"),
                "350000022-texte.txt": b"bonjour",
                "__MACOSX/x": b"",
            }
        ),
    )
    assert [bool(line["reference"]) for line in made.lines] == [True, True, False, False, False]
    assert (made.declared_count, Certificate.objects.count(), NameHolding.objects.count()) == (2, 2, 2)
    [fault] = made.lines[2]["faults"]
    assert "autre structure" in fault
    assert "Déposez un certificat établi au nom de" in fault
    assert "FINESS" in made.lines[3]["sentence"]


def test_a_text_of_several_certificates_is_read_with_its_numbers(proprietary: DigitalService) -> None:
    text = f"SIRET {SIRET}\n{issued().decode()}\n{SIREN} ;\n{issued(common_name='deux').decode()}"
    made = lot(proprietary, text.encode())
    assert [line["number"] for line in made.lines] == [SIRET, SIREN]
    assert made.declared_count == 2


def test_a_private_key_anywhere_refuses_the_whole_deposit(proprietary: DigitalService) -> None:
    for data in (zipped(**{f"{SIRET}.pem": issued(), "cle.key": KEY}), issued() + KEY):
        with pytest.raises(Refused, match="clé privée"):
            lot(proprietary, data)
    assert not Certificate.objects.exists()


def test_other_services_have_no_lots(service: DigitalService) -> None:
    with pytest.raises(Refused, match="propriétaires"):
        lot(service, issued())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"rien",
        b"PK\x03\x04 casse",
        zipped(),
        zipped(**{f"{n}.pem": b"x" for n in range(101)}),
        zipped(**{"é.pem": b"x"}).replace("é".encode(), b"\xff\xfe"),  # a name that is not what it announces
        zipped(zipfile.ZIP_LZMA, **{"1.pem": b"x"}).replace(b"\x05\x00\x5d", b"\x05\x00\xff"),  # no such options
        zipped(**{"1.pem": b"x"})[:-6] + b"\xff\xff\xff\x7f\x00\x00",  # a table before the beginning
        b"x" * (5 * 1024 * 1024),
    ],
)
def test_a_lot_that_cannot_be_read_is_refused_in_french(data: bytes) -> None:
    with pytest.raises(bundle.Unbundled) as caught:
        bundle.lines(data)
    assert caught.value.sentence.endswith(".")


def test_an_archive_that_swells_is_not_unfolded() -> None:
    [line] = bundle.lines(zipped(**{"350000022.pem": b"\x00" * 3_000_000}))
    assert len(line.data) == deposit.MAX_BYTES + 1
