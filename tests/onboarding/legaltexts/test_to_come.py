"""A version with a date to come: told at once, asked from its day on, and overtaken by another one if need be."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.db import DatabaseError, transaction
from django.urls import reverse

from onboarding.legaltexts import jobs, operations, queries
from onboarding.legaltexts.kinds import Kind, Step
from onboarding.legaltexts.lifecycle import CallState, VersionState
from onboarding.legaltexts.models import LegalTextVersion, SignatureCall, TextDelivery
from portal.accounts.roles import StaffRole
from portal.documents.models import StoredDocument
from portal.lifecycle.errors import Refused
from portal.outbox import operations as outbox
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.legaltexts import published, signed
from tests.factories.parties import DigitalServiceFactory, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blank_press")]
AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
DAY = date(2026, 4, 1)
ON = datetime(2026, 4, 1, 5, 0, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
CHARTER = Kind.FEEDING_CHARTER


def delivered() -> list[Any]:
    """The mails that left."""
    while outbox.deliver_due(LATER):
        pass
    return sent.outbox


def to_come(**changes: Any) -> LegalTextVersion:
    return published(**{"at": AT, "effective_date": DAY, "summary": "Délai de réponse.", **changes})


@pytest.fixture
def service() -> Any:
    """A service whose representative signed the first version."""
    found = DigitalServiceFactory()
    signed(published(), found, by=member(found.owner))
    delivered()
    sent.outbox.clear()
    return found


def test_nobody_is_asked_for_anything_before_the_day(service: Any) -> None:
    version = to_come()
    assert (version.state, version.sign_by_date) == (VersionState.ANNOUNCED, date(2026, 5, 1))
    assert [one.number for one in queries.in_force()] == [1]
    assert queries.signature_in_force(service, CHARTER) is not None
    assert queries.must_sign(service, Step.DEPOSIT, at=AT) == []
    assert not SignatureCall.objects.exists()
    assert jobs.take_effect(ON - timedelta(days=1)) == 0
    with pytest.raises(Refused, match="se signe à partir de ce jour"):
        operations.sign(version, service, by=member(service.owner), at=AT)


def test_those_concerned_are_told_at_once_then_asked_on_the_day(service: Any) -> None:
    to_come()
    [told] = delivered()
    assert told.subject.startswith("Nouvelle version à venir")
    assert "rien à faire avant ce jour" in told.body
    assert jobs.take_effect(ON) == 1
    assert jobs.take_effect(ON) == 0
    [call] = SignatureCall.objects.all()
    assert (call.state, call.due_date, call.called_at) == (CallState.AWAITED, date(2026, 5, 1), ON)
    assert TextDelivery.objects.count() == 1
    assert "est en vigueur depuis le mercredi" in delivered()[-1].body
    assert queries.signature_in_force(service, CHARTER) is None
    operations.sign(LegalTextVersion.objects.get(number=2), service, by=member(service.owner), at=ON)


def test_who_came_between_the_two_is_told_on_the_day(service: Any) -> None:
    to_come()
    newcomer = DigitalServiceFactory()
    signed(LegalTextVersion.objects.get(number=1), newcomer, by=member(newcomer.owner), at=AT + timedelta(days=2))
    jobs.take_effect(ON)
    assert {one.legal_entity for one in TextDelivery.objects.all()} == {service.owner, newcomer.owner}
    assert {one.service for one in SignatureCall.objects.all()} == {service, newcomer}


def test_another_version_overtakes_the_one_to_come(service: Any) -> None:
    to_come()
    corrected = to_come(effective_date=date(2026, 4, 15))
    assert list(LegalTextVersion.objects.order_by("number").values_list("number", "state")) == [
        (1, VersionState.PUBLISHED),
        (2, VersionState.REPLACED),
        (3, VersionState.ANNOUNCED),
    ]
    at_once = published(at=AT + timedelta(days=1))
    corrected.refresh_from_db()
    assert (corrected.state, at_once.number) == (VersionState.REPLACED, 4)
    assert [one.number for one in queries.in_force()] == [4]
    assert jobs.take_effect(LATER) == 0


def test_a_first_version_to_come_is_no_text_in_force(client: Any) -> None:
    to_come()
    assert queries.in_force() == []
    assert client.get(reverse("legal_text", args=[CHARTER.slug])).status_code == 404
    assert jobs.take_effect(ON) == 1
    assert client.get(reverse("legal_text", args=[CHARTER.slug])).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"effective_date": date(2026, 3, 2)}, "effective_date"),
        ({"effective_date": DAY, "sign_by_date": DAY}, "sign_by_date"),
    ],
)
def test_dates_that_cannot_be_are_refused(service: Any, changes: dict[str, date], field: str) -> None:
    with pytest.raises(Refused) as refused:
        published(at=AT, **changes)
    assert refused.value.field == field


def test_a_date_that_is_today_waits_for_nothing(service: Any) -> None:
    assert published(at=AT, effective_date=AT.date()).state == VersionState.PUBLISHED


@pytest.mark.parametrize("change", [{"body": "x"}, {"effective_date": date(2027, 1, 1)}, {"number": 9}])
def test_a_version_to_come_is_frozen_but_for_its_state(change: dict[str, Any]) -> None:
    version = to_come()
    with pytest.raises(DatabaseError), transaction.atomic():
        LegalTextVersion.objects.filter(pk=version.pk).update(**change)
    jobs.take_effect(ON)
    with pytest.raises(DatabaseError), transaction.atomic():
        LegalTextVersion.objects.filter(pk=version.pk).update(state=VersionState.ANNOUNCED)


def test_the_pages_say_what_is_to_come_and_offer_nothing_to_sign(service: Any) -> None:
    to_come()
    boss = entered(member(service.owner))
    assert "en vigueur le" in boss.get(reverse("legal_texts")).content.decode()
    page = boss.get(reverse("legal_text_version", args=[CHARTER.slug, 2])).content.decode()
    assert "pas encore en vigueur" in page
    assert "Vous pouvez" not in page
    assert "pas encore en vigueur" not in boss.get(reverse("legal_text", args=[CHARTER.slug])).content.decode()


def test_a_date_is_given_on_the_page() -> None:
    published()
    former = LegalTextVersion.objects.get()
    agent = entered(AgentFactory(roles=[StaffRole.ADMINISTRATOR]))
    typed = {
        "title": former.title,
        "body": former.body,
        "act": "sign",
        "step": "deposit",
        "effective_date": "2101-01-01",
    }
    assert agent.post(reverse("legal_text_publish", args=[CHARTER.slug]), typed).status_code == 302
    assert LegalTextVersion.objects.get(number=2).state == VersionState.ANNOUNCED


def test_anyone_downloads_the_text_as_a_document_before_it_is_signed(client: Any) -> None:
    version = published()
    address = reverse("legal_text_pdf", args=[CHARTER.slug, 1])
    assert client.get(address).status_code == 404
    assert address not in client.get(reverse("legal_texts")).content.decode()
    delivered()
    assert address in client.get(reverse("legal_texts")).content.decode()
    answer = client.get(address)
    assert answer.content.startswith(b"%PDF")
    assert answer.content == StoredDocument.objects.get(subject_reference=version.document_subject).content
    assert entered(PersonFactory()).get(address).content == answer.content
