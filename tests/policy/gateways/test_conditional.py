"""A gateway that polls through the delivered nginx: the list once, then 304 until it changes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from policy.certificates.environments import Hierarchy
from policy.certificates.offers import Offer
from policy.gateways import queries
from policy.whitelist import operations as whitelist
from portal.demo import pki as demo
from portal.tokens.scopes import Scope
from portal.web.conditional import holds
from tests.factories import edge
from tests.factories.certificates import SIRET, rsa_key
from tests.factories.edge import Edge
from tests.factories.tokens import bearer
from tests.factories.whitelist import approved, manager

ADDRESSES = (
    "/api/v1/whitelist?environment=production",
    "/api/v1/gateways/nginx?comparison=fingerprint",
    "/api/v1/gateways/nginx?comparison=name",
)


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ('"production-7"', True),
        ('W/"production-7"', True),
        ('"production-6", "production-7"', True),
        ("*", True),
        ("", False),
        ('"production-70"', False),
        ("production-7", False),
    ],
)
def test_what_a_caller_already_holds(sent: str, held: bool) -> None:
    assert holds(sent, '"production-7"') is held


@pytest.mark.django_db
def test_the_file_of_nginx_is_not_even_made_for_who_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    entry, reader, path = approved(), bearer(Scope.WHITELIST_READ), "/api/v1/gateways/nginx"
    tag = Client().get(path, headers=reader).headers["ETag"]
    by_name = Client().get(path, {"comparison": "name"}, headers=reader | {"If-None-Match": tag})
    assert by_name.status_code == 200  # another comparison is another text
    with monkeypatch.context() as patched:
        patched.setattr(queries, "nginx_file", lambda *_: pytest.fail("made for nothing"))
        again = Client().get(path, headers=reader | {"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    whitelist.suspend(entry, grounds="Doute", by=manager())
    assert Client().get(path, headers=reader | {"If-None-Match": tag}).status_code == 200


@pytest.fixture
def front(live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Edge]:
    settings.EDGE_KEY, settings.ALLOWED_HOSTS = edge.KEY, ["*"]
    authorities, host = demo.prepare(tmp_path / "pki", at=datetime.now(UTC)), "portail.exemple.fr"
    server = authorities.issue(
        Hierarchy.PROD,
        organisation="ANS",
        identifier=f"3{SIRET}",
        common_name=host,
        key=rsa_key(),
        offer=Offer.SSL_SERV,
        at=datetime.now(UTC),
    )
    with edge.running(tmp_path, server, portal=live_server.url.removeprefix("http://")) as running:
        yield running


@pytest.mark.slow
@pytest.mark.requires("nginx")
@pytest.mark.django_db(transaction=True)
def test_through_nginx_each_address_answers_304_until_the_next_publication(front: Edge) -> None:
    entry = approved()
    token = bearer(Scope.WHITELIST_READ)["Authorization"]

    def get(path: str, tag: str = "") -> edge.Answer:
        known = {"If_None_Match": tag} if tag else {}
        return front.get(path, host="portail.exemple.fr", Authorization=token, **known)

    tags = {path: get(path).headers["ETag"] for path in ADDRESSES}
    assert len(set(tags.values())) == 3
    for path, tag in tags.items():
        held = get(path, tag)
        assert (held.status, held.body, held.headers["ETag"]) == (304, "", tag)
        assert get(path, f"W/{tag}").status == 304
    whitelist.suspend(entry, grounds="Doute", by=manager())
    for path, tag in tags.items():
        changed = get(path, tag)
        assert changed.status == 200
        assert changed.headers["ETag"] != tag
        assert "suspended" in changed.body or entry.reference not in changed.body
