"""The import contracts hold, and each kind of violation is really seen."""

import re
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


PLANTED = [
    ("portal.calendar.working_days", "policy.grants.models", "The ground knows nothing"),
    ("policy.grants.queries", "onboarding.candidacies.models", "The right knows nothing"),
    ("onboarding.vendors.queries", "portal.demo.cast", "Nobody imports the roof"),
    ("portal.audit.queries", "portal.parties.models", "Slices of the ground"),
    ("policy.profiles.models", "policy.whitelist.models", "Slices of the right"),
    ("onboarding.vendors.models", "onboarding.candidacies.models", "Slices of the request"),
    ("policy.grants.operations", "weasyprint", "Only documents import WeasyPrint"),
    ("policy.grants.readiness", "django.db", "A room imports only rooms above it"),
]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is said of each broken contract, in a copy of the house where every violation is planted."""
    copy = tmp_path_factory.mktemp("house")
    for name in ("portal", "policy", "onboarding", "deploy"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for importer, imported, _ in PLANTED:
        with (copy / f"{importer.replace('.', '/')}.py").open("a") as file:
            file.write(f"\nimport {imported}\n")
    result = lint(copy)
    assert result.returncode == 1
    return re.split(r"\n(?=[^\n]+\n-{4,}\n)", result.stdout.partition("Broken contracts")[2])


@pytest.mark.slow
@pytest.mark.parametrize(("importer", "imported", "contract"), PLANTED)
def test_a_planted_violation_breaks_its_contract(
    broken: list[str], importer: str, imported: str, contract: str
) -> None:
    [told] = [section for section in broken if section.startswith(contract)]
    framework = imported.partition(".")[0]
    said = " ".join(told.split())
    assert f"{importer} -> {imported}" in said or f"{importer} is a pure module and imports {framework}" in said


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
