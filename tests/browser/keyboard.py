"""A person who has a keyboard and neither mouse nor scripts; the same acts as `pages.Person`."""

from datetime import date

from playwright.sync_api import Browser, Locator, expect

FARTHEST = 200  # presses of the tabulation key on one page
IS_FOCUSED = "element => element === document.activeElement"


class Keyboard:
    """What fingers do: tabulate, type, press."""

    def __init__(self, browser: Browser, site: str) -> None:
        context = browser.new_context(locale="fr-FR", java_script_enabled=False)
        self.site, self.page = site, context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("filechooser", lambda _: None)  # asked for before any key may open one

    def go(self, path: str) -> None:
        """Types an address."""
        self.page.goto(self.site + path, wait_until="load")

    def reach(self, target: str | Locator) -> Locator:
        """Tabulates until this element has the focus; what cannot be reached so fails."""
        wanted = self.page.locator(target).first if isinstance(target, str) else target.first
        expect(wanted).to_be_visible()
        for _ in range(FARTHEST):
            if wanted.evaluate(IS_FOCUSED):
                return wanted
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} is out of reach of the keyboard on {self.page.url}")

    def type(self, selector: str, text: str) -> None:
        """Writes over what a field holds; a date (ISO) is typed in the order that the browser's language wants."""
        field = self.reach(selector)
        if field.get_attribute("type") == "date":
            return self._type_day(field, date.fromisoformat(text))
        self.page.keyboard.press("Control+A")
        return self.page.keyboard.type(text)

    def _type_day(self, field: Locator, day: date) -> None:
        for order in (f"{day:%d%m%Y}", f"{day:%m%d%Y}"):
            self.page.keyboard.press("Shift+Tab")
            self.reach(field)  # again on its first part
            self.page.keyboard.type(order)
            if field.input_value() == day.isoformat():
                return
        raise AssertionError(f"{day} cannot be typed on {self.page.url}")

    def press(self, target: str | Locator) -> None:
        """Presses what leads to another page."""
        self.reach(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


class KeyboardPerson(Keyboard):
    """Somebody of the cast, in the words of the pages: what `acts` asks of a person."""

    def __init__(self, browser: Browser, site: str, key: str) -> None:
        super().__init__(browser, site)
        self.go("/connexion/")
        super().press(f"button[value='{key}']")

    def follow(self, name: str) -> None:
        """Follows the first link of the content of that name."""
        super().press(self.page.get_by_role("main").get_by_role("link", name=name))

    def press(self, target: str | Locator) -> None:
        """Presses the first button of the content of that name."""
        assert isinstance(target, str)
        super().press(self.page.get_by_role("main").get_by_role("button", name=target))

    def fill(self, **by_name: str) -> None:
        """Types into fields, by the name that the form gives them."""
        for name, value in by_name.items():
            self.type(f"main [name='{name}']", value)

    def choose(self, name: str, value: str) -> None:
        """Moves in a group of radio buttons or in a list, or ticks a box."""
        field = self.page.locator(f"main [name='{name}']").first
        if field.evaluate("element => element.type") == "checkbox":
            return self._tick(self.page.locator(f"main [name='{name}'][value='{value}']"))
        if field.evaluate("element => element.tagName") == "SELECT":
            return self._pick(field, value)
        ticked = self.page.locator(f"main [name='{name}']:checked")
        self.reach(ticked if ticked.count() else field)
        self.page.keyboard.press("Space")
        wanted = self.page.locator(f"main [name='{name}'][value='{value}']")
        for _ in range(self.page.locator(f"main [name='{name}']").count()):
            if wanted.is_checked():
                return None
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} has no {value} on {self.page.url}")

    def _pick(self, field: Locator, value: str) -> None:
        self.reach(field)
        self.page.keyboard.press("Home")
        for _ in range(field.locator("option").count()):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} cannot be picked on {self.page.url}")

    def tick(self, name: str) -> None:
        """Ticks a single box."""
        self._tick(self.page.locator(f"main [type='checkbox'][name='{name}']"))

    def untick(self, name: str, value: str) -> None:
        """Takes one of several boxes away."""
        self.reach(f"main [name='{name}'][value='{value}']:checked")
        self.page.keyboard.press("Space")
        expect(self.page.locator(f"main [name='{name}'][value='{value}']")).not_to_be_checked()

    def _tick(self, box: Locator) -> None:
        self.reach(box)
        self.page.keyboard.press("Space")
        expect(box.first).to_be_checked()

    def attach(self, name: str, file: str, content: bytes, kind: str) -> None:
        """Opens the chooser of files from its field."""
        self.reach(f"main [name='{name}']")
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        chooser.value.set_files({"name": file, "mimeType": kind, "buffer": content})

    def sees(self, text: str) -> None:
        """The content shows this text."""
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def lacks(self, text: str) -> None:
        """The content does not show this text."""
        expect(self.page.get_by_role("main")).not_to_contain_text(text)
