"""`make run DEMO=0` at an address and in a folder of one's own: an empty portal, which leads to its first administrator."""

import re
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from tests import migrated
from tests.house.embedded import ROOT, Portal

pytestmark = pytest.mark.slow  # a web server and a worker of its own


def test_an_empty_run_keeps_to_its_folder_and_address_and_leads_to_its_first_administrator(tmp_path: Path) -> None:
    migrated.lay(tmp_path / "portail.sqlite3")
    portal = Portal(tmp_path, demo=False, host="127.0.0.2")
    here = f"http://127.0.0.2:{portal.port}"
    said = portal.run("manage.py", "prepare")
    assert re.search(rf"Portail vide : ouvrez {here}/installation/ et saisissez le code (?:[A-Z2-9]{{4}}-?){{4}}", said)
    try:
        portal.start()
        portal.opened()
        page = httpx.get(f"{here}/connexion/", follow_redirects=True)
        assert (page.status_code, page.url.path) == (200, "/installation/")
        assert 'name="code"' in page.text
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", portal.port)) != 0, "there and nowhere else"
    finally:
        portal.end()
    assert "Portail vide" in portal.run("manage.py", "prepare"), "still nobody"


def test_make_run_says_its_address_to_the_portal() -> None:
    command = ["make", "--dry-run", "run", "HOST=127.0.0.2", "PORT=8123"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "manage.py serve --host 127.0.0.2 --port 8123" in told
