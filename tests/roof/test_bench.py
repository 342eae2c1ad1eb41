"""The bench loses no row for another, says what it could not make, and explains every miss in its page."""

import importlib
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.bench import report, rounds
from tests.bench.parts import NOT_HAD, PARTS, Part
from tests.bench.rounds import Row, apart, compare, summary
from tests.bench.sizes import ROOT

TINY = {
    "BENCH_REVOKED": "200",
    "BENCH_AUDITED": "40",
    "BENCH_ROUNDS": "1",
}
OWED = {report.root(id) for part in PARTS for vendor in ("sqlite", "postgresql") for id in part.owed(vendor)}


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The command, with two parts of its own and a result elsewhere."""
    module = importlib.import_module("tests.bench.__main__")
    monkeypatch.setattr(module, "RESULT", tmp_path / "bench.json")
    monkeypatch.setattr(module, "PARTS", (Part("good", ("P8.1-a", "P8.1-b")), Part("other", ("P8.2-c",))))
    return module


def _row(id: str, ratio: float = 1) -> dict[str, Any]:
    return summary(id, "essai", [ratio], target=2).as_json()


def test_every_figure_of_the_bench_has_its_line_about_what_limits_it() -> None:
    limits = tomllib.loads(report.LIMITS.read_text())
    assert set(limits) == OWED
    assert not OWED & set(NOT_HAD)


def test_a_section_that_fails_costs_the_others_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> Iterator[Row]:
        yield summary("P8.1-a", "essai", [1], target=2)
        raise ValueError("plus rien")

    made = apart(broken(), iter([summary("P8.1-b", "essai", [1], target=2)]))
    assert [row.id for row in made] == ["P8.1-a", "P8.1-b"]
    assert "plus rien" in capsys.readouterr().out


def test_a_comparison_that_fails_is_a_row_without_figure() -> None:
    row = compare("P8.1-a", "essai", subject=lambda: 1 / 0, floor=lambda: None, target=2)
    assert not row.is_made
    assert "FAILED" in row.as_line()


def test_a_comparison_says_how_many_times_longer_its_subject_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 3))
    monkeypatch.setattr(rounds, "calibrated", lambda side, seconds, clock: 1)
    row = compare("P8.1-a", "essai", subject=lambda: next(clock), floor=int, target=2, clock=lambda: next(clock))
    assert row.rounds == 9
    assert row.ratio == 2  # one tick of the clock more


def test_what_a_part_owes_and_does_not_make_is_told_and_ends_with_one(
    bench: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = {"good": [_row("P8.1-a")], "other": [_row("P8.2-c", 3)]}
    monkeypatch.setattr(bench, "_run", lambda module, server, end: iter(made[module]))
    assert bench.main([]) == 1
    said = capsys.readouterr().out
    assert "P8.1-b                   FAILED" in said
    assert "1 manqués : P8.2-c" in said
    assert [row["id"] for row in json.loads(bench.RESULT.read_text())] == ["P8.1-a", "P8.2-c"]


def test_one_section_keeps_the_rows_of_the_others(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.RESULT.write_text(json.dumps([_row("P8.1-a", 7), _row("P8.2-c", 7)]))
    monkeypatch.setattr(bench, "_run", lambda module, server, end: iter([_row("P8.2-c")]))
    assert bench.main(["P8.2"]) == 0
    assert {row["id"]: row["ratio"] for row in json.loads(bench.RESULT.read_text())} == {"P8.1-a": 7, "P8.2-c": 1}


def test_a_run_without_time_left_begins_no_part(
    bench: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "MINUTES", 0)
    assert bench.main([]) == 1
    assert "3 non obtenus : P8.1-a, P8.1-b, P8.2-c" in capsys.readouterr().out


def test_the_page_tells_a_miss_and_why() -> None:
    text = f"before\n{report.BEGIN}old\n{report.END}after\n"
    rows = [_row("P8.1-a"), _row("P8.2-c-sqlite", 3)]
    page = report.page(text, rows, {"P8.2-c": "the floor does nothing."}, datetime(2026, 11, 20, tzinfo=UTC))
    assert "old" not in page
    assert page.startswith("before\n")
    assert page.endswith("after\n")
    assert "| P8.2-c-sqlite | essai | 3 [3–3] | ≤ 2 | **MISS** |" in page
    assert "- **P8.2-c**: the floor does nothing." in page
    assert report.unexplained(rows, {}) == ["P8.2-c"]


@pytest.mark.slow
def test_a_part_makes_every_row_that_it_owes() -> None:
    part = next(part for part in PARTS if part.module == "p6_certificates")
    command = [sys.executable, "-m", "tests.bench.part", part.module]
    outside = {name: value for name, value in os.environ.items() if name not in ("DATA_DIR", "DATABASE_URL")}
    said = subprocess.run(command, cwd=ROOT, env=outside | TINY, check=True, capture_output=True, text=True).stdout
    assert {json.loads(line)["id"] for line in said.splitlines() if line.startswith("{")} == set(part.ids)
