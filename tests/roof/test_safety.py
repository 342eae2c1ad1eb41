"""Production refuses to start with an unsafe value, and says which in French (requirement OP-02)."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings import safety

ROOT = Path(__file__).resolve().parents[2]


def production(tmp_path: Path, **changed: object) -> SimpleNamespace:
    """Safe settings, less what the test changes."""
    for name in ("publication.pem", "checkpoint.pem", "seal.pem", "seal.key"):
        (tmp_path / name).touch(mode=0o600)
    values: dict[str, object] = {
        "EMBEDDED": False,
        "DEBUG": False,
        "DEMO": False,
        "SECRET_KEY": "k" * 64,
        "ALLOWED_HOSTS": ["portail.exemple.fr"],
        "PUBLIC_URL": "https://portail.exemple.fr",
        "SESSION_COOKIE_SECURE": True,
        "PUBLICATION_KEY_FILE": str(tmp_path / "publication.pem"),
        "CHECKPOINT_KEY_FILE": str(tmp_path / "checkpoint.pem"),
        "SEAL_CERTIFICATE_FILE": str(tmp_path / "seal.pem"),
        "SEAL_KEY_FILE": str(tmp_path / "seal.key"),
        "EDGE_KEY": "",
        "PROCONNECT_CLIENT_ID": "",
        "PROCONNECT_ISSUER": "",
    }
    return SimpleNamespace(**(values | changed))


def test_safe_settings_are_let_through(tmp_path: Path) -> None:
    safety.refuse_unsafe(production(tmp_path))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"DEBUG": True}, "DEBUG"),
        ({"DEMO": True}, "démonstration"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "court"}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS"),
        ({"PUBLIC_URL": "http://portail.exemple.fr"}, "https://"),
        ({"SESSION_COOKIE_SECURE": False}, "HTTPS"),
        ({"PUBLICATION_KEY_FILE": "/nulle/part"}, "PUBLICATION_KEY_FILE"),
        ({"CHECKPOINT_KEY_FILE": "/nulle/part"}, "CHECKPOINT_KEY_FILE"),
        ({"SEAL_CERTIFICATE_FILE": "/nulle/part"}, "SEAL_CERTIFICATE_FILE"),
        ({"SEAL_KEY_FILE": "/nulle/part"}, "SEAL_KEY_FILE"),
        ({"SEAL_KEY_FILE": ""}, "certificat et sa clé"),
        ({"EDGE_KEY": "courte"}, "EDGE_KEY"),
        ({"PROCONNECT_CLIENT_ID": "portail", "PROCONNECT_ISSUER": "http://exemple.fr"}, "PROCONNECT_ISSUER"),
    ],
)
def test_an_unsafe_value_is_refused_by_name(tmp_path: Path, changed: dict[str, object], said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        safety.refuse_unsafe(production(tmp_path, **changed))


@pytest.mark.parametrize("name", ["publication.pem", "checkpoint.pem", "seal.key"])
def test_a_key_readable_by_others_is_refused(tmp_path: Path, name: str) -> None:
    settings = production(tmp_path)
    (tmp_path / name).chmod(0o644)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        safety.refuse_unsafe(settings)


def test_the_embedded_run_is_not_judged() -> None:
    safety.refuse_unsafe(SimpleNamespace(EMBEDDED=True))


def test_a_bare_production_does_not_start() -> None:
    command = [sys.executable, "manage.py", "check", "--settings", "portal.settings.base"]
    result = subprocess.run(
        command, cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "Le portail refuse de démarrer" in result.stderr
