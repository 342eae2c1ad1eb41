"""Reads a nomenclature of the health objects (NOS) in its FHIR JSON layout: a CodeSystem (TRE) or a ValueSet (JDV).

Source of the layout: FHIR R4, CodeSystem and ValueSet; files published by the ANS (``TRE_R78-….json``). Pure: bytes in,
frozen values out. A file that cannot be read for sure is refused with its reason; nothing is guessed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

MAX_BYTES = 20_000_000
_TABLE = re.compile(r"(TRE|JDV|ASS)[_-]([A-Z]\d{2,4})", re.ASCII)
_OID = re.compile(r"(?:urn:oid:)?([0-2](?:\.\d+)+)", re.ASCII)


class UnreadableNomenclature(ValueError):
    """The file is no nomenclature; `sentence` says why in French."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its label; `retired_on` is the day the publisher withdrew it, None while it holds."""

    code: str
    label: str
    retired_on: date | None = None


@dataclass(frozen=True, slots=True)
class NosFile:
    """What a file says: the table (« TRE_R78 »), its title, address, OID, release and date, and its codes in order."""

    table: str
    title: str
    url: str
    oid: str
    release: str
    released_on: date | None
    codes: tuple[Code, ...]


def read(data: bytes) -> NosFile:
    """The nomenclature of a file. Raises UnreadableNomenclature."""
    content = _parsed(data)
    kind = content.get("resourceType")
    if kind not in ("CodeSystem", "ValueSet"):
        raise UnreadableNomenclature("Ce fichier n’est ni un CodeSystem ni un ValueSet FHIR.")
    codes = tuple(_codes(content) if kind == "CodeSystem" else _codes_of_value_set(content))
    _refuse_repeated(codes)
    return NosFile(
        table=_table(content),
        title=_text(content, "title") or _text(content, "description") or _text(content, "name"),
        url=_text(content, "url"),
        oid=_oid(content),
        release=_text(content, "version") or "sans version",
        released_on=_day(content.get("date")),
        codes=codes,
    )


def _parsed(data: bytes) -> Mapping[str, Any]:
    if len(data) > MAX_BYTES:
        raise UnreadableNomenclature("Le fichier dépasse 20 Mo.")
    try:
        content = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise UnreadableNomenclature("Le fichier n’est pas du JSON lisible.") from error
    if not isinstance(content, dict):
        raise UnreadableNomenclature("Le fichier ne contient pas une ressource FHIR.")
    return content


def _table(content: Mapping[str, Any]) -> str:
    """« TRE_R78 », read in the name, the identifier or the address of the resource."""
    for key in ("name", "id", "url"):
        if found := _TABLE.search(_text(content, key)):
            return f"{found[1]}_{found[2]}"
    raise UnreadableNomenclature("Le fichier ne dit pas de quelle nomenclature il s’agit (TRE_R…, JDV_J…).")


def _oid(content: Mapping[str, Any]) -> str:
    for identifier in _list(content, "identifier"):
        if isinstance(identifier, dict) and (found := _OID.fullmatch(_text(identifier, "value"))):
            return found[1]
    return ""


def _codes(content: Mapping[str, Any]) -> Iterator[Code]:
    """The concepts of a CodeSystem, those nested under others included."""
    for concept in _list(content, "concept"):
        yield _code(concept)
        yield from _codes(concept)


def _codes_of_value_set(content: Mapping[str, Any]) -> Iterator[Code]:
    """The codes of a ValueSet: its expansion when it has one, else the codes that it lists one by one."""
    expansion = content.get("expansion")
    if isinstance(expansion, dict) and _list(expansion, "contains"):
        yield from (_code(each) for each in _list(expansion, "contains"))
        return
    compose = content.get("compose")
    for include in _list(compose, "include") if isinstance(compose, dict) else []:
        if not _list(include, "concept"):
            raise UnreadableNomenclature("Ce ValueSet renvoie à une table entière : chargez aussi cette table.")
        yield from (_code(each) for each in _list(include, "concept"))


def _code(concept: Any) -> Code:
    if not isinstance(concept, dict) or not _text(concept, "code"):
        raise UnreadableNomenclature("Un concept du fichier n’a pas de code.")
    code = _text(concept, "code")
    if len(code) > 40:
        raise UnreadableNomenclature(f"Le code « {code[:40]}… » est trop long.")
    return Code(code, (_text(concept, "display") or code)[:500], _retired_on(concept))


def _retired_on(concept: Mapping[str, Any]) -> date | None:
    """The property `dateFin`, or `deprecationDate` of the standard."""
    for each in _list(concept, "property"):
        if isinstance(each, dict) and each.get("code") in ("dateFin", "deprecationDate"):
            return _day(each.get("valueDateTime"))
    return None


def _refuse_repeated(codes: tuple[Code, ...]) -> None:
    if not codes:
        raise UnreadableNomenclature("Le fichier ne contient aucun code.")
    seen: set[str] = set()
    for each in codes:
        if each.code in seen:
            raise UnreadableNomenclature(f"Le code « {each.code} » figure deux fois dans le fichier.")
        seen.add(each.code)


def _text(content: Mapping[str, Any], key: str) -> str:
    value = content.get(key)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _list(content: Any, key: str) -> list[Any]:
    value = content.get(key) if isinstance(content, dict) else None
    return value if isinstance(value, list) else []


def _day(value: Any) -> date | None:
    """The day of a FHIR date or instant; None for a year or a month alone, or for what is no date."""
    try:
        return datetime.fromisoformat(value).date() if isinstance(value, str) else None
    except ValueError:
        return None
