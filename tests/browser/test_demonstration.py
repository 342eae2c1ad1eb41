"""Every kind of page of the demonstration, as every role, in a real Chromium: axe-clean, and no wider than a telephone.

On the way every link leads somewhere, so that in continuous integration `roof/test_demo.py` follows them on SQLite only.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page

from portal import installation
from portal.demo import stage
from tests.browser.axe import faults
from tests.roof.crawl import Opened, crawl, parts, signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.requires("chromium"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def played(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The demonstration, its papers blank."""
    monkeypatch.setattr("portal.documents.printing.render", lambda html, **_: b"%PDF-1.7 " + str(len(html)).encode())
    now = timezone.now()
    installation.install(stage.opening(now))
    stage.play(now)
    return now


def test_every_kind_of_page_is_accessible_and_fits_a_telephone(
    played: datetime, live_server: Any, chromium: Browser, tmp_path: Path, shots: Path | None
) -> None:
    found: list[str] = []
    broken: list[str] = []
    seen: defaultdict[str, set[str]] = defaultdict(set)  # the class names already judged on pages of a route
    for key in ["", *parts()]:
        client = signed_in(key)
        page = browser_of(client, chromium, live_server.url)
        for opened in crawl(client):
            if opened.status >= 400:
                broken.append(opened.broken(key))
            known = seen[opened.kind.partition("?")[0]]
            if opened.made_of <= known:
                continue
            known |= opened.made_of
            wrong = judged(page, live_server.url, opened, tmp_path, every=shots is not None)
            found += [f"{key or 'anonyme'} : {fault}" for fault in wrong]
        page.context.close()
    assert (found, broken) == ([], [])
    assert len(seen) > 100


def browser_of(client: Client, chromium: Browser, site: str) -> Page:
    """A browser that carries the client's session and speaks up when a page complains."""
    context = chromium.new_context(locale="fr-FR")
    if session := client.cookies.get(settings.SESSION_COOKIE_NAME):
        context.add_cookies([{"name": session.key, "value": session.value, "url": site}])
    page = context.new_page()
    page.set_default_timeout(8000)
    return page


def judged(page: Page, site: str, opened: Opened, shots: Path, *, every: bool) -> Iterator[str]:
    """What is wrong with a page at either width, in words; photographed when something is, or on demand."""
    complaints: list[str] = []

    def hear(message: Any) -> None:
        if message.type == "error":
            complaints.append(message.text)

    page.on("console", hear)
    page.goto(site + opened.address, wait_until="load")
    name = opened.kind.strip("/?").replace("/", "-").replace("?", "")[:90] or "accueil"
    yield from faults(page, shot=shots / name, always=every)
    page.remove_listener("console", hear)
    yield from (f"{opened.address} : {text}" for text in complaints)
