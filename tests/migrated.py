"""The migrated SQLite database of the tests: made once for a set of migrations, kept among temporary files, copied."""

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
from functools import cache
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).resolve().parents[1]
_KEPT = 24 * 3600  # seconds after which those of other migrations go
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
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _migrate(made)
    return made


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


def _migrate(made: Path) -> None:
    """Migrates a new database aside, then gives it its name at once."""
    with tempfile.TemporaryDirectory(prefix="portail-migre-") as folder:
        environment = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/neuve.sqlite3"}
        command = [sys.executable, "manage.py", "migrate", "--settings", "portal.settings.test", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        aside = made.with_suffix(f".{os.getpid()}")
        single = sqlite3.connect(f"{folder}/neuve.sqlite3")
        single.execute("PRAGMA journal_mode=DELETE")
        single.close()
        shutil.copyfile(f"{folder}/neuve.sqlite3", aside)
        aside.replace(made)
    for old in made.parent.glob(f"portail-migre-{os.getuid()}-*"):
        if old.stat().st_mtime < time.time() - _KEPT:
            old.unlink(missing_ok=True)
