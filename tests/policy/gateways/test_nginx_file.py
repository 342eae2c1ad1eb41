"""The list as nginx reads it: who is admitted and how names are written; read back by nginx itself."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from policy.gateways import nginx
from policy.gateways.nginx import Comparison, Spelled
from policy.whitelist import publication
from tests.factories.whitelist import certificate_row, row

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
ODD = 'CN=a"b\\,c$d (21),OU=3*,O=C\\C3\\B4te {x};y'


def document(*rows: publication.EntryRow) -> dict[str, object]:
    said = publication.content(rows, environment="production", policy_version="1")
    return dict(orjson.loads(publication.document(said, version=7, issued_at=AT, expires_at=AT + publication.LIFE)))


LISTED = [row(1), row(2, state="suspended"), row(3, effective_at=AT.replace(year=2030)), row(4)]
SPELLED = {certificate_row(n).sha256: Spelled(f"{n:040x}", ODD if n == 4 else f"CN=rang-{n}") for n in (1, 2, 3, 4)}


def test_only_what_admits_now_is_in_the_map() -> None:
    text = nginx.rendered(document(*LISTED), SPELLED, Comparison.FINGERPRINT)
    assert f'"{1:040x}" "LB-000001";' in text
    assert "LB-000004" in text
    assert "LB-000002" not in text
    assert "LB-000003" not in text
    assert 'default "";' in text
    assert "version 7" in text


def test_a_certificate_that_cannot_be_spelled_is_left_out() -> None:
    assert "LB-" not in nginx.rendered(document(*LISTED), {}, Comparison.NAME)


@pytest.mark.requires("nginx")
@pytest.mark.parametrize("comparison", Comparison)
def test_nginx_takes_the_file_whatever_the_names(comparison: Comparison, tmp_path: Path) -> None:
    text = nginx.rendered(document(*LISTED), SPELLED, comparison)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/p; error_log {tmp_path}/e; events {{}} http {{ access_log off; {text} }}"
    )
    tried = subprocess.run(
        ["nginx", "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True
    )
    assert tried.returncode == 0, tried.stderr
