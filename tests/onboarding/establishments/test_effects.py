"""What follows a confirmation: one document, one mail, however often the effect runs."""

import pytest

from onboarding.establishments import effects
from onboarding.establishments import operations as lists
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument
from portal.mail.models import OutgoingEmail
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery
from tests.factories.establishments import ListFactory, member
from tests.factories.reference import number

pytestmark = pytest.mark.django_db


def delivered() -> Delivery:
    message = OutboxMessage.objects.get(effect="onboarding.establishments.acknowledge")
    return Delivery(str(message.pk), str(message.event_id), message.event_at)


def test_acknowledge_issues_the_list_and_writes_to_the_representatives_once() -> None:
    held = ListFactory(numbers=[number(1), number(2)])
    representative = member(held.service.owner)
    lists.confirm(held, by=representative)
    for _ in range(2):
        effects.acknowledge(delivered(), list_id=held.pk)
    document, mail = StoredDocument.objects.get(), OutgoingEmail.objects.get()
    assert (document.kind, document.subject_reference, document.owner) == (
        Kind.ESTABLISHMENT_LIST,
        held.reference,
        held.service.owner,
    )
    assert document.content.startswith(b"%PDF-")
    assert mail.to == [representative.email]
    assert mail.subject == f"Liste confirmée : {held.service.name} ({held.reference})"
    assert f"/listes/{held.reference}/" in mail.text
    assert "2 établissements" in mail.text.replace("\xa0", " ")
    assert mail.attachments.get().name == document.file_name
