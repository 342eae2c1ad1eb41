"""A real Chromium against the live server; the demonstration's scene as data; effects delivered between steps."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from portal import installation
from portal.demo import pki, stage
from tests.browser.pages import Person

Play = Callable[[str], Person]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def authorities(transactional_db: None) -> pki.Pki:
    """The scene of the demonstration, before anybody asked for anything."""
    now = timezone.now()
    installation.install(now)
    return stage.set_scene(now)


@pytest.fixture
def site(live_server: Any) -> Iterator[str]:
    """The address of the live server, which is also the portal's own in mails and documents."""
    with override_settings(PUBLIC_URL=live_server.url):
        yield live_server.url


@pytest.fixture
def shots(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """Where every kind of page is photographed, for whoever names a folder with --basetemp."""
    return tmp_path if request.config.getoption("basetemp") else None


@pytest.fixture
def play(chromium: Browser, site: str, authorities: pki.Pki, tmp_path: Path, shots: Path | None) -> Iterator[Play]:
    """Enters the persons of the cast, each at a browser; their last pages are kept, to look at after a failure."""
    people: list[Person] = []

    def enter(key: str) -> Person:
        people.append(Person(chromium, site, key, shots))
        return people[-1]

    yield enter
    for one in people:
        one.page.screenshot(path=tmp_path / f"last-{one.key}.png", full_page=True)
        one.page.context.close()
