"""Notices of expiry: once each, to whom it concerns, with what stops and a calendar file."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from policy.certificates import jobs, operations, queries, uses
from policy.certificates.models import Certificate, CheckRun, ExpiryNotice
from policy.certificates.uses import Use
from portal.accounts.roles import StaffRole
from portal.lifecycle.errors import Refused
from portal.outbox.operations import deliver_due
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, entered
from tests.factories.certificates import AT, CertificateFactory, vendor_service
from tests.factories.parties import member

pytestmark = pytest.mark.django_db
END = AT.replace(hour=11) + timedelta(days=200)


def before(days: int) -> datetime:
    return END - timedelta(days=days)


def deliver() -> None:
    while deliver_due(timezone.now() + timedelta(days=3650)):
        pass


@pytest.fixture
def held() -> Certificate:
    return CertificateFactory(not_after=END)


def test_a_threshold_is_told_once_even_if_the_job_runs_twice(held: Certificate) -> None:
    assert [operations.warn(at=before(days)) for days in (91, 90, 90, 89)] == [0, 1, 0, 0]
    assert list(ExpiryNotice.objects.values_list("threshold", flat=True)) == [90]


def test_ten_dead_days_are_caught_up_by_the_most_urgent_only(held: Certificate) -> None:
    operations.warn(at=before(95))
    assert operations.warn(at=before(14)) == 1
    assert list(ExpiryNotice.objects.values_list("threshold", flat=True)) == [15]
    assert operations.warn(at=before(13)) == 0


def test_the_day_after_is_told_and_then_silence(held: Certificate) -> None:
    assert [operations.warn(at=before(days)) for days in (2, 0, -1, -2, -9)] == [1, 0, 1, 0, 0]


def test_neither_retired_nor_long_over_ones_are_told() -> None:
    CertificateFactory(not_after=END, retired=True)
    CertificateFactory(not_after=END - timedelta(days=100))
    assert operations.warn(at=before(0)) == 0


def test_the_mail_says_what_stops_to_persons_and_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uses, "_providers", [lambda one: [Use("Inscription LB-1", establishments=12)]])
    service = vendor_service()
    service.owner.mailbox = "ror@editeur.exemple.fr"
    service.owner.save()
    technical = member(service.owner, MembershipRole.TECHNICAL_CONTACT)
    held = CertificateFactory(service=service, not_after=END)
    operations.warn(at=before(30))
    deliver()
    [sent] = mail.outbox
    assert {"ror@editeur.exemple.fr", technical.email} <= set(sent.to)
    assert "expire dans 30 jours" in sent.body
    assert "12 établissements" in sent.body.replace("\u00a0", " ")
    [(name, content, kind)] = sent.attachments
    assert (name, kind) == (f"{held.reference}.ics", "text/calendar")
    assert f"DTSTART;VALUE=DATE:{END:%Y%m%d}" in (content if isinstance(content, str) else content.decode())


def test_a_declared_successor_changes_what_to_do(held: Certificate) -> None:
    CertificateFactory(service=held.service, not_after=END + timedelta(days=900))
    operations.warn(at=before(30))
    deliver()
    assert "déjà déclaré" in mail.outbox[0].body


def test_the_digest_names_what_nobody_prepared(held: Certificate) -> None:
    prepared = CertificateFactory(not_after=END)
    CertificateFactory(service=prepared.service, not_after=END + timedelta(days=900))
    watcher = AgentFactory(roles=[StaffRole.WHITELIST_MANAGER])
    assert queries.unprepared(at=before(20), days=30) == [held]
    monday = before(20) - timedelta(days=before(20).weekday())
    operations.check_all(at=monday)
    deliver()
    [sent] = [one for one in mail.outbox if watcher.email in one.to]
    assert held.reference in sent.body
    assert prepared.reference not in sent.body


def test_nothing_to_say_sends_no_digest() -> None:
    operations.check_all(at=AT - timedelta(days=AT.weekday()))
    deliver()
    assert mail.outbox == []
    assert CheckRun.objects.count() == 1


def test_the_clock_runs_all_three(held: Certificate) -> None:
    jobs.warn_of_expiries(before(60))
    jobs.check_those_waiting(before(60))
    jobs.check_everything(before(60))
    assert ExpiryNotice.objects.count() == 1
    assert CheckRun.objects.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_looking_for_notices_costs_one_query(count: int, django_assert_num_queries: Any) -> None:
    CertificateFactory.create_batch(count, not_after=END)
    with django_assert_num_queries(2):
        assert operations.warn(at=before(150)) == 0


def test_an_expiry_that_nobody_answers_reaches_the_agency_once(held: Certificate) -> None:
    watcher = AgentFactory(roles=[StaffRole.WHITELIST_MANAGER])
    jobs.warn_of_expiries(before(90))
    assert operations.escalate(at=before(16)) == 0
    assert [operations.escalate(at=before(days)) for days in (15, 14, 1)] == [1, 0, 0]
    deliver()
    [sent] = [one for one in mail.outbox if watcher.email in one.to]
    assert "Personne chez l’éditeur n’a répondu" in sent.body
    held.refresh_from_db()
    assert held.escalated_at == before(15)


def test_nothing_is_escalated_that_was_never_told(held: Certificate) -> None:
    assert operations.escalate(at=before(10)) == 0


def test_who_takes_charge_is_left_in_peace_until_the_last_days(held: Certificate) -> None:
    watcher = AgentFactory(roles=[StaffRole.SECURITY_OFFICER])
    jobs.warn_of_expiries(before(30))
    person = member(held.service.owner, MembershipRole.TECHNICAL_CONTACT)
    operations.acknowledge(held, by=person, at=before(20))
    with pytest.raises(Refused, match="déjà pris en charge"):
        operations.acknowledge(held, by=person, at=before(19))
    assert [operations.escalate(at=before(days)) for days in (15, 3, 2, 1)] == [0, 0, 1, 0]
    deliver()
    [sent] = [one for one in mail.outbox if watcher.email in one.to]
    assert "a dit s’en charger" in sent.body


def test_what_is_replaced_is_not_escalated(held: Certificate) -> None:
    jobs.warn_of_expiries(before(30))
    CertificateFactory(service=held.service, not_after=END + timedelta(days=900))
    assert operations.escalate(at=before(1)) == 0


def test_nobody_takes_charge_of_what_is_far(held: Certificate) -> None:
    with pytest.raises(Refused, match="n’expire pas bientôt"):
        operations.acknowledge(held, by=member(held.service.owner), at=before(150))


def test_the_page_lets_the_vendor_take_charge_and_tells_the_agency() -> None:
    held = CertificateFactory(not_after=timezone.now() + timedelta(days=20))
    person = member(held.service.owner)
    vendor, agent = entered(person), entered(AgentFactory(roles=[StaffRole.WHITELIST_MANAGER]))
    page = f"/certificats/{held.reference}/"
    assert "Prendre en charge ce renouvellement" in vendor.get(page).text
    assert "Prendre en charge ce renouvellement" not in agent.get(page).text
    assert vendor.post(f"{page}prise-en-charge/").status_code == 302
    assert f"pris en charge par {person.full_name}" in agent.get(page).text
