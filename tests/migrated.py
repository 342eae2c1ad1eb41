"""The migrated database of the tests: made once for a set of migrations, kept, and copied.

On SQLite it is a file among temporary ones; on PostgreSQL a database of the same server, copied by the server itself.
"""

import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

ROOT = Path(__file__).resolve().parents[1]
_KEPT = 24 * 3600  # seconds after which those of other migrations go
_PREFIX = "portail_migre_"
_OF_THE_FRAMEWORK = {"auth_permission", "django_content_type"}  # written by migrations, the same for ever
_OURS = re.compile(r"^\s*(?:from|import) ((?:portal|policy|onboarding)[\w.]*)", re.M)


def lay(target: Path) -> None:
    """Puts a migrated database there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(pattern(), target)


def restore(connection: BaseDatabaseWrapper) -> None:
    """Gives an open database its first state back, for all its connections."""
    connection.ensure_connection()
    origin = sqlite3.connect(f"file:{pattern()}?mode=ro", uri=True)
    origin.backup(connection.connection)
    origin.close()


@cache
def pattern() -> Path:
    """The database to copy. Made by whoever comes first; the others wait."""
    made = Path(tempfile.gettempdir()) / f"portail-migre-{os.getuid()}-{_digest()}.sqlite3"
    with _alone(made.with_suffix(".lock")):
        if not made.exists():
            _make_file(made)
    return made


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest() -> str:
    """Of all that makes the database: migrations, what they import of ours, and the libraries' versions."""
    migrations = sorted(
        path for app in ("portal", "policy", "onboarding") for path in ROOT.glob(f"{app}/migrations/*.py")
    )
    imported = {name for path in migrations for name in _OURS.findall(path.read_text())}
    named = {ROOT / f"{name.replace('.', '/')}.py" for name in imported}
    found = hashlib.sha256()
    for path in [*migrations, *sorted(path for path in named if path.exists()), ROOT / "requirements.lock"]:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _make_file(made: Path) -> None:
    """Migrates a new database aside, then gives it its name at once."""
    with tempfile.TemporaryDirectory(prefix="portail-migre-") as folder:
        _migrate(f"sqlite:///{folder}/neuve.sqlite3", folder)
        aside = made.with_suffix(f".{os.getpid()}")
        single = sqlite3.connect(f"{folder}/neuve.sqlite3")
        single.execute("PRAGMA journal_mode=DELETE")
        single.close()
        shutil.copyfile(f"{folder}/neuve.sqlite3", aside)
        aside.replace(made)
    for old in made.parent.glob(f"portail-migre-{os.getuid()}-*"):
        if old.stat().st_mtime < time.time() - _KEPT:
            old.unlink(missing_ok=True)


def _migrate(url: str, folder: str) -> None:
    environment = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": url}
    command = [sys.executable, "manage.py", "migrate", "--settings", "portal.settings.test", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def template(connection: BaseDatabaseWrapper) -> str:
    """The database of this PostgreSQL server to copy. Made by whoever comes first; the others wait."""
    name = f"{_PREFIX}{_digest()}"
    with _alone(Path(tempfile.gettempdir()) / f"{name}.lock"), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            _make_template(cursor, name)
    return name


def _make_template(cursor: CursorWrapper, name: str) -> None:
    """Migrates a new database aside, then gives it its name at once; says in its comment when it was made."""
    cursor.execute(f"DROP DATABASE IF EXISTS {name}_new")
    cursor.execute(f"CREATE DATABASE {name}_new")
    with tempfile.TemporaryDirectory(prefix="portail-migre-") as folder:
        _migrate(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}_new").geturl(), folder)
    now = datetime.now(UTC)
    cursor.execute(f"COMMENT ON DATABASE {name}_new IS '{now.isoformat()}'")
    cursor.execute(f"ALTER DATABASE {name}_new RENAME TO {name}")
    cursor.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND shobj_description(oid, 'pg_database') < %s",
        [_PREFIX, (now - timedelta(seconds=_KEPT)).isoformat()],
    )
    for (old,) in cursor.fetchall():
        cursor.execute(f"DROP DATABASE IF EXISTS {old}")


def empty(connection: BaseDatabaseWrapper) -> None:
    """Takes every row out of PostgreSQL, in any order and although tables refuse it, but those of the framework.

    Few tables hold rows after a test: deleting these takes a hundredth of the time of truncating all.
    """
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - _OF_THE_FRAMEWORK)
    filled = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no trigger speaks, no key is checked
        try:
            with transaction.atomic():
                cursor.execute(filled)
                for (table,) in cursor.fetchall():
                    cursor.execute(f"DELETE FROM {table}")
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")
