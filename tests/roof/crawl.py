"""Following every link of the portal as one person, some pages of each kind."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from portal.demo import cast

PER_ROUTE = 2  # pages of one kind that each person opens
LINK = re.compile(r"""<a\s[^>]*?href="([^"#][^"]*)\"""")
CLASS = re.compile(r"""\sclass="([^"]*)\"""")


@dataclass(frozen=True)
class Opened:
    """A page that was opened: where, whence, its status, and what its content is made of (class names)."""

    address: str
    origin: str
    status: int
    kind: str
    made_of: frozenset[str]

    def broken(self, key: str) -> str:
        """For the report, when the status is one of an error."""
        return f"{key or 'anonyme'} : {self.status} {self.address} (lien de {self.origin})"


def parts() -> list[str]:
    """One person of each set of rights of the demonstration: two managers see the same."""
    return list({(one.roles, one.membership, one.company): one.key for one in cast.CAST}.values())


def signed_in(key: str) -> Client:
    """A client signed in as this person of the cast; as nobody when the key is empty. Errors are answers."""
    client = Client(raise_request_exception=False)
    if key:
        assert client.post("/demonstration/connexion/", {"personne": key}).status_code == 302
    return client


def crawl(client: Client) -> Iterator[Opened]:
    """Follows links from the home page, some pages of each kind."""
    waiting, seen, kinds = deque([("/", "")]), {"/"}, Counter[str]()
    while waiting:
        address, origin = waiting.popleft()
        response = client.get(address)
        yield Opened(address, origin, response.status_code, kind_of(address), made_of(response))
        for link in links(address, response):
            kind = kind_of(link)
            if link not in seen and kinds[kind] < PER_ROUTE:
                seen.add(link)
                kinds[kind] += 1
                waiting.append((link, address))


def made_of(response: Any) -> frozenset[str]:
    """The class names of a page's content; nothing for what is no page."""
    if response.status_code != 200 or not response.get("Content-Type", "").startswith("text/html"):
        return frozenset()
    content = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return frozenset(name for names in CLASS.findall(content) for name in names.split())


def kind_of(address: str) -> str:
    """The route of an address and the names of its parameters."""
    parts = urlsplit(address)
    try:
        route = resolve(parts.path).route
    except Resolver404:
        route = parts.path
    return f"{route}?{'&'.join(sorted({pair.partition('=')[0] for pair in parts.query.split('&')}))}"


def links(address: str, response: Any) -> Iterable[str]:
    """Where a page leads within the portal."""
    if response.status_code in (301, 302):
        found = [response["Location"]]
    elif response.get("Content-Type", "").startswith("text/html"):
        found = LINK.findall(response.content.decode())
    else:
        found = []
    inside = (urlsplit(urljoin(address, unescape(one))) for one in found)
    return [
        parts._replace(fragment="").geturl()
        for parts in inside
        if not parts.netloc and not parts.scheme and not parts.path.startswith("/static/")
    ]
