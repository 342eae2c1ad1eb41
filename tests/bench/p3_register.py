"""P3: the nightly register and a vendor's list, beside bare copies and the ways one would write first."""

import csv
import io
import random
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction

from onboarding.establishments import difference, listing, tabular
from onboarding.establishments import queries as lists
from portal.reference import finess, operations, register_file
from portal.reference.models import Establishment
from tests.bench.rounds import WALL, Row, apart, compare
from tests.bench.sizes import LISTED
from tests.bench.sizes import REGISTER as COUNT
from tests.factories.reference import stock, stock_line

COLUMNS = ("finess", "finess_ej", "name", "category", "category_label", "department", "postcode", "city", "siret")


class Rewound(Exception):
    """Takes back what a round wrote."""


def rows() -> Iterator[Row]:
    """First load, nightly refresh, then the list."""
    vendor, (first, second) = connection.vendor, _files()
    yield from apart(_first(first, vendor))
    _import(first)
    yield from apart(_nightly(second, vendor), _vendor_list(first, vendor))


def _first(first: bytes, vendor: str) -> Iterator[Row]:
    """The register poured into an empty portal."""
    yield compare(
        f"P3.2-first-{vendor}",
        f"premier chargement / copie brute, lecture du fichier des deux côtés ({vendor})",
        subject=_rewound(lambda: _import(first)),
        floor=_rewound(lambda: _copied(_ready(first))),
        target=1.5,
        clock=WALL,
        seconds=0,
    )
    yield compare(
        f"P3.2-bulk-{vendor}",
        f"premier chargement, contre bulk_create ({vendor})",
        subject=_rewound(lambda: _import(first)),
        floor=_rewound(_naive(first)),
        target=10,
        better="higher",
        clock=WALL,
        seconds=0,
    )


def _nightly(second: bytes, vendor: str) -> Iterator[Row]:
    """The register of the next night."""
    naive, ready = _naive(second), _ready(second)
    yield compare(
        f"P3.1-nightly-{vendor}",
        f"registre de la nuit, comparaison comprise / copie brute ({vendor})",
        subject=_rewound(lambda: _import(second)),
        floor=_rewound(lambda: _copied(ready)),
        target=8,
        clock=WALL,
        seconds=0,
    )
    yield compare(
        f"P3.1-bulk-{vendor}",
        f"registre de la nuit, contre bulk_create(update_conflicts) ({vendor})",
        subject=_rewound(lambda: _import(second)),
        floor=_rewound(naive),
        target=5,
        better="higher",
        clock=WALL,
        seconds=0,
    )


def _files() -> tuple[bytes, bytes]:
    """Two registers a night apart: 0.5 % of new lines, 0.5 % gone, 2 % changed."""
    pick = random.Random(3)
    stems = [f"{pick.randint(1, 95):02d}{rank:06d}" for rank in range(COUNT + COUNT // 200)]
    numbers = [stem + finess.key(stem) for stem in stems]
    night = [number for number in numbers if pick.random() > 0.005]
    lines = [stock_line(number, name=f"ETABLISSEMENT {number}") for number in numbers[:COUNT]]
    renamed = [
        stock_line(number, name=f"{'NOUVEAU NOM' if pick.random() < 0.02 else 'ETABLISSEMENT'} {number}")
        for number in night
    ]
    return stock(*lines, day="2026-11-18"), stock(*renamed, day="2026-11-19")


def _import(data: bytes) -> None:
    operations.import_register(data, source_name="registre.csv", by=None)


def _rewound(act: Callable[[], Any]) -> Callable[[], None]:
    """The act in a transaction that is taken back: every round begins with the same table."""

    def run() -> None:
        try:
            with transaction.atomic():
                act()
                raise Rewound
        except Rewound:
            return

    return run


def _ready(data: bytes) -> list[tuple[str, ...]]:
    """The columns of a file, read beforehand."""
    return [tuple(getattr(row, name) for name in COLUMNS) for row in register_file.read(data).establishments]


def _copied(ready: list[tuple[str, ...]]) -> None:
    """The floor: ready rows poured into a temporary table."""
    columns = ", ".join(f"{name} text" for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_copy")
        cursor.execute(f"CREATE TEMPORARY TABLE bench_copy ({columns})")
        if connection.vendor == "postgresql":
            text = "".join("\t".join(row) + "\n" for row in ready)
            with cursor.copy("COPY bench_copy FROM STDIN") as copy:
                copy.write(text)
        else:
            marks = ", ".join("?" * len(COLUMNS))
            cursor.cursor.connection.executemany(f"INSERT INTO bench_copy VALUES ({marks})", ready)


def _naive(data: bytes) -> Callable[[], None]:
    """What one would write first: every line through the ORM, conflicts updated."""

    def run() -> None:
        text = data.decode()
        reader = csv.DictReader(
            io.StringIO(text[text.index("\n") + 1 :]), fieldnames=[str(n) for n in range(32)], delimiter=";"
        )
        found = [operations._establishment(register_file._row(list(line.values()))) for line in reader]  # type: ignore[arg-type]
        Establishment.objects.bulk_create(
            found,
            batch_size=2000,
            update_conflicts=True,
            unique_fields=["finess"],
            update_fields=[*COLUMNS[1:], "region", "search_text"],
        )

    return run


def _vendor_list(register: bytes, vendor: str) -> Iterator[Row]:
    """Ten thousand numbers judged against the register and compared with the former list."""
    numbers = [row.finess for row in register_file.read(register).establishments]
    pick = random.Random(5)
    kept = LISTED * 19 // 20  # a twentieth comes, a twentieth goes
    mine, former = pick.sample(numbers, kept), pick.sample(numbers, kept)
    data = ("FINESS;Nom\n" + "\n".join(f"{number};Établissement {number}" for number in mine) + "\n").encode()
    entries = listing.entries(tabular.read(data))
    known = lists.register_for(entries)

    def parsed() -> None:
        listing.entries(tabular.read(data))

    def judged(register: listing.Register | None = None) -> None:
        read = listing.entries(tabular.read(data))
        found = listing.judge(read, register or lists.register_for(read))
        difference.between(former, [line.finess for line in found if line.is_good])

    def each() -> None:
        for number in mine[:200]:
            Establishment.objects.filter(finess=number).exists()

    if vendor == "sqlite":
        yield from _workbook(mine)
        yield compare(
            "P3.3-warm",
            f"liste de {LISTED} lignes jugée et comparée / lecture du CSV, registre en mémoire",
            subject=lambda: judged(known),
            floor=lambda: list(csv.reader(io.StringIO(data.decode()), delimiter=";")),
            target=4,
            seconds=0,
        )
    yield compare(
        f"P3.3-cold-{vendor}",
        f"la même, registre lu dans la base / lecture du CSV ({vendor})",
        subject=judged,
        floor=lambda: list(csv.reader(io.StringIO(data.decode()), delimiter=";")),
        target=20,
        clock=WALL,
        seconds=0,
    )
    yield compare(
        f"P3.3-orm-{vendor}",
        f"la même, contre une requête par ligne ({vendor})",
        subject=judged,
        floor=each,
        per=(LISTED, 200),
        target=100,
        better="higher",
        clock=WALL,
        seconds=0,
    )


def _workbook(numbers: list[str]) -> Iterator[Row]:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Liste")
    sheet.append(["FINESS", "Nom"])
    for number in numbers:
        sheet.append([number, f"Établissement {number}"])
    data = io.BytesIO()
    book.save(data)

    def peer() -> None:
        read = openpyxl.load_workbook(io.BytesIO(data.getvalue()), read_only=True).active
        list(read.iter_rows(values_only=True))

    yield compare(
        "P3.4-xlsx",
        f"classeur de {LISTED} lignes lu, contre openpyxl",
        subject=lambda: tabular.read(data.getvalue()),
        floor=peer,
        target=12,
        better="higher",
        seconds=0,
    )
