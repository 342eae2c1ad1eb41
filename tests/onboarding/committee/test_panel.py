"""Members called, conflicts of interest, opinions, votes: who may read and say what, and when."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.queries import readers
from onboarding.committee import effects, operations, queries
from onboarding.committee.attendance import Attendance
from onboarding.committee.models import AgendaItem, Opinion, Recusal, Seat, Summons, Vote
from onboarding.committee.outcomes import Outcome
from onboarding.committee.queries import packs, panel
from onboarding.committee.rules import Profiles, Ruling
from portal.accounts.roles import NATIONAL, StaffRole
from portal.documents import printing
from portal.documents.models import DepositedFile, StoredDocument
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery
from portal.parties import operations as parties
from portal.parties.models import DigitalService, LegalEntity
from tests.factories.accounts import AgentFactory, entered
from tests.factories.candidacies import CandidacyFactory, secretary
from tests.factories.committee import AgendaItemFactory, SessionFactory
from tests.factories.documents import StoredDocumentFactory
from tests.factories.panel import SeatFactory, chair, convened, seats_of, setting, sitting
from tests.factories.parties import MembershipFactory

pytestmark = pytest.mark.django_db

ADMIT = Ruling(Outcome.ADMIT, Profiles(frozenset("A")))


def point(item: AgendaItem, name: str = "session_point") -> str:
    assert item.session is not None
    return reverse(name, args=[item.session.reference, item.candidacy.reference])


@pytest.mark.parametrize("role", sorted(NATIONAL - {StaffRole.SECRETARY}))
def test_seat_is_given_by_the_secretary_alone(role, now) -> None:
    with pytest.raises(NotPermitted):
        operations.appoint(
            AgentFactory(roles=[StaffRole.MEMBER]),
            organisation="dns",
            function="member",
            by=AgentFactory(roles=[role]),
            at=now,
        )


def test_substitute_takes_the_organisation_and_function_of_the_titular(now) -> None:
    titular = chair()
    person = AgentFactory(roles=[StaffRole.CHAIR])
    seat = operations.appoint(
        person, organisation="dgos", function="member", substitutes=titular, by=secretary(), at=now
    )
    assert (seat.organisation, seat.function, seat.title) == ("ans", "chair", "Président suppléant, ANS")
    with pytest.raises(Refused, match="n’a pas de suppléant"):
        other = AgentFactory(roles=[StaffRole.MEMBER])
        operations.appoint(other, organisation="dns", function="member", substitutes=seat, by=secretary(), at=now)
    operations.end_seat(seat, by=secretary(), at=now)
    assert Seat.objects.taken().count() == 1


def test_agenda_is_frozen_by_the_convocation(now) -> None:
    session, items, _ = convened(at=now, points=2)
    with pytest.raises(MoveNotAllowed):
        operations.enter_on_agenda(session, CandidacyFactory(complete=True), by=secretary(), at=now)
    with pytest.raises(MoveNotAllowed):
        operations.remove_from_agenda(items[0], by=secretary(), at=now)
    with pytest.raises(Refused, match="convoqués à cette date"):
        operations.reschedule(
            session, held_on=session.held_on + timedelta(days=7), cut_off=session.cut_off, by=secretary(), at=now
        )
    assert session.opinions_due < session.held_on


def test_convocation_of_an_empty_agenda_or_below_the_quorum_is_refused(now) -> None:
    with pytest.raises(Refused, match="ordre du jour est vide"):
        operations.convene(SessionFactory(), by=secretary(), at=now)
    setting("committee.quorum", 3)
    SeatFactory()
    item = AgendaItemFactory()
    with pytest.raises(Refused, match="quorum est de 3"):
        operations.convene(item.session, by=secretary(), at=now)
    assert not Summons.objects.exists()


def test_dossiers_stay_closed_to_a_member_until_he_declares_his_interests(now) -> None:
    session, (item,), (person,) = convened(at=now, members=1, declared=False)
    assert not Candidacy.objects.visible_to(person).exists()
    assert entered(person).get(point(item)).status_code == 404
    assert entered(person).get(reverse("dossier", args=[item.candidacy.reference])).status_code == 404
    with pytest.raises(NotPermitted, match="Déclarez d’abord"):
        operations.give_opinion(item, choice="admit", by=person, at=now)
    operations.declare_interests(session, {}, by=person, at=now)
    assert Candidacy.objects.visible_to(person).get() == item.candidacy
    assert entered(person).get(point(item)).status_code == 200
    with pytest.raises(Refused, match="déjà déclarés"):
        operations.declare_interests(session, {}, by=person, at=now)


def test_declared_interest_closes_the_dossier_everywhere_and_silences(now) -> None:
    setting("committee.votes", True)
    session, items, (person, _) = convened(at=now, points=2, declared=False)
    mine, other = items
    owner = mine.candidacy.service.owner
    letter = StoredDocumentFactory(owner=owner, subject_reference=mine.candidacy.reference)
    assert operations.declare_interests(session, {mine.candidacy.reference: "Mandat social"}, by=person, at=now) == 1
    recusal = Recusal.objects.get()
    assert (recusal.item, recusal.user, recusal.source) == (mine, person, "declared")
    for rows in (
        Candidacy.objects.visible_to(person).filter(pk=mine.candidacy_id),
        LegalEntity.objects.visible_to(person).filter(pk=owner.pk),
        DigitalService.objects.visible_to(person).filter(owner=owner),
        StoredDocument.objects.visible_to(person).filter(pk=letter.pk),
        DepositedFile.objects.visible_to(person).filter(owner=owner),
    ):
        assert not rows.exists()
    browser = entered(person)
    for name in ("session_point", "session_projector", "decide"):
        assert browser.get(point(mine, name)).status_code in (403, 404)
    assert browser.get(point(other)).status_code == 200
    assert browser.get(reverse("document_download", args=[letter.reference])).status_code == 404
    with pytest.raises(NotPermitted, match="déporté"):
        operations.give_opinion(mine, choice="admit", by=person, at=now)
    operations.open_session(session, present=seats_of(session), by=secretary(), at=now)
    with pytest.raises(NotPermitted, match="déporté"):
        operations.cast_vote(mine, choice="admit", by=person, at=now)
    assert browser.post(point(mine, "point_vote"), {"choice": "admit"}).status_code == 404
    assert panel.electors(mine) == [one for one in panel.electors(other) if one.user != person]
    assert not Vote.objects.exists()


def test_member_of_the_applicant_is_recused_by_the_portal_before_anything_opens(now) -> None:
    item = AgendaItemFactory()
    seat = SeatFactory()
    MembershipFactory(user=seat.user, legal_entity=item.candidacy.service.owner)
    operations.convene(item.session, by=secretary(), at=now)
    recusal = Recusal.objects.get()
    assert (recusal.user, recusal.source) == (seat.user, "computed")
    operations.declare_interests(item.session, {}, by=seat.user, at=now)
    assert panel.recusals_of(item.session, seat.user) != {}
    assert entered(seat.user).get(point(item)).status_code == 404
    assert recusal.reason in entered(seat.user).get(reverse("session", args=[item.session.reference])).content.decode()


@pytest.mark.parametrize(
    ("on", "regions", "expected"), [(True, ["84"], 1), (True, ["84", "11"], 0), (False, ["84"], 0)]
)
def test_regional_member_stands_back_from_what_concerns_his_region_alone(on, regions, expected, now) -> None:
    setting("committee.regional_recusal", on)
    item = AgendaItemFactory(candidacy__region_routes=dict.fromkeys(regions, "direct"))
    SeatFactory(organisation="ars", region="84")
    operations.convene(item.session, by=secretary(), at=now)
    assert Recusal.objects.count() == expected


def test_recusal_during_the_session_is_refused_after_the_vote(now) -> None:
    setting("committee.votes", True)
    _session, items, (person, other) = sitting(at=now, points=2)
    operations.cast_vote(items[0], choice="admit", by=person, at=now)
    with pytest.raises(Refused, match="déjà voté"):
        operations.recuse(items[0], person, reason="Un proche", by=person, at=now)
    operations.recuse(items[1], person, reason="Un proche", by=person, at=now)
    with pytest.raises(Refused, match="Chacun se déporte pour soi"):
        operations.recuse(items[1], other, reason="Il connaît", by=person, at=now)
    operations.recuse(items[1], other, reason="Dit en séance", by=secretary(), at=now)
    assert Recusal.objects.filter(item=items[1]).count() == 2


def test_opinion_is_given_changed_and_closed_when_the_session_opens(now) -> None:
    session, (item,), (person, other) = convened(at=now)
    with pytest.raises(Refused, match="Dites pourquoi"):
        operations.give_opinion(item, choice="refuse", by=person, at=now)
    operations.give_opinion(item, choice="refuse", text="Finalité douteuse", by=person, at=now)
    assert [one.user for one in panel.owing_opinions(session)] == [other]
    operations.give_opinion(item, choice="admit", by=person, at=now)
    assert Opinion.objects.get().choice == "admit"
    with pytest.raises(NotPermitted):
        operations.give_opinion(item, choice="admit", by=AgentFactory(roles=[StaffRole.MEMBER]), at=now)
    assert "Favorable" in entered(other).get(point(item)).content.decode()
    operations.open_session(session, present=seats_of(session), by=secretary(), at=now)
    with pytest.raises(Refused, match="entre la convocation et l’ouverture"):
        operations.give_opinion(item, choice="refuse", text="Trop tard", by=person, at=now)


def test_reminder_goes_to_those_who_owe_an_opinion(now) -> None:
    session, (item,), (person, other) = convened(at=now)
    operations.give_opinion(item, choice="admit", by=person, at=now)
    assert operations.remind_opinions(session, by=None, at=now) == 1
    message = OutboxMessage.objects.get(effect="onboarding.committee.remind_opinions")
    assert message.arguments["user_id"] == other.pk


def test_votes_are_hidden_until_ones_own_is_cast(now) -> None:
    setting("committee.votes", True)
    _, (item,), (first, second, third) = sitting(at=now, members=3)
    operations.cast_vote(item, choice="refuse", rationale="Motif très personnel", by=first, at=now)
    item = queries.item_of(item.session.reference, item.candidacy.reference) or item
    hidden = panel.poll(item, second)
    assert hidden is not None
    assert (hidden.votes, hidden.tally, hidden.cast, hidden.may_vote) == (None, None, 1, True)
    assert "très personnel" not in entered(second).get(point(item)).content.decode()
    assert "très personnel" not in entered(secretary()).get(point(item)).content.decode()
    operations.cast_vote(item, choice="admit", by=second, at=now)
    assert "très personnel" in entered(second).get(point(item)).content.decode()
    assert "très personnel" not in entered(third).get(point(item)).content.decode()
    operations.close_ballot(item, by=secretary(), at=now)
    assert "très personnel" in entered(third).get(point(item)).content.decode()
    with pytest.raises(Refused, match="clos"):
        operations.cast_vote(item, choice="admit", by=third, at=now)


def test_vote_is_cast_once_and_never_changes(now) -> None:
    setting("committee.votes", True)
    _, (item,), (person, _) = sitting(at=now)
    operations.cast_vote(item, choice="admit", by=person, at=now)
    with pytest.raises(Refused, match="ne se change pas"):
        operations.cast_vote(item, choice="refuse", by=person, at=now)
    with pytest.raises(Exception, match="ajout seul"):
        Vote.objects.update(choice="refuse")


def test_electorate_is_fixed_at_the_opening(now) -> None:
    setting("committee.votes", True)
    session, (item,), (here, away) = convened(at=now)
    stand_in = SeatFactory(substitutes=Seat.objects.get(user=away))
    with pytest.raises(NotPermitted):
        operations.cast_vote(item, choice="admit", by=here, at=now)
    seats = [one.seat.reference for one in session.summons.filter(user=here)]
    operations.open_session(session, present=seats, by=secretary(), at=now)
    assert [one.user for one in panel.electors(item)] == [here]
    for absent in (away, stand_in.user, SeatFactory().user):
        with pytest.raises(NotPermitted):
            operations.cast_vote(item, choice="admit", by=absent, at=now)


def test_substitute_votes_only_for_an_absent_titular(now) -> None:
    setting("committee.votes", True)
    titular = SeatFactory()
    stand_in = SeatFactory(substitutes=titular)
    session, (item,), _ = convened(at=now, members=0)
    operations.open_session(session, present=[titular.reference, stand_in.reference], by=secretary(), at=now)
    assert [one.user for one in panel.electors(item)] == [titular.user]


def test_quorum_is_counted_when_the_session_opens(now) -> None:
    setting("committee.quorum", 2)
    session, (item,), (person, _) = convened(at=now)
    seats = [one.seat.reference for one in session.summons.filter(user=person)]
    with pytest.raises(Refused, match="quorum n’est pas atteint"):
        operations.open_session(session, present=seats, by=secretary(), at=now)
    with pytest.raises(Refused, match="n’est pas ouverte"):
        operations.record_decision(item, ruling=ADMIT, by=secretary(), at=now)


def test_decision_follows_the_votes(now) -> None:
    setting("committee.votes", True)
    _session, (item,), (first, second) = sitting(at=now)
    with pytest.raises(Refused, match="0 votes sur 2"):
        operations.record_decision(item, ruling=ADMIT, by=secretary(), at=now)
    for person in (first, second):
        operations.cast_vote(item, choice="refuse", by=person, at=now)
    with pytest.raises(Refused, match="Les votes concluent à « Avis défavorable »"):
        operations.record_decision(item, ruling=ADMIT, by=secretary(), at=now)
    refuse = Ruling(Outcome.REFUSE, grounds="Hors périmètre.", motives=("purpose",))  # type: ignore[arg-type]
    decision = operations.record_decision(item, ruling=refuse, by=secretary(), at=now)
    assert decision.votes == "Défavorable : 2"


def test_written_consultation_opens_with_its_convocation(now) -> None:
    setting("committee.votes", True)
    later = now.date() + timedelta(days=10)
    session, (item,), (person, _) = convened(at=now, mode="written", held_on=later, cut_off=now.date())
    assert session.state == "sitting"
    operations.cast_vote(item, choice="admit", by=person, at=now)
    operations.close_ballot(item, by=secretary(), at=now)
    decision = operations.record_decision(item, ruling=ADMIT, by=secretary(), at=now)
    assert queries.told(decision).decision.startswith("Consulté par écrit")


def person_of(role: StaffRole) -> Any:
    return AgentFactory(roles=[role])


@pytest.mark.parametrize("role", sorted(NATIONAL - {StaffRole.SECRETARY}))
def test_members_only_read_what_the_secretary_keeps(role, now) -> None:
    session, (item,), _ = convened(at=now)
    browser = entered(person_of(role))
    for name in ("session_open", "session_remind", "session_batch", "session_minutes", "session_close"):
        assert browser.get(reverse(name, args=[session.reference])).status_code == 403
    assert browser.get(reverse("session", args=[session.reference])).status_code == 200
    assert browser.post(point(item, "point_ballot")).status_code == 403


def test_what_is_confidential_opens_to_the_members_only_while_it_is_on_their_agenda(now) -> None:
    item = AgendaItemFactory(candidacy__confidential=["technical_email"])
    person = SeatFactory().user
    operations.convene(item.session, by=secretary(), at=now)
    assert not readers.may_read_confidential(person, item.candidacy)
    operations.declare_interests(item.session, {}, by=person, at=now)
    assert readers.may_read_confidential(person, item.candidacy)
    address = item.candidacy.technical_email
    assert address in words_of(packs.sheet_of(item, at=now, shows=person))
    assert address not in words_of(packs.sheet_of(item, at=now))
    assert address not in entered(person).get(point(item, "session_projector")).content.decode()
    operations.record_decision(item, ruling=ADMIT, by=secretary(), at=now)
    operations.draft_minutes(item.session, attendance=[Attendance("ANS")], texts={}, by=secretary(), at=now)
    operations.close_session(item.session, by=secretary(), at=now)
    assert not readers.may_read_confidential(person, item.candidacy)


def words_of(sheet: packs.Sheet) -> str:
    return " ".join(line.words for block in sheet.blocks for line in block.lines)


def test_a_sheet_of_an_applicant_closed_elsewhere_is_left_out_of_the_pack(now) -> None:
    session, (closed, other), (person, _) = convened(at=now, points=2)
    parties.close_readings([person], [closed.candidacy.service.owner_id], source="another session", at=now)
    assert [sheet.item for sheet in packs.sheets(session, person, at=now)] == [other]


def test_pack_is_asked_for_by_each_in_his_own_name_and_read_by_nobody_else(now, monkeypatch) -> None:
    pages: list[str] = []
    monkeypatch.setattr(printing, "render", lambda html, **_: pages.append(html) or b"%PDF-1.7 essai")
    setting("committee.votes", True)
    session, (mine, other), (person, colleague) = convened(at=now, points=2, declared=False)
    with pytest.raises(Refused, match="Déclarez d’abord"):
        operations.ask_pack(session, by=person, at=now)
    operations.declare_interests(session, {mine.candidacy.reference: "Mandat social"}, by=person, at=now)
    operations.declare_interests(session, {}, by=colleague, at=now)
    assert entered(person).post(reverse("session_pack", args=[session.reference])).status_code == 302
    message = OutboxMessage.objects.get(effect="onboarding.committee.make_pack")
    effects.make_pack(Delivery(str(message.pk), str(message.event_id), now), **message.arguments)
    (page,) = pages
    assert person.full_name in page
    assert other.candidacy.service.name in page
    assert mine.candidacy.service.name not in page
    pack = StoredDocument.objects.get(kind="committee_pack")
    download = reverse("document_download", args=[pack.reference])
    assert entered(person).get(download).status_code == 200
    for somebody in (colleague, secretary()):
        assert entered(somebody).get(download).status_code == 404
    owner = other.candidacy.service.owner_id
    parties.close_readings([person], [owner], source="learnt later", at=now + timedelta(hours=1))
    assert entered(person).get(download).status_code == 404
    assert pack.reference not in entered(person).get(reverse("session", args=[session.reference])).content.decode()
