"""The right stands without the request: `policy` migrates, publishes and decides with `onboarding` out of the house."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow  # by nature: it migrates an empty database of its own, ten seconds of computing
def test_policy_migrates_publishes_and_decides_without_the_floor_of_the_request(tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "tests.policy.floor_settings",
        "DATA_DIR": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    run = subprocess.run(
        [sys.executable, "-m", "tests.policy.floor_walk"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert json.loads(run.stdout.splitlines()[-1]) == {
        "inside": "permit",
        "outside": "deny",
        "suspended": "deny",
        "apps": ["policy", "portal"],
        "looked_up": [],
    }
