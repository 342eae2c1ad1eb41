"""What every test shares: servers asked for by marker, guarded tables, the cast of persons."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

from portal.audit import triggers

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser library runs a loop beside the ORM


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.3)
        return probe.connect_ex(("127.0.0.1", port)) == 0


SERVERS: dict[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "nginx": lambda: shutil.which("nginx") is not None,
    "pdftotext": lambda: shutil.which("pdftotext") is not None,
    "java": lambda: shutil.which("java") is not None,
    "postgresql": lambda: _listens(5432),
    "redis": lambda: _listens(6379),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test whose server is absent, saying which; with CI=true an absent server is an error."""
    for mark in item.iter_markers("requires"):
        for server in mark.args:
            if SERVERS[server]():
                continue
            if os.environ.get("CI") == "true":
                pytest.fail(f"{server} is required in CI and is absent", pytrace=False)
            pytest.skip(f"needs {server}, absent from this machine")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """At the end, PostgreSQL drops no database to which a thread of some test still holds a connection: they are cut."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@contextmanager
def _unguarded() -> Iterator[None]:
    """No trigger speaks inside. PostgreSQL has a setting for that; on SQLite they are dropped and put back."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = DEFAULT")
        return
    triggers.lift(connection, triggers.guards())
    try:
        yield
    finally:
        triggers.install(connection, triggers.guards())


@pytest.fixture(scope="session", autouse=True)
def _emptying_lifts_guards() -> Iterator[None]:
    """Append-only tables refuse to be emptied: their triggers are lifted around the flush of a test database."""
    flush = TransactionTestCase._fixture_teardown

    def lifted(case: TransactionTestCase) -> None:
        with _unguarded():
            flush(case)

    TransactionTestCase._fixture_teardown = lifted
    yield
    TransactionTestCase._fixture_teardown = flush


@pytest.fixture
def now() -> datetime:
    """The instant at which tests happen: Tuesday 3 March 2026, 10:00 in Paris."""
    return datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
