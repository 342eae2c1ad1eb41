"""The setting up of a bare machine: libraries brought by apt where that is allowed, otherwise named in a sentence."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "setup.sh"
NEEDED = "libpango-1.0-0 libpangoft2-1.0-0"


def script(path: Path, *lines: str) -> None:
    path.write_text("#!/bin/sh\n" + "\n".join(lines) + "\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine without Pango, on which a few commands are all there is."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in ("sh", "dirname", "grep"):
        (commands / name).symlink_to(str(shutil.which(name)))
    script(commands / "python3", f'exec {sys.executable} "$@"')
    script(commands / "ldconfig", "echo nothing")
    script(commands / "id", "echo ${FAKE_ID:-0}")
    (tmp_path / "deploy").mkdir()
    shutil.copy(SCRIPT, tmp_path / "deploy" / "setup.sh")
    return tmp_path


def set_up(machine: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [machine / "bin" / "sh", machine / "deploy" / "setup.sh", "run"],
        env={"PATH": str(machine / "bin"), "LANG": os.environ.get("LANG", "C.UTF-8"), **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_without_apt_the_missing_libraries_are_named(machine: Path) -> None:
    run = set_up(machine)
    assert run.returncode == 1
    assert f"Il manque sur cette machine : {NEEDED}. Installez-les (apt-get install -y {NEEDED})" in run.stderr
    assert not (machine / ".venv").exists()


def test_who_is_not_root_is_told_what_to_install_and_apt_is_not_called(machine: Path) -> None:
    script(machine / "bin" / "apt-get", f'echo called >> "{machine}/called"')
    run = set_up(machine, FAKE_ID="1000")
    assert (run.returncode, NEEDED in run.stderr) == (1, True)
    assert not (machine / "called").exists()


def test_root_gets_them_through_apt_and_is_told_when_apt_fails(machine: Path) -> None:
    script(machine / "bin" / "apt-get", f'echo "$@" >> "{machine}/called"', '[ "$1" = update ]')
    run = set_up(machine)
    assert (run.returncode, NEEDED in run.stderr) == (1, True)
    assert NEEDED in (machine / "called").read_text()
