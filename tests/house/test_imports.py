"""The import contracts hold, and each kind of violation is really seen."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.imports import violations

ROOT = Path(__file__).resolve().parents[2]


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=tree, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=False)


def test_every_contract_is_kept() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout[-4000:]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "planted", "contract"),
    [
        ("portal/calendar/working_days.py", "import policy.grants.models", "The ground knows nothing"),
        ("policy/grants/queries.py", "import onboarding.candidacies.models", "The right knows nothing"),
        ("onboarding/vendors/queries.py", "import portal.demo.cast", "Nobody imports the roof"),
        ("portal/audit/queries.py", "import portal.parties.models", "Slices of the ground"),
        ("policy/profiles/models.py", "import policy.whitelist.models", "Slices of the right"),
        ("onboarding/vendors/models.py", "import onboarding.candidacies.models", "Slices of the request"),
        ("policy/grants/operations.py", "import weasyprint", "Only documents import WeasyPrint"),
        ("policy/grants/readiness.py", "import django.db", "A room imports only rooms above it"),
    ],
)
def test_a_planted_violation_breaks_its_contract(tmp_path: Path, module: str, planted: str, contract: str) -> None:
    for name in ("portal", "policy", "onboarding", "deploy"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a") as file:
        file.write(f"\n{planted}\n")
    result = lint(tmp_path)
    assert result.returncode == 1
    assert any(contract in line and "BROKEN" in line for line in result.stdout.splitlines()), result.stdout[-3000:]


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("policy.grants.models", "policy.grants.operations"),
        ("policy.grants.queries", "policy.grants.permissions"),
        ("policy.grants.effects", "policy.grants.operations"),
        ("onboarding.vendors.effects", "policy.grants.operations"),
        ("policy.grants.operations", "policy.grants.forms"),
        ("policy.grants.readiness", "policy.grants.models"),
        ("policy.grants.readiness", "django.utils.timezone"),
        ("onboarding.desk.views", "onboarding.candidacies.forms"),
        ("onboarding.desk.views", "onboarding.candidacies.views"),
        ("onboarding.candidacies.operations", "onboarding.vendors.effects"),
    ],
)
def test_a_forbidden_import_is_named(importer: str, imported: str) -> None:
    assert len(violations([(importer, imported)])) == 1


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("policy.grants.operations", "policy.grants.effects"),
        ("policy.grants.effects", "portal.mail.operations"),
        ("onboarding.committee.operations", "policy.grants.operations"),
        ("onboarding.candidacies.models", "portal.parties.models"),
        ("policy.grants.views", "portal.web.access"),
        ("policy.grants.forms", "portal.web.forms"),
        ("policy.grants.models", "django.db"),
        ("portal.urls", "policy.grants.views"),
    ],
)
def test_an_allowed_import_is_let_through(importer: str, imported: str) -> None:
    assert violations([(importer, imported)]) == []
