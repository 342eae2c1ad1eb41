"""Freeing a held name: two persons, grounds, nothing while it serves; then another service may take it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from policy.certificates import operations, queries, uses
from policy.certificates.environments import Environment
from policy.certificates.lifecycle import HoldingState, NameState, State
from policy.certificates.models import Certificate, DeclaredName, NameHolding
from policy.certificates.uses import Use
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.outbox.operations import deliver_due
from tests.factories.accounts import AgentFactory, entered
from tests.factories.certificates import AT, issued, key_of, trusting, vendor_service
from tests.factories.parties import DigitalServiceFactory, LegalEntityFactory, member

pytestmark = pytest.mark.django_db
PRODUCTION = Environment.PRODUCTION


def keeper() -> User:
    return AgentFactory(roles=[StaffRole.WHITELIST_MANAGER])


@pytest.fixture
def held() -> Certificate:
    trusting()
    service = vendor_service()
    return operations.declare(service, environment=PRODUCTION, data=issued(), by=member(service.owner), at=AT)


def test_two_persons_free_a_name_and_another_service_takes_it(held: Certificate) -> None:
    owner = LegalEntityFactory(siren="", finess_ej="350000022", siret="18751275100020")
    other = DigitalServiceFactory(owner=owner)
    twin = issued(key=key_of("3" + "1" * 14))
    with pytest.raises(Refused, match="déjà rattaché à un autre service"):
        operations.declare(other, environment=PRODUCTION, data=twin, by=member(owner), at=AT)
    holding, first = held.holding, keeper()
    operations.propose_release(holding, grounds="Reprise du service par une autre société", by=first)
    with pytest.raises(NotPermitted, match="une autre personne"):
        operations.release(holding, by=first)
    operations.release(holding, by=keeper())
    held.refresh_from_db()
    assert (held.state, holding.state) == (State.RETIRED, HoldingState.RELEASED)
    made = operations.declare(other, environment=PRODUCTION, data=twin, by=member(owner), at=AT + timedelta(days=1))
    assert made.holding_id != holding.pk
    assert NameHolding.objects.held().get().service == other
    while deliver_due(timezone.now() + timedelta(days=3650)):
        pass
    assert any("a libéré un nom" in sent.body for sent in mail.outbox)


def test_nothing_is_freed_while_it_serves(held: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uses, "_providers", [lambda one: [Use("Inscription LB-1", is_blocking=True)]])
    operations.propose_release(held.holding, grounds="Contesté", by=keeper())
    with pytest.raises(Refused, match=held.reference):
        operations.release(held.holding, by=keeper())
    assert NameHolding.objects.get().state == HoldingState.LEAVING


def test_the_proposal_may_be_given_up_and_made_again(held: Certificate) -> None:
    first = keeper()
    operations.propose_release(held.holding, grounds="Contesté", by=first)
    operations.keep_name(held.holding, by=first)
    with pytest.raises(MoveNotAllowed):
        operations.release(held.holding, by=keeper())
    operations.propose_release(held.holding, grounds="Contesté encore", by=keeper())
    assert held.holding.state == HoldingState.LEAVING


def test_grounds_are_asked_and_vendors_may_not(held: Certificate) -> None:
    with pytest.raises(Refused, match="motifs"):
        operations.propose_release(held.holding, grounds=" ", by=keeper())
    with pytest.raises(NotPermitted):
        operations.propose_release(held.holding, grounds="À moi", by=member(held.service.owner))


def test_an_announced_name_is_freed_too() -> None:
    service = vendor_service()
    text = "CN=ror.a-venir,OU=318751275100020,O=EDITEUR,ST=Paris (75),C=FR"
    announced = operations.declare_name(service, environment=Environment.SANDBOX, text=text, by=member(service.owner))
    holding = queries.bears(announced.reference)
    assert holding == announced.holding
    operations.propose_release(announced.holding, grounds="Jamais venu", by=keeper())
    operations.release(announced.holding, by=keeper())
    assert DeclaredName.objects.get().state == NameState.WITHDRAWN


def test_the_pages_lead_from_the_certificate_to_the_release(held: Certificate) -> None:
    first, second = entered(keeper()), entered(keeper())
    page = f"/certificats/nom/{held.reference}/"
    assert page in first.get(f"/certificats/{held.reference}/").text
    assert "Proposer de libérer" in first.get(page).text
    assert first.post(f"{page}liberer/", {"grounds": "Contesté"}).status_code == 302
    assert "n’en décide pas lui-même" in first.get(page).text
    assert "Libérer ce nom" in second.get(page).text
    assert second.post(f"{page}decision/garder/").status_code == 302
    assert entered(member(held.service.owner)).get(page).status_code == 404
    assert first.get("/certificats/nom/CE-1999-0001/").status_code == 404
