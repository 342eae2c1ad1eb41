"""Servers' certificates once they are declared: told before they end, read again each night, shown where they matter."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from policy.certificates import queries as certificates
from policy.certificates.environments import Environment
from policy.servers import authorities, jobs, operations
from policy.servers.models import ServerCertificate, ServerNotice
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.outbox.operations import deliver_due
from portal.parties.models import DigitalService
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.candidacies import CandidacyFactory
from tests.factories.certificates import AT, trusting, vendor_service
from tests.factories.parties import member
from tests.factories.servers import public, server

pytestmark = pytest.mark.django_db
PRODUCTION = Environment.PRODUCTION
HOST = "ror.editeur.exemple.fr"


@pytest.fixture(autouse=True)
def _roots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authorities, "store", lambda: public().store())


@pytest.fixture
def service() -> DigitalService:
    trusting()
    return vendor_service(url=f"https://{HOST}/fhir")


def declared(service: DigitalService, *, days: int = 397, at: datetime = AT) -> ServerCertificate:
    data = server(HOST, days=days)
    return operations.declare(service, environment=PRODUCTION, data=data, by=member(service.owner), at=at)


def deliver() -> None:
    while deliver_due(timezone.now() + timedelta(days=3650)):
        pass


def test_each_threshold_is_told_once_with_a_calendar_file(service: DigitalService) -> None:
    held = declared(service)
    for days in (91, 90, 90, 61, 15, 15, -1, -1):
        operations.warn(at=held.not_after - timedelta(days=days))
    sent = list(ServerNotice.objects.order_by("pk").values_list("threshold", flat=True))
    assert sent == [90, 15, -1]  # sixty was not reached yet at sixty-one; thirty was missed, and is not told late
    assert AuditEvent.objects.filter(action="servers.warn").count() == 3
    deliver()
    first = mail.outbox[0]
    assert "à renouveler" in first.subject
    assert HOST in first.body
    [(name, content, kind)] = first.attachments
    assert (name, kind) == (f"{held.reference}.ics", "text/calendar")
    assert f"DTSTART;VALUE=DATE:{held.not_after:%Y%m%d}" in (content if isinstance(content, str) else content.decode())
    assert "expiré" in mail.outbox[-1].subject


def test_a_retired_one_is_told_no_more(service: DigitalService) -> None:
    held = declared(service)
    operations.warn(at=held.not_after - timedelta(days=30))
    operations.retire(held, by=member(service.owner), at=held.not_after - timedelta(days=29))
    jobs.warn_of_server_expiries(held.not_after - timedelta(days=2))
    deliver()
    assert ServerNotice.objects.count() == 1
    assert mail.outbox == []  # retired before the mail left


def test_an_address_that_changed_is_found_by_night_and_told_once(service: DigitalService) -> None:
    held = declared(service)
    night = AT + timedelta(hours=17)
    assert operations.review(at=night) == 0
    service.url = "https://autre.exemple.fr/"
    service.save()
    assert [operations.review(at=night + timedelta(days=day)) for day in (1, 2)] == [1, 1]
    held.refresh_from_db()
    assert (held.fault, held.reviewed_at) == ("nom du serveur", night + timedelta(days=2))
    deliver()
    [told] = mail.outbox
    assert "pas de autre.exemple.fr" in told.body
    service.url = f"https://{HOST}/"
    service.save()
    jobs.review_servers(night + timedelta(days=3))
    held.refresh_from_db()
    assert held.fault == ""


def test_one_that_cannot_be_read_any_more_is_a_fault_and_no_error(service: DigitalService) -> None:
    held = declared(service)
    ServerCertificate.objects.update(pem="-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
    assert operations.review(at=AT + timedelta(days=1)) == 1
    held.refresh_from_db()
    assert held.fault == "format"


def test_the_picture_and_its_page_show_them(service: DigitalService) -> None:
    now = timezone.now()
    held = declared(service, days=(now - AT).days + 150)
    agent_user = AgentFactory()
    agent, stranger = entered(agent_user), entered(PersonFactory())
    assert (
        sum(
            column.unprepared
            for column in certificates.columns(agent_user, certificates.servers_ending(agent_user, at=now), at=now)
        )
        == 1
    )
    assert held.reference in agent.get("/certificats/echeances/").text
    assert held.reference not in stranger.get("/certificats/echeances/").text
    later = declared(service, days=(now - AT).days + 300)
    assert (
        sum(
            column.prepared
            for column in certificates.columns(agent_user, certificates.servers_ending(agent_user, at=now), at=now)
        )
        == 1
    )
    assert later.not_after > held.not_after


def test_the_tab_of_the_dossier_shows_them(service: DigitalService) -> None:
    held = declared(service)
    candidacy = CandidacyFactory(service=service, submitted=True)
    page = entered(AgentFactory(roles=[StaffRole.REVIEWER])).get(f"/dossiers/{candidacy.reference}/certificats/")
    assert held.reference in page.text
    assert HOST in page.text
