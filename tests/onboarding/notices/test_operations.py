"""Notices: whom they reach, what follows, who confirms. Reports: from the vendor to the answer."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.utils import timezone

from onboarding.notices import jobs, queries
from onboarding.notices.kinds import Audience
from onboarding.notices.lifecycle import NoticeState, ReadingState, ReportState
from onboarding.notices.models import NoticeReading
from onboarding.notices.operations import notices, reports
from policy.grants.direction import Direction
from portal.accounts.roles import StaffRole
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.mail.models import OutgoingEmail
from portal.outbox import operations as outbox
from portal.parties import operations as parties
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory
from tests.factories.candidacies import CandidacyFactory
from tests.factories.grants import GrantFactory
from tests.factories.notices import drafted, published, reported, values, window
from tests.factories.parties import NOW, DigitalServiceFactory, member

pytestmark = pytest.mark.django_db
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def delivered() -> list[Any]:
    """The mails that left."""
    while outbox.deliver_due(LATER):
        pass
    return sent.outbox


def agent() -> Any:
    """An agent who may publish."""
    return AgentFactory(roles=[StaffRole.REVIEWER])


@pytest.fixture
def market() -> dict[str, Any]:
    """Four vendors: one feeds with A, one reads with profile 1, one asks to read in Brittany, one has only a service."""
    feeder = GrantFactory(direction=Direction.FEEDING, feeding_profiles="AB").service
    reader = GrantFactory(direction=Direction.CONSUMPTION, feeding_profiles="", access_profile=1).service
    asking = CandidacyFactory(direction=Direction.CONSUMPTION, region_routes={"53": "unknown"}).service
    idle = DigitalServiceFactory()
    return {"feeder": feeder, "reader": reader, "asking": asking, "idle": idle}


AUDIENCES: list[tuple[dict[str, Any], set[str]]] = [
    ({"audience": "all"}, {"feeder", "reader", "asking", "idle"}),
    ({"audience": "direction", "direction": "feeding"}, {"feeder"}),
    ({"audience": "direction", "direction": "consumption"}, {"reader", "asking"}),
    ({"audience": "profile", "profiles": ["A"]}, {"feeder"}),
    ({"audience": "profile", "profiles": ["1", "2"]}, {"reader"}),
    ({"audience": "profile", "profiles": ["B", "1"]}, {"feeder", "reader"}),
    ({"audience": "region", "regions": ["53"]}, {"asking"}),
    ({"audience": "region", "regions": ["11"]}, set()),
]


@pytest.mark.parametrize(("audience", "names"), AUDIENCES)
def test_a_notice_concerns_its_audience_and_nobody_else(
    market: dict[str, Any], audience: dict[str, Any], names: set[str]
) -> None:
    owners = set(queries.concerned(drafted(**audience)))
    assert {name for name, service in market.items() if service.owner in owners} == names


def test_a_notice_to_named_services_reaches_their_owners(market: dict[str, Any]) -> None:
    notice = drafted(audience="services", services=[market["idle"].reference])
    assert list(queries.concerned(notice)) == [market["idle"].owner]


def test_publication_keeps_who_was_told_and_writes_to_each(market: dict[str, Any]) -> None:
    person = member(market["feeder"].owner)
    notice = published(audience="direction", direction="feeding")
    [reading] = NoticeReading.objects.all()
    assert (reading.legal_entity, reading.told_at, reading.state) == (market["feeder"].owner, NOW, ReadingState.TOLD)
    [left] = delivered()
    assert left.to == [person.email]
    assert left.subject == f"Information : Nouvelle documentation ({notice.reference})"
    assert "parce que" in left.body
    assert f"/annonces/{notice.reference}/" in left.body
    assert OutgoingEmail.objects.get().subject_reference == notice.reference


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": " "}, "title", "Donnez un titre"),
        ({"body": "\u202e"}, "body", "Écrivez le texte"),
        ({"audience": "direction"}, "direction", "Choisissez le sens"),
        ({"audience": "profile"}, "profiles", "au moins un profil"),
        ({"audience": "region"}, "regions", "au moins une région"),
        ({"audience": "services"}, "services", "référence d’au moins un service"),
        ({"audience": "services", "services": ["S-1999-0001"]}, "services", "Aucun service ne porte"),
        ({"kind": "maintenance"}, None, "Une maintenance a un début et une fin"),
        ({"kind": "incident"}, None, "Un incident a un début"),
        ({"kind": "incident", "starts_at": NOW, "ends_at": NOW}, None, "La fin suit le début"),
    ],
)
def test_a_draft_says_what_it_lacks(changes: dict[str, Any], field: str | None, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        notices.write(values(**changes), by=agent())
    assert refusal.value.field == field


def test_a_notice_to_nobody_is_not_published() -> None:
    notice = drafted(audience="region", regions=["01"])
    with pytest.raises(Refused, match="ne concerne aucun organisme"):
        notices.publish(notice, by=agent())
    notices.edit(notice, {"is_public": True}, by=agent())
    notices.publish(notice, by=agent())
    assert notice.state == NoticeState.PUBLISHED


def test_the_day_before_which_to_confirm_is_the_one_of_paris() -> None:
    notice = drafted(asks_reading=True, read_by_date=date(2026, 3, 2))
    with pytest.raises(Refused, match="est passée"):
        notices.publish(notice, by=agent(), at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))  # the 3rd, in Paris


def test_a_published_notice_no_longer_changes_but_is_followed_up_and_ended() -> None:
    member(DigitalServiceFactory().owner)
    notice = published(**window())
    with pytest.raises(MoveNotAllowed):
        notices.edit(notice, values(), by=agent())
    delivered()
    sent.outbox.clear()
    notices.follow_up(notice, "Reprise à 14 h.", by=agent(), at=NOW + timedelta(hours=1))
    notices.end(notice, by=agent(), at=NOW + timedelta(hours=2))
    follow_up, ended = delivered()
    assert follow_up.subject.startswith("Suite : Maintenance")
    assert "Reprise à 14 h." in follow_up.body
    assert ended.subject.startswith("Terminé : Maintenance")
    with pytest.raises(Refused, match="Dites ce qui"):
        notices.follow_up(published(), " ", by=agent())


def test_the_clock_ends_a_past_maintenance_in_silence_and_never_an_incident() -> None:
    member(DigitalServiceFactory().owner)
    maintenance, incident = published(**window()), published(kind="incident", starts_at=NOW)
    delivered()
    sent.outbox.clear()
    assert jobs.end_past_maintenances(NOW + timedelta(hours=2)) == 0
    assert jobs.end_past_maintenances(NOW + timedelta(hours=3)) == 1
    maintenance.refresh_from_db()
    incident.refresh_from_db()
    assert (maintenance.state, incident.state) == (NoticeState.ENDED, NoticeState.PUBLISHED)
    assert delivered() == []


def test_a_window_excuses_silence_only_while_it_is_open_and_where_it_bears() -> None:
    notice, person = published(**window()), member(DigitalServiceFactory().owner)
    inside = NOW + timedelta(hours=2)
    assert queries.windows_open(person, environment="production", at=inside) == [notice]
    assert queries.windows_open(person, environment="sandbox", at=inside) == []
    assert queries.windows_open(person, environment="production", at=NOW) == []


def test_who_reports_reads_no_incident_told_to_others_only() -> None:
    service, other = DigitalServiceFactory(), DigitalServiceFactory()
    notice = published(**{**window(), "audience": Audience.SERVICES, "services": [service.reference]})
    inside = NOW + timedelta(hours=2)
    told = {
        one: queries.windows_open(member(one.owner), environment="production", at=inside) for one in (service, other)
    }
    assert told == {service: [notice], other: []}


def test_what_is_to_be_read_by_a_day_comes_before_what_has_none() -> None:
    person = member(DigitalServiceFactory().owner)
    first, second = published(asks_reading=True), published(asks_reading=True, read_by_date=date(2026, 3, 20))
    assert [one.notice for one in queries.to_read(person)] == [second, first]


def test_reading_is_confirmed_once_by_who_prepares_for_the_entity() -> None:
    service = DigitalServiceFactory()
    published(asks_reading=True)
    reading = NoticeReading.objects.get(legal_entity=service.owner)
    for stranger in (member(service.owner, MembershipRole.READER), member(DigitalServiceFactory().owner), agent()):
        with pytest.raises(NotPermitted):
            notices.acknowledge(reading, by=stranger)
    person = member(service.owner, MembershipRole.TECHNICAL_CONTACT)
    assert queries.to_read(person) == [reading]
    notices.acknowledge(reading, by=person)
    assert (reading.state, reading.acknowledged_by) == (ReadingState.ACKNOWLEDGED, person)
    assert queries.to_read(person) == []
    with pytest.raises(MoveNotAllowed):
        notices.acknowledge(reading, by=person)


def test_who_did_not_confirm_is_reminded_once_three_days_before() -> None:
    service = DigitalServiceFactory()
    member(service.owner)
    published(asks_reading=True, read_by_date=date(2026, 3, 20))
    delivered()
    sent.outbox.clear()
    assert jobs.remind_late_readings(datetime(2026, 3, 16, 12, tzinfo=UTC)) == 0
    assert jobs.remind_late_readings(datetime(2026, 3, 17, 12, tzinfo=UTC)) == 1
    assert jobs.remind_late_readings(datetime(2026, 3, 18, 12, tzinfo=UTC)) == 0
    [left] = delivered()
    assert left.subject.startswith("Lecture à confirmer")


@pytest.mark.parametrize("role", [StaffRole.AUDITOR, StaffRole.SECRETARY])
def test_other_agents_publish_nothing(role: StaffRole) -> None:
    with pytest.raises(NotPermitted):
        notices.publish(drafted(), by=AgentFactory(roles=[role]))


def test_a_report_goes_from_the_vendor_to_the_agency_and_back() -> None:
    service, analyst, recused = DigitalServiceFactory(name="Lits"), agent(), agent()
    parties.close_readings([recused], [service.owner_id], source="C-1999-0001", at=timezone.now())
    report = reported(service)
    assert report.reference.startswith("DY-2026-")
    [told] = delivered()
    assert analyst.email in told.to
    assert recused.email not in told.to
    assert told.subject == f"Signalement à prendre en charge : Lits ({report.reference})"
    reports.take(report, by=analyst)
    reports.answer(report, "Corrigé ce matin.", by=analyst)
    assert (report.state, report.taken_by) == (ReportState.ANSWERED, analyst)
    reports.reply(report, "Cela persiste.", by=report.reported_by)
    assert report.state == ReportState.IN_PROGRESS
    reports.answer(report, "Nouveau correctif.", by=analyst)
    reports.close(report, by=analyst)
    assert report.closed_at
    subjects = [left.subject.split(" : ")[0] for left in delivered()[1:]]
    assert subjects == [
        "Réponse à votre signalement",
        "Signalement complété",
        "Réponse à votre signalement",
        "Signalement clos",
    ]
    assert delivered()[2].to == [analyst.email]


def test_a_report_is_refused_blank_in_the_future_or_from_a_stranger() -> None:
    service = DigitalServiceFactory()
    with pytest.raises(Refused, match="quelques mots"):
        reported(service, title=" ")
    with pytest.raises(Refused, match="Écrivez votre message"):
        reported(service, text="\x07")
    with pytest.raises(Refused, match="à venir"):
        reported(service, noticed_at=NOW + timedelta(minutes=1))
    with pytest.raises(NotPermitted):
        reported(service, by=member(DigitalServiceFactory().owner))
    with pytest.raises(NotPermitted):
        reported(service, by=member(service.owner, MembershipRole.READER))
