"""The JSON Schema (draft 2020-12) of the policy file, for editors and reviewers of the file outside the portal.

It says the shape of each table; what one table names in another (a rule its elements, a choice its options) is checked
by `rulebook_file`. The TOML date of `policy.effective_date` is written as text (« 2026-01-01 ») in the JSON reading.
"""

from typing import Any

from . import catalogue
from .file_mistakes import TEXT_AT_MOST
from .rulebook import RuleEffect
from .rulebook_file import DIRECTIONS, FORMAT, FORMATS, YES_NO

TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": TEXT_AT_MOST}
CODES: dict[str, Any] = {
    "type": "array",
    "items": {"type": "string", "minLength": 1},
    "minItems": 1,
    "uniqueItems": True,
}
WORDS: dict[str, Any] = {"type": "object", "additionalProperties": TEXT, "minProperties": 1}
CONDITION: dict[str, Any] = {"type": "object", "additionalProperties": CODES, "minProperties": 1}


def schema() -> dict[str, Any]:
    """The schema, ready to be written as JSON."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Politique d’accès aux données du ROR",
        "description": "Un fichier = une version de la politique ; ce qu’aucune règle n’ouvre est refusé.",
        **_table(
            {
                "format": {"const": FORMAT},
                "policy": _policy(),
                "sources": _named(_table({"title": TEXT, "publisher": TEXT}, ["title"])),
                "operations": WORDS,
                "facts": _named(_fact()),
                "elements": _named(_table({"label": TEXT, "resources": CODES, "fhir": CODES}, ["label", "resources"])),
                "profiles": _profiles(),
                "duties": _table(dict.fromkeys(DIRECTIONS, CODES), []),
                "cases": _named(_case()),
                "choices": _named(_choice()),
                "rules": {"type": "array", "items": _rule(), "minItems": 1},
            },
            ["format", "policy", "sources", "operations", "facts", "elements", "rules"],
        ),
    }


def _table(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _named(table: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": table, "minProperties": 1}


def _policy() -> dict[str, Any]:
    number = {"type": "string", "pattern": "^[0-9A-Za-z]+([.-][0-9A-Za-z]+)*$", "maxLength": 20}
    day = {"type": "string", "format": "date"}
    properties = {"number": number, "title": TEXT, "effective_date": day, "exposure_model": TEXT, "summary": TEXT}
    return _table(properties, ["number", "title", "effective_date", "exposure_model"])


def _fact() -> dict[str, Any]:
    return _table({"label": TEXT, "phrase": TEXT, "values": WORDS, "nomenclature": TEXT}, ["label", "phrase", "values"])


def _profiles() -> dict[str, Any]:
    audience = _table({"audience": TEXT, "roles": CODES}, ["audience"])
    return _table(dict.fromkeys(sorted(catalogue.CODES), audience), [])


def _case() -> dict[str, Any]:
    required = ["label", "format", "transaction", "operation", "source", "article"]
    properties = dict.fromkeys(required, TEXT) | {"format": {"enum": sorted(FORMATS)}}
    return _table({**properties, "prerequisites": CODES, "excludes": CODES, "because": TEXT}, required)


def _choice() -> dict[str, Any]:
    properties = {"question": TEXT, "sources": TEXT, "options": WORDS, "chosen": TEXT}
    return _table({**properties, "confirmed": {"enum": sorted(YES_NO)}}, list(properties))


def _rule() -> dict[str, Any]:
    profiles = {**CODES, "items": {"enum": sorted(catalogue.CODES)}}
    properties = {
        "id": {"type": "string", "pattern": "^[A-Z0-9]+(-[A-Z0-9]+)*$"},
        "effect": {"enum": [effect.value for effect in RuleEffect]},
        "profiles": profiles,
        "operations": CODES,
        "elements": CODES,
        "when": {"oneOf": [CONDITION, {"type": "array", "items": CONDITION, "minItems": 1}]},
        **dict.fromkeys(("source", "article", "doubt", "choice", "option"), TEXT),
    }
    rule = _table(properties, ["id", "profiles", "operations", "elements", "source", "article"])
    return {**rule, "dependentRequired": {"choice": ["option"], "option": ["choice"]}}
