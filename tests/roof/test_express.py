"""The door in front of Django answers what Django answers, to whom Django answers, and nothing longer than a second."""

import io
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone

from policy.verdicts import queries
from policy.whitelist import operations as whitelist
from policy.whitelist.models import WhitelistEntry
from portal.accounts.roles import StaffRole
from portal.express import Express
from portal.tokens import operations as tokens
from portal.tokens.scopes import Scope
from tests.factories import whitelist as entries
from tests.factories.accounts import AgentFactory
from tests.factories.profiles import PolicyVersionFactory
from tests.factories.tokens import made

pytestmark = pytest.mark.django_db
INSIDE, OUTSIDE = "350054680", "750712184"


class Clock:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Counted:
    """Django's application, and how often it was asked."""

    def __init__(self) -> None:
        self.handler, self.calls = WSGIHandler(), 0

    def __call__(self, environ: Any, start: Any) -> Any:
        self.calls += 1
        return self.handler(environ, start)


class Door:
    """The door, what stands behind it, and a way to call both."""

    def __init__(self) -> None:
        self.clock, self.django = Clock(), Counted()
        self.express = Express(self.django, clock=self.clock)

    def ask(self, body: Any, *, direct: bool = False, **environ: str) -> tuple[str, dict[str, str], bytes]:
        """A call to the verdicts, through the door or to Django itself."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/verdicts", "CONTENT_TYPE": "application/json"}
        return self.call(self.django if direct else self.express, data, {**given, **environ})

    def fetch(self, *, direct: bool = False, **environ: str) -> tuple[str, dict[str, str], bytes]:
        """A call to the whitelist."""
        given = {"REQUEST_METHOD": "GET", "PATH_INFO": "/api/v1/whitelist", "CONTENT_TYPE": ""}
        return self.call(self.django if direct else self.express, b"", {**given, **environ})

    def call(self, application: Any, data: bytes, given: dict[str, str]) -> tuple[str, dict[str, str], bytes]:
        """Status, headers without the request's own id, body with that id blanked."""
        environ: dict[str, Any] = {
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "HTTP_HOST": "localhost:8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "SCRIPT_NAME": "",
            "CONTENT_LENGTH": str(len(data)),
            "wsgi.input": io.BytesIO(data),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            **given,
        }
        said: list[Any] = []
        answer = application(environ, lambda status, headers, *more: said.append((status, dict(headers))))
        content = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        status, headers = said[0]
        content = content.replace(headers.pop("X-Request-Id").encode(), b"id")
        return status, headers, content


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """A door that has seen nobody, over a database that has not been read; the moment lasts, however slow the machine."""
    queries._gates.clear()
    monkeypatch.setattr(queries, "MOMENT", 3600.0)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # the test's connection outlives its calls
    yield Door()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    queries._gates.clear()


@pytest.fixture
def entry() -> WhitelistEntry:
    """An entry in force: profile A, two establishments."""
    PolicyVersionFactory(number="1")
    return entries.approved(at=timezone.now())


def authorized(*scopes: Scope) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {made(*scopes or (Scope.VERDICTS_READ,))[1]}"}


def questions(entry: WhitelistEntry) -> Iterator[Any]:
    """Usual questions, and every kind of strange one."""
    fingerprint = entry.certificates.get().fingerprint
    colons = ":".join(fingerprint[at : at + 2] for at in range(0, 64, 2)).upper()
    callers: tuple[dict[str, Any], ...] = (
        {"client_id": entry.client_id},
        {"client_id": f" {entry.client_id} "},
        {"client_id": "inconnu"},
        {"client_id": ""},
        {"client_id": 12},
        {"client_id": None},
        {"client_id": "x" * 201},
        {"fingerprint": fingerprint},
        {"fingerprint": colons},
        {"fingerprint": "0" * 64},
        {"fingerprint": fingerprint[:-1]},
        {"fingerprint": fingerprint, "client_id": entry.client_id},
        {},
    )
    path = f"PATCH /x/Location?identifier=1{INSIDE}/SSR1"
    acts: tuple[dict[str, Any], ...] = (
        {"operation": "patch", "establishment": INSIDE},
        {"operation": "patch", "establishment": OUTSIDE},
        {"operation": "patch", "establishment": "<b>&\u2028é"},
        {"operation": "patch"},
        {"operation": "read", "element": "Location"},
        {"operation": "read", "element": "Rien.de.connu"},
        {"operation": "erase"},
        {"operation": ""},
        {"operation": True},
        {"path": path},
        {"path": path.replace("PATCH", "POST")},
        {"path": path, "operation": "read"},
        {"path": path, "establishment": OUTSIDE},
        {"operation": "patch", "establishment": INSIDE, "explain": False},
        {"operation": "patch", "establishment": OUTSIDE, "explain": "false"},
        {"operation": "patch", "establishment": INSIDE, "environment": "sandbox"},
        {"operation": "patch", "establishment": INSIDE, "environment": "ailleurs"},
        {"operation": "patch", "establishment": INSIDE, "environment": []},
        {"operation": "patch", "establishment": INSIDE, "region": "53"},
        {"operation": "patch", "establishment": INSIDE, "facts": {"sensitive_unit": "non"}},
        {"operation": "patch", "establishment": INSIDE, "at": "2026-03-03T10:00:00+01:00"},
        {"operation": "patch", "establishment": INSIDE, "rubrique": "inconnue"},
        {},
    )
    usual = {"client_id": entry.client_id, "operation": "patch", "establishment": INSIDE}
    for caller, act in itertools.product(callers, acts):
        yield {**caller, **act}
    said = json.dumps(usual)
    yield from (
        said.replace("{", '{"client_id": "inconnu", ').encode(),
        said.replace("{", '{"explain": true, "explain": false, ').encode(),
        "[{}, {}]".format(said, said.replace("{", '{"operation": "read", ')).encode(),
        [usual, usual],
        [],
        [usual, {}],
        [usual] * 101,
        "texte",
        3,
        None,
        b"{",
        b"\xff",
        b'{"client_id": "\\ud800"}',
    )


@pytest.mark.slow
@time_machine.travel("2026-03-03T09:00:00.123456+00:00", tick=False)
def test_express_answers_every_question_as_django_does(door: Door, entry: WhitelistEntry) -> None:
    caller = authorized()
    usual = {"client_id": entry.client_id, "operation": "patch", "establishment": INSIDE}
    asked = list(questions(entry))
    door.ask(usual, **caller)
    door.ask({**usual, "environment": "sandbox"}, **caller)
    fast = 0
    for question in asked:
        before = door.django.calls
        mine = door.ask(question, **caller)
        fast += door.django.calls == before
        door.ask(usual, **caller)  # learnt again, should the last answer have been a refusal
        assert mine == door.ask(question, direct=True, **caller), question
    assert fast > 40


def test_express_spares_django_for_one_second_only(door: Door, entry: WhitelistEntry) -> None:
    caller, usual = authorized(), {"client_id": entry.client_id, "operation": "patch", "establishment": INSIDE}
    for _ in range(5):
        assert door.ask(usual, **caller)[0] == "200 OK"
    assert door.django.calls == 1
    door.clock.now += 1
    assert door.ask(usual, **caller)[0] == "200 OK"
    assert door.django.calls == 2


def test_express_refuses_a_revoked_token_within_a_second(door: Door, entry: WhitelistEntry) -> None:
    token, text = made(Scope.VERDICTS_READ)
    caller, usual = {"HTTP_AUTHORIZATION": f"Bearer {text}"}, {"client_id": entry.client_id, "operation": "read"}
    assert door.ask(usual, **caller)[0] == "200 OK"
    tokens.revoke(token, by=AgentFactory(roles=[StaffRole.ADMINISTRATOR]))
    door.clock.now += 1
    status, headers, body = door.ask(usual, **caller)
    assert status.startswith("401")
    assert headers["Content-Type"] == "application/problem+json"
    assert json.loads(body)["detail"] == "Jeton inconnu, expiré ou révoqué."
    assert door.ask(usual, **caller)[0].startswith("401")


def test_express_follows_a_suspension_within_a_second(
    door: Door, entry: WhitelistEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, usual = authorized(), {"client_id": entry.client_id, "operation": "patch", "establishment": INSIDE}
    assert json.loads(door.ask(usual, **caller)[2])["effect"] == "permit"
    whitelist.suspend(entry, grounds="Usage abusif", by=entries.manager())
    monkeypatch.setattr(queries, "MOMENT", 0.0)  # the moment has passed
    assert json.loads(door.ask(usual, **caller)[2])["effect"] == "deny"


@pytest.mark.parametrize(
    "changes",
    [
        {"HTTP_AUTHORIZATION": "Bearer ror_0000000000_" + "x" * 43},
        {"HTTP_AUTHORIZATION": ""},
        {"HTTP_COOKIE": "session=abc"},
        {"HTTP_HOST": "ailleurs.exemple.fr"},
        {"HTTP_ACCEPT": "text/html"},
        {"CONTENT_TYPE": "text/plain"},
        {"QUERY_STRING": "token=ror_0000000000_" + "x" * 43},
        {"CONTENT_LENGTH": "beaucoup"},
        {"REQUEST_METHOD": "PUT"},
        {"SCRIPT_NAME": "/monte"},
    ],
)
def test_express_leaves_to_django_any_other_manner_of_asking(
    door: Door, entry: WhitelistEntry, changes: dict[str, str]
) -> None:
    caller, usual = authorized(), {"client_id": entry.client_id, "operation": "read"}
    door.ask(usual, **caller)
    before = door.django.calls
    assert door.ask(usual, **{**caller, **changes})[0] == door.ask(usual, direct=True, **{**caller, **changes})[0]
    assert door.django.calls == before + 2


def test_express_refuses_a_token_of_another_scope(door: Door, entry: WhitelistEntry) -> None:
    caller = authorized(Scope.WHITELIST_READ)
    usual = {"client_id": entry.client_id, "operation": "read"}
    assert [door.ask(usual, **caller)[0][:3] for _ in range(2)] == ["403", "403"]


def test_express_leaves_to_django_what_a_bound_token_asks_of_another_environment(
    door: Door, entry: WhitelistEntry
) -> None:
    _, text = made(Scope.VERDICTS_READ, environments=["production"])
    caller, usual = {"HTTP_AUTHORIZATION": f"Bearer {text}"}, {"client_id": entry.client_id, "operation": "read"}
    assert [door.ask(usual, **caller)[0] for _ in range(2)] == ["200 OK", "200 OK"]
    assert door.django.calls == 1  # its own environment is answered from memory
    assert door.ask({**usual, "environment": "sandbox"}, **caller)[0].startswith("403")
    assert door.ask([usual, {**usual, "environment": "sandbox"}], **caller)[0].startswith("403")


def test_express_says_unchanged_as_django_does_and_changed_within_a_second(door: Door, entry: WhitelistEntry) -> None:
    caller = authorized(Scope.WHITELIST_READ)
    tag = door.fetch(**caller)[1]["ETag"]
    known = {**caller, "HTTP_IF_NONE_MATCH": tag}
    first, second = door.fetch(**known), door.fetch(**known)
    assert first == second == door.fetch(direct=True, **known)
    assert first[0].startswith("304")
    assert door.django.calls == 3  # the list, the first 304, the comparison
    assert door.fetch(**{**caller, "HTTP_IF_NONE_MATCH": '"autre"'})[0] == "200 OK"
    whitelist.suspend(entry, grounds="Usage abusif", by=entries.manager())
    door.clock.now += 1
    status, headers, body = door.fetch(**known)
    assert (status, headers["Whitelist-Version"]) == ("200 OK", str(json.loads(body)["version"]))
