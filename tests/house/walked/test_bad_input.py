"""Every form and every address that writes, given what no person in good faith would send.

Each form is read from its own page amid the world; those that nobody finds open there are in `test_forms_apart`.
"""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.addresses import COMMON, OF_VENDORS, SANDBOX, routes
from tests.factories.apart import SCENES
from tests.factories.world import World, undone
from tests.house.spoilt import kept, read, saved, spoil_all

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
    "list_loss_decide": "list_loss",
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
    "signing_key_decide": "signing_keys",
    "trust_anchor_decide": "trust_anchor",
}
AT: dict[str, Callable[[World], str]] = {  # where that page has other arguments
    "declared_name_withdraw": lambda world: reverse(
        "certificate_declare", args=[world.mine.service.reference, SANDBOX]
    ),
    "parameter_approve": lambda world: reverse("parameter", args=[world.setting.key]),  # type: ignore[union-attr]
    "parameter_reject": lambda world: reverse("parameter", args=[world.setting.key]),  # type: ignore[union-attr]
}
AT["list_loss_decide"] = lambda world: reverse("list_loss", args=[world.alive["list_loss_decide"]])
AT |= {
    f"change_{act}": lambda world, act=act: reverse("change", args=[world.alive[f"change_{act}"]])  # type: ignore[misc]
    for act in ("accept", "apply", "refuse", "sign", "take")
}


def page(name: str, world: World) -> tuple[str, Client]:
    """The address, and a browser of the person who fills it."""
    if row := OF_VENDORS.get(name):
        return reverse(name, args=row.arguments(world.at(row.stage))), world.browser(row.actor)
    common = COMMON.get(name)
    actor = common.actor if common else ACTORS.get(name, "administrateur")
    return reverse(name, args=common.arguments(world) if common else ()), world.browser(actor)


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


@pytest.mark.parametrize("name", WRITES)
def test_every_form_is_alive_in_the_world(world: World, name: str) -> None:
    """Its page shows it to who may send it: bad input is answered by the form itself, not at the door."""
    path, client = page(name, world)
    assert (read(client, path, home(name, path, world)) is None) == (name in SCENES)


@pytest.mark.parametrize("name", WRITES)
def test_bad_input_is_answered_and_has_no_half_effect(world: World, name: str) -> None:
    path, client = page(name, world)
    fields = read(client, path, home(name, path, world)) or {}
    spoil_all(client, path, fields)


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
