"""Breach cases and yearly confirmations: the delay, the measures of each ground, silence that takes nothing away."""

from datetime import date, datetime, timedelta

import pytest

from onboarding.changes import jobs, queries
from onboarding.changes.kinds import Kind
from onboarding.changes.lifecycle import BreachState, ConfirmationState
from onboarding.changes.measures import Ground, Measure
from onboarding.changes.models import BreachCase, ChangeDeclaration, YearlyConfirmation
from onboarding.changes.operations import breaching, confirming
from onboarding.notices.models import MalfunctionReport
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from policy.sanctions import operations as sanctions
from policy.sanctions.lifecycle import State as SanctionState
from policy.sanctions.models import Sanction
from policy.whitelist.lifecycle import State as EntryState
from portal.accounts.roles import StaffRole
from portal.documents.models import StoredDocument
from portal.lifecycle.errors import NotPermitted, Refused
from portal.mail.models import OutgoingEmail
from portal.outbox.operations import deliver_due
from portal.parties import operations as parties
from tests.factories.changes import boss_of, declared, in_production, manager, reviewer
from tests.factories.grants import agent
from tests.factories.notices import reported
from tests.factories.parties import NOW

pytestmark = pytest.mark.django_db
DEADLINE = date(2026, 4, 2)
AFTER = datetime(2026, 4, 3, 9, tzinfo=NOW.tzinfo)


def notified(grant: Grant, ground: Ground = Ground.UNDECLARED_LIST) -> BreachCase:
    """A case whose vendor received the formal notice at NOW."""
    case = breaching.open_case(grant, ground=ground, evidence="Douze EG hors liste le 2 mars.", by=reviewer(), at=NOW)
    breaching.notify(case, expected="Déclarez la liste à jour.", deadline=DEADLINE, by=manager(), at=NOW)
    return case


def test_the_vendor_learns_of_it_with_a_letter_and_a_mail_and_not_before() -> None:
    grant, _ = in_production()
    boss = boss_of(grant)
    case = breaching.open_case(grant, ground=Ground.ABUSE, evidence="40 appels/s.", by=reviewer(), at=NOW)
    assert not BreachCase.objects.visible_to(boss).exists()
    breaching.notify(case, expected="Réduisez.", deadline=DEADLINE, by=manager(), at=NOW)
    assert BreachCase.objects.visible_to(boss).get() == case
    deliver_due(NOW)
    letter = StoredDocument.objects.get(kind="formal_notice")
    assert letter.subject_reference == case.reference
    assert letter in StoredDocument.objects.visible_to(boss)
    mail = OutgoingEmail.objects.get(template="onboarding/changes/mails/formal_notice")
    assert mail.attachments.count() == 1
    assert "jeudi 2\u00a0avril\u00a02026" in mail.text


def test_nothing_is_concluded_before_the_delay_unless_the_vendor_answered() -> None:
    grant, _ = in_production()
    case, agent_ = notified(grant), manager()
    with pytest.raises(Refused, match="attendez ses observations"):
        breaching.conclude(case, measure=Measure.REMINDER, conclusions="Rappel.", by=agent_, at=NOW)
    breaching.observe(case, observations="La liste part demain.", by=boss_of(grant), at=NOW)
    breaching.conclude(case, measure=Measure.REMINDER, conclusions="Rappel.", by=agent_, at=NOW)
    grant.refresh_from_db()
    assert (case.state, grant.state) == (BreachState.CLOSED, GrantState.ACTIVE)


def test_a_suspension_waits_for_a_second_person_then_closes_at_once() -> None:
    grant, _ = in_production()
    case, who = notified(grant, Ground.ABUSE), manager()
    breaching.conclude(case, measure=Measure.SUSPENSION, conclusions="Abus établi.", by=who, at=AFTER)
    made = Sanction.objects.get(source=case.reference)
    grant.refresh_from_db()
    assert (case.state, made.state, grant.state) == (BreachState.CLOSED, SanctionState.NOTIFIED, GrantState.ACTIVE)
    with pytest.raises(NotPermitted, match="une autre personne"):
        sanctions.decide(made, conclusions="Oui.", by=who, at=AFTER)
    sanctions.decide(made, conclusions="Oui.", by=manager(), at=AFTER)
    grant.refresh_from_db()
    assert (made.state, grant.state) == (SanctionState.IN_FORCE, GrantState.SUSPENDED)


def test_the_measure_of_a_case_keeps_what_the_vendor_answered() -> None:
    grant, _ = in_production()
    case = notified(grant, Ground.ABUSE)
    breaching.observe(case, observations="Un script s’est emballé.", by=boss_of(grant), at=NOW)
    breaching.conclude(case, measure=Measure.SUSPENSION, conclusions="Abus établi.", by=manager(), at=NOW)
    made = Sanction.objects.get(source=case.reference)
    assert "Un script s’est emballé." in made.observations
    sanctions.decide(made, conclusions="Oui.", by=manager(), at=NOW)
    deliver_due(NOW)
    assert OutgoingEmail.objects.filter(template="onboarding/changes/mails/outcome").count() == 1
    assert StoredDocument.objects.filter(kind="suspension_letter", subject_reference=made.reference).count() == 1


def test_the_vendor_who_waits_for_a_decision_learns_that_the_measure_of_a_case_is_dropped() -> None:
    grant, _ = in_production()
    boss, case = boss_of(grant), notified(grant, Ground.ABUSE)
    breaching.conclude(case, measure=Measure.SUSPENSION, conclusions="Abus établi.", by=manager(), at=AFTER)
    sanctions.drop(Sanction.objects.get(), conclusions="L’éditeur a corrigé.", by=manager(), at=AFTER)
    deliver_due(AFTER)
    assert boss.email in OutgoingEmail.objects.get(subject__startswith="Mesure abandonnée").to


def test_a_withdrawal_closes_the_right_where_the_ground_allows_it_and_nowhere_else() -> None:
    grant, entry = in_production()
    case = notified(grant, Ground.ABUSE)
    with pytest.raises(Refused, match="la charte ne permet que"):
        breaching.conclude(case, measure=Measure.WITHDRAWAL, conclusions="Non.", by=manager(), at=AFTER)
    other = notified(grant, Ground.UNDECLARED_LIST)
    with pytest.raises(NotPermitted):
        breaching.conclude(other, measure=Measure.WITHDRAWAL, conclusions="Oui.", by=reviewer(), at=AFTER)
    breaching.conclude(other, measure=Measure.WITHDRAWAL, conclusions="Oui.", by=manager(), at=AFTER)
    sanctions.decide(Sanction.objects.get(), conclusions="Oui.", by=manager(), at=AFTER)
    grant.refresh_from_db()
    entry.refresh_from_db()
    assert (grant.state, entry.state) == (GrantState.WITHDRAWN, EntryState.WITHDRAWN)


def test_a_security_officer_decides_no_withdrawal_and_nothing_is_half_done() -> None:
    grant, _ = in_production()
    case, officer = notified(grant), agent(StaffRole.SECURITY_OFFICER)
    breaching.conclude(case, measure=Measure.WITHDRAWAL, conclusions="Oui.", by=manager(), at=AFTER)
    with pytest.raises(NotPermitted):
        sanctions.decide(Sanction.objects.get(), conclusions="Oui.", by=officer, at=AFTER)
    grant.refresh_from_db()
    assert (Sanction.objects.get().state, grant.state) == (SanctionState.NOTIFIED, GrantState.ACTIVE)


@pytest.mark.parametrize(("expected", "deadline"), [("", DEADLINE), ("Faites.", NOW.date())])
def test_a_notice_says_what_and_before_when(expected: str, deadline: date) -> None:
    grant, _ = in_production()
    case = breaching.open_case(grant, ground=Ground.MISUSE, evidence="Faits.", by=reviewer(), at=NOW)
    with pytest.raises(Refused):
        breaching.notify(case, expected=expected, deadline=deadline, by=manager(), at=NOW)
    with pytest.raises(Refused, match="faits et leurs preuves"):
        breaching.open_case(grant, ground=Ground.MISUSE, evidence=" ", by=reviewer(), at=NOW)


def test_observations_add_up_and_a_dropped_case_is_told() -> None:
    grant, _ = in_production()
    boss, case = boss_of(grant), notified(grant)
    breaching.observe(case, observations="Premier point.", by=boss, at=NOW)
    breaching.observe(case, observations="Second point.", by=boss, at=NOW)
    assert "Premier point." in case.observations
    assert "Second point." in case.observations
    breaching.drop(case, conclusions="La liste est à jour.", by=manager(), at=NOW)
    deliver_due(NOW)
    assert OutgoingEmail.objects.filter(subject__startswith="Dossier de manquement classé", to=[boss.email]).exists()


def test_cases_and_declarations_still_open_come_first() -> None:
    grant, _ = in_production()
    closed, opened = notified(grant), notified(grant)
    breaching.drop(closed, conclusions="À jour.", by=manager(), at=NOW)
    assert list(queries.breaches(manager())) == [opened, closed]
    done, waiting = (declared(grant, kind, "Lyon, version 2") for kind in (Kind.VERSION, Kind.HOSTING))
    assert list(queries.listed(manager())) == [waiting, done]


def asked() -> tuple[Grant, YearlyConfirmation]:
    """A right decided fourteen months before, to whose holder the clock has just written."""
    grant, _ = in_production()
    Grant.objects.filter(pk=grant.pk).update(decided_at=NOW - timedelta(days=430))
    assert jobs.ask_confirmations(NOW) == 1
    return grant, YearlyConfirmation.objects.get()


def test_a_confirmation_is_asked_once_a_period() -> None:
    _, row = asked()
    assert jobs.ask_confirmations(NOW + timedelta(hours=6)) == 0
    confirming.confirm(row, by=boss_of(row.grant), at=NOW)
    assert jobs.ask_confirmations(NOW + timedelta(days=300)) == 0
    assert jobs.ask_confirmations(NOW + timedelta(days=370)) == 1


def test_a_recent_right_is_asked_nothing() -> None:
    in_production()
    Grant.objects.update(decided_at=NOW - timedelta(days=30))
    assert jobs.ask_confirmations(NOW) == 0


def test_silence_is_reminded_three_times_and_takes_nothing_away() -> None:
    grant, row = asked()
    sent = [jobs.remind_confirmations(NOW + timedelta(days=days)) for days in (14, 15, 16, 30, 60, 90, 200)]
    assert sent == [0, 1, 0, 1, 1, 0, 0]
    grant.refresh_from_db()
    row.refresh_from_db()
    assert (grant.state, row.state, row.reminders) == (GrantState.ACTIVE, ConfirmationState.AWAITING, 3)
    assert list(queries.confirmations(manager())) == [row]


def test_nobody_is_reminded_of_a_right_that_ended() -> None:
    grant, row = asked()
    Grant.objects.filter(pk=grant.pk).update(state=GrantState.WITHDRAWN)
    assert jobs.remind_confirmations(NOW + timedelta(days=15)) == 0
    assert not YearlyConfirmation.objects.visible_to(boss_of(row.grant)).awaited().exists()


def test_an_agent_reads_nothing_of_an_organisation_that_is_closed_to_him() -> None:
    grant, _ = asked()
    notified(grant)
    declared(grant, Kind.HOSTING, "Hébergeur Deux, Lyon")
    reported(grant.service)
    who = manager()
    seen = (BreachCase, ChangeDeclaration, YearlyConfirmation, MalfunctionReport)
    assert [model.objects.visible_to(who).count() for model in seen] == [1, 1, 1, 1]
    parties.close_readings([who], [grant.holder_id], source="C-1", at=NOW)
    assert [model.objects.visible_to(who).count() for model in seen] == [0, 0, 0, 0]


def test_what_was_stated_is_kept() -> None:
    _, row = asked()
    confirming.confirm(row, by=boss_of(row.grant), at=NOW)
    assert row.state == ConfirmationState.CONFIRMED
    assert row.stated["url"] == ["https://prod.lits.exemple.fr/"]
    assert set(row.stated) == {"contacts", "url", "certificates", "establishments"}


def test_only_who_signs_confirms() -> None:
    _, row = asked()
    with pytest.raises(NotPermitted):
        confirming.confirm(row, by=manager(), at=NOW)
