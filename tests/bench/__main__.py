"""`make bench`: one table on screen, and var/bench.json.

usage: python -m tests.bench [P1 P3.1 …]      a section, a rank, or everything

Each part runs in a process of its own, so that none measures the memory of another. Parts that touch a database run on
SQLite, then on PostgreSQL when BENCH_POSTGRESQL (or the local server) answers.
"""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RESULT = ROOT / "var" / "bench.json"
SERVER = os.environ.get("BENCH_POSTGRESQL", "postgres://postgres@127.0.0.1:5432/postgres")
PARTS = {  # part: (module, on both databases)
    "P1.decision": ("p1_decision", False),
    "P1.largest": ("p1_largest", False),
    "P1.http": ("p1_http", False),
    "P2": ("p2_publication", False),
    "P3": ("p3_register", True),
    "P4": ("p4_pages", True),
    "P5": ("p5_documents", False),
    "P6": ("p6_certificates", False),
    "P7": ("p7_journal", True),
}


def main(wanted: list[str]) -> int:
    """Runs the parts asked for, keeps the rows of the others from the last run, and says what was missed."""
    began, made = time.monotonic(), []
    for part, (module, both) in PARTS.items():
        if wanted and not any(part.startswith(each) or each.startswith(part) for each in wanted):
            continue
        for server in ("", SERVER) if both and _answers(SERVER) else ("",):
            made += _part(module, server)
    _write(made, keep=bool(wanted))
    missed = [row["id"] for row in made if not _met(row)]
    print(f"\n{len(made)} ratios en {time.monotonic() - began:.0f} s, {len(missed)} manqués : {', '.join(missed)}")
    return 0


def _met(row: dict[str, float | str]) -> bool:
    ratio, target = float(row["ratio"]), float(row["target"])
    return ratio <= target if row["better"] == "lower" else ratio >= target


def _answers(server: str) -> bool:
    host, _, port = server.rsplit("@", 1)[-1].partition("/")[0].partition(":")
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, int(port or 5432))) == 0


def _part(module: str, server: str) -> list[dict[str, float | str]]:
    command = [sys.executable, "-m", "tests.bench.part", module, *([server] if server else [])]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = []
    for line in process.stdout:
        if line.startswith("{"):
            found.append(json.loads(line))
        else:
            print(line, end="", flush=True)
    if process.wait():
        print(f"{module} : la mesure s’est arrêtée avant la fin ({process.returncode})")
    return found


def _write(made: list[dict[str, float | str]], *, keep: bool) -> None:
    fresh = {row["id"] for row in made}
    former = json.loads(RESULT.read_text()) if keep and RESULT.exists() else []
    rows = sorted([row for row in former if row["id"] not in fresh] + made, key=lambda row: str(row["id"]))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
