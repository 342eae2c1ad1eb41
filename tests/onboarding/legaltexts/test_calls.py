"""A new version: who is told, who is called to sign by when, reminders, the agency told at the end, no right ever cut."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from onboarding.legaltexts import jobs, queries, reminders
from onboarding.legaltexts.kinds import Act, Kind
from onboarding.legaltexts.lifecycle import CallState
from onboarding.legaltexts.models import SignatureCall, TextDelivery
from policy.grants.lifecycle import State as GrantState
from portal.accounts.roles import StaffRole
from portal.lifecycle.errors import Refused
from portal.outbox import operations as outbox
from portal.parameters import operations as parameters
from portal.parties import operations as parties
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.grants import GrantFactory
from tests.factories.legaltexts import published, signed
from tests.factories.parties import DigitalServiceFactory, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blank_press")]
AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
SLUG = Kind.FEEDING_CHARTER.slug


def delivered() -> list[Any]:
    """The mails that left."""
    while outbox.deliver_due(LATER):
        pass
    return sent.outbox


def renewed(**changes: Any) -> Any:
    """A second version, to be signed again."""
    return published(at=AT, summary="Délai de réponse.", reason="Arrêté du 26 décembre.", **changes)


@pytest.fixture
def service() -> Any:
    """A service whose representative signed the first version."""
    found = DigitalServiceFactory()
    signed(published(), found, by=member(found.owner))
    delivered()
    sent.outbox.clear()
    return found


def test_a_new_version_calls_who_signed_the_former_by_a_date_of_the_setting(service: Any) -> None:
    DigitalServiceFactory()  # never signed anything
    version = renewed()
    [call] = SignatureCall.objects.all()
    assert (call.service, call.legal_entity, call.state) == (service, service.owner, CallState.AWAITED)
    assert call.due_date == version.sign_by_date == date(2026, 4, 2)  # thirty days


def test_the_date_and_the_setting_may_be_chosen(service: Any) -> None:
    assert renewed(sign_by_date=date(2026, 3, 20)).sign_by_date == date(2026, 3, 20)
    administrator = AgentFactory(roles=[StaffRole.ADMINISTRATOR])
    parameters.set_value("texts.signing_days", 60, by=administrator, reason="Congés.", at=AT)
    assert published(at=AT + timedelta(hours=1)).sign_by_date == date(2026, 5, 2)
    with pytest.raises(Refused, match="au moins jusqu’à demain"):
        published(at=AT, sign_by_date=date(2026, 3, 3))


def test_living_rights_are_called_and_ended_ones_are_not(service: Any) -> None:
    living = GrantFactory(direction="feeding").service
    waived = GrantFactory(direction="feeding", charter_origin="not_required").service
    GrantFactory(direction="consumption", feeding_profiles="", access_profile=2)
    ended = GrantFactory(direction="feeding", state=GrantState.WITHDRAWN).service
    signed(queries.version_of(Kind.FEEDING_CHARTER), ended, by=member(ended.owner))  # type: ignore[arg-type]
    renewed()
    called = set(SignatureCall.objects.values_list("service", flat=True))
    assert called == {service.pk, living.pk}
    assert waived.pk not in called


@pytest.mark.parametrize("changes", [{"renews": False}, {"act": Act.NONE}])
def test_information_only_calls_nobody_and_is_told_all_the_same(service: Any, changes: dict[str, Any]) -> None:
    version = renewed(**changes)
    assert (version.sign_by_date, SignatureCall.objects.count()) == (None, 0)
    [left] = delivered()
    assert left.subject.startswith("Nouvelle version pour information")
    assert "Vous n’avez rien à faire" in left.body


def test_each_entity_is_told_why_and_what_and_the_delivery_is_recorded(service: Any) -> None:
    version = renewed()
    [left] = delivered()
    delivery = TextDelivery.objects.get()
    assert left.subject.endswith(f"({delivery.reference})")
    assert "Pourquoi : Arrêté du 26 décembre." in left.body
    assert "Ce qui change : Délai de réponse." in left.body
    assert "avant le jeudi 2\u00a0avril\u00a02026" in left.body
    assert service.name in left.body
    [told] = queries.deliveries_of(version, AgentFactory())
    assert told.mail_to == left.to  # type: ignore[attr-defined]
    assert told.mail_sent_at  # type: ignore[attr-defined]


def test_signing_answers_the_call_and_a_later_version_makes_it_lapse(service: Any) -> None:
    other = DigitalServiceFactory()
    signed(queries.version_of(Kind.FEEDING_CHARTER), other, by=member(other.owner))  # type: ignore[arg-type]
    second = renewed()
    signed(second, service, by=member(service.owner))
    third = published(at=AT + timedelta(days=1))
    states = {(call.text_version_id, call.service_id): call.state for call in SignatureCall.objects.all()}
    assert states == {
        (second.pk, service.pk): CallState.SIGNED,
        (second.pk, other.pk): CallState.LAPSED,
        (third.pk, service.pk): CallState.AWAITED,
        (third.pk, other.pk): CallState.AWAITED,
    }


REMINDERS = [
    (date(2026, 4, 2), date(2026, 3, 17), [], None),
    (date(2026, 4, 2), date(2026, 3, 18), [], 15),
    (date(2026, 4, 2), date(2026, 3, 19), [15], None),
    (date(2026, 4, 2), date(2026, 3, 26), [15], 7),
    (date(2026, 4, 2), date(2026, 4, 1), [], 2),  # the clock slept: only the most urgent
    (date(2026, 4, 2), date(2026, 4, 1), [2], None),
    (date(2026, 4, 2), date(2026, 4, 2), [15, 7, 2], None),
]


@pytest.mark.parametrize(("due", "today", "told", "expected"), REMINDERS)
def test_which_reminder_is_due(due: date, today: date, told: list[int], expected: int | None) -> None:
    assert reminders.due(due, today, [15, 7, 2], told) == expected


def test_who_has_not_signed_is_reminded_then_the_agency_is_told_and_no_right_is_cut(service: Any) -> None:
    grant = GrantFactory(service=service, direction="feeding")
    manager = AgentFactory(roles=[StaffRole.POLICY_MANAGER])
    renewed()
    delivered()
    sent.outbox.clear()
    for day in range(33):
        jobs.chase_signatures(AT + timedelta(days=day))
        jobs.chase_signatures(AT + timedelta(days=day, hours=1))
        delivered()
    subjects = [left.subject.split(" : ")[0] for left in delivered()]
    assert subjects == ["Signature attendue avant le jeudi 2\u00a0avril\u00a02026"] * 3 + ["Signatures en retard"]
    last = sent.outbox[-1]
    assert manager.email in last.to
    assert service.owner.name in last.body
    assert "Aucun droit n’a été coupé" in last.body
    state = grant.state
    grant.refresh_from_db()
    assert grant.state == state
    assert SignatureCall.objects.get().state == CallState.OVERDUE


def test_a_signature_given_late_settles_the_call(service: Any) -> None:
    version = renewed()
    jobs.chase_signatures(AT + timedelta(days=40))
    signed(version, service, by=member(service.owner))
    assert SignatureCall.objects.get().state == CallState.SIGNED
    assert jobs.chase_signatures(AT + timedelta(days=41)) == 0


def test_the_agency_sees_who_has_not_signed_and_the_vendor_what_he_has_to(service: Any) -> None:
    version = renewed()
    delivered()
    address = reverse("legal_text_follow_up", args=[SLUG, version.number])
    page = entered(AgentFactory()).get(address).content.decode()
    assert "1\u00a0attendue avant le" in page
    assert service.name in page
    assert "Envoyé" in page
    assert entered(PersonFactory()).get(address).status_code == 404
    board = entered(member(service.owner)).get(reverse("dashboard")).content.decode()
    assert "À signer" in board
    assert "Vos droits restent inchangés" in board


@pytest.mark.parametrize("count", [1, 3])
def test_following_up_costs_the_same_whatever_the_number_of_services(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = published()
    for _ in range(count):
        found = DigitalServiceFactory()
        signed(first, found, by=member(found.owner))
    version = renewed()
    client = entered(AgentFactory())
    with django_assert_num_queries(5):
        client.get(reverse("legal_text_follow_up", args=[SLUG, version.number]))


def test_calls_of_an_entity_closed_to_an_agent_are_not_read_by_him(service: Any) -> None:
    agent = AgentFactory()
    renewed()
    assert SignatureCall.objects.visible_to(agent).count() == 1
    parties.close_readings([agent], [service.owner_id], source="C-1", at=AT)
    assert not SignatureCall.objects.visible_to(agent).exists()


def test_the_follow_up_leaves_out_what_is_closed_to_its_reader(service: Any, now: datetime) -> None:
    version, recused = renewed(), AgentFactory()
    address = reverse("legal_text_follow_up", args=[SLUG, version.number])
    assert service.owner.name in entered(recused).get(address).content.decode()
    parties.close_readings([recused], [service.owner_id], source="C-1999-0001", at=now)
    assert (queries.calls_of(version, recused), queries.deliveries_of(version, recused)) == ([], [])
    assert service.owner.name not in entered(recused).get(address).content.decode()
