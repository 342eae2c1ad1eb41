"""The bounded child: same answer as in process, and a French refusal whatever happens to it."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.certificates import authorities, deposit, inspection, isolation
from policy.certificates.environments import Hierarchy
from policy.certificates.inspection import Limits
from tests.factories.certificates import AT, anchors, crafted, issued, rsa_key, sample

ANCHORS = [*authorities.igc_sante(), *anchors()]


def refused(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(deposit.Unreadable) as refusal:
        isolation.inspect(data, ANCHORS, at=AT, limits=limits or Limits())
    return refusal.value.reason.code


@pytest.mark.parametrize(
    "data", [sample("apibi"), sample("cpxservices"), issued(Hierarchy.TEST), crafted(signing_key=rsa_key(3072))]
)
def test_child_answers_as_the_process_itself(data: bytes) -> None:
    assert isolation.inspect(data, ANCHORS, at=AT) == inspection.inspect(data, ANCHORS, at=AT)


def test_refusal_of_the_child_is_the_same_refusal() -> None:
    assert refused(b"") == "empty"
    assert refused(issued() + issued()) == "several"
    assert refused(b"x" * 20_000_000) == "too_big"


def test_slow_child_is_a_refusal() -> None:
    assert refused(issued(), Limits(wall_seconds=0.001)) == "unopened"


@pytest.mark.parametrize("greed", ["bytearray(1 << 30)", "[0 for _ in iter(int, 1)]"])
def test_greedy_child_is_stopped(greed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = isolation._START.replace("import main; main()", "import _restrain, Limits")
    monkeypatch.setattr(isolation, "_START", f"{begin}; _restrain(Limits(cpu_seconds=1)); {greed}; print('[]')")
    assert refused(issued()) == "unopened"


def test_dead_child_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_START", "import os; os.abort()")
    assert refused(issued()) == "unopened"


@pytest.mark.parametrize("said", ["print('{')", "print('[]')", "print('{\"facts\": {}}')", "pass"])
def test_child_that_says_anything_else_is_a_refusal(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_START", said)
    assert refused(issued()) == "unopened"


def test_child_cannot_write_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "leak"
    begin = isolation._START.replace("import main; main()", "import _restrain, Limits")
    monkeypatch.setattr(
        isolation, "_START", f"{begin}; _restrain(Limits()); open({str(target)!r}, 'w').write('x' * 99)"
    )
    assert refused(issued()) == "unopened"
    assert not target.exists() or not target.read_text()


def test_child_does_not_load_the_framework() -> None:
    code = f"{isolation._START.replace('; main()', '')}; assert 'django' not in sys.modules, 'heavy'"
    subprocess.run([sys.executable, "-I", "-c", code, str(isolation._ROOT)], check=True)


@settings(max_examples=8, deadline=timedelta(seconds=5))
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(deposit.Unreadable):
        isolation.inspect(data, ANCHORS, at=AT)
