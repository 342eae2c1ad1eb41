"""Numbers of legal entities: read, checked, told."""

import pytest

from onboarding.vendors.identity import Identity, Numbering, UnreadableNumber, read


@pytest.mark.parametrize(
    ("numbering", "text", "expected"),
    [
        (Numbering.SIRENE, "732829320", Identity(siren="732829320")),
        (Numbering.SIRENE, " 732 829 320 ", Identity(siren="732829320")),
        (Numbering.SIRENE, "732 829 320 00074", Identity(siren="732829320", siret="73282932000074")),
        (Numbering.SIRENE, "732.829.320-00074", Identity(siren="732829320", siret="73282932000074")),
        # La Poste: its head office follows Luhn, its post offices add up to a multiple of five
        (Numbering.SIRENE, "35600000000048", Identity(siren="356000000", siret="35600000000048")),
        (Numbering.SIRENE, "356 000 000 09075", Identity(siren="356000000", siret="35600000009075")),
        (Numbering.FINESS, "350054680", Identity(finess_ej="350054680")),
        (Numbering.FINESS, " 2a 000 015 4 ", Identity(finess_ej="2A0000154")),
        (Numbering.FINESS, "10780195", Identity(finess_ej="010780195")),
    ],
)
def test_a_number_is_read(numbering: str, text: str, expected: Identity) -> None:
    assert read(numbering, text) == expected


@pytest.mark.parametrize(
    ("numbering", "text", "reason"),
    [
        (Numbering.SIRENE, "732829321", "clé de contrôle"),
        (Numbering.SIRENE, "73282932000075", "clé de contrôle"),
        (Numbering.SIRENE, "73282932", "9 (SIREN) ou 14 (SIRET)"),
        (Numbering.SIRENE, "7328293200007", "9 (SIREN) ou 14 (SIRET)"),
        (Numbering.SIRENE, "73282932A", "que des chiffres"),
        (Numbering.SIRENE, "٧٣٢٨٢٩٣٢٠", "que des chiffres"),
        (Numbering.SIRENE, "35600000009076", "clé de contrôle"),
        (Numbering.FINESS, "350054681", "n’est pas un FINESS valide"),
        (Numbering.FINESS, "", "n’est pas un FINESS valide"),
        (Numbering.FINESS, "<script>", "n’est pas un FINESS valide"),
    ],
)
def test_a_wrong_number_is_refused_with_its_reason(numbering: str, text: str, reason: str) -> None:
    with pytest.raises(UnreadableNumber, match=reason.replace("(", r"\(").replace(")", r"\)")):
        read(numbering, text)


def test_an_identity_is_told_in_groups_of_three() -> None:
    told = Identity(siren="732829320", siret="73282932000074").words.replace("\u00a0", " ")
    assert told == "SIREN 732 829 320 (SIRET 732 829 320 00074)"
    assert Identity(siren="732829320").words.replace("\u00a0", " ") == "SIREN 732 829 320"
    assert Identity(finess_ej="2A0000154").words == "FINESS EJ 2A0000154"


def test_an_entity_is_known_by_its_siren_first() -> None:
    assert Identity(siren="732829320", finess_ej="350054680").number == "732829320"
    assert Identity(finess_ej="350054680").number == "350054680"
