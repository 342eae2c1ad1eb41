"""A form read from its page and sent back as no person in good faith would: never an error 500, never half an effect,
a French sentence, and what was typed still there.
"""

import uuid
from collections.abc import Callable, Mapping
from html import escape
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client

from onboarding.candidacies.models import Candidacy
from policy.grants.models import Grant
from policy.whitelist.models import WhitelistEntry
from portal.audit.models import AuditEvent
from portal.documents.models import StoredDocument
from portal.outbox.models import OutboxMessage
from portal.parties.models import DigitalService, LegalEntity
from tests.factories.world import undone

ANSWERS = frozenset({200, 302, 400, 403, 404, 405, 409, 413, 422})
TYPED = frozenset({"text", "search", "email", "url", "tel", "textarea"})
LONG = "x" * 10_000
MIXED = (LONG, "-1e999", ["a", "b"], "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "9" * 30)
ODD = "a\x01\x1b[31m\u202eb\ufffe"
PROTECTED = {
    "id": "1", "pk": "1", "reference": "C-1999-0001", "state": "admitted", "owner": "1", "owner_id": "1", "holder_id": "1",
    "service_id": "1", "submitted_at": "1999-01-01", "decided_at": "1999-01-01", "is_staff": "1", "is_active": "0",
    "approved_by": "1", "by": "1", "at": "1999-01-01T00:00:00Z",
}  # fmt: skip

Fields = dict[str, tuple[str, list[str]]]


class Form(HTMLParser):
    """The posted forms of a page: where each is sent, and its fields: name -> (type, values)."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, Fields]] = []
        self.fields: Fields = {}
        self.inside = False
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside, self.fields = given.get("method", "").lower() == "post", {}
            if self.inside:
                self.forms.append((given.get("action", ""), self.fields))
        if not self.inside:
            return
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "input" and name and kind != "submit":
            chosen = kind not in ("radio", "checkbox") or "checked" in given
            self._add(
                name,
                kind,
                given.get("value", "on") if kind in ("radio", "checkbox") else given.get("value", ""),
                chosen,
            )
        elif tag == "select":
            self._select = name
            self._add(name, "select", "", False)
        elif tag == "option" and self._select and "selected" in given:
            self._add(self._select, "select", given.get("value", ""), True)
        elif tag == "textarea":
            self._area = name
            self._add(name, "textarea", "", True)

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
        self._select = "" if tag == "select" else self._select
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self.inside and self._area:
            self.fields[self._area] = ("textarea", [data.strip()])

    def _add(self, name: str, kind: str, value: str, chosen: bool) -> None:
        known = self.fields.setdefault(name, (kind, []))
        if chosen:
            known[1].append(value)


Spoil = Callable[[Fields], Mapping[str, Any]]


def kept(fields: Fields) -> dict[str, Any]:
    """What the page would send when nothing is touched, with a key of its own."""
    sent = {name: values for name, (kind, values) in fields.items() if kind != "file" and values}
    return sent | {"cle_envoi": str(uuid.uuid4())}


def everywhere(text: str) -> Spoil:
    """The same text in every field, hidden ones included."""
    return lambda fields: {name: text for name in fields if name not in ("cle_envoi", "csrfmiddlewaretoken")}


def typed(text: str) -> Spoil:
    """The text where a person types, the rest as it is."""
    return lambda fields: kept(fields) | {name: text for name, (kind, _) in fields.items() if kind in TYPED}


def files(name: str, data: bytes, media_type: str) -> Spoil:
    """A file in every field, of files or not."""
    return lambda fields: kept(fields) | {one: SimpleUploadedFile(name, data, media_type) for one in fields}


SPOILT: dict[str, Spoil] = {
    "nothing": lambda fields: {},
    "too long": typed(LONG),
    "nul": everywhere("a\x00b"),
    "control": typed(ODD),
    "mixed": lambda fields: {name: MIXED[rank % len(MIXED)] for rank, name in enumerate(sorted(fields))},
    "garbage": files("\u202efdp.exe", b"\x00\xff" * 40, "application/x-msdownload"),
    "protected": lambda fields: PROTECTED | kept(fields),
    "stale": lambda fields: kept(fields) | {"version": "0"},
}
GUARDED: list[tuple[type[Model], tuple[str, ...]]] = [
    (Candidacy, ("pk", "reference", "service_id")),
    (Grant, ("pk", "reference", "holder_id", "service_id", "decided_at")),
    (WhitelistEntry, ("pk", "reference", "grant_id", "proposed_by_id")),
    (DigitalService, ("pk", "reference", "owner_id")),
    (LegalEntity, ("pk", "reference", "siren")),
]


def saved() -> tuple[int, int, int]:
    return AuditEvent.objects.count(), OutboxMessage.objects.count(), StoredDocument.objects.count()


def guarded() -> list[Any]:
    """What no form changes on a row that exists."""
    return [set(model._default_manager.values_list(*columns)) for model, columns in GUARDED]


def read(client: Client, path: str, home: str) -> Fields | None:
    """The fields of the form sent to that address; None when its page does not show it."""
    answer = client.get(home)
    form = Form()
    if answer.status_code == 200:
        form.feed(answer.content.decode())
    own = "" if home == path else None
    return next((fields for action, fields in form.forms if action.partition("?")[0] in (path, own)), None)


def inputs(fields: Fields) -> Fields:
    """What a person fills: neither the key of the form nor its proof against forgery."""
    return {name: field for name, field in fields.items() if name not in ("cle_envoi", "csrfmiddlewaretoken")}


def spoil_all(client: Client, path: str, fields: Fields) -> None:
    """Sends the form back spoilt in every way: an answer in French, no half effect, what was typed still there."""
    before, rows = saved(), guarded()
    for way, spoil in SPOILT.items():
        if not inputs(fields) and way not in ("nothing", "protected"):
            continue  # a page of one button
        with undone():
            answer = client.post(path, spoil(fields))
            assert answer.status_code in ANSWERS, way
            if answer.status_code != 302:
                assert saved() == before, way
                _told_in_french(answer, way)
            assert all(old <= new for old, new in zip(rows, guarded(), strict=True)), way
            if way in ("too long", "control") and answer.status_code in (200, 422):
                _nothing_typed_is_lost(answer.content.decode(), fields, LONG if way == "too long" else ODD, way)


def _told_in_french(answer: Any, way: str) -> None:
    if answer.status_code == 405:
        return
    text = answer.content.decode()
    assert 'lang="fr"' in text, way
    for english in ("This field", "Ensure this", "Enter a", "Select a valid", "Not Found", "Traceback"):
        assert english not in text, (way, english)


def _nothing_typed_is_lost(html: str, fields: Fields, text: str, way: str) -> None:
    """What was typed stays in its field; control characters may be stripped, the readable rest stays."""
    if not any(kind in TYPED for kind, _ in fields.values()):
        return
    readable = escape(text).replace("\x01", "").replace("\x1b", "").strip()
    assert escape(text).strip() in html or readable in html or readable[:5] in html, way
