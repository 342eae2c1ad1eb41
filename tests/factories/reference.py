"""Establishments of the register, versions of it, and a stock file made to measure."""

from datetime import UTC, date, datetime

import factory

from portal.reference import finess
from portal.reference.models import Establishment, RegisterVersion
from portal.web import folding

LEGAL_NUMBER = "010780054"


def number(rank: int, department: str = "01") -> str:
    """A valid FINESS number of a department."""
    stem = f"{department}{rank:06d}"
    return stem + finess.key(stem)


class EstablishmentFactory(factory.django.DjangoModelFactory):
    """An open hospital of the Ain."""

    class Meta:
        model = Establishment

    class Params:
        closed = factory.Trait(closed_at=datetime(2025, 12, 31, 23, 0, tzinfo=UTC))
        outside = factory.Trait(category="462", category_label="Lieux de vie")

    finess = factory.Sequence(lambda n: number(n + 1))
    finess_ej = LEGAL_NUMBER
    name = factory.Sequence(lambda n: f"CENTRE HOSPITALIER {n}")
    category = "355"
    category_label = "Centre Hospitalier (C.H.)"
    department = "01"
    region = "84"
    postcode = "01000"
    city = "BOURG EN BRESSE"
    siret = "26010004500012"
    search_text = factory.LazyAttribute(lambda row: folding.fold(f"{row.finess} {row.finess_ej} {row.name} {row.city}"))


class VersionFactory(factory.django.DjangoModelFactory):
    """The register of 1 February 2026, in force."""

    class Meta:
        model = RegisterVersion

    flow_number = "108"
    flow_date = date(2026, 2, 1)
    source_name = "etalab-cs1100502-stock-20260201.csv"
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    encoding = "UTF-8"
    imported_at = datetime(2026, 2, 2, 4, 0, tzinfo=UTC)


def stock_line(finess_number: str, **changes: str) -> str:
    """A line of the classic layout; `changes` are `legal`, `name`, `category`, `city`, `siret`, `department`."""
    fields = [""] * 32
    fields[0], fields[1], fields[2] = "structureet", finess_number, changes.get("legal", LEGAL_NUMBER)
    fields[3] = fields[4] = changes.get("name", "CH DE FLEYRIAT")
    fields[13], fields[15] = changes.get("department", "01"), f"01440 {changes.get('city', 'VIRIAT')}"
    fields[18], fields[19] = changes.get("category", "355"), "Centre Hospitalier (C.H.)"
    fields[22] = changes.get("siret", "26010004500012")
    return ";".join(fields)


def stock(*lines: str, day: str = "2026-02-01", encoding: str = "utf-8") -> bytes:
    """A stock file with its header."""
    return ("\n".join([f"finess;etalab;108;{day}", *lines]) + "\n").encode(encoding)
