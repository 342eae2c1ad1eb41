"""P7: the journal's chain beside the same rows unchained, by one writer and by eight; hashing and verification."""

import hashlib
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from portal.audit import chain, operations, queries
from portal.audit.models import AuditDetail, AuditEvent
from portal.audit.record import Event
from tests.bench.rounds import ROUNDS, WALL, Row, apart, compare, summary
from tests.bench.sizes import JOURNAL as VERIFIED

AT = datetime(2026, 11, 20, 9, 0, 0, 123456, tzinfo=UTC)
WRITERS = 8
EACH = 12
TABLE = "bench_unchained"


def rows() -> Iterator[Row]:
    """The ratios of P7 that this stage has: the journal is sealed as it is written, not after."""
    vendor = connection.vendor
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} AS SELECT * FROM portal_auditevent WHERE seq < 0")
        if vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {TABLE} ADD PRIMARY KEY (id)")
            cursor.execute(f"CREATE INDEX ON {TABLE} (subject_reference, seq)")
    yield from apart(_appending(vendor), _verification(vendor))


def _appending(vendor: str) -> Iterator[Row]:
    """One writer, then eight where the database takes several; what is hashed costs the same on both."""
    yield compare(
        f"P7.1-one-{vendor}",
        f"ajout chaîné / même ajout sans chaîne, un écrivain ({vendor})",
        subject=_several(_chained),
        floor=_several(_unchained),
        target=1.3,
        clock=WALL,
    )
    if vendor == "postgresql":
        ratios = [_storm(_chained) / _storm(_unchained) for _ in range(ROUNDS)]
        yield summary(f"P7.1-eight-{vendor}", "ajout chaîné / sans chaîne, huit écrivains", ratios, target=3.5)
        breaks = 0 if queries.verify().holds else 1
        yield summary(f"P7.2-order-{vendor}", "ruptures de la chaîne après ces écritures", [breaks], target=0)
    else:
        yield from _hashing()


def _event() -> Event:
    return Event(
        action="candidacies.take",
        at=AT,
        actor_id=12,
        actor="Camille Agent",
        roles=("reviewer",),
        subject_type="portal.Candidacy",
        subject_id="4217",
        subject_reference="C-2026-4217",
        before={"state": "submitted"},
        after={"state": "under_review"},
    )


def _chained() -> None:
    with transaction.atomic():
        operations.append([_event()])


def _unchained() -> None:
    """The same rows, drafted the same way, one of them into a table without chain."""
    with transaction.atomic(), connection.cursor() as cursor:
        row, detail = operations._draft(_event())
        row.seq, row.hash = 0, "0" * 64
        fields = [field.attname for field in row._meta.concrete_fields]
        values = [row._meta.get_field(name).get_db_prep_save(getattr(row, name), connection) for name in fields]
        marks = ", ".join(["%s"] * len(fields))
        cursor.execute(f"INSERT INTO {TABLE} ({', '.join(fields)}) VALUES ({marks})", values)
        cursor.execute(
            f"INSERT INTO {TABLE}_detail VALUES (%s, %s, %s, %s)", [values[0], detail.salt, detail.data, None]
        )


def _several(act: Callable[[], None], times: int = 20) -> Callable[[], None]:
    with connection.cursor() as cursor:
        blob, instant = ("bytea", "timestamptz") if connection.vendor == "postgresql" else ("blob", "datetime")
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {TABLE}_detail (event_id char(36) PRIMARY KEY, salt {blob}, data text, "
            f"erased_at {instant})"
        )

    def run() -> None:
        for _ in range(times):
            act()

    return run


def _storm(act: Callable[[], None]) -> float:
    """Seconds for eight writers, each with its connection."""

    def write(start: threading.Barrier) -> None:
        connection.ensure_connection()
        start.wait()
        for _ in range(EACH):
            act()
        connection.close()

    start = threading.Barrier(WRITERS + 1)
    writers = [threading.Thread(target=write, args=(start,)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    start.wait()
    began = time.perf_counter()
    for writer in writers:
        writer.join()
    return time.perf_counter() - began


def _links(count: int) -> list[AuditEvent]:
    """A chain in memory."""
    made, previous = [], chain.GENESIS
    for seq in range(1, count + 1):
        row, _ = operations._draft(_event())
        row.id, row.seq = uuid.UUID(int=seq), seq
        row.hash = previous = chain.digest(previous, row)
        made.append(row)
    return made


def _hashing() -> Iterator[Row]:
    links = _links(2000)
    ready = [chain.canonical(link) for link in links]

    def full() -> None:
        previous = chain.GENESIS
        for link in links:
            previous = chain.digest(previous, link)

    def bare() -> None:
        previous = chain.GENESIS
        for data in ready:
            previous = hashlib.sha256(previous.encode() + data).hexdigest()

    yield compare("P7.3-hash", "forme canonique et empreinte / empreinte seule", subject=full, floor=bare, target=2)


def _verification(vendor: str) -> Iterator[Row]:
    """The whole journal verified from the database, details included, against bare hashing of bytes in memory."""
    _fill()
    with connection.cursor() as cursor:
        cursor.execute(queries._LINES[vendor])
        lines = cursor.fetchall()
    ready = [(str(line[0]).encode() + chain.written(*line[1:8]), bytes(line[9]) + line[10].encode()) for line in lines]

    def bare() -> None:
        previous = chain.GENESIS
        for data, detail in ready:
            hashlib.sha256(detail).hexdigest()
            previous = hashlib.sha256(previous.encode() + data).hexdigest()

    def verified() -> None:
        assert queries.verify().holds

    yield compare(
        f"P7.4-verify-{vendor}",
        f"vérification du journal / empreintes en mémoire ({vendor})",
        subject=verified,
        floor=bare,
        target=2.5,
        clock=WALL,
        seconds=0,
    )
    yield compare(
        f"P7.4-json-{vendor}",
        f"vérification, contre une remise en forme par json ({vendor})",
        subject=verified,
        floor=_by_json,
        target=4,
        better="higher",
        clock=WALL,
        seconds=0,
    )


def _fill() -> None:
    """Brings the journal to its size, through the chain."""
    missing = VERIFIED - AuditEvent.objects.count()
    for start in range(0, missing, 2000):
        with transaction.atomic():
            operations.append_many([_event() for _ in range(min(2000, missing - start))])


def _by_json() -> None:
    """What one would write first: model objects, canonical text by json, the same digests."""
    previous = chain.GENESIS
    for event in AuditEvent.objects.order_by("seq").select_related("detail").iterator(chunk_size=2000):
        body: dict[str, Any] = {
            "action": event.action,
            "actor": event.actor_id,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "detail": event.detail_digest,
            "id": str(event.id),
            "subject": [event.subject_type, event.subject_id],
        }
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(f"{previous}{event.seq}{text}".encode()).hexdigest()
        assert previous == event.hash
        detail: AuditDetail = event.detail
        content = json.dumps(json.loads(detail.data), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        hashlib.sha256(bytes(detail.salt) + content.encode()).hexdigest()
