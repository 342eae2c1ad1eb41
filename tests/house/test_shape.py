"""The shape of the house: module sizes, forbidden drawers, templates, migrations, generated documents."""

import ast
import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "policy", "onboarding")
DRAWERS = {"utils", "helpers", "common", "mixins", "services", "managers", "core"}
SOURCES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_module_is_longer_than_its_cap() -> None:
    caps = [(path, 250 if "settings" in path.parts else 400) for path in SOURCES] + [(path, 500) for path in TESTS]
    assert [f"{path.relative_to(ROOT)} : {lines(path)}" for path, cap in caps if lines(path) > cap] == []


def test_no_drawer_holds_what_has_no_subject() -> None:
    assert [
        str(path.relative_to(ROOT)) for path in SOURCES if {path.stem, *path.relative_to(ROOT).parts} & DRAWERS
    ] == []


def test_every_public_thing_has_a_docstring() -> None:
    assert [name for path in SOURCES if path.name != "__init__.py" for name in _undocumented(path)] == []


def _undocumented(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    where = str(path.relative_to(ROOT))
    found = [] if ast.get_docstring(tree) else [where]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    nested = {inner for function in functions for inner in ast.walk(function) if inner is not function}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            inner = node.name in ("Meta", "Migration") or node in nested or _is_overload(node)
            if not inner and not ast.get_docstring(node):
                found.append(f"{where}:{node.name}")
    return found


def _is_overload(node: ast.ClassDef | ast.FunctionDef) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list)


def test_functions_are_short() -> None:
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    )
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[int(len(lengths) * 0.98)] <= 32


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_has_no_inline_script_style_or_handler(path: Path) -> None:
    if "documents" in path.parts or "mails" in path.parts or path.is_relative_to(ROOT / "templates/portal/mail"):
        return  # printed and mailed, never served as pages
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", text)
    assert not re.search(r"<style|\sstyle=\"|\son(click|change|submit|load)=", text)
    assert len(re.findall(r"<h1", text)) <= 1 or "{% if" in text


def test_a_mail_of_plain_text_holds_no_tag() -> None:
    texts = list((ROOT / "templates").rglob("mails/*.txt"))
    tagged = re.compile(r"\|(short_)?(day|moment)(?!\|striptags)\b|<[a-z]|&nbsp;")
    assert [str(path) for path in texts if tagged.search(path.read_text())] == []
    assert len(texts) > 100


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_posted_form_carries_its_csrf_and_its_key(path: Path) -> None:
    if path.parts[-2] in ("account", "mfa", "elements", "layouts") or "allauth" in path.parts:
        return  # the account library's own forms: idempotent by themselves
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), re.S | re.I):
        assert "csrf_token" in form
        assert "{% once %}" in form or "form_key" in form


@pytest.mark.django_db
def test_no_migration_is_pending() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_generated_documents_are_current() -> None:
    call_command("generate_docs", check=True, stdout=io.StringIO())


def test_every_template_compiles() -> None:
    call_command("check_templates", stdout=io.StringIO())
