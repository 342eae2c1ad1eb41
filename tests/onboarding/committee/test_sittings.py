"""Closing, visa, embargo and release; deferral back on the agenda; a batch with its report."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from onboarding.candidacies.blocks import Block
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, FieldComment
from onboarding.candidacies.queries import open_fields
from onboarding.committee import operations, queries
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision
from onboarding.committee.outcomes import Outcome
from onboarding.committee.queries import panel, timetable
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Motive, Reserve
from policy.grants.models import Grant
from portal.accounts.roles import StaffRole
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.outbox.models import OutboxMessage
from tests.factories.accounts import AgentFactory, entered
from tests.factories.candidacies import representative, secretary
from tests.factories.committee import AgendaItemFactory, DecisionFactory, SessionFactory
from tests.factories.panel import setting, sitting
from tests.factories.world import undone

pytestmark = pytest.mark.django_db

A = Profiles(frozenset("A"))
ADMIT = Ruling(Outcome.ADMIT, A)
REFUSE = Ruling(Outcome.REFUSE, Profiles(), "Hors périmètre.", motives=(Motive.PURPOSE,))
NOTIFY, MINUTES = "onboarding.committee.notify_decision", "onboarding.committee.issue_minutes"


def told(effect: str = NOTIFY) -> int:
    return OutboxMessage.objects.filter(effect=effect).count()


def embargoed(now: Any, *rulings: Ruling) -> tuple[CommitteeSession, list[AgendaItem]]:
    """A session under embargo whose points are decided, and closed."""
    setting("committee.embargo", True)
    session = operations.plan_session(held_on=now.date(), cut_off=now.date(), by=secretary(), at=now)
    items = [AgendaItemFactory(session=session, position=n + 1) for n in range(len(rulings))]
    for item, ruling in zip(items, rulings, strict=True):
        operations.record_decision(item, ruling=ruling, by=secretary(), at=now)
    session.attendance = [{"organisation": "ANS", "people": ""}]
    session.save()
    return session, items


def test_embargo_holds_everything_back_then_tells_all_together(now) -> None:
    session, (first, second) = embargoed(now, ADMIT, REFUSE)
    vendor = representative(first.candidacy)
    assert (told(), Grant.objects.count()) == (0, 0)
    assert set(Candidacy.objects.values_list("state", flat=True)) == {State.COMPLETE}
    decision = Decision.objects.get(item=first)
    assert not Decision.objects.visible_to(vendor).exists()
    assert entered(vendor).get(reverse("decision", args=[decision.reference])).status_code == 404
    with pytest.raises(MoveNotAllowed):
        operations.release(session, by=secretary(), at=now)
    operations.close_session(session, by=secretary(), at=now)
    later = now + timedelta(days=2)
    assert operations.release(session, by=secretary(), at=later) == 2
    assert (told(), Grant.objects.count()) == (2, 1)
    assert Candidacy.objects.get(pk=second.candidacy_id).state == State.REFUSED
    assert Decision.objects.visible_to(vendor).get() == decision
    with pytest.raises(Refused, match="déjà notifiées"):
        operations.release(session, by=secretary(), at=later)


def test_release_leaves_a_withdrawn_candidacy_as_it_is(now) -> None:
    session, (first, _) = embargoed(now, ADMIT, ADMIT)
    Candidacy.objects.filter(pk=first.candidacy_id).update(state=State.WITHDRAWN)
    operations.close_session(session, by=secretary(), at=now)
    assert operations.release(session, by=secretary(), at=now) == 1
    assert Grant.objects.count() == 1


def test_correction_under_embargo_is_told_in_its_place(now) -> None:
    session, (_item,) = embargoed(now, ADMIT)
    former = Decision.objects.get()
    corrected = Ruling(Outcome.ADMIT, Profiles(frozenset("AB")), "Le profil B avait été oublié.")
    operations.correct_decision(former, ruling=corrected, by=secretary(), at=now)
    operations.close_session(session, by=secretary(), at=now)
    assert operations.release(session, by=secretary(), at=now) == 1
    assert Grant.objects.get().feeding_profiles == "AB"
    assert told() == 1


def test_votes_bind_a_correction_of_the_outcome_too(now) -> None:
    setting("committee.votes", True)
    _, (item,), people = sitting(at=now)
    for person in people:
        operations.cast_vote(item, choice="admit", by=person, at=now)
    former = operations.record_decision(item, ruling=ADMIT, by=secretary(), at=now)
    other = Ruling(Outcome.ADMIT_WITH_RESERVATIONS, A, "Une réserve oubliée.", (Reserve("Compléter la liste"),))
    with pytest.raises(Refused, match="Les votes concluent"):
        operations.correct_decision(former, ruling=other, by=secretary(), at=now)
    same = Ruling(Outcome.ADMIT, A, "Une faute de frappe.")
    assert operations.correct_decision(former, ruling=same, by=secretary(), at=now).corrects == former


def test_minutes_wait_for_the_visa_of_the_chair_and_never_change_after(now) -> None:
    setting("committee.visa", True)
    session, (item,), _ = sitting(at=now)
    operations.record_decision(item, ruling=ADMIT, by=secretary(), at=now)
    operations.close_session(session, by=secretary(), at=now)
    assert (session.state, told(MINUTES)) == ("awaiting_visa", 0)
    operations.draft_minutes(session, texts={item.candidacy.reference: "Débat bref."}, by=secretary(), at=now)
    with pytest.raises(NotPermitted):
        operations.endorse(session, by=secretary(), at=now)
    with pytest.raises(Refused, match="close"):
        operations.record_decision(AgendaItemFactory(session=session, position=9), ruling=ADMIT, by=secretary(), at=now)
    operations.endorse(session, by=AgentFactory(roles=[StaffRole.CHAIR]), at=now)
    assert (CommitteeSession.objects.get().state, told(MINUTES)) == ("held", 1)
    with pytest.raises(MoveNotAllowed):
        operations.draft_minutes(session, texts={item.candidacy.reference: "Autre."}, by=secretary(), at=now)
    with pytest.raises(MoveNotAllowed):
        operations.close_session(session, by=secretary(), at=now)


def test_light_session_needs_nobody_but_the_secretary(now) -> None:
    session = operations.plan_session(held_on=now.date(), cut_off=now.date(), by=secretary(), at=now)
    item = AgendaItemFactory(session=session)
    person = secretary()
    operations.record_decision(item, ruling=ADMIT, by=person, at=now)
    session.attendance = [{"organisation": "ANS", "people": ""}]
    session.save()
    operations.close_session(session, by=person, at=now)
    assert (CommitteeSession.objects.get().state, told(), told(MINUTES)) == ("held", 1, 1)


def test_deferral_reopens_only_its_blocks_and_comes_back_by_itself(now) -> None:
    target = SessionFactory(held_on=now.date() + timedelta(days=90))
    item = AgendaItemFactory(session=SessionFactory(held_on=now.date()))
    ruling = Ruling(Outcome.DEFER, Profiles(), "Mandat attendu.", awaited=(Block.THIRD_PARTY,), target=target.reference)
    operations.record_decision(item, ruling=ruling, by=secretary(), at=now)
    candidacy = Candidacy.objects.get(pk=item.candidacy_id)
    assert candidacy.state == State.DEFERRED
    assert {block for block, fields in open_fields(candidacy).items() if fields} == {Block.THIRD_PARTY}
    comment = FieldComment.objects.get()
    assert (comment.block, comment.text, comment.sent_at) == (Block.THIRD_PARTY, "Mandat attendu.", now)
    back = AgendaItem.objects.get(session=target)
    assert back.candidacy == candidacy
    assert "est déjà inscrite à la séance" in " ".join(queries.told(Decision.objects.get()).next_steps)
    assert panel.neighbours(back) == (None, None)


def test_deferral_to_a_session_already_convened_is_refused(now) -> None:
    target = SessionFactory(held_on=now.date() + timedelta(days=90), state="convened", convened_at=now)
    item = AgendaItemFactory(session=SessionFactory(held_on=now.date()))
    ruling = Ruling(Outcome.DEFER, Profiles(), "Mandat attendu.", target=target.reference)
    with pytest.raises(Refused) as refusal:
        operations.record_decision(item, ruling=ruling, by=secretary(), at=now)
    assert refusal.value.field == "target"
    assert not Decision.objects.exists()


def test_next_dates_follow_the_period_of_the_settings(now) -> None:
    SessionFactory(held_on=now.date())
    proposed = timetable.next_dates(at=now)
    assert (proposed["held_on"] - now.date()).days in range(88, 96)
    assert (proposed["held_on"] - proposed["cut_off"]).days == 15


FIFTY = 50


def fifty(now: Any) -> list[AgendaItem]:
    """The points of a session."""
    session = SessionFactory(held_on=now.date())
    return [AgendaItemFactory(session=session, position=n + 1) for n in range(FIFTY)]


def with_one_bad(items: list[AgendaItem], bad: int, now: Any) -> None:
    """Decided together, once one of them was withdrawn: it alone is reported, and the others are told."""
    Candidacy.objects.filter(pk=items[bad].candidacy_id).update(state=State.WITHDRAWN)
    outturns = operations.record_together([(item, ADMIT) for item in items], by=secretary(), at=now)
    failed = [outturn.item for outturn in outturns if outturn.decision is None]
    assert failed == [items[bad]]
    assert Decision.objects.count() == Grant.objects.count() == told() == FIFTY - 1


def test_batch_of_fifty_with_one_bad_reports_exactly_it(now) -> None:
    with_one_bad(fifty(now), 24, now)


@pytest.mark.slow
def test_the_bad_one_of_fifty_may_be_at_any_place(now) -> None:
    items = fifty(now)
    for bad in range(FIFTY):
        with undone():
            fresh = list(AgendaItem.objects.filter(session=items[0].session).order_by("position"))
            with_one_bad(fresh, bad, now)


def test_batch_page_previews_records_and_reports(now) -> None:
    session = SessionFactory(held_on=now.date())
    items = [AgendaItemFactory(session=session, position=n + 1) for n in range(3)]
    browser = entered(secretary())
    page, url = (
        {"points": [item.candidacy.reference for item in items[:2]]},
        reverse("session_batch", args=[session.reference]),
    )
    shown = browser.post(url, page)
    assert shown.status_code == 200
    assert not Decision.objects.exists()
    seen = shown.context["fingerprint"]
    assert (
        browser.post(url, {"points": page["points"][:1], "vu": seen}).status_code == 200
    )  # another batch: shown again
    assert not Decision.objects.exists()
    assert browser.post(url, page | {"vu": seen}).status_code == 302
    assert Decision.objects.count() == 2


def test_agreement_counts_what_was_granted_against_what_rules_suggested(now) -> None:
    DecisionFactory(suggested="A")
    DecisionFactory(suggested="B")
    DecisionFactory(suggested="")
    DecisionFactory(refused=True, suggested="A")
    measured = panel.agreement()
    assert (measured.compared, measured.agreed, measured.share) == (2, 1, 50)


def test_recorded_decision_keeps_what_the_rules_suggested(now) -> None:
    item = AgendaItemFactory(session=SessionFactory(held_on=now.date()))
    decision = operations.record_decision(item, ruling=ADMIT, by=secretary(), at=now)
    assert (decision.suggested, decision.follows_rules) == ("A", True)
