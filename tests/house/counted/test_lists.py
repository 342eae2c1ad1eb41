"""Pages that list something ask a constant number of queries, written here, whatever they list.

Every page of the resolver is asked for, by a vendor and by an agent, amid one row then three rows of everything. A
page that says more amid three must have its line in LISTS.
"""

import logging
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts import middleware
from tests.factories.accounts import entered
from tests.factories.addresses import COMMON, OF_VENDORS, routes
from tests.factories.crowd import Crowd, crowd
from tests.factories.world import undone

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LIMIT = 25
LISTS: dict[str, int] = {
    "accounts · agent": 7,
    "campaign · agent": 8,
    "campaign · éditeur": 8,
    "campaigns · agent": 4,
    "campaigns · éditeur": 4,
    "candidacies · agent": 5,
    "candidacy · éditeur": 16,
    "candidacy_version · agent": 6,
    "candidacy_version · éditeur": 6,
    "certificate_runs · agent": 14,
    "certificates · agent": 5,
    "certificates · éditeur": 5,
    "claims · agent": 4,
    "claims · éditeur": 8,
    "committee · agent": 6,
    "customers · agent": 4,
    "customers · éditeur": 4,
    "dashboard · éditeur": 24,
    "decision_correct · agent": 6,
    "desk · agent": 13,
    "desk_list · agent": 10,
    "documents · agent": 4,
    "documents · éditeur": 4,
    "dossier · agent": 23,
    "dossier_tab · agent": 24,
    "entity · agent": 10,
    "entity · éditeur": 10,
    "entity_hand_over · éditeur": 6,
    "grants · agent": 4,
    "grants · éditeur": 4,
    "list · agent": 7,
    "list · éditeur": 7,
    "notices · agent": 4,
    "notices · éditeur": 5,
    "policy · agent": 4,
    "policy_differences · agent": 5,
    "policy_matrix · agent": 4,
    "policy_version · agent": 4,
    "public_figures · agent": 2,
    "public_figures · éditeur": 2,
    "report_new · éditeur": 5,
    "reports · agent": 4,
    "reports · éditeur": 6,
    "services · agent": 14,
    "services · éditeur": 14,
    "session · agent": 12,
    "session_batch · agent": 8,
    "session_minutes · agent": 6,
    "signatures · agent": 4,
    "signatures · éditeur": 4,
    "simulator · agent": 6,
    "tokens · agent": 5,
    "whitelist · agent": 9,
    "whitelist_propose · agent": 9,
}


@dataclass(frozen=True)
class Page:
    """How many queries a page asked, of how many elements it is made, and how many titles of first rank it has."""

    queries: int
    elements: int
    titles: int
    statements: tuple[str, ...]


Amid = dict[int, dict[str, Page]]


def address(name: str, arguments: int, found: Crowd) -> str | None:
    """The address with the crowd's own arguments; None when the crowd has none of these."""
    if not arguments:
        return reverse(name)
    try:
        if row := OF_VENDORS.get(name):
            return reverse(name, args=row.arguments(found.dossier))
        return reverse(name, args=COMMON[name].arguments(found.world)) if name in COMMON else None
    except Exception:
        return None


def read(client: Client, path: str) -> Page | None:
    """The page, once whatever is kept in memory is there; None when it is no page for this person."""
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        return None
    html = answer.content.decode()
    main = html.partition("<main")[2].partition("</main>")[0]
    statements = tuple(one["sql"] for one in asked.captured_queries)
    return Page(len(asked), main.count("</"), html.count("<h1"), statements)


def seen(rows: int) -> dict[str, Page]:
    """Every page amid so many rows, by « name · person »."""
    cache.clear()
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    found, pages = crowd(rows), {}
    browsers = {"éditeur": entered(found.vendor), "agent": entered(found.agent)}
    for one in routes():
        if one.access is None or not (path := address(one.name, one.arguments, found)):
            continue
        for person, client in browsers.items():
            if page := read(client, path):
                pages[f"{one.name} · {person}"] = page
    return pages


@pytest.fixture(scope="module")
def pages(django_db_setup: None, django_db_blocker: Any) -> Amid:
    """The pages amid one row, and amid three."""
    found: Amid = {}
    with django_db_blocker.unblock(), patch.object(middleware, "COARSE", 3600):  # no session marked as seen meanwhile
        for rows in (1, 3):
            with undone():
                found[rows] = seen(rows)
    return found


def test_every_page_that_lists_something_has_its_line(pages: Amid) -> None:
    grown = {key for key, page in pages[3].items() if key in pages[1] and page.elements > pages[1][key].elements}
    assert grown - LISTS.keys() == set(), "add their number of queries to LISTS"
    assert LISTS.keys() - grown == set(), "these list nothing amid the crowd"


@pytest.mark.parametrize("key", LISTS)
def test_a_list_asks_the_same_queries_amid_one_row_and_amid_three(pages: Amid, key: str) -> None:
    assert (pages[1][key].queries, pages[3][key].queries) == (LISTS[key], LISTS[key]), pages[3][key].statements


def test_no_page_asks_more_than_its_limit(pages: Amid) -> None:
    asked = {key: page.queries for key, page in pages[3].items()}
    assert {key: queries for key, queries in asked.items() if queries > LIMIT} == {}


def test_every_page_has_one_title(pages: Amid) -> None:
    """All of ours: the library draws the one of the API by script."""
    titles = {key: page.titles for found in pages.values() for key, page in found.items() if "api_docs" not in key}
    assert {key: number for key, number in titles.items() if number != 1} == {}
    assert len(titles) > 100
