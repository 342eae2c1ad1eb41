"""The public list: only services in production whose vendors said yes, and as a file that no spreadsheet executes."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from onboarding.directory import operations, queries
from onboarding.directory.lifecycle import State
from policy.grants.lifecycle import State as GrantState
from portal.lifecycle.errors import NotPermitted
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, entered
from tests.factories.grants import GrantFactory
from tests.factories.parties import DigitalServiceFactory, member

pytestmark = pytest.mark.django_db


def live(name: str = "Lits directs") -> Any:
    """A service in production."""
    return GrantFactory(active=True, service__name=name).service


def listed(service: Any, presentation: str = "") -> Any:
    """Its representative accepts that it be shown."""
    return operations.show(service, presentation=presentation, by=member(service.owner))


def test_nothing_is_shown_without_the_vendors_word() -> None:
    live()
    assert queries.shown() == []
    assert "Aucun service n’est encore cité" in Client().get(reverse("circle")).content.decode()


def test_a_service_is_shown_while_it_is_in_production_and_its_vendor_agrees() -> None:
    service = live()
    listing = listed(service, "Régulation\ndes appels")
    [one] = queries.shown()
    assert (one.service, one.presentation, one.doing) == (service, "Régulation des appels", "Alimentation")
    service.grants.update(state=GrantState.SUSPENDED)
    assert queries.shown() == []
    service.grants.update(state=GrantState.ACTIVE)
    operations.hide(listing, by=member(service.owner))
    assert (queries.shown(), listing.state) == ([], State.UNLISTED)
    listed(service)
    assert len(queries.shown()) == 1


def test_the_list_is_searched_and_downloaded_without_formula() -> None:
    listed(live("Lits directs"))
    listed(live("=2+5"), "@SOMME(A1)")
    page = Client().get(reverse("circle"), {"recherche": "directs"}).content.decode()
    assert "Lits directs" in page
    assert "=2+5" not in page
    assert "ne répond à cette recherche" in Client().get(reverse("circle"), {"recherche": "zzz"}).content.decode()
    answer = Client().get(reverse("circle_csv"))
    assert answer["Content-Type"].startswith("text/csv")
    assert "'=2+5" in answer.content.decode("utf-8-sig")
    assert "'@SOMME" in answer.content.decode("utf-8-sig")


@pytest.mark.parametrize("role", [MembershipRole.READER, MembershipRole.TECHNICAL_CONTACT])
def test_only_who_speaks_for_the_entity_decides(role: MembershipRole) -> None:
    service = live()
    for person in (member(service.owner, role), member(DigitalServiceFactory().owner), AgentFactory()):
        with pytest.raises(NotPermitted):
            operations.show(service, presentation="", by=person)
    assert entered(member(service.owner, role)).get(reverse("listing", args=[service.reference])).status_code == 403


def test_the_vendor_chooses_on_a_page() -> None:
    service = live()
    client = entered(member(service.owner))
    address = reverse("listing", args=[service.reference])
    sent = {"shown": "on", "presentation": "Lits en direct.", "cle_envoi": str(uuid.uuid4())}
    assert client.post(address, sent)["Location"] == reverse("service", args=[service.reference])
    assert "Lits en direct." in client.get(address).content.decode()
    assert "Lits en direct." in Client().get(reverse("circle")).content.decode()
    client.post(address, {"presentation": "", "cle_envoi": str(uuid.uuid4())})
    assert queries.shown() == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        listed(live(f"Service {number}"))
    with django_assert_num_queries(2):
        Client().get(reverse("circle"))
