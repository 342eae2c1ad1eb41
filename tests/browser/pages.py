"""Page objects: what a person does on the portal, in the words of its pages."""

from pathlib import Path
from typing import Any

from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from portal.demo import stage
from tests.browser import axe

SEEN: set[str] = set()  # pages already judged by axe, by shape of their address


class Person:
    """Somebody at his browser: his own context, so that several persons work side by side."""

    def __init__(self, browser: Browser, site: str, key: str, shots: Path | None) -> None:
        self.site, self.key, self.shots = site, key, shots
        self.page: Page = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900}).new_page()
        self.page.set_default_timeout(30000)
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.go("/connexion/")
        self.page.locator(f"button[value='{key}']").click()
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        self.judge()

    def _hear(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(f"{self.page.url} : {message.text}")

    def go(self, path: str) -> None:
        """Opens a page by its address."""
        self.page.goto(self.site + path, wait_until="load")
        self.judge()

    def follow(self, name: str, *, exact: bool = False) -> None:
        """Follows the first link of that name in the page's content."""
        self.page.get_by_role("main").get_by_role("link", name=name, exact=exact).first.click()
        self.page.wait_for_load_state("load")
        self.judge()

    def press(self, name: str) -> None:
        """Presses a button of the content, waits for the answer, and looks at it."""
        self.page.get_by_role("main").get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state("load")
        self.judge()

    def fill(self, **by_name: str) -> None:
        """Types into fields, by the name that the form gives them."""
        for name, value in by_name.items():
            self.field(name).fill(value)

    def field(self, name: str) -> Locator:
        """A field of the content's forms."""
        return self.page.locator(f"main [name='{name}']").first

    def choose(self, name: str, value: str) -> None:
        """Ticks a radio button or a box, or picks an option."""
        field = self.page.locator(f"main select[name='{name}']")
        if field.count():
            field.select_option(value)
        else:
            self.page.locator(f"main [name='{name}'][value='{value}']").check(force=True)

    def tick(self, name: str) -> None:
        """Ticks a single box."""
        self.page.locator(f"main [type='checkbox'][name='{name}']").check(force=True)

    def untick(self, name: str, value: str) -> None:
        """Takes one of several boxes away."""
        self.page.locator(f"main [name='{name}'][value='{value}']").uncheck(force=True)

    def attach(self, name: str, file: str, content: bytes, kind: str) -> None:
        """Chooses a file."""
        self.field(name).set_input_files({"name": file, "mimeType": kind, "buffer": content})

    def offers(self, name: str) -> bool:
        """True when the page has a link of that name."""
        return self.page.get_by_role("link", name=name).count() > 0

    def sees(self, text: str) -> None:
        """The content shows this text."""
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def lacks(self, text: str) -> None:
        """The content does not show this text."""
        expect(self.page.get_by_role("main")).not_to_contain_text(text)

    def judge(self) -> None:
        """One h1; axe-clean; no complaint of the browser. Each kind of page is judged once a session."""
        expect(self.page.locator("h1"), self.page.url).to_have_count(1)
        assert self.complaints == []
        shape = "".join("9" if c.isdigit() else c for c in self.page.url.split("?")[0].removeprefix(self.site))
        if shape in SEEN:
            return
        SEEN.add(shape)
        found = axe.violations(self.page)
        if self.shots:
            name = f"{len(SEEN):03d}{shape.strip('/').replace('/', '-') or '-accueil'}.png"
            self.page.screenshot(path=self.shots / name, full_page=True)
        assert found == [], self.page.url


def work() -> None:
    """What the worker does between two acts."""
    stage.deliver(timezone.now())
