"""Every form and every address that writes, given what no person in good faith would send.

Each form is read from its own page, then sent back spoilt in one way: never an error 500, never half an effect, a
French sentence, and what was typed still there.
"""

import uuid
from collections.abc import Callable, Mapping
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from onboarding.candidacies.models import Candidacy
from policy.grants.models import Grant
from policy.whitelist.models import WhitelistEntry
from portal.audit.models import AuditEvent
from portal.documents.models import StoredDocument
from portal.outbox.models import OutboxMessage
from portal.parties.models import DigitalService, LegalEntity
from tests.factories.addresses import COMMON, OF_VENDORS, SANDBOX, routes
from tests.factories.world import World, undone

TABLE = OF_VENDORS.keys() | COMMON.keys()
WRITES = [one.name for one in routes() if one.writes and (not one.arguments or one.name in TABLE)]
ACTORS = {
    "claim_new": "representante",
    "session_plan": "secretaire",
    "seat_appoint": "secretaire",
    "policy_import": "politique",
    "account_open": "administrateur",
    "token_create": "administrateur",
    "batch_run": "instructrice",
    "join_new": "representante",
    "report_new": "representante",
    "takeover_propose": "gestionnaire_1",
    "export_ask": "instructrice",
}
ROOT = Path(__file__).resolve().parents[3]
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
HOME = {  # the page on which a form lives, when its own address only receives it
    "accept_conforming": "campaign",
    "agenda_enter": "session",
    "batch_run": "candidacies",
    "change_accept": "change",
    "change_apply": "change",
    "change_refuse": "change",
    "change_sign": "change",
    "change_take": "change",
    "certificate_proposal_decide": "certificate_proposal",
    "claim_refuse": "claim",
    "claim_verify": "claim",
    "customer_accept": "customer",
    "customer_refuse": "customer",
    "declared_name_withdraw": "certificate_declare",
    "entity_dismiss": "entity",
    "join_accept": "join",
    "join_refuse": "join",
    "join_withdraw": "join",
    "letter_send": "letter_draft",
    "message_write": "candidacy",
    "name_release_decide": "name_holding",
    "notice_acknowledge": "notice",
    "notice_follow_up": "notice",
    "parameter_approve": "parameter",
    "parameter_reject": "parameter",
    "report_answer": "report",
    "report_close": "report",
    "report_take": "report",
    "rollover_act": "rollover",
    "point_ballot": "session_point",
    "point_minutes": "session_point",
    "point_opinion": "session_point",
    "point_vote": "session_point",
    "sheet_prepare": "formalities",
    "trust_anchor_decide": "trust_anchor",
}
AT: dict[str, Callable[[World], str]] = {  # where that page has other arguments
    "declared_name_withdraw": lambda world: reverse(
        "certificate_declare", args=[world.mine.service.reference, SANDBOX]
    ),
    "parameter_approve": lambda world: reverse("parameter", args=[world.setting.key]),  # type: ignore[union-attr]
    "parameter_reject": lambda world: reverse("parameter", args=[world.setting.key]),  # type: ignore[union-attr]
}
AT |= {
    f"change_{act}": lambda world, act=act: reverse("change", args=[world.alive[f"change_{act}"]])  # type: ignore[misc]
    for act in ("accept", "apply", "refuse", "sign", "take")
}
AWAY = {  # no form of these in the world, and the tests in which there is one
    name: where
    for where, names in {
        "tests/onboarding/committee/test_panel.py": ("session_pack",),
        "tests/policy/certificates/test_warning.py": ("certificate_acknowledge",),
        "tests/policy/certificates/test_keeping_views.py": ("certificate_check",),
        "tests/policy/whitelist/test_cutting.py": ("entry_overlap",),
        "tests/policy/grants/test_secrets.py": ("grant_secret",),
        "tests/onboarding/orientation/test_views.py": ("orientation_take_over",),
        "tests/onboarding/takeovers/test_takeovers.py": tuple(
            f"takeover_{act}" for act in ("confirm", "release", "set_aside")
        ),
        "tests/policy/sanctions/test_views.py": tuple(
            f"sanction_{act}" for act in ("confirm", "decide", "drop", "keep", "lift", "observe", "propose_lifting")
        ),
        "tests/policy/servers/test_operations.py": ("server_retire",),
        "tests/onboarding/committee/test_sittings.py": ("session_endorse", "session_release"),
        "tests/onboarding/committee/test_followup.py": ("reservation_lift",),
        "tests/onboarding/committee/test_regions.py": ("proposal_confirm", "proposal_set_aside", "regional_decide"),
    }.items()
    for name in names
}


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


def page(name: str, world: World) -> tuple[str, Client]:
    """The address, and a browser of the person who fills it."""
    if row := OF_VENDORS.get(name):
        return reverse(name, args=row.arguments(world.at(row.stage))), world.browser(row.actor)
    common = COMMON.get(name)
    actor = common.actor if common else ACTORS.get(name, "administrateur")
    return reverse(name, args=common.arguments(world) if common else ()), world.browser(actor)


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


def home(name: str, path: str, world: World) -> str:
    """The page that shows the form of this address."""
    if name in AT:
        return AT[name](world)
    if name not in HOME:
        return path
    row, common = OF_VENDORS.get(HOME[name]), COMMON.get(HOME[name])
    if row:
        return reverse(HOME[name], args=row.arguments(world.at(OF_VENDORS[name].stage)))
    return reverse(HOME[name], args=common.arguments(world) if common else ())


def inputs(fields: Fields) -> Fields:
    """What a person fills: neither the key of the form nor its proof against forgery."""
    return {name: field for name, field in fields.items() if name not in ("cle_envoi", "csrfmiddlewaretoken")}


@pytest.mark.parametrize("name", WRITES)
def test_every_form_is_alive_in_the_world(world: World, name: str) -> None:
    """Its page shows it to who may send it: bad input is answered by the form itself, not at the door."""
    path, client = page(name, world)
    assert (read(client, path, home(name, path, world)) is None) == (name in AWAY)


def test_what_has_no_form_here_has_one_in_its_own_tests() -> None:
    assert [where for where in AWAY.values() if not (ROOT / where).exists()] == []


@pytest.mark.parametrize("name", WRITES)
def test_bad_input_is_answered_and_has_no_half_effect(world: World, name: str) -> None:
    path, client = page(name, world)
    fields = read(client, path, home(name, path, world)) or {}
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


@pytest.mark.parametrize("name", WRITES)
def test_a_form_sent_twice_has_one_effect(world: World, name: str) -> None:
    path, client = page(name, world)
    fields = read(client, path, home(name, path, world)) or {}
    with undone():
        form = kept(fields)
        first = client.post(path, form)
        once = saved()
        second = client.post(path, form)
        assert saved() == once
        if first.status_code == 302:
            assert (second.status_code, second["Location"]) == (302, first["Location"])
