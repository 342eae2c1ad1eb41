"""A person whose browser runs no script: the same acts as `pages.Person`, on the bare HTML, over HTTP."""

import re
from collections.abc import Callable
from typing import Any

import httpx
from lxml import html

Send = Callable[[httpx.Request], httpx.Response]
SPACE = re.compile(r"\s+")


class PlainPerson:
    """Reads pages as text, follows links, fills forms as they are written, and sends them once."""

    def __init__(self, site: str, key: str, send: Callable[[httpx.Client], Send]) -> None:
        self.site, self.key = site, key
        self.client = httpx.Client(base_url=site, timeout=30)
        self._send = send(self.client)
        self._typed: dict[str, list[str]] = {}
        self._files: dict[str, tuple[str, bytes, str]] = {}
        self.go("/connexion/")
        self._submit(self._button(lambda button: button.get("value") == key))

    def go(self, path: str) -> None:
        """Opens a page by its address."""
        self._arrive(self._send(self.client.build_request("GET", path)))

    def follow(self, name: str) -> None:
        """Follows the first link of the content whose text holds this name."""
        self.go(self._links(name)[0].get("href"))

    def press(self, name: str) -> None:
        """Presses the first button of the content of that name."""
        self._submit(self._button(lambda button: name.casefold() in _text(button).casefold()))

    def fill(self, **by_name: str) -> None:
        """Types into fields."""
        for name, value in by_name.items():
            assert self._fields(name), f"{name} : {self.address}"
            self._typed[name] = [value]

    def choose(self, name: str, value: str) -> None:
        """Ticks a radio button or a box, or picks an option."""
        first = self._fields(name)[0]
        several = first.get("type") == "checkbox" or (first.tag == "select" and first.get("multiple") is not None)
        self._typed[name] = [*(self._typed.get(name, []) if several else []), value]

    def tick(self, name: str) -> None:
        """Ticks a single box."""
        self._typed[name] = [self._fields(name)[0].get("value", "on")]

    def untick(self, name: str, value: str) -> None:
        """Takes one of several boxes away."""
        ticked = [field.get("value") for field in self._fields(name) if field.get("checked") is not None]
        self._typed[name] = [one for one in self._typed.get(name, ticked) if one != value]

    def attach(self, name: str, file: str, content: bytes, kind: str) -> None:
        """Chooses a file."""
        self._files[name] = (file, content, kind)

    def offers(self, name: str) -> bool:
        """True when the page has a link of that name."""
        return bool(self._links(name))

    def sees(self, text: str) -> None:
        """The content shows this text."""
        assert text in _text(self.main), f"« {text} » : {self.address}\n{_text(self.main)[:3000]}"

    def lacks(self, text: str) -> None:
        """The content does not show this text."""
        assert text not in _text(self.main), f"« {text} » : {self.address}"

    def close(self) -> None:
        """Leaves the portal."""
        self.client.close()

    def _arrive(self, response: httpx.Response) -> None:
        for _ in range(10):
            if not response.has_redirect_location:
                break
            assert response.next_request
            response = self._send(response.next_request)
        self.address = str(response.url)
        assert response.status_code in (200, 422), f"{response.status_code} {self.address}\n{response.text[-2000:]}"
        page = html.fromstring(response.text)
        assert len(page.findall(".//h1")) == 1, self.address
        self.main = page.find(".//main")
        self._typed, self._files = {}, {}

    def _links(self, name: str) -> list[Any]:
        return [link for link in self.main.iter("a") if link.get("href") and name.casefold() in _text(link).casefold()]

    def _fields(self, name: str) -> list[Any]:
        return [field for field in self.main.iter("input", "select", "textarea") if field.get("name") == name]

    def _button(self, fits: Callable[[Any], bool]) -> Any:
        found = [button for button in self.main.iter("button") if fits(button)]
        assert found, f"{self.address}\n{_text(self.main)[:3000]}"
        return found[0]

    def _submit(self, button: Any) -> None:
        form = next(button.iterancestors("form"))
        data: dict[str, list[str]] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        own = {field.get("name") for field in form.iter("input", "select", "textarea")}
        data |= {name: values for name, values in self._typed.items() if name in own}
        if button.get("name"):
            data[button.get("name")] = [button.get("value", "")]
        files = {name: file for name, file in self._files.items() if name in own}
        address = str(httpx.URL(self.address).join(form.get("action") or self.address))
        if form.method.upper() == "GET":
            request = self.client.build_request("GET", address, params=data)
        else:
            request = self.client.build_request("POST", address, data=data, files=files or None)
            request.headers["Referer"] = self.address
            request.read()
        self._arrive(self._send(request))


def _text(element: Any) -> str:
    return SPACE.sub(" ", element.text_content()).strip()
