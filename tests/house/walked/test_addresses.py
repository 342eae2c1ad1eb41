"""Every address of the resolver: declared, closed to strangers, to the other vendor, and to agents without the role."""

import re
from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from portal.accounts.roles import NATIONAL
from portal.audit.models import AuditEvent
from portal.outbox.models import OutboxMessage
from tests.factories.accounts import AgentFactory
from tests.factories.addresses import COMMON, OF_VENDORS, Address, routes
from tests.factories.establishments import signed_in
from tests.factories.world import World, undone

TABLE = OF_VENDORS.keys() | COMMON.keys()
EVERY = [address for address in routes() if address.name]
ROUTES = [address for address in EVERY if not address.arguments or address.name in TABLE]
OURS = [address for address in ROUTES if address.access is not None]
CLOSED = [address for address in OURS if address.access and address.access.kind in ("reads", "writes")]
WRITES = [address for address in OURS if address.writes]
STAFF_ONLY = [address for address in CLOSED if address.access and address.access.audience in ("staff", "official")]
LIBRARIES = ("account_", "mfa_")  # the account library's own views, which declare nothing


def names(addresses: list[Address]) -> list[str]:
    return [address.name for address in addresses]


def url(address: str, world: World, *, foreign: bool = False) -> str:
    """The address with arguments of `mine` (of its rival when `foreign`)."""
    if row := OF_VENDORS.get(address):
        dossier = world.rival if foreign else world.at(row.stage)
        return reverse(address, args=row.arguments(dossier))
    return reverse(address, args=COMMON[address].arguments(world) if address in COMMON else ())


def test_every_address_with_arguments_is_in_the_table_and_none_is_there_in_vain() -> None:
    with_arguments = {address.name for address in EVERY if address.arguments}
    assert with_arguments - TABLE == set(), "add a row to tests/factories/addresses.py"
    assert TABLE - with_arguments == set()


def test_every_address_says_what_it_does() -> None:
    assert [one.name for one in EVERY if one.access is None and not one.name.startswith(LIBRARIES)] == []


@pytest.mark.parametrize("name", names(CLOSED))
def test_a_stranger_is_sent_to_sign_in(world: World, name: str) -> None:
    path = url(name, world)
    for method in ("get", "post"):
        _turned_away(path, method)


def _turned_away(path: str, method: str) -> None:
    answer = getattr(Client(), method)(path)
    if answer.status_code == 405:
        assert method not in answer["Allow"].lower()
    elif path.startswith("/api/"):
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
    else:
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/connexion/")


OTHERS = [name for name in names(CLOSED) if name in OF_VENDORS]
STAMPS = (r'name="(?:cle_envoi|csrfmiddlewaretoken)" value="[^"]*"', r"next=[^\"&]*", r"[0-9a-f]{8}-[0-9a-f-]{27}")


def told(answer: Any) -> str:
    """What an answer says, less what changes from one request to the next."""
    text = answer.content.decode()
    for stamp in STAMPS:
        text = re.sub(stamp, "", text)
    return text


def missing(path: str) -> str:
    """The same address with references that nobody has."""
    path = re.sub(r"(?<=[A-Z]-)\d{4}-\d{4}", "1999-0001", path)
    return re.sub(r"(?<=/LB-)\d{6}", "999999", path)


@pytest.mark.parametrize("name", OTHERS)
def test_to_the_other_vendor_it_does_not_exist(world: World, name: str) -> None:
    path = url(name, world)
    client = world.browser("concurrente")
    assert missing(path) != path
    for method in (client.get, client.post):
        answer, nothing = method(path), method(missing(path))
        assert (answer.status_code, nothing.status_code) in {(404, 404), (405, 405)}
        assert told(answer).replace(path, "") == told(nothing).replace(missing(path), "")


@pytest.mark.parametrize("name", names(STAFF_ONLY))
def test_what_is_for_staff_does_not_exist_for_vendors(world: World, name: str) -> None:
    path = url(name, world)
    if path.startswith("/api/"):
        return
    client = world.browser("representante")
    assert {client.get(path).status_code, client.post(path).status_code} <= {404, 405}


def counted() -> tuple[int, int]:
    return AuditEvent.objects.count(), OutboxMessage.objects.count()


# anybody may claim a legal entity or ask to join one, open the link he received, take his own identity away, and carry
# what he reads away in a workbook
OWN = {
    "claim_new",
    "export_ask",
    "invitation",
    "join_new",
    "proconnect_unlink",
    "mail_preferences",
    "orientation_take_over",
}  # what is anybody's own, or open to anybody


@pytest.mark.parametrize("name", [name for name in names(WRITES) if name not in OWN])
@pytest.mark.parametrize("person", ["auditeur", "referent_technique"])
def test_who_holds_no_role_changes_nothing(world: World, name: str, person: str) -> None:
    """The auditor reads everything and changes nothing; an account without membership reaches nothing."""
    before = counted()
    with undone():
        answer = world.browser(person).post(url(name, world))
        assert answer.status_code in (302, 403, 404, 405, 409)
        if answer.status_code == 302:
            assert answer["Location"].startswith(("/connexion/", "/compte/confirmer/"))
        assert counted() == before


def everything() -> dict[str, tuple[int, Any]]:
    """How many rows every table has and what the mutable ones hold, but for what readings and sign-ins leave."""
    left = {"portal.AccessTrace", "sessions.Session"}
    tables = [model for model in apps.get_models() if model._meta.label not in left and model._meta.managed]
    return {model._meta.label: (model._base_manager.count(), _versions(model)) for model in tables}


def _versions(model: Any) -> Any:
    known = {field.name for field in model._meta.concrete_fields}
    kept = [name for name in ("state", "version") if name in known]
    return Counter(model._base_manager.values_list(*kept)) if kept else None


@pytest.mark.parametrize("person", ["representante", "who holds every role"])
def test_asking_for_a_form_changes_nothing(world: World, person: str) -> None:
    """GET, HEAD and OPTIONS of every address that may save (those that only read cannot: the database refuses)."""
    every = signed_in(AgentFactory(roles=sorted(NATIONAL)))
    client = world.browser(person) if person == "representante" else every
    before = everything()
    for address in WRITES:
        path = url(address.name, world)
        for method in (client.get, client.head, client.options):
            assert method(path).status_code < 500, path
    assert everything() == before
