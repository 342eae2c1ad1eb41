"""Readings of the register and of the regions for pages and for the slices above."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from portal.reference import delivered, user_roles
from portal.reference.lifecycle import NomenclatureState, VersionState
from portal.web import folding

from .models import Concept, Establishment, Nomenclature, Region, RegisterVersion

PAGE_SIZE = 50
CHUNK = 5000  # databases bound the number of values in one statement


@dataclass(frozen=True, slots=True)
class Page:
    """One page of establishments in the order of their FINESS; `next_after` opens the next one, empty at the end."""

    rows: list[Establishment]
    next_after: str


def version_in_force() -> RegisterVersion | None:
    """The register that the portal answers from; None before the first import."""
    return RegisterVersion.objects.filter(state=VersionState.IN_FORCE).first()


def open_count() -> int:
    """How many establishments the register in force holds."""
    return Establishment.objects.open().count()


def search(text: str, *, region: str = "", after: str = "", size: int = PAGE_SIZE) -> Page:
    """Establishments whose number, name, town or legal entity holds every word of `text`; one query in all."""
    found = Establishment.objects.filter(finess__gt=after).order_by("finess")
    if region:
        found = found.in_region(region)
    for word in folding.words(text):
        found = found.filter(search_text__contains=word)
    rows = list(found[: size + 1])
    return Page(rows[:size], rows[size - 1].finess if len(rows) > size else "")


def establishments(numbers: Iterable[str]) -> dict[str, Establishment]:
    """The establishments of these FINESS EG numbers, closed ones included; unknown numbers are absent."""
    return {
        row.finess: row
        for chunk in _chunks(numbers)
        for row in Establishment.objects.filter(finess__in=chunk).iterator()
    }


def establishments_of_legal_entities(numbers: Iterable[str]) -> dict[str, list[str]]:
    """The open establishments (FINESS EG, sorted) of these FINESS EJ numbers; numbers of no legal entity are absent."""
    held: dict[str, list[str]] = {}
    for chunk in _chunks(numbers):
        rows = Establishment.objects.open().filter(finess_ej__in=chunk).order_by("finess")
        for legal_number, number in rows.values_list("finess_ej", "finess"):
            held.setdefault(legal_number, []).append(number)
    return held


def regions() -> list[Region]:
    """The regions in the order of their codes."""
    return list(Region.objects.order_by("code"))


def nomenclatures() -> list[Nomenclature]:
    """The nomenclatures in force, by table, each with its number of codes (`code_count`)."""
    found = Nomenclature.objects.filter(state=NomenclatureState.IN_FORCE)
    return list(found.annotate(code_count=Count("concepts")).order_by("name"))


def nomenclature(table: str) -> Nomenclature | None:
    """The version in force of a table (« TRE_R78 »)."""
    return Nomenclature.objects.filter(name=table, state=NomenclatureState.IN_FORCE).first()


def nomenclature_versions(table: str) -> list[Nomenclature]:
    """Every version of a table that was ever loaded, the newest first."""
    return list(Nomenclature.objects.filter(name=table).order_by("-imported_at", "-pk"))


def codes_of(tables: Iterable[str]) -> dict[str, frozenset[str]]:
    """The codes of the versions in force, by table; a table never loaded is absent. One query."""
    rows = Concept.objects.filter(nomenclature__name__in=list(tables), nomenclature__state=NomenclatureState.IN_FORCE)
    held: dict[str, set[str]] = {}
    for name, code in rows.values_list("nomenclature__name", "code"):
        held.setdefault(name, set()).add(code)
    return {name: frozenset(codes) for name, codes in held.items()}


def labels_of(table: str) -> dict[str, str]:
    """The labels of the codes of a table's version in force; empty while it was never loaded."""
    rows = Concept.objects.filter(nomenclature__name=table, nomenclature__state=NomenclatureState.IN_FORCE)
    return dict(rows.order_by("position").values_list("code", "label"))


def roles_at(day: date) -> dict[str, str]:
    """The user roles that a request may name, with their labels: those of JDV_J68 in force that hold on that day.

    Those delivered with the portal while the nomenclature was never loaded.
    """
    return _held(user_roles.TABLE, day) or {code: role.label for code, role in user_roles.user_roles().items()}


def region_names() -> dict[str, str]:
    """Every region with its name, in order, withdrawn ones included: those of TRE_R30 in force.

    As delivered while it was never loaded. What may be chosen is in `regions_at`.
    """
    return labels_of(delivered.REGIONS) or delivered.labels(delivered.REGIONS)


def regions_ever() -> dict[str, str]:
    """Every region that any version of TRE_R30 named, and those delivered: what a text accepted once may still name."""
    rows = Concept.objects.filter(nomenclature__name=delivered.REGIONS).order_by("pk").values_list("code", "label")
    return dict(delivered.labels(delivered.REGIONS)) | dict(rows)


def regions_at(day: date, *, chosen: Iterable[str] = ()) -> dict[str, str]:
    """The regions that may be chosen on a day, with their names, in order: those of TRE_R30 in force that hold on it.

    Those already chosen that hold no more come last, and are told to be withdrawn: who chose them sees them.
    """
    held = _held(delivered.REGIONS, day) or dict(delivered.labels(delivered.REGIONS))
    if gone := sorted({*chosen} - {"", *held}):
        names = region_names()
        held |= {code: f"{names.get(code, code)} (retirée de la nomenclature)" for code in gone}
    return held


def covered_categories(day: date) -> frozenset[str]:
    """The categories of establishments that the ROR covers on a day: those of JDV_J55 in force that hold on it.

    Those delivered with the portal while the nomenclature was never loaded.
    """
    return frozenset(_held(delivered.CATEGORIES, day) or delivered.labels(delivered.CATEGORIES))


def _held(table: str, day: date) -> dict[str, str]:
    """The codes of a table in force that hold on a day, with their labels; empty while it was never loaded."""
    rows = Concept.objects.filter(nomenclature__name=table, nomenclature__state=NomenclatureState.IN_FORCE)
    return dict(rows.exclude(retired_on__lte=day).order_by("position").values_list("code", "label"))


def _chunks(numbers: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(set(numbers))
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))
