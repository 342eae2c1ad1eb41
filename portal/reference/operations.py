"""Loading the FINESS register, listing the regions, describing one."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.calendar.deadlines import paris_date, start_of_day
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving
from portal.reference import comparison, datafile, delivered, nos_file, queries, register_file, territory
from portal.reference.comparison import Changes, Known
from portal.reference.nos_file import NosFile
from portal.reference.register_file import RegisteredEstablishment, RegisterFile
from portal.web import folding

from .lifecycle import NomenclatureMove, RegionMove, VersionMove
from .models import CODE_LENGTH, NAME_LENGTH, Concept, Establishment, Nomenclature, Region, RegisterVersion, TrustSpace
from .spaces import FeedingRoute, SpaceKind

BATCH = 2000
KEPT_FAULTS = 200  # enough to mend a file; the count tells the rest
T = TypeVar("T")
_COLUMNS = ("finess_ej", "name", "category", "category_label", "department", "postcode", "city", "siret")
_WRITTEN = ("finess", *_COLUMNS, "region", "search_text")


def import_register(
    data: bytes, *, source_name: str, by: User | None, at: datetime | None = None, confirm_shrink: bool = False
) -> RegisterVersion:
    """Brings the establishments to what a stock file says, writing only what changed; all of it or nothing.

    The file already in force changes nothing. Raises Refused for an unreadable or older file, and when more than 2 % of
    the open establishments would close without `confirm_shrink`.
    """
    digest = hashlib.sha256(data).hexdigest()
    in_force = queries.version_in_force()
    if in_force and in_force.sha256 == digest:
        return in_force
    content = _readable(data)
    version = _version_of(content, source_name=source_name, sha256=digest)
    with moving(version, VersionMove.IMPORT, by=by, at=at) as (version, event):
        _supersede(in_force, content, by=by, at=event.at)
        changes = comparison.compare(_known(), content)
        _guard(changes, confirmed=confirm_shrink)
        _write(changes, left_at=start_of_day(content.flow_date))
        _count(version, content, changes)
        version.imported_at, version.imported_by = event.at, by
        event.note(
            flow_date=f"{content.flow_date:%d/%m/%Y}",
            added=version.added_count,
            changed=version.changed_count + version.reopened_count,
            closed=version.closed_count,
        )
    return version


def _readable(data: bytes) -> RegisterFile:
    try:
        return register_file.read(data)
    except register_file.UnreadableRegister as error:
        raise Refused(error.sentence) from error


def _version_of(content: RegisterFile, *, source_name: str, sha256: str) -> RegisterVersion:
    return RegisterVersion(
        flow_number=content.flow_number,
        flow_date=content.flow_date,
        source_name=source_name[:200],
        sha256=sha256,
        encoding=content.encoding,
        faults=[asdict(fault) for fault in content.faults[:KEPT_FAULTS]],
    )


def _supersede(in_force: RegisterVersion | None, content: RegisterFile, *, by: User | None, at: datetime) -> None:
    """Locks the version in force before anything is compared: two imports never mix."""
    if in_force is None:
        return
    with moving(in_force, VersionMove.SUPERSEDE, by=by, at=at) as (current, _):
        if content.flow_date < current.flow_date:
            raise Refused(
                f"Ce fichier date du {content.flow_date:%d/%m/%Y} : il est plus ancien que le registre en vigueur, "
                f"du {current.flow_date:%d/%m/%Y}."
            )


def _known() -> dict[str, Known]:
    rows = Establishment.objects.values_list("finess", *_COLUMNS, "closed_at").iterator(chunk_size=BATCH)
    return {row[0]: Known(_registered(row), row[-1] is not None) for row in rows}


def _registered(row: Sequence[Any]) -> RegisteredEstablishment:
    """What the portal holds, as the register would write it; the columns come in the order of its fields."""
    values = {name: value or "" for name, value in zip(("finess", *_COLUMNS), row, strict=False)}
    return RegisteredEstablishment(**values)


def _guard(changes: Changes, *, confirmed: bool) -> None:
    if changes.shrinks_too_much and not confirmed:
        raise Refused(
            f"Ce fichier fermerait {len(changes.closed)} des {changes.open_before} établissements ouverts, "
            "plus de 2 %. S’il est bien complet, confirmez la réduction du registre."
        )


def _write(changes: Changes, *, left_at: datetime) -> None:
    _insert(changes.added)
    for batch in _batches((*changes.changed, *changes.reopened)):
        Establishment.objects.bulk_create(
            [_establishment(row) for row in batch],
            update_conflicts=True,
            unique_fields=["finess"],
            update_fields=[*_COLUMNS, "region", "search_text", "closed_at"],
        )
    for numbers in _batches(changes.closed):
        Establishment.objects.filter(finess__in=numbers).update(closed_at=left_at)


def _insert(rows: Iterable[RegisteredEstablishment]) -> None:
    """New rows by the shortest way of each database: thousands of them at the first load."""
    table, columns = Establishment._meta.db_table, ", ".join(_WRITTEN)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(_values(row))
        else:
            marks = ", ".join(["%s"] * len(_WRITTEN))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", [_values(row) for row in rows])  # noqa: S608


def _values(row: RegisteredEstablishment) -> tuple[str | None, ...]:
    """The columns `_WRITTEN` of a line of the register."""
    searched = f"{row.finess} {row.finess_ej} {row.name} {row.postcode} {row.city} {row.department}"
    return (
        row.finess,
        row.finess_ej,
        row.name,
        row.category,
        row.category_label,
        row.department,
        row.postcode,
        row.city,
        row.siret or None,
        territory.region_of(row.department),
        folding.fold(searched)[:500],
    )


def _establishment(row: RegisteredEstablishment) -> Establishment:
    return Establishment(**dict(zip(_WRITTEN, _values(row), strict=True)))


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _count(version: RegisterVersion, content: RegisterFile, changes: Changes) -> None:
    version.read_count = len(content.establishments)
    version.added_count = len(changes.added)
    version.changed_count = len(changes.changed)
    version.closed_count = len(changes.closed)
    version.reopened_count = len(changes.reopened)
    version.fault_count = len(content.faults)


def list_regions(*, at: datetime | None = None) -> int:
    """Lists the regions that hold in the nomenclature in force, and their trust spaces, where they are missing;
    returns how many it added.
    """
    with transaction.atomic():
        TrustSpace.objects.get_or_create(code="national", defaults={"kind": SpaceKind.NATIONAL})
        known = set(Region.objects.values_list("code", flat=True))
        held = queries.regions_at(paris_date(at or timezone.now()))
        missing = {code: name for code, name in held.items() if code not in known}
        for code, name in missing.items():
            _list_region(code, name, at=at)
        return len(missing)


def _list_region(code: str, name: str, *, at: datetime | None) -> None:
    region = Region(code=code, name=name, ars_name=f"ARS {name}")
    with moving(region, RegionMove.LIST, by=None, at=at) as (region, _):
        region.save()
        TrustSpace.objects.create(code=f"regional-{code}", kind=SpaceKind.REGIONAL, region=region)


def describe_region(
    region: Region,
    *,
    by: User,
    version: int,
    feeding_route: FeedingRoute,
    route_since_date: date | None,
    contacts: dict[str, str],
    at: datetime | None = None,
) -> None:
    """Notes who to contact in a region and how it feeds the ROR. `contacts` holds `ars_…` and `grades_…` fields."""
    with moving(region, RegionMove.DESCRIBE, by=by, at=at, version=version) as (current, event):
        current.feeding_route = feeding_route
        current.route_since_date = route_since_date
        for name in ("ars_name", "ars_email", "grades_name", "grades_email"):
            setattr(current, name, contacts.get(name, ""))
        event.note(route=FeedingRoute(feeding_route).label)


def import_nomenclature(data: bytes, *, source_name: str, by: User | None, at: datetime | None = None) -> Nomenclature:
    """Loads a nomenclature (FHIR JSON), which replaces the version in force of its table; the same file does nothing.

    Raises Refused for an unreadable file, for one older than the version in force, and for regions that are none.
    """
    digest = hashlib.sha256(data).hexdigest()
    content = _readable_nomenclature(data)
    in_force = queries.nomenclature(content.table)
    if in_force and in_force.sha256 == digest:
        return in_force
    if content.table == delivered.REGIONS:
        _refuse_strange_regions(content)
    version = _nomenclature_of(content, source_name=source_name, sha256=digest)
    with moving(version, NomenclatureMove.IMPORT, by=by, at=at) as (version, event):
        former = _former_labels(in_force, content, by=by, at=event.at)
        version.imported_at, version.imported_by = event.at, by
        version.save()
        Concept.objects.bulk_create(
            [
                Concept(nomenclature=version, position=rank, code=one.code, label=one.label, retired_on=one.retired_on)
                for rank, one in enumerate(content.codes)
            ],
            batch_size=BATCH,
        )
        event.note(**_changes_of(former, {one.code: one.label for one in content.codes}))
        if content.table == delivered.REGIONS:
            _follow_regions(event.at)
    return version


def _follow_regions(at: datetime) -> None:
    """The regions bear the names of the nomenclature just loaded; those that it brings, and that hold, are listed."""
    for code, name in queries.regions_at(paris_date(at)).items():
        Region.objects.filter(code=code).exclude(name=name).update(name=name)
    list_regions(at=at)


def _refuse_strange_regions(content: NosFile) -> None:
    """What no region can bear is told before anything is written."""
    for one in content.codes:
        if not (one.code.isascii() and one.code.isalnum() and len(one.code) <= CODE_LENGTH):
            said = "deux lettres ou chiffres au plus"
            raise Refused(f"Le code « {one.code} » n’est pas celui d’une région : {said}.", field="file")
        if len(one.label) > NAME_LENGTH:
            said = f"{NAME_LENGTH} caractères au plus"
            raise Refused(f"Le libellé du code « {one.code} » est trop long pour une région : {said}.", field="file")


def _readable_nomenclature(data: bytes) -> NosFile:
    try:
        return nos_file.read(data)
    except nos_file.UnreadableNomenclature as error:
        raise Refused(error.sentence, field="file") from error


def _nomenclature_of(content: NosFile, *, source_name: str, sha256: str) -> Nomenclature:
    return Nomenclature(
        name=content.table,
        title=content.title[:200],
        url=content.url[:200],
        oid=content.oid[:80],
        release=content.release[:40],
        released_on=content.released_on,
        source_name=source_name[:200],
        sha256=sha256,
    )


def _former_labels(in_force: Nomenclature | None, content: NosFile, *, by: User | None, at: datetime) -> dict[str, str]:
    """Supersedes the version in force, locked first, and gives its labels by code."""
    if in_force is None:
        return {}
    with moving(in_force, NomenclatureMove.SUPERSEDE, by=by, at=at) as (current, _):
        if content.released_on and current.released_on and content.released_on < current.released_on:
            raise Refused(
                f"Ce fichier date du {content.released_on:%d/%m/%Y} : il est plus ancien que la version en vigueur, "
                f"du {current.released_on:%d/%m/%Y}.",
                field="file",
            )
        return dict(current.concepts.values_list("code", "label"))


def _changes_of(former: dict[str, str], new: dict[str, str]) -> dict[str, int]:
    changed = sum(former[code] != new[code] for code in former.keys() & new.keys())
    return {
        "codes": len(new),
        "added": len(new.keys() - former.keys()),
        "changed": changed,
        "removed": len(former.keys() - new.keys()),
    }


def load_delivered_nomenclatures(*, at: datetime | None = None) -> int:
    """Loads the nomenclatures delivered with the portal whose table was never loaded; returns how many."""
    known = set(Nomenclature.objects.values_list("name", flat=True))
    loaded = 0
    for name, data in datafile.nomenclatures():
        if nos_file.read(data).table not in known:
            import_nomenclature(data, source_name=name, by=None, at=at)
            loaded += 1
    return loaded
