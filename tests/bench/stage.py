"""A portal of its own for the bench: a database made and dropped, with the durability of production.

On SQLite a file in a temporary folder; with BENCH_POSTGRESQL, a database created on that server.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit


@contextmanager
def portal(server: str = "", *, migrated: bool = True, copied: str = "") -> Iterator[str]:
    """Prepares an empty portal and yields the vendor of its database, whose tables stand when `migrated`.

    `copied` is a database to start from instead, as `large.database` names it.
    """
    folder = tempfile.mkdtemp(prefix="portail-bench-")
    os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "portal.settings.test", "DEMO": "1"}
    os.environ.pop("DATABASE_URL", None)
    name = f"bench_{os.getpid()}"
    if server:
        _run(server, f"CREATE DATABASE {name}" + (f" TEMPLATE {copied}" if copied else ""))
        os.environ["DATABASE_URL"] = f"{server.rsplit('/', 1)[0]}/{name}"
    elif copied:
        shutil.copy(copied, Path(folder) / "portail.sqlite3")
    try:
        yield _start(migrated=migrated and not copied)
    finally:
        from django.db import connections

        connections.close_all()
        if server:
            drop(server, name)
        shutil.rmtree(folder, ignore_errors=True)


def _start(*, migrated: bool) -> str:
    import django
    from django.conf import settings
    from django.core.management import call_command

    from portal.settings.base import SQLITE_OPTIONS

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = SQLITE_OPTIONS  # written to disk as in production
    django.setup()
    logging.disable(logging.WARNING)  # the table alone on the screen
    from django.db import connection

    if migrated:
        call_command("migrate", verbosity=0)
    return connection.vendor


def databases(server: str, prefix: str) -> list[str]:
    """The names of the databases of a server that begin with this."""
    return [name for (name,) in _run(server, "SELECT datname FROM pg_database") if name.startswith(prefix)]


def rename(server: str, name: str, wanted: str) -> None:
    """Gives a database that nobody uses another name."""
    _run(server, f"ALTER DATABASE {name} RENAME TO {wanted}")


def drop(server: str, name: str) -> None:
    """Drops a database, whoever still uses it; nothing to do when it is not there."""
    _run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _run(server: str, statement: str) -> list[tuple[str]]:
    import psycopg

    parts = urlsplit(server)
    with psycopg.connect(
        host=parts.hostname,
        port=parts.port or 5432,
        user=parts.username,
        password=parts.password,
        dbname="postgres",
        autocommit=True,
    ) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []
