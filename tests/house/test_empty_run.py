"""`make run DEMO=0` on a port and a folder of one's own: an empty portal, which leads to its first administrator."""

import re
from pathlib import Path

import httpx
import pytest

from tests import migrated
from tests.house.embedded import Portal

pytestmark = pytest.mark.slow  # a web server and a worker of its own


def test_an_empty_run_keeps_to_its_folder_and_port_and_leads_to_its_first_administrator(tmp_path: Path) -> None:
    migrated.lay(tmp_path / "portail.sqlite3")
    portal = Portal(tmp_path, demo=False)
    here = f"http://localhost:{portal.port}"
    said = portal.run("manage.py", "prepare")
    assert re.search(rf"Portail vide : ouvrez {here}/installation/ et saisissez le code (?:[A-Z2-9]{{4}}-?){{4}}", said)
    try:
        portal.start()
        portal.opened()
        page = httpx.get(f"{here}/connexion/", follow_redirects=True)
        assert (page.status_code, page.url.path) == (200, "/installation/")
        assert 'name="code"' in page.text
    finally:
        portal.end()
    assert "Portail vide" in portal.run("manage.py", "prepare"), "still nobody"
