"""Databases made once and copied for each part: `python -m tests.bench.kept large [server]`.

`empty` is a portal just migrated; `large` holds the large invented set. On SQLite they are files of var/bench; on
PostgreSQL, databases. Their names bear a mark of what they are made from (migrations, the code that fills, sizes, day):
they are made again when it changes, and the former ones dropped.
"""

import hashlib
import io
import shutil
import subprocess
import sys
from datetime import UTC, datetime

from tests.bench import sizes, stage
from tests.bench.sizes import ROOT

FOLDER = ROOT / "var" / "bench"
SOURCES = {"empty": ("*/migrations/*.py",), "large": ("*/migrations/*.py", "portal/demo/crowd/*.py")}
OF_LARGE = (sizes.SERVICES, sizes.ESTABLISHMENTS, sizes.VENDOR)


def name(kind: str) -> str:
    """The name of a set, which changes with what it is made from."""
    found = [path.read_bytes() for pattern in SOURCES[kind] for path in sorted(ROOT.glob(pattern))]
    told = repr((*OF_LARGE, datetime.now(UTC).date())) if kind == "large" else ""
    return f"bench_{kind}_{hashlib.sha256(b''.join([*found, told.encode()])).hexdigest()[:12]}"


def ready(kind: str, server: str) -> str:
    """Where the set stands, made if need be: the path of a file, or the name of a database of this server."""
    wanted = name(kind)
    path = FOLDER / f"{wanted}.sqlite3"
    if wanted not in stage.databases(server, "bench_") if server else not path.exists():
        command = [sys.executable, "-m", "tests.bench.kept", kind, *([server] if server else [])]
        subprocess.run(command, cwd=ROOT, check=True)  # a process knows one portal only
    return wanted if server else str(path)


def make(kind: str, server: str = "") -> None:
    """Makes a set, whole or not at all: it takes its name at the end. Drops those of before."""
    wanted = name(kind)
    with stage.portal(server, copied=ready("empty", server) if kind == "large" else "") as vendor:
        from django.core.management import call_command
        from django.db import connection

        if kind == "large":
            options = dict(zip(("services", "establishments", "largest_vendor"), OF_LARGE, strict=True))
            call_command("seed", **options, stdout=io.StringIO())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")
        made = str(connection.settings_dict["NAME"])
        connection.close()
        if server:
            stage.rename(server, made, wanted)
        else:
            FOLDER.mkdir(parents=True, exist_ok=True)
            shutil.move(made, FOLDER / f"{wanted}.sqlite3")
    _drop_former(kind, server, wanted)


def _drop_former(kind: str, server: str, wanted: str) -> None:
    prefix = f"bench_{kind}_"
    if server:
        for former in stage.databases(server, prefix):
            if former != wanted:
                stage.drop(server, former)
    else:
        for path in FOLDER.glob(f"{prefix}*"):
            if path.stem != wanted:
                path.unlink()


if __name__ == "__main__":
    make(*sys.argv[1:])
