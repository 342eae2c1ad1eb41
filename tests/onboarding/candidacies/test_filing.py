"""What is deposited: canonical bytes, digest, words, differences."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.candidacies import filing
from onboarding.candidacies.blocks import LABEL_OF

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=12,
)


@pytest.mark.slow
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), JSON))
def test_a_content_read_back_gives_the_same_bytes(content: dict[str, Any]) -> None:
    text = filing.canonical(content)
    assert filing.canonical(json.loads(text)) == text
    assert filing.digest(text) == hashlib.sha256(text.encode()).hexdigest()


def test_the_order_of_keys_does_not_count_and_accents_stay() -> None:
    assert filing.canonical({"b": "é", "a": [1]}) == '{"a":[1],"b":"é"}'
    assert filing.canonical({"a": [1], "b": "é"}) == filing.canonical({"b": "é", "a": [1]})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("purpose", "bed-availability", "Renseigner la disponibilité en lits d’un ou plusieurs établissements"),
        ("purpose", "disparue", "disparue"),
        (
            "region_routes",
            {"84": "eai", "11": "direct"},
            "Île-de-France (alimentation directe), Auvergne-Rhône-Alpes (par l’EAI régional)",
        ),
        ("requested_profiles", ["A"], "Profil A – capacité et disponibilité"),
        ("justifications", {"B": "b", "A": "a"}, "profil A : a ; profil B : b"),
        ("analysis", "under_way", "En cours"),
        ("analysis", "inconnu", "inconnu"),
        ("for_third_party", True, "oui"),
        ("for_third_party", False, "non"),
        ("for_third_party", None, "non renseigné"),
        ("technical_name", "", "non renseigné"),
        ("region_routes", {}, "non renseigné"),
        ("count", 0, "0"),
        ("mandate_id", 12, "joint"),
        ("mandate_id", "mandat.pdf (SHA-256 ab)", "mandat.pdf (SHA-256 ab)"),
        ("exposure_model", "3.0.1", "Modèle d’exposition 3.0.1 (guide FHIR 0.7.0)"),
        ("exposure_model", "9.9", "9.9"),
        ("signed_at", "2026-03-03T09:00:00+00:00", "mardi 3 mars 2026, 10 h"),
    ],
)
def test_an_answer_is_told_in_french(name: str, value: Any, words: str) -> None:
    assert filing.words(name, value).replace("\u00a0", " ") == words


def test_differences_are_told_section_by_section() -> None:
    before = {"service": {"url": "https://a.fr"}, "answers": {"purpose": "other", "analysis": "done"}}
    after = {"service": {"url": "https://b.fr"}, "answers": {"purpose": "bed-availability", "analysis": "done"}}
    assert [one.sentence for one in filing.differences(before, after)] == [
        "Adresse du service : « https://a.fr » devient « https://b.fr ».",
        "Finalité principale : « Autre finalité » devient "
        "« Renseigner la disponibilité en lits d’un ou plusieurs établissements ».",
    ]
    assert filing.differences(before, before) == []


def test_a_section_that_was_absent_is_compared_too() -> None:
    found = filing.differences({}, {"establishments": {"reference": "L-2026-0001", "count": 3, "digest": "ab" * 32}})
    assert [one.label for one in found] == ["Liste d’établissements", "Contenu de la liste", "Établissements"]
    assert found[0].before == "non renseigné"


def test_the_whole_content_is_told_with_every_field_once() -> None:
    told = [*filing.sections({"direction": "feeding"}), *filing.sections({"direction": "consumption"})]
    labels = [label for section in told for label, _ in section.lines]
    assert set(LABEL_OF.values()) <= set(labels)
    titles = [section.title for section in filing.sections({"direction": "consumption"})]
    assert "Utilisateurs et données" in titles
    assert "Établissements" not in titles
    assert [section.title for section in told][:2] == ["Personne morale", "Service numérique"]


def test_codes_are_told_by_the_labels_frozen_with_them() -> None:
    labels = {"roles": {"CU20": "Orientation (2027)"}, "regions": {"11": "Région capitale"}}
    answers = {"user_roles": ["CU20", "CU21"], "region_routes": {"11": "direct"}, "sponsor_region": "84"}
    told = dict(
        line
        for section in filing.sections({"direction": "consumption", "answers": answers, "labels": labels})
        for line in section.lines
    )
    assert told[LABEL_OF["user_roles"]].startswith("CU20 – Orientation (2027), CU21 – ")  # the other as delivered
    assert told[LABEL_OF["region_routes"]].startswith("Région capitale")
    assert told[LABEL_OF["sponsor_region"]] == "Auvergne-Rhône-Alpes"
    before = {"answers": {"user_roles": ["CU20"]}, "labels": {"roles": {"CU20": "Ancien libellé"}}}
    after = {"answers": {"user_roles": ["CU20"]}, "labels": labels}
    assert filing.differences(before, after) == []  # a nomenclature that rewords a role changes no answer
    [found] = filing.differences(before, after | {"answers": {"user_roles": ["CU20", "CU22"]}})
    assert found.before == "CU20 – Ancien libellé"
    assert found.after.startswith("CU20 – Orientation (2027), CU22 – ")
