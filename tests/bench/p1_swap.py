"""P1.6: from a publication that suspends an entry to the first refusal in this process, beside round trips to the server."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from policy.profiles.engine import Effect
from policy.verdicts import queries
from policy.whitelist import publication
from policy.whitelist.models import Publication
from portal.tokens.scopes import Scope
from tests.bench import p1_http, sample
from tests.bench.rounds import ROUNDS, Row, summary

TRIPS = 200
ENVIRONMENT = "production"


def rows() -> Iterator[Row]:
    """The row of each database; the publication is that of the bench, its tables ready."""
    p1_http.filled(Scope.VERDICTS_READ)
    document = sample.document(sample.entries("lean"))
    callers = [entry for entry in document["entries"] if entry["state"] == "approved"]
    queries.gate_now(ENVIRONMENT, datetime.now(UTC))
    ratios = [_refused_after(document, callers[turn], turn + 2) / _trip() for turn in range(ROUNDS)]
    yield summary(
        f"P1.6-process-{connection.vendor}",
        "suspension publiée → refus dans ce processus, en allers et retours vers la base",
        ratios,
        target=20,
    )


def _refused_after(document: dict[str, Any], entry: dict[str, Any], version: int) -> float:
    """Seconds from the row of the new publication to the first refusal."""
    entry["state"], now = "suspended", datetime.now(UTC)
    body, expires = publication.canonical(document), now + timedelta(days=1)
    began = time.perf_counter()
    Publication.objects.create(
        environment=ENVIRONMENT,
        version=version,
        issued_at=now,
        expires_at=expires,
        count=len(document["entries"]),
        digest=f"{version:064d}",
        body=body,
        signature="x",
        key_id="x",
    )
    opened = queries.gate_now(ENVIRONMENT, now)
    found, _ = opened.by_fingerprint(entry["certificates"][0]["sha256"], "read", "Location", None, now.timestamp())
    spent = time.perf_counter() - began
    assert found.effect is Effect.DENY, found
    return spent


def _trip() -> float:
    """Seconds of one round trip."""
    with connection.cursor() as cursor:
        began = time.perf_counter()
        for _ in range(TRIPS):
            cursor.execute("SELECT 1")
            cursor.fetchone()
        return (time.perf_counter() - began) / TRIPS
