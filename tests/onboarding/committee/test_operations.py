"""The verbs of the committee: calendar, agenda, decisions in one transaction, corrections."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from onboarding.candidacies.lifecycle import State
from onboarding.committee import operations, queries
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Motive, Reserve
from policy.grants import operations as grants
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from portal.accounts.roles import NATIONAL, StaffRole
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.outbox.models import OutboxMessage
from tests.factories.candidacies import CandidacyFactory
from tests.factories.committee import HELD_ON, AgendaItemFactory, DecisionFactory, SessionFactory
from tests.factories.grants import agent

pytestmark = pytest.mark.django_db

A, AB = Profiles(frozenset("A")), Profiles(frozenset("AB"))
ADMIT = Ruling(Outcome.ADMIT, A)
REFUSE = Ruling(Outcome.REFUSE, Profiles(), "Hors périmètre.", motives=(Motive.PURPOSE,))
DEFER = Ruling(Outcome.DEFER, Profiles(), "Pièce attendue : mandat.")
RESERVED = Ruling(Outcome.ADMIT_WITH_RESERVATIONS, A, "", (Reserve("Compléter la liste avant la production"),))


@pytest.fixture
def secretary() -> Any:
    """The secretary of the committee."""
    return agent(StaffRole.SECRETARY)


def test_plan_session_gives_a_reference_of_the_year(secretary, now) -> None:
    """A session is planned with its reference."""
    session = operations.plan_session(
        held_on=date(2026, 3, 24), cut_off=date(2026, 3, 10), place=" Salle Ségur ", by=secretary, at=now
    )
    assert session.reference == "CS-2026-0001"
    assert (session.state, session.place, session.space) == ("planned", "Salle Ségur", "national")


def test_plan_session_twice_on_one_day_is_refused(secretary, now) -> None:
    """One session a day in a space."""
    SessionFactory(held_on=date(2026, 3, 24))
    with pytest.raises(Refused, match="déjà prévue ce jour-là"):
        operations.plan_session(held_on=date(2026, 3, 24), cut_off=date(2026, 3, 10), by=secretary, at=now)


def test_plan_session_with_a_cut_off_after_it_is_refused(secretary, now) -> None:
    """The constraint speaks French."""
    with pytest.raises(Refused, match="ne peut pas suivre la séance"):
        operations.plan_session(held_on=date(2026, 3, 24), cut_off=date(2026, 3, 25), by=secretary, at=now)


@pytest.mark.parametrize("role", sorted(NATIONAL - {StaffRole.SECRETARY}))
def test_plan_session_by_another_role_is_not_permitted(role, now) -> None:
    """The secretary alone keeps the calendar."""
    with pytest.raises(NotPermitted):
        operations.plan_session(held_on=date(2026, 3, 24), cut_off=date(2026, 3, 10), by=agent(role), at=now)


def test_reschedule_moves_a_session_until_a_decision_is_recorded(secretary, now) -> None:
    """The day of a decision no longer moves; the place may."""
    session = SessionFactory()
    operations.reschedule(session, held_on=date(2026, 3, 5), cut_off=date(2026, 2, 20), by=secretary, at=now)
    assert session.held_on == date(2026, 3, 5)
    DecisionFactory(item__session=session)
    operations.reschedule(
        session, held_on=date(2026, 3, 5), cut_off=date(2026, 2, 20), place="Visio", by=secretary, at=now
    )
    with pytest.raises(Refused) as refusal:
        operations.reschedule(session, held_on=date(2026, 3, 6), cut_off=date(2026, 2, 20), by=secretary, at=now)
    assert refusal.value.field == "held_on"


def test_enter_on_agenda_appends_a_complete_candidacy(secretary, now) -> None:
    """Points come one after the other."""
    session = SessionFactory()
    first, second = CandidacyFactory(complete=True), CandidacyFactory(complete=True)
    assert operations.enter_on_agenda(session, first, by=secretary, at=now).position == 1
    assert operations.enter_on_agenda(session, second, by=secretary, at=now).position == 2
    event = AuditEvent.objects.filter(action="committee_sessions.enter").last()
    assert event is not None
    assert event.subject_reference == session.reference
    assert second.reference in event.detail.data


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.UNDER_REVIEW, State.RETURNED, State.REFUSED])
def test_enter_on_agenda_an_incomplete_candidacy_is_refused(state, secretary, now) -> None:
    """Only complete candidacies go before the committee."""
    with pytest.raises(Refused, match="n’est pas complète") as refusal:
        operations.enter_on_agenda(SessionFactory(), CandidacyFactory(complete=True, state=state), by=secretary, at=now)
    assert refusal.value.field == "candidacy"


def test_enter_on_agenda_of_two_sessions_is_refused(secretary, now) -> None:
    """A candidacy waits for one decision at a time."""
    item = AgendaItemFactory()
    other = SessionFactory(held_on=date(2026, 6, 2))
    with pytest.raises(Refused, match=item.session.reference):
        operations.enter_on_agenda(other, item.candidacy, by=secretary, at=now)


def test_enter_on_agenda_a_regional_candidacy_is_refused(secretary, now) -> None:
    """The national committee does not decide for a region."""
    candidacy = CandidacyFactory(complete=True, direction="consumption", space="regional")
    with pytest.raises(Refused, match="espace régional"):
        operations.enter_on_agenda(SessionFactory(), candidacy, by=secretary, at=now)


def test_enter_on_agenda_of_a_closed_session_is_not_allowed(secretary, now) -> None:
    """A closed agenda no longer changes."""
    with pytest.raises(MoveNotAllowed):
        operations.enter_on_agenda(SessionFactory(state="held"), CandidacyFactory(complete=True), by=secretary, at=now)


def test_remove_from_agenda_frees_the_candidacy(secretary, now) -> None:
    """It may be entered elsewhere."""
    item = AgendaItemFactory()
    operations.remove_from_agenda(item, by=secretary, at=now)
    assert not AgendaItem.objects.exists()
    assert list(queries.to_enter()) == [item.candidacy]


def test_a_regional_candidacy_waits_for_no_session(now) -> None:
    """Its health agency decides it."""
    national = CandidacyFactory(complete=True)
    CandidacyFactory(complete=True, direction="consumption", requested_profiles=["2"], space="regional")
    assert list(queries.to_enter()) == [national]


def test_a_written_consultation_is_no_next_session() -> None:
    """Vendors are told of meetings; a consultation under way says so with its own word."""
    written = SessionFactory(mode="written", state="sitting", held_on=HELD_ON - timedelta(days=1))
    meeting = SessionFactory(held_on=HELD_ON)
    assert queries.next_session(HELD_ON - timedelta(days=2)) == meeting
    assert (written.get_state_display(), meeting.get_state_display()) == ("Consultation ouverte", "Prévue")
    assert (written.word, meeting.word) == ("consultation écrite", "séance")


def test_remove_from_agenda_a_decided_point_is_refused(secretary, now) -> None:
    """A decision keeps its point."""
    item = DecisionFactory().item
    with pytest.raises(Refused, match="a sa décision"):
        operations.remove_from_agenda(item, by=secretary, at=now)
    assert AgendaItem.objects.count() == 1


def test_close_session_waits_for_every_decision(secretary, now) -> None:
    """The undecided point is named, then the session closes."""
    item = AgendaItemFactory()
    with pytest.raises(Refused, match=item.candidacy.reference):
        operations.close_session(item.session, by=secretary, at=now)
    DecisionFactory(item=item)
    operations.close_session(item.session, by=secretary, at=now)
    assert CommitteeSession.objects.get().state == "held"


def test_close_session_before_its_day_is_refused(secretary, now) -> None:
    """A session is held before it is closed."""
    with pytest.raises(Refused, match="attendez ce jour"):
        operations.close_session(SessionFactory(held_on=date(2026, 3, 4)), by=secretary, at=now)


OUTCOMES = [
    (ADMIT, State.ADMITTED, 1),
    (RESERVED, State.ADMITTED, 1),
    (DEFER, State.DEFERRED, 0),
    (REFUSE, State.REFUSED, 0),
]


@pytest.mark.parametrize(("ruling", "state", "opened"), OUTCOMES, ids=[case[0].outcome.value for case in OUTCOMES])
def test_record_decision_moves_the_candidacy_and_opens_the_right(ruling, state, opened, secretary, now) -> None:
    """Decision, candidacy, right and effect in one transaction."""
    item = AgendaItemFactory()
    decision = operations.record_decision(item, ruling=ruling, by=secretary, at=now)
    item.candidacy.refresh_from_db()
    assert decision.reference == "D-2026-0001"
    assert item.candidacy.state == state
    assert Grant.objects.filter(decision_reference=decision.reference).count() == opened
    assert (decision.ruling, decision.requested) == (ruling, A)
    assert (decision.decided_on, decision.recorded_at, decision.recorded_by) == (item.session.held_on, now, secretary)
    notified = OutboxMessage.objects.filter(effect="onboarding.committee.notify_decision")
    assert [message.arguments for message in notified] == [{"decision": decision.reference}]


def test_record_decision_grants_the_profiles_of_the_decision(secretary, now) -> None:
    """The right carries the profiles, the decision, the holder and the name frozen."""
    item = AgendaItemFactory()
    ruling = Ruling(Outcome.ADMIT, AB, "Le service relie aussi l’offre à son lieu.")
    decision = operations.record_decision(item, ruling=ruling, by=secretary, at=now)
    grant = Grant.objects.get()
    service = item.candidacy.service
    assert (grant.feeding_profiles, grant.access_profile, grant.state) == ("AB", None, GrantState.PENDING)
    assert (grant.service, grant.holder, grant.service_name) == (service, service.owner, service.name)
    assert (grant.decision_reference, grant.decided_at) == (decision.reference, now)
    assert decision.follows_request is False


def test_record_decision_of_a_consumer_grants_its_access_profile(secretary, now) -> None:
    """Profile 0 is a profile."""
    item = AgendaItemFactory(consumption=True)
    ruling = Ruling(Outcome.ADMIT, Profiles(access=0), "Les données en libre accès suffisent.")
    operations.record_decision(item, ruling=ruling, by=secretary, at=now)
    assert Grant.objects.get().access_profile == 0


@pytest.mark.parametrize(
    ("ruling", "field"),
    [
        (Ruling(Outcome.ADMIT, AB), "grounds"),
        (Ruling(Outcome.REFUSE, Profiles(), "   "), "grounds"),
        (Ruling(Outcome.DEFER), "grounds"),
        (Ruling(Outcome.ADMIT, Profiles()), "feeding_profiles"),
        (Ruling(Outcome.ADMIT_WITH_RESERVATIONS, A), "reservations"),
        (Ruling(Outcome.REFUSE, A, "Motif."), "outcome"),
    ],
)
def test_record_decision_names_the_field_at_fault(ruling, field, secretary, now) -> None:
    """Nothing is saved, and the field to mend is named."""
    item = AgendaItemFactory()
    with pytest.raises(Refused) as refusal:
        operations.record_decision(item, ruling=ruling, by=secretary, at=now)
    assert refusal.value.field == field
    _nothing_happened(item)


def test_record_decision_with_a_failing_grant_leaves_nothing(secretary, now, monkeypatch) -> None:
    """The nested operations are undone together."""
    item = AgendaItemFactory()

    def fails(*args: Any, **kwargs: Any) -> None:
        raise Refused("Ce service a déjà une habilitation.")

    monkeypatch.setattr(grants, "grant", fails)
    with pytest.raises(Refused, match="déjà une habilitation"):
        operations.record_decision(item, ruling=ADMIT, by=secretary, at=now)
    _nothing_happened(item)


def test_record_decision_where_a_right_is_living_leaves_nothing(secretary, now) -> None:
    """The real constraint of rights undoes the decision too."""
    item = AgendaItemFactory()
    grants.grant(
        item.candidacy.service,
        direction="feeding",
        feeding_profiles="A",
        decision_reference="D-2025-0001",
        decided_at=now,
        by=secretary,
        at=now,
    )
    events = AuditEvent.objects.count()
    with pytest.raises(Refused, match="déjà une habilitation"):
        operations.record_decision(item, ruling=ADMIT, by=secretary, at=now)
    item.candidacy.refresh_from_db()
    assert item.candidacy.state == State.COMPLETE
    assert not Decision.objects.exists()
    assert AuditEvent.objects.count() == events


def _nothing_happened(item: AgendaItem) -> None:
    item.candidacy.refresh_from_db()
    assert item.candidacy.state == State.COMPLETE
    assert not Decision.objects.exists()
    assert not Grant.objects.exists()
    assert not AuditEvent.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_record_decision_writes_one_event_per_move(secretary, now) -> None:
    """The decision, the candidacy and the right each have theirs."""
    operations.record_decision(AgendaItemFactory(), ruling=ADMIT, by=secretary, at=now)
    actions = list(AuditEvent.objects.order_by("seq").values_list("action", flat=True))
    assert actions == ["decisions.record", "candidacies.admit", "grants.grant"]


def test_record_decision_twice_is_refused(secretary, now) -> None:
    """The candidacy is no longer waiting."""
    item = AgendaItemFactory()
    operations.record_decision(item, ruling=ADMIT, by=secretary, at=now)
    with pytest.raises((MoveNotAllowed, Refused)):
        operations.record_decision(item, ruling=REFUSE, by=secretary, at=now)
    assert Decision.objects.count() == 1


def test_record_decision_before_the_session_is_refused(secretary, now) -> None:
    """Nobody decides before the committee sat."""
    item = AgendaItemFactory(session__held_on=date(2026, 3, 4))
    with pytest.raises(Refused, match="attendez ce jour"):
        operations.record_decision(item, ruling=ADMIT, by=secretary, at=now)


def test_record_decision_after_the_session_was_closed_is_refused(secretary, now) -> None:
    """A closed session only knows corrections."""
    item = AgendaItemFactory(session__state="held")
    with pytest.raises(Refused, match="est close"):
        operations.record_decision(item, ruling=ADMIT, by=secretary, at=now)


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.CHAIR, StaffRole.MEMBER, StaffRole.WHITELIST_MANAGER])
def test_record_decision_by_another_role_is_not_permitted(role, now) -> None:
    """The secretary alone records."""
    with pytest.raises(NotPermitted):
        operations.record_decision(AgendaItemFactory(), ruling=ADMIT, by=agent(role), at=now)


def test_correct_decision_replaces_the_former_and_keeps_the_right(secretary, now) -> None:
    """Same profiles, other words: a new decision cites the former, the right stays."""
    item = AgendaItemFactory()
    former = operations.record_decision(item, ruling=RESERVED, by=secretary, at=now)
    later = now + timedelta(days=1)
    ruling = Ruling(Outcome.ADMIT, A, "La réserve avait été levée en séance.")
    made = operations.correct_decision(former, ruling=ruling, by=secretary, at=later)
    assert (made.corrects, made.decided_on) == (former, date(2026, 3, 4))
    assert list(Decision.objects.in_force()) == [made]
    assert Grant.objects.get().decision_reference == former.reference
    assert OutboxMessage.objects.filter(effect="onboarding.committee.notify_decision").count() == 2


def test_correct_decision_never_changes_a_right_nor_gives_it_back_once_withdrawn(secretary, now) -> None:
    """Neither other profiles, nor the same ones: the preview says what the operation refuses."""
    former = operations.record_decision(AgendaItemFactory(), ruling=ADMIT, by=secretary, at=now)
    ruling = Ruling(Outcome.ADMIT, AB, "Le profil B avait été oublié.")
    with pytest.raises(Refused, match="seule une demande de modification"):
        operations.correct_decision(former, ruling=ruling, by=secretary, at=now)
    Grant.objects.update(state=GrantState.WITHDRAWN)
    same = Ruling(Outcome.ADMIT, A, "Une faute de frappe.")
    for one in (ruling, same):
        assert [found.field for found in queries.problems(former.item, one, corrects=former)] == ["outcome"]
        with pytest.raises(Refused, match="ne rend pas un droit retiré"):
            operations.correct_decision(former, ruling=one, by=secretary, at=now)
    assert not Grant.objects.living().exists()


def test_correct_decision_twice_is_refused(secretary, now) -> None:
    """Only the decision in force is corrected."""
    former = DecisionFactory(refused=True)
    words = Ruling(Outcome.REFUSE, Profiles(), "Motif complété.", motives=(Motive.PURPOSE,))
    operations.correct_decision(former, ruling=words, by=secretary, at=now)
    with pytest.raises(Refused, match="déjà été rectifiée"):
        operations.correct_decision(former, ruling=words, by=secretary, at=now)


def test_correct_decision_without_grounds_is_refused(secretary, now) -> None:
    """A correction says why."""
    with pytest.raises(Refused) as refusal:
        operations.correct_decision(DecisionFactory(), ruling=ADMIT, by=secretary, at=now)
    assert refusal.value.field == "grounds"


def test_deferred_candidacy_may_come_back_to_another_session(secretary, now) -> None:
    """It goes on an agenda again, and is decided again."""
    item = AgendaItemFactory()
    operations.record_decision(item, ruling=DEFER, by=secretary, at=now)
    item.candidacy.refresh_from_db()
    again = SessionFactory(held_on=date(2026, 6, 2))
    point = operations.enter_on_agenda(again, item.candidacy, by=secretary, at=now)
    june = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
    operations.record_decision(point, ruling=ADMIT, by=secretary, at=june)
    assert Grant.objects.count() == 1


@pytest.mark.parametrize(
    ("ruling", "held", "terms"), [(REFUSE, "A", 1), (Ruling(Outcome.ADMIT, AB), "AB", 2)], ids=["refused", "admitted"]
)
def test_an_amendment_refused_leaves_the_former_right_as_it_was(ruling, held, terms, secretary, now) -> None:
    first = AgendaItemFactory(candidacy__requested_profiles=["A"])
    operations.record_decision(first, ruling=ADMIT, by=secretary, at=now)
    grant = Grant.objects.get()
    again = CandidacyFactory(
        complete=True, service=grant.service, direction="feeding", requested_profiles=["A", "B"], amends=grant
    )
    second = AgendaItemFactory(candidacy=again)
    made = operations.record_decision(second, ruling=ruling, by=secretary, at=now)
    grant.refresh_from_db()
    assert (grant.feeding_profiles, grant.state) == (held, "pending")
    decisions = [one.decision_reference for one in grant.terms.all()]
    assert decisions == [first.decisions.get().reference, made.reference][:terms]
