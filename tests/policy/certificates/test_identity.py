"""The identifier in the OU, its key and its holder."""

import pytest

from policy.certificates import identity
from policy.certificates.identity import Client, Holder, Identifier, IdentifierKind

VENDOR = Holder("ANS", siren="187512751", siret="18751275100020", finess=frozenset([""]))


@pytest.mark.parametrize(
    ("unit", "kind", "number", "valid"),
    [
        ("318751275100020", IdentifierKind.SIRET, "18751275100020", True),
        ("300000000077081", IdentifierKind.SIRET, "00000000077081", True),  # test structure
        ("10B0057881", IdentifierKind.FINESS, "0B0057881", True),  # test structure
        ("1350054680", IdentifierKind.FINESS, "350054680", True),
        ("2187512751", IdentifierKind.SIREN, "187512751", True),
        ("335600000000048", IdentifierKind.SIRET, "35600000000048", True),  # La Poste
        ("318751275100021", IdentifierKind.SIRET, "18751275100021", False),
        ("1350054681", IdentifierKind.FINESS, "350054681", False),
        ("2187512752", IdentifierKind.SIREN, "187512752", False),
        ("33333333333", IdentifierKind.SIRET, "3333333333", False),  # the made-up number of a public guide
        ("4899700075064", IdentifierKind.RPPS, "899700075064", False),
        ("0123456789", IdentifierKind.ADELI, "123456789", False),
        (" 318751275100020 ", IdentifierKind.SIRET, "18751275100020", True),
    ],
)
def test_parse_reads_the_kind_and_the_key(unit: str, kind: IdentifierKind, number: str, valid: bool) -> None:
    found = identity.parse(unit)
    assert found == Identifier(kind, number)
    assert found is not None
    assert found.is_key_valid is valid


@pytest.mark.parametrize(
    "unit", ["", "9187512751", "IGC-SANTE", "0002 187512751", "3", "3é", "3 187 512", "３18751275100020"]
)
def test_parse_leaves_what_is_no_identifier(unit: str) -> None:
    assert identity.parse(unit) is None


@pytest.mark.parametrize(
    ("unit", "borne"),
    [
        ("318751275100020", True),
        ("2187512751", True),
        ("3" + "18751275100046", True),  # another place of the same legal entity
        ("1187512751", False),  # a FINESS number with the digits of the SIREN
        ("2552100554", False),
        ("300000000077081", False),
    ],
)
def test_vendor_bears_its_own_numbers(unit: str, borne: bool) -> None:
    found = identity.parse(unit)
    assert found is not None
    assert VENDOR.bears(found) is borne


def test_entity_bears_its_finess_numbers() -> None:
    hospital = Holder("CH", siret="18751275100020", finess=frozenset(["350054680", "350000022"]))
    assert hospital.bears(Identifier(IdentifierKind.FINESS, "350054680"))
    assert not hospital.bears(Identifier(IdentifierKind.SIREN, "350054680"))
    assert hospital.bears(Identifier(IdentifierKind.SIREN, "187512751"))


def test_entity_without_siren_bears_no_siret() -> None:
    hospital = Holder("CH", finess=frozenset(["350054680"]))
    assert not hospital.bears(Identifier(IdentifierKind.SIRET, "18751275100020"))
    assert not hospital.bears(Identifier(IdentifierKind.SIREN, ""))


@pytest.mark.parametrize("unit", ["318751275100020", "2187512751"])
def test_client_known_by_its_siret_bears_it_and_its_siren(unit: str) -> None:
    found = identity.parse(unit)
    assert found is not None
    assert Client("Clinique", "18751275100020").as_holder().bears(found)


def test_client_known_by_nine_digits_bears_them_whichever_register_gave_them() -> None:
    clinic = Client("Clinique", "350054680").as_holder()
    assert clinic.bears(Identifier(IdentifierKind.FINESS, "350054680"))
    assert clinic.bears(Identifier(IdentifierKind.SIREN, "350054680"))
    assert not clinic.bears(Identifier(IdentifierKind.FINESS, "350000022"))
