"""The embedded run on a folder of its own: killed at any instant it loses nothing, stopped at any instant it stops."""

import os
import random
import re
import signal
import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.house.embedded import Portal

pytestmark = pytest.mark.slow
ACTS, KILLS = 16, 3
EXPECTED = {  # documents of a whole walk, of which one is deposited again after corrections
    "receipt": 2,
    "request_form": 2,
    "signed_charter": 1,
    "notification_letter": 1,
    "test_attestation": 1,
    "establishment_list": 1,
    "whitelist_attestation": 1,
}
SET = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from portal import installation
from portal.demo import cast, stage
from portal.demo.story import Dossier, Step, Tale
now = timezone.now()
installation.install(now)
dossier = Dossier(Tale(company=cast.EDITEUR), stage.set_scene(now), now - timedelta(hours=30)).walk(Step.SUBMIT)
print(dossier.candidacy.reference)
"""
FOUND = """
import django; django.setup()
import collections, json
from datetime import timedelta
from django.db import connection
from django.utils import timezone
from onboarding.candidacies.models import Message
from portal.documents.models import StoredDocument
from portal.audit.queries import verify
from portal.mail.models import OutgoingEmail
from portal.outbox.models import OutboxMessage
from portal.outbox.operations import LEASE, deliver_due
while deliver_due(timezone.now() + LEASE + timedelta(hours=1), limit=50): pass
bodies = collections.Counter(Message.objects.values_list("body", flat=True))
mails = collections.Counter(OutgoingEmail.objects.values_list("source_id", "template", "recipients_digest"))
papers = collections.Counter(StoredDocument.objects.values_list("kind", flat=True))
waiting = OutboxMessage.objects.filter(done_at=None).count()
with connection.cursor() as cursor:
    cursor.execute("PRAGMA integrity_check")
    sound = cursor.fetchone()[0]
print("FOUND" + json.dumps({"bodies": bodies, "twice": max(mails.values(), default=0), "waiting": waiting,
                            "papers": papers, "holds": verify().holds, "sound": sound}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("portail")


@pytest.fixture(scope="module")
def prepared(folder: Path) -> str:
    """A portal with one deposited candidacy; its reference."""
    portal = Portal(folder)
    portal.run("manage.py", "migrate", "--verbosity", "0")
    return portal.run("-c", SET).split()[-1]


@pytest.fixture
def portal(folder: Path, prepared: str) -> Iterator[Portal]:
    one = Portal(folder)
    yield one
    one.end()


def acknowledged(browser: httpx.Client, path: str, key: str, body: str) -> bool:
    """True when the portal answered that the message is written."""
    try:
        token = browser.cookies.get("csrf", "")
        form = {"csrfmiddlewaretoken": token, "cle_envoi": key, "body": body}
        return browser.post(path, data=form).status_code == 302
    except httpx.HTTPError:
        return False


def signed_in(portal: Portal) -> httpx.Client:
    browser = httpx.Client(base_url=portal.site, timeout=10)
    page = browser.get("/connexion/").text
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    answer = browser.post(
        "/demonstration/connexion/", data={"csrfmiddlewaretoken": token[1], "personne": "representante"}
    )
    assert answer.status_code == 302
    return browser


def test_kill_9_at_random_instants_loses_and_doubles_nothing(portal: Portal, prepared: str) -> None:
    chance = random.Random(20260303)
    portal.start()
    portal.opened()
    browser = signed_in(portal)
    path = f"/candidatures/{prepared}/messages/"
    deaths = set(chance.sample(range(1, ACTS - 1), KILLS))
    written = []
    for number in range(ACTS):
        key, body = str(uuid.uuid4()), f"Message numéro {number:03d}."
        if number in deaths:
            _kill_soon(portal, chance)
        for _ in range(60):
            if acknowledged(browser, path, key, body):
                break
            portal.opened()
        else:
            raise AssertionError(body)
        written.append(body)
    portal.end()
    found = _what_remains(portal)
    assert found["bodies"] == dict.fromkeys(written, 1)
    assert (found["twice"], found["waiting"], found["holds"], found["sound"]) == (1, 0, True, "ok")


def _kill_soon(portal: Portal, chance: random.Random) -> None:
    """Kills web server or worker while requests go on, then starts the whole again, as the system's service would."""
    victim = chance.choice(["granian", "worker"])
    time.sleep(chance.uniform(0, 0.3))
    for pid, line in portal.descendants().items():
        if victim in line and "serve" not in line:
            os.kill(pid, signal.SIGKILL)
    assert portal.process
    portal.process.wait(timeout=90)  # the fall of one ends the other
    assert portal.process.returncode == 1
    portal.end()
    portal.start()


def _what_remains(portal: Portal) -> dict[str, Any]:
    import json

    line = next(line for line in portal.run("-c", FOUND).splitlines() if line.startswith("FOUND"))
    return dict(json.loads(line.removeprefix("FOUND")))


@pytest.mark.parametrize("instant", [0.3, 1.5, None], ids=["at once", "starting", "serving"])
def test_ctrl_c_at_any_instant_stops_web_server_and_worker(portal: Portal, instant: float | None) -> None:
    process = portal.start()
    if instant is None:
        portal.opened()
    else:
        time.sleep(instant)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=90)
    assert portal.descendants() == {}
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", portal.port)) != 0


def test_a_walk_from_claim_to_verdict_survives_kill_9_under_its_forms(tmp_path: Path) -> None:
    portal = Portal(tmp_path)
    deaths = portal.run("-m", "tests.house.killed_walk", str(tmp_path), within=900)
    assert int(deaths.split("DEATHS ")[1]) >= 5
    found = _what_remains(portal)
    assert (found["twice"], found["waiting"], found["holds"], found["sound"]) == (1, 0, True, "ok")
    assert found["papers"].items() >= EXPECTED.items()
