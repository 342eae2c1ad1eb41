"""Writes the table of docs/performance.md from var/bench.json: `python -m tests.bench.report` (or `make bench-report`).

What limits a figure is written in `limits.toml`, by id without its database; a miss without a line there is refused.
"""

import json
import sys
import tomllib
from datetime import UTC, datetime
from typing import Any

from tests.bench.parts import NOT_HAD
from tests.bench.sizes import ROOT

PAGE, LIMITS, RESULT = ROOT / "docs" / "performance.md", ROOT / "tests/bench/limits.toml", ROOT / "var" / "bench.json"
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"
DATABASES = ("-sqlite", "-postgresql")


def main() -> int:
    """Rewrites the table between its marks; 1 when a miss is not explained."""
    rows, limits = json.loads(RESULT.read_text()), tomllib.loads(LIMITS.read_text())
    day = datetime.fromtimestamp(RESULT.stat().st_mtime, UTC)
    PAGE.write_text(page(PAGE.read_text(), rows, limits, day))
    silent = unexplained(rows, limits)
    print("\n".join(f"{id} : dites dans tests/bench/limits.toml ce qui le retient" for id in silent))
    return 1 if silent else 0


def page(text: str, rows: list[dict[str, Any]], limits: dict[str, str], day: datetime) -> str:
    """The page with its table made anew."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + table(rows, limits, day) + END + rest.split(END)[1]


def table(rows: list[dict[str, Any]], limits: dict[str, str], day: datetime) -> str:
    """Every figure, then what limits each miss, then what is not measured."""
    missed = [row for row in rows if not met(row)]
    head = f"Run of {day:%d %B %Y, %H:%M} UTC: {len(rows)} ratios, {len(missed)} missed.\n\n"
    head += "| id | what | median [least–most] | target | |\n|---|---|---|---|---|\n"
    lines = [_line(row) for row in sorted(rows, key=lambda row: str(row["id"]))]
    told = sorted({root(row["id"]) for row in missed} & limits.keys())
    why = [f"- **{id}**: {limits[id]}" for id in told]
    absent = [f"- **{id}**: {reason}." for id, reason in NOT_HAD.items()]
    return "\n".join([head + "\n".join(lines), "\nWhat limits each miss:\n", *why, "\nNot measured:\n", *absent, ""])


def _line(row: dict[str, Any]) -> str:
    sign, verdict = "≤" if row["better"] == "lower" else "≥", "ok" if met(row) else "**MISS**"
    spread = f"{row['ratio']:.3g} [{row['min']:.3g}–{row['max']:.3g}]"
    return f"| {row['id']} | {row['what'].replace('|', '/')} | {spread} | {sign} {row['target']:g} | {verdict} |"


def met(row: dict[str, Any]) -> bool:
    """True when the median is on the right side of the target."""
    ratio, target = float(row["ratio"]), float(row["target"])
    return ratio <= target if row["better"] == "lower" else ratio >= target


def root(id: str) -> str:
    """The id of a figure, whatever the database."""
    for database in DATABASES:
        id = id.removesuffix(database)
    return id


def unexplained(rows: list[dict[str, Any]], limits: dict[str, str]) -> list[str]:
    """The misses of which nothing is said."""
    return sorted({root(row["id"]) for row in rows if not met(row)} - limits.keys())


if __name__ == "__main__":
    sys.exit(main())
