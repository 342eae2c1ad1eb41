"""`make bench`: one table on screen, and var/bench.json, written row by row.

usage: python -m tests.bench [P1 P3.1 …]      sections or ranks; without any, everything
       python -m tests.bench prepare          makes the large set of pages beforehand, so that a run only measures

Each part runs in a process of its own, so that none measures the memory of another, and has a limited time. Parts that
touch a database run on SQLite, then on PostgreSQL when BENCH_POSTGRESQL (or the local server) answers. A target that is
not reached is a MISS, and no error; a row that could not be made is FAILED, the others go on, and the command ends with 1.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.bench import kept
from tests.bench.parts import NOT_HAD, PARTS, Part
from tests.bench.report import RESULT, met
from tests.bench.sizes import MINUTES, PATIENCE, ROOT

SERVER = os.environ.get("BENCH_POSTGRESQL", "postgres://postgres@127.0.0.1:5432/postgres")
Made = dict[str, Any]


def main(wanted: list[str]) -> int:
    """Runs the parts asked for, keeps the rows of the others from the last run; 1 when a row could not be made."""
    began, servers = time.monotonic(), ("", SERVER) if _answers(SERVER) else ("",)
    chosen = [part for part in PARTS if not wanted or any(_concerns(part, each) for each in wanted)]
    if wanted == ["prepare"] or any(part.module == "p4_pages" for part in chosen):
        _prepare(servers)  # other parts make the empty one themselves
    end = time.monotonic() + 60 * MINUTES
    rows: list[Made] = []
    failed: list[str] = []
    for part in chosen:
        for server in servers if part.on_both else ("",):
            since = time.monotonic()
            owed = set(part.owed("postgresql" if server else "sqlite"))
            if not owed:
                continue
            for row in _run(part.module, server, end):
                rows.append(row)
                owed.discard(row["id"])
                _keep(row)
            failed += sorted(owed)
            _tell_failed(part.module, sorted(owed), time.monotonic() - since)
    if not wanted:
        _forget({row["id"] for row in rows})
    _conclude(rows, failed, chosen, time.monotonic() - began)
    return 1 if failed else 0


def _concerns(part: Part, wanted: str) -> bool:
    """Whether a section (P1), a rank (P1.4) or an id asks for something of this part."""
    return any(id == wanted or id.startswith((f"{wanted}.", f"{wanted}-")) for id in _every(part))


def _every(part: Part) -> tuple[str, ...]:
    return part.ids if not part.on_both else (*part.owed("sqlite"), *part.owed("postgresql"))


def _prepare(servers: tuple[str, ...]) -> None:
    """The databases that parts start from, made side by side: nothing is timed meanwhile."""
    since = time.monotonic()
    with ThreadPoolExecutor() as both:
        list(both.map(lambda server: kept.ready("large", server), servers))
    print(f"bases prêtes en {time.monotonic() - since:.0f} s", flush=True)


def _answers(server: str) -> bool:
    host, _, port = server.rsplit("@", 1)[-1].partition("/")[0].partition(":")
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, int(port or 5432))) == 0


def _run(module: str, server: str, end: float) -> Iterator[Made]:
    """The rows of a part, as it makes them; everything else that it says is shown. Stopped when it lasts too long."""
    left = min(PATIENCE, end - time.monotonic())
    if left <= 0:
        print(f"{module} : plus de temps (BENCH_MINUTES)", flush=True)
        return
    command = [sys.executable, "-m", "tests.bench.part", module, *([server] if server else [])]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    patience = threading.Timer(left, os.killpg, (process.pid, signal.SIGTERM))
    patience.start()
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("{"):
                yield json.loads(line)
            else:
                print(line, end="", flush=True)
        process.wait()
    finally:
        patience.cancel()


def _keep(row: Made) -> None:
    """Writes the row in the place of its last figure: an interrupted run loses nothing."""
    _write([each for each in _kept() if each["id"] != row["id"]] + [row])


def _forget(made: set[str]) -> None:
    """Takes away what a whole run did not make again."""
    _write([row for row in _kept() if row["id"] in made])


def _kept() -> list[Made]:
    found: list[Made] = json.loads(RESULT.read_text()) if RESULT.exists() else []
    return found


def _write(rows: list[Made]) -> None:
    RESULT.parent.mkdir(exist_ok=True)
    fresh = RESULT.with_suffix(".new")
    fresh.write_text(json.dumps(sorted(rows, key=lambda row: str(row["id"])), ensure_ascii=False, indent=1) + "\n")
    fresh.replace(RESULT)


def _tell_failed(module: str, owed: list[str], seconds: float) -> None:
    """What a part owed and did not make, however it ended; and how long it took."""
    for id in owed:
        print(f"{id:<24} FAILED", flush=True)
    print(f"-- {module} : {seconds:.0f} s", flush=True)


def _conclude(rows: list[Made], failed: list[str], chosen: list[Part], seconds: float) -> None:
    sections = {id.split(".")[0] for part in chosen for id in part.ids}
    for id, reason in NOT_HAD.items():
        if id.split(".")[0] in sections:
            print(f"{id:<24} non mesuré : {reason}")
    missed = [row["id"] for row in rows if not met(row)]
    print(f"\n{len(rows)} ratios en {seconds:.0f} s, {len(missed)} manqués : {', '.join(missed) or 'aucun'}")
    if failed:
        print(f"{len(failed)} non obtenus : {', '.join(failed)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
