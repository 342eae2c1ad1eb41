"""Joining an entity by request, replacing its representative, empowering a delegate."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from onboarding.vendors import operations as vendors
from onboarding.vendors import queries
from onboarding.vendors.identity import Identity
from onboarding.vendors.lifecycle import JoinState
from onboarding.vendors.models import JoinRequest, Mandate
from onboarding.vendors.proofs import ProofKind
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.lifecycle import registry
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.mail.models import OutgoingEmail
from portal.outbox.operations import deliver_due
from portal.parameters import operations as parameters
from portal.parties import operations as entities
from portal.parties import queries as parties
from portal.parties.models import LegalEntity, Membership
from portal.parties.roles import MANDATED_DELEGATE, MembershipRole
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.candidacies import fillable
from tests.factories.documents import DepositedFileFactory
from tests.factories.parties import LegalEntityFactory, member, proved
from tests.factories.vendors import EntityClaimFactory

pytestmark = pytest.mark.django_db
R = MembershipRole
KNOWN, UNKNOWN = "732829320", "356000000"


def asked(by: User, siren: str = KNOWN, role: MembershipRole = R.CONTRIBUTOR, **more: Any) -> JoinRequest:
    return vendors.ask_to_join(Identity(siren=siren), role=role, by=by, **more)


def typed(number: str) -> dict[str, str]:
    return {"numbering": "sirene", "number": number, "role": "contributor", "words": "Je gère les flux."}


def test_the_same_words_answer_for_a_known_and_an_unknown_number() -> None:
    LegalEntityFactory(siren=KNOWN, name="Nom à ne pas dire")
    pages = []
    for number in (KNOWN, "552100554"):
        client = entered(PersonFactory())
        response = client.post("/adhesions/nouvelle/", typed(number), follow=True)
        assert response.status_code == 200
        made = JoinRequest.objects.latest("pk")
        text = response.content.decode()
        pages.append(text[text.index("<h1") : text.index("<dt>Envoyée")].replace(made.identity.words, "NUMÉRO"))
        assert "Nom à ne pas dire" not in text
    assert pages[0].replace("0001", "000N") == pages[1].replace("0002", "000N")


def test_the_representative_alone_is_told_and_lets_in_with_the_role_of_his_choice(now: datetime) -> None:
    entity = LegalEntityFactory(siren=KNOWN)
    boss, delegate, newcomer = member(entity), member(entity, R.DELEGATE), PersonFactory()
    request = asked(newcomer, at=now)
    deliver_due(now)
    assert [letter.to for letter in OutgoingEmail.objects.all()] == [[boss.email]]
    with pytest.raises(NotPermitted):
        vendors.accept_join(request, role=R.READER, by=delegate, at=now)
    vendors.accept_join(request, role=R.READER, by=boss, at=now)
    assert parties.roles_in(User.objects.get(pk=newcomer.pk), entity.pk) == {R.READER}
    assert request.state == JoinState.ACCEPTED


def test_nobody_enters_as_representative_nor_by_his_own_answer(now: datetime) -> None:
    entity = LegalEntityFactory(siren=KNOWN)
    boss, newcomer = member(entity), PersonFactory()
    request = asked(newcomer, at=now)
    with pytest.raises(Refused, match="demande son rattachement"):
        vendors.accept_join(request, role=R.LEGAL_REPRESENTATIVE, by=boss, at=now)
    with pytest.raises(NotPermitted):
        vendors.accept_join(request, role=R.READER, by=newcomer, at=now)
    with pytest.raises(Refused, match="Vous faites déjà partie"):
        asked(boss, at=now)


def test_five_requests_may_wait_and_not_one_more(now: datetime) -> None:
    person = PersonFactory()
    for siren in ("732829320", "552100554", "356000000", "542065479", "552032534"):
        asked(person, siren, at=now)
    with pytest.raises(Refused, match="Cinq"):
        asked(person, "775670417", at=now)
    with pytest.raises(Refused, match="déjà une demande en attente"):
        vendors.withdraw_join(JoinRequest.objects.order_by("pk")[0], by=person, at=now)
        asked(person, "552100554", at=now)


def test_a_request_is_seen_by_its_author_and_the_representative_only(now: datetime) -> None:
    entity = LegalEntityFactory(siren=KNOWN)
    boss, reader, author = member(entity), member(entity, R.READER), PersonFactory()
    address = f"/adhesions/{asked(author, at=now).reference}/"
    assert entered(boss).get(address).status_code == 200
    assert entered(author).get(address).status_code == 200
    for stranger in (reader, PersonFactory()):
        assert entered(stranger).get(address).status_code == 404
    assert proved(boss).post(address + "accepter/", {"role": "reader"}).status_code == 302
    assert Membership.objects.active().filter(user=author, role="reader").exists()


def test_a_refusal_names_nobody(now: datetime) -> None:
    entity = LegalEntityFactory(siren=KNOWN, name="Nom à ne pas dire")
    boss, author = member(entity), PersonFactory()
    vendors.refuse_join(asked(author, at=now), by=boss, at=now)
    deliver_due(now)
    letter = next(letter for letter in OutgoingEmail.objects.all() if letter.to == [author.email])
    assert "Nom à ne pas dire" not in letter.text + letter.subject
    assert boss.full_name not in letter.text


def test_a_new_representative_takes_the_place_of_the_former_in_one_act(now: datetime) -> None:
    entity = LegalEntityFactory(siren=KNOWN)
    former, agent = member(entity), AgentFactory()
    mandate_to(member(entity, R.DELEGATE), entity, former, now)
    page = entered(former)
    claim = EntityClaimFactory(siren=KNOWN, replaces=True)
    vendors.verify(claim, piece=ProofKind.APPOINTMENT_DEED, replaced=[former], by=agent, at=now)
    assert parties.legal_representatives(entity) == [claim.claimant]
    assert parties.roles_in(former, entity.pk) == frozenset()
    assert page.get("/tableau-de-bord/")["Location"].startswith("/connexion/")


def test_the_agent_ticks_who_is_replaced_and_the_claimant_never_learns_who(now: datetime) -> None:
    entity = LegalEntityFactory(siren=KNOWN)
    former = member(entity, first_name="Ancien", last_name="Représentant")
    claim = EntityClaimFactory(siren=KNOWN, replaces=True)
    address = f"/rattachements/{claim.reference}/"
    assert "Ancien" not in entered(claim.claimant).get(address).content.decode()
    client = proved(AgentFactory())
    assert "Ancien Représentant" in client.get(address).content.decode()
    sent = {"piece": "appointment_deed", "details": "", "replaced": [former.email]}
    assert client.post(address + "verifier/", sent).status_code == 302
    assert parties.legal_representatives(entity) == [claim.claimant]


def mandate_to(delegate: User, entity: LegalEntity, boss: User, now: datetime, last: date | None = None) -> Mandate:
    day = now.date()
    piece = DepositedFileFactory(uploaded_by=boss)
    return vendors.record_mandate(entity, delegate, piece=piece, first_date=day, last_date=last, by=boss, at=now)


def let_delegates_sign(now: datetime) -> None:
    one, two = (AgentFactory(roles=[StaffRole.ADMINISTRATOR]) for _ in range(2))
    row = parameters.set_value("delegates.may_sign", True, by=one, reason="Choix", at=now)
    parameters.approve(row, by=two, at=now)


@pytest.mark.parametrize(
    ("setting", "mandate", "ended", "may"),
    [(True, True, False, True), (False, True, False, False), (True, False, False, False), (True, True, True, False)],
)
def test_a_delegate_deposits_only_with_setting_and_mandate(
    setting: bool, mandate: bool, ended: bool, may: bool
) -> None:
    now = timezone.now() - timedelta(minutes=1)
    candidacy = fillable()
    entity = candidacy.service.owner
    boss, delegate = member(entity), member(entity, R.DELEGATE)
    if setting:
        let_delegates_sign(now)
    if mandate:
        row = mandate_to(delegate, entity, boss, now)
        if ended:
            vendors.end_mandate(row, by=boss, at=now)
    assert registry.may(delegate, "submit", candidacy) is may
    assert (MANDATED_DELEGATE in queries.roles_for(delegate, entity.pk)) is may


def test_a_mandate_falls_with_either_role_and_after_its_last_day() -> None:
    now = timezone.now() - timedelta(minutes=1)
    let_delegates_sign(now)
    entity = LegalEntityFactory()
    boss, delegate = member(entity), member(entity, R.DELEGATE)
    mandate_to(delegate, entity, boss, now, last=now.date())
    assert queries.mandate_of(delegate, entity.pk, at=now)
    assert not queries.mandate_of(delegate, entity.pk, at=now + timedelta(days=2))
    assert queries.quality_of(delegate, entity, at=now).startswith("mandataire (mandat MA-")
    Membership.objects.filter(user=boss).update(until=now)
    assert not queries.mandate_of(delegate, entity.pk, at=now)


def test_a_mandate_is_given_to_a_delegate_of_the_entity_only(now: datetime) -> None:
    entity = LegalEntityFactory()
    boss, reader = member(entity), member(entity, R.READER)
    with pytest.raises(Refused, match="mandataire de l’organisme"):
        mandate_to(reader, entity, boss, now)
    with pytest.raises(NotPermitted):
        mandate_to(member(entity, R.DELEGATE), entity, reader, now)


def test_mandates_are_kept_from_the_page() -> None:
    entity = LegalEntityFactory()
    boss, delegate = member(entity), member(entity, R.DELEGATE)
    client, page = proved(boss), f"/personnes-morales/{entity.reference}/mandats/"
    assert "n’admet pas" in client.get(page).content.decode()
    assert client.post(page + "nouveau/", {"delegate": delegate.email}).status_code == 422
    mandate = mandate_to(delegate, entity, boss, timezone.now())
    assert mandate.reference in client.get(page).content.decode()
    assert client.get(f"/mandats/{mandate.reference}/fin/").status_code == 200
    assert client.post(f"/mandats/{mandate.reference}/fin/").status_code == 302
    assert proved(PersonFactory()).get(f"/mandats/{mandate.reference}/fin/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_representatives_who_answer_at_once_let_in_once(now: datetime) -> None:
    entity = LegalEntityFactory(siren=KNOWN)
    bosses, author = [member(entity), member(entity)], PersonFactory()
    request, gate, told = asked(author, at=now), Barrier(2), []

    def answer(boss: User) -> None:
        gate.wait()
        try:
            vendors.accept_join(JoinRequest.objects.get(pk=request.pk), role=R.READER, by=boss, at=now)
            told.append("done")
        except MoveNotAllowed:
            told.append("late")
        finally:
            connection.close()

    threads = [Thread(target=answer, args=[boss]) for boss in bosses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "late"]
    assert Membership.objects.active().filter(user=author).count() == 1


def test_a_mandate_of_an_entity_closed_to_an_agent_is_not_read_by_him(now: datetime) -> None:
    entity, agent = LegalEntityFactory(), AgentFactory()
    mandate = mandate_to(member(entity, R.DELEGATE), entity, member(entity), now)
    assert Mandate.objects.visible_to(agent).get() == mandate
    entities.close_readings([agent], [entity.pk], source="C-1", at=now)
    assert not Mandate.objects.visible_to(agent).exists()
