"""Reading nomenclatures in the NOS FHIR JSON layout: both kinds, dates, and what is refused."""

from datetime import date
from typing import Any

import orjson
import pytest

from portal.reference import datafile, nos_file
from portal.reference.nos_file import Code, UnreadableNomenclature

SYSTEM: dict[str, Any] = {
    "resourceType": "CodeSystem",
    "name": "TRE_R330_StatutCapacite",
    "title": "Statut de la capacité",
    "url": "https://mos.esante.gouv.fr/NOS/TRE_R330-StatutCapacite/FHIR/TRE-R330-StatutCapacite",
    "identifier": [{"value": "urn:oid:1.2.3"}],
    "version": "20250131120000",
    "date": "2025-01-31T12:00:00+01:00",
    "concept": [
        {"code": "01", "display": "Installé"},
        {
            "code": "07",
            "display": "Opérationnel",
            "property": [{"code": "dateFin", "valueDateTime": "2025-01-31T12:00:00+01:00"}],
            "concept": [{"code": "07.1", "display": "Dessous"}],
        },
    ],
}


def read(**changes: Any) -> nos_file.NosFile:
    return nos_file.read(orjson.dumps(SYSTEM | changes))


def test_read_a_code_system_with_its_withdrawn_and_nested_codes() -> None:
    found = read()
    assert (found.table, found.oid, found.release) == ("TRE_R330", "1.2.3", "20250131120000")
    assert found.released_on == date(2025, 1, 31)
    assert found.codes == (
        Code("01", "Installé"),
        Code("07", "Opérationnel", date(2025, 1, 31)),
        Code("07.1", "Dessous"),
    )


def test_read_the_older_layout_of_names_and_dates() -> None:
    found = read(name="TRE_R227-ChampActivite", title=None, description="Champ d'activité", date="2017")
    assert (found.table, found.title, found.released_on) == ("TRE_R227", "Champ d'activité", None)


@pytest.mark.parametrize(
    "content",
    [
        {"compose": {"include": [{"system": "x", "concept": [{"code": "1", "display": "Un"}]}]}},
        {"expansion": {"contains": [{"code": "1", "display": "Un"}]}, "compose": {"include": [{"system": "x"}]}},
    ],
)
def test_read_a_value_set_by_its_list_or_its_expansion(content: dict[str, Any]) -> None:
    found = nos_file.read(orjson.dumps({"resourceType": "ValueSet", "name": "JDV_J68_X"} | content))
    assert (found.table, found.codes) == ("JDV_J68", (Code("1", "Un"),))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{", "pas du JSON lisible"),
        (b"[]", "pas une ressource FHIR"),
        (orjson.dumps({"resourceType": "Patient"}), "ni un CodeSystem ni un ValueSet"),
        (orjson.dumps(SYSTEM | {"concept": []}), "aucun code"),
        (orjson.dumps(SYSTEM | {"concept": [{"display": "x"}]}), "n’a pas de code"),
        (orjson.dumps(SYSTEM | {"concept": [{"code": "1"}, {"code": "1"}]}), "« 1 » figure deux fois"),
        (orjson.dumps(SYSTEM | {"concept": [{"code": "1" * 50}]}), "trop long"),
        (orjson.dumps(SYSTEM | {"name": "x", "url": "y"}), "de quelle nomenclature"),
        (orjson.dumps({"resourceType": "ValueSet", "name": "JDV_J1", "compose": {"include": [{}]}}), "table entière"),
        (orjson.dumps(SYSTEM) + b" " * nos_file.MAX_BYTES, "dépasse 20 Mo"),
    ],
)
def test_read_refuses_what_it_cannot_read_for_sure(data: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableNomenclature, match=sentence):
        nos_file.read(data)


def test_the_delivered_files_hold_what_the_policy_and_the_portal_name() -> None:
    found = {
        one.table: {code.code for code in one.codes}
        for one in (nos_file.read(data) for _, data in datafile.nomenclatures())
    }
    assert found["TRE_R78"] == found["JDV_J68"] == {f"CU{number}" for number in range(17, 31)}
    assert found["TRE_R227"] == {f"0{number}" for number in range(1, 7)}
    assert found["TRE_R330"] == {f"0{number}" for number in range(1, 10)}
    assert found["TRE_R283"] == {"1", "2", "3"}
    assert len(found["TRE_R30"]) == 18
    assert len(found["JDV_J55"]) == 86
