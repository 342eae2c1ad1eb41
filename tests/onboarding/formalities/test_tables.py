"""The eleven steps per direction, format and profile; official forms in their own numbering; PDF fields."""

import io

import pikepdf
import pytest

from onboarding.formalities import eleven, pdf_fields, sheets
from onboarding.formalities.eleven import ROWS, Mode
from onboarding.formalities.kinds import FORMS, Formality, OfficialForm, of_slug
from onboarding.formalities.sheets import Known
from tests.factories.documents import form_pdf

KNOWN = Known(
    entity="Lits Connectés",
    siret="81000000000012",
    street="12 rue des Écoles",
    last_name="Durand",
    first_name="Camille",
    email="camille@editeur.fr",
    service="Lits",
    version="3.2",
    technical_name="Dominique Technique",
)


@pytest.mark.parametrize(
    ("direction", "facts", "number", "mode", "words"),
    [
        ("feeding", {}, "2", Mode.SKIPPED, "il ne récupère rien"),
        ("consumption", {"format": "csd"}, "3", Mode.NEEDED, "sans disponibilité en lits"),
        ("consumption", {"format": "fhir"}, "3", Mode.NEEDED, "FHIR"),
        ("feeding", {}, "4", Mode.NEEDED, "liste des établissements"),
        ("consumption", {}, "4 bis", Mode.PARALLEL, "Pendant l’instruction"),
        ("feeding", {}, "5", Mode.NEEDED, "tous ses services"),
        ("feeding", {}, "5 bis", Mode.NEEDED, "F101"),
        ("feeding", {}, "6", Mode.OPTIONAL, "aucune carte CPx"),
        ("feeding", {}, "7", Mode.NEEDED, "il se désigne lui-même"),
        ("consumption", {"format": "csd"}, "8", Mode.NEEDED, "clé publique"),
        ("consumption", {"format": "fhir"}, "8", Mode.NEEDED, "TEST, puis PROD"),
        ("consumption", {"format": "csd"}, "9", Mode.NEEDED, "PLATINES"),
        ("feeding", {}, "9", Mode.NEEDED, "bac à sable"),
        ("consumption", {}, "10", Mode.NEEDED, "commanditaire"),
        *[
            ("consumption", {"without_certificate": True}, number, Mode.SKIPPED, "sans certificat")
            for number in ("4 bis", "5", "5 bis", "6", "7", "8")
        ],
    ],
)
def test_a_step_is_needed_or_not_as_the_service_is(direction, facts, number, mode, words) -> None:
    line = next(line for line in eleven.lines(direction, **facts) if line.row.number == number)
    assert line.mode is mode
    assert words in line.condition


@pytest.mark.parametrize("direction", ["feeding", "consumption"])
@pytest.mark.parametrize("format", ["", "fhir", "csd"])
@pytest.mark.parametrize("bare", [True, False])
def test_every_service_has_every_step_once_with_its_source(direction: str, format: str, bare: bool) -> None:
    lines = eleven.lines(direction, format=format, without_certificate=bare)
    assert [line.row for line in lines] == list(ROWS)
    assert all(line.condition and line.row.source and line.row.actor for line in lines)


def test_each_formality_is_one_step_and_has_one_address() -> None:
    assert sorted(row.formality for row in ROWS if row.formality) == sorted(Formality)
    assert [of_slug(one.value) for one in Formality] == list(Formality)
    assert of_slug("autre") is None


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        (OfficialForm.F413, ["3.1", "3.2", "4.1", "4.2", "4.3"]),
        (OfficialForm.F414, ["2", "3", "4", "5"]),
        (OfficialForm.F101, ["", ""]),
    ],
)
def test_a_sheet_follows_the_numbering_of_its_form(form: OfficialForm, numbers: list[str]) -> None:
    assert [section.number for section in sheets.sections(form, KNOWN)] == numbers
    values = sheets.values(form, KNOWN)
    assert (values["entity"], values["siret"], values["last_name"]) == ("Lits Connectés", "81000000000012", "Durand")
    assert "card" not in values
    assert set(values) <= {key for key, _ in sheets.keys(form)}


def test_the_f413_names_the_solution_and_the_type_of_certificate() -> None:
    values = sheets.values(OfficialForm.F413, KNOWN)
    assert (values["solution"], values["type"]) == ("Lits 3.2", "ORG (personne morale) AUTH_CLI")
    assert FORMS[Formality.ADMINISTRATORS] is OfficialForm.F413


def test_a_pdf_with_fields_is_filled_and_runs_nothing() -> None:
    data = form_pdf("Dénomination", "Nom")
    assert pdf_fields.names(data) == ["Dénomination", "bloc.Nom"]
    filled = pdf_fields.filled(data, {"Dénomination": "Lits & <Réa>", "bloc.Nom": "Durand", "absent": "x"})
    with pikepdf.open(io.BytesIO(filled)) as pdf:
        assert str(pdf.Root.AcroForm.Fields[0].V) == "Lits & <Réa>"
        assert str(pdf.Root.AcroForm.Fields[1].Kids[0].V) == "Durand"
        assert "/OpenAction" not in pdf.Root


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n%%EOF", b"<html>"])
def test_a_file_that_is_no_pdf_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(pdf_fields.Unreadable) as refused:
        pdf_fields.names(data)
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Dénomination", "entity"),
        ("DENOMINATION", "entity"),
        ("entity", "entity"),
        ("Solution utilisée", "solution"),
        ("Adresse électronique professionnelle", ""),  # twice in the form: nobody can tell
        ("Champ 12", ""),
        ("", ""),
    ],
)
def test_a_field_is_recognised_by_its_name_when_only_one_can_be_meant(name: str, key: str) -> None:
    assert pdf_fields.guess(name, sheets.keys(OfficialForm.F413)) == key
