"""Export is import backwards; the JSON Schema accepts what the reader accepts."""

import copy
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from policy.profiles import file_schema, rulebook_file, rulebook_text

TEXT = rulebook_file.SHIPPED.read_text(encoding="utf-8")
BOOK = rulebook_file.read(TEXT)
ROOT = Path(__file__).resolve().parents[3]


def test_the_delivered_file_is_the_one_that_export_writes() -> None:
    assert rulebook_text.write(BOOK) == TEXT


def test_write_then_read_gives_every_member_back() -> None:
    again = rulebook_file.read(rulebook_text.write(BOOK))
    for name in ("number", "title", "effective_date", "exposure_model", "summary", "sources", "facts", "operations",
                 "elements", "choices", "cases", "audiences", "duties", "rules", "dormant"):  # fmt: skip
        assert getattr(again, name) == getattr(BOOK, name), name


def test_write_quotes_what_could_be_read_otherwise() -> None:
    odd = replace(BOOK, title='Un « titre » "entre" \\ guillemets', summary="# pas un commentaire")
    again = rulebook_file.read(rulebook_text.write(odd))
    assert (again.title, again.summary) == (odd.title, odd.summary)


def as_json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(orjson.dumps(tomllib.loads(text), default=date.isoformat))
    return found


def test_the_schema_is_one_and_accepts_the_delivered_policy() -> None:
    jsonschema.Draft202012Validator.check_schema(file_schema.schema())
    jsonschema.validate(as_json(TEXT), file_schema.schema())


def test_the_committed_schema_is_current() -> None:
    committed = orjson.loads((ROOT / "docs" / "politique.schema.json").read_bytes())
    assert committed == orjson.loads(orjson.dumps(file_schema.schema()))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data["rules"][0].update(profile=["1"]),
        lambda data: data["rules"][0].update(profiles=["9"]),
        lambda data: data["rules"][0].update(choice="x"),
        lambda data: data["rules"][0].update(when=[]),
        lambda data: data["policy"].pop("number"),
        lambda data: data["choices"]["profil-b"].pop("chosen"),
        lambda data: data.update(format=2),
        lambda data: data.update(rules=[]),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(spoil: Any) -> None:
    data = copy.deepcopy(as_json(TEXT))
    spoil(data)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, file_schema.schema())


@pytest.mark.parametrize(
    ("spoiled", "sentence"),
    [
        (TEXT.replace('chosen = "six"', 'chosen = "sept"'), "« chosen » : « sept » est inconnu"),
        (TEXT.replace('option = "charte"', 'option = "loi"'), "« option » : « loi » est inconnu"),
        (TEXT.replace('choice = "profil-b"\n', ""), "« choice » manque"),
        (TEXT.replace('format = "csd"', 'format = "xml"', 1), "« format » : « xml » est inconnu"),
        (TEXT.replace("[profiles.5]", "[profiles.9]"), "le profil « 9 » n’existe pas"),
        (TEXT.replace('because = "Au format', 'motif = "Au format', 1), "« excludes » et « because » vont ensemble"),
        (TEXT.replace("[duties]\n", "[duties]\nautre = ['x']\n"), "la clé « autre » n’existe pas"),
    ],
)
def test_read_refuses_choices_cases_and_audiences_that_say_nothing_sure(spoiled: str, sentence: str) -> None:
    with pytest.raises(rulebook_file.RulebookRefused, match=sentence):
        rulebook_file.read(spoiled)
