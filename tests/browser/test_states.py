"""Every page of the vendor's side in its other states: nothing yet, refused input, very long names. At both widths, by axe.

The pages are those of the resolver, with the arguments of `tests.factories.addresses`: an address added there is judged
here. What the portal answers is shown to Chromium as it is, without a server, so that each state is undone afterwards.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.db import DatabaseError, models, transaction
from django.db.models import Value
from django.db.models.functions import Cast, Concat
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route

from portal.web.access import Audience
from tests.browser import axe
from tests.factories import world as worlds
from tests.factories.addresses import COMMON, OF_VENDORS, Address, routes
from tests.factories.parties import DigitalServiceFactory, member, proved
from tests.factories.world import World, undone

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.requires("chromium"), pytest.mark.django_db]
SITE = "http://portail.essai"
LONG = "Société-coopérative-d’intérêt-collectif-de-coordination des-établissements-hospitaliers-et-médico-sociaux " * 3
ONE_WORD = "schema_des_flux_et_de_l_architecture_technique_" * 6
NAMES = re.compile(r"(^|_)(name|title|city|address|place|hosting|object)$")
WORDS = re.compile(r"(^|_)(file_name|filename|email|mailbox)$")
STAMPS = re.compile(r'name="(?:cle_envoi|csrfmiddlewaretoken)" value="[^"]*"')
REFUSED = re.compile(r'class="[^"]*(fr-alert--error|fr-error-text|fr-message--error)')


@dataclass
class Window:
    """A page of Chromium that shows answers given in this process, and what is wrong with them."""

    page: Page
    shots: Path | None
    answer: Any = None
    faults: list[str] = field(default_factory=list)

    def judge(self, state: str, path: str, answer: Any) -> None:
        """Adds what axe and both widths find in an answer, in words."""
        self.answer = answer
        self.page.goto(SITE + path, wait_until="load")
        shot = f"{state}-{path.partition('?')[0].strip('/').replace('/', '-')[:90] or 'accueil'}"
        found = axe.faults(self.page, shot=self.shots / shot if self.shots else None, always=True)
        self.faults += [f"{state} : {one}" for one in found]

    def serve(self, route: Route) -> None:
        """The answer, and the portal's own files."""
        path = urlsplit(route.request.url).path
        if not path.startswith("/static/"):
            kept = {name: value for name, value in self.answer.headers.items() if name == "Content-Security-Policy"}
            return route.fulfill(body=self.answer.content, content_type="text/html; charset=utf-8", headers=kept)
        found = finders.find(path.removeprefix("/static/"))
        return route.fulfill(path=str(found)) if found else route.abort()

    def hear(self, message: Any) -> None:
        """What a page complains of."""
        if message.type == "error":
            self.faults.append(f"{self.page.url} : {message.text}")


@pytest.fixture
def window(chromium: Browser, shots: Path | None) -> Iterator[Window]:
    context = chromium.new_context(locale="fr-FR")
    shown = Window(context.new_page(), shots)
    shown.page.route("**/*", shown.serve)
    shown.page.on("console", shown.hear)
    yield shown
    context.close()


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), undone():
        yield worlds.build()


@pytest.fixture
def world(built: World, db: None) -> World:
    """Two vendors, and a service of the first at every stage."""
    return built


def addresses() -> list[Address]:
    """Those of pages that a vendor may open: neither the agency's, nor the API."""
    closed = (Audience.STAFF, Audience.OFFICIAL)
    ours = [one for one in routes() if one.name and one.access and one.access.audience not in closed]
    return [one for one in ours if not one.name.startswith("api_")]


def path_of(name: str, world: World) -> str:
    """The address with the arguments at which the page has its form."""
    if row := OF_VENDORS.get(name):
        return reverse(name, args=row.arguments(world.at(row.stage)))
    return reverse(name, args=COMMON[name].arguments(world) if name in COMMON else ())


def said(answer: Any) -> str:
    """The content of an answer, less what changes at each reading: a state that leaves it alone is judged elsewhere."""
    return STAMPS.sub("", answer.content.decode(errors="replace").partition("<main")[2])


def is_page(answer: Any) -> bool:
    return answer.status_code in (200, 422) and answer.get("Content-Type", "").startswith("text/html")


def lengthen() -> int:
    """Gives every name, title and place the longest text its column holds; how many columns took it."""
    done = 0
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            text = LONG if NAMES.search(column.name) else ONE_WORD
            named = NAMES.search(column.name) or WORDS.search(column.name)
            if not (isinstance(column, models.CharField) and named and not column.choices and column.max_length):
                continue
            longest = Concat(Value(text[: column.max_length - 6]), Cast("pk", models.CharField(max_length=6)))
            try:
                with transaction.atomic():
                    model._base_manager.update(**{column.name: longest})
                done += 1
            except DatabaseError:  # a table that is never rewritten, a name of a form of its own
                continue
    return done


def test_very_long_names_break_no_page(world: World, window: Window) -> None:
    client, judged = world.browser("representante"), 0
    paths = [path_of(one.name, world) for one in addresses()]
    before = {path: said(client.get(path)) for path in paths}
    with undone():
        assert lengthen() > 20
        for path in paths:
            answer = client.get(path)
            if is_page(answer) and said(answer) != before[path]:
                judged += 1
                window.judge("long", path, answer)
    assert not window.faults, "\n".join(window.faults)
    assert judged > 60


def test_refused_input_is_shown_accessibly(world: World, window: Window) -> None:
    """Each form sent as it is, empty: a page that answers in words, not at the door."""
    client, judged = world.browser("representante"), 0
    for one in addresses():
        if not one.writes:
            continue
        path = path_of(one.name, world)
        client.cookies.pop("messages", None)  # of forms that were sent, and undone
        with undone():
            answer = client.post(path, {})
            if is_page(answer) and REFUSED.search(answer.content.decode()):
                judged += 1
                window.judge("refused", path, answer)
    assert not window.faults, "\n".join(window.faults)
    assert judged > 20


def test_who_has_nothing_yet_finds_pages_that_say_so(world: World, window: Window) -> None:
    """Somebody of no organisation, then of one that has a single service and nothing else."""
    bare = DigitalServiceFactory(name="Service nu")
    nobody, somebody = world.browser("referent_technique"), proved(member(bare.owner))
    settled, seen = world.browser("representante"), set()
    for one in addresses():
        for client, path in visits(one.name, nobody, somebody, SimpleNamespace(entity=bare.owner, service=bare)):
            answer = client.get(path)
            if is_page(answer) and said(answer) not in seen | {said(settled.get(path))}:
                seen.add(said(answer))
                window.judge("empty", path, answer)
    assert not window.faults, "\n".join(window.faults)
    assert len(seen) > 30


def visits(name: str, nobody: Client, somebody: Client, bare: Any) -> Iterator[tuple[Client, str]]:
    """Who opens an address that needs no more than an organisation and a service."""
    if name in OF_VENDORS:
        with suppress(AttributeError, LookupError, models.ObjectDoesNotExist):
            yield somebody, reverse(name, args=OF_VENDORS[name].arguments(bare))
    elif name not in COMMON:
        yield from ((client, reverse(name)) for client in (nobody, somebody))
