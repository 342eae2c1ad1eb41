"""What follows a signature: the signed document and its mail; what follows a new version: mails."""

import io
from datetime import UTC, datetime

import pikepdf
import pytest
from django.core import mail as sent

from onboarding.legaltexts import queries
from onboarding.legaltexts.kinds import Act
from onboarding.legaltexts.models import Signature
from portal.documents.kinds import Kind as DocumentKind
from portal.documents.models import StoredDocument
from portal.outbox import operations as outbox
from portal.outbox.models import OutboxMessage
from tests.factories.legaltexts import published, signed
from tests.factories.parties import DigitalServiceFactory, LegalEntityFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # the real press
NOW = datetime(2100, 1, 1, tzinfo=UTC)


def delivered() -> None:
    """Everything that waited, and what it made wait."""
    while outbox.deliver_due(NOW):
        pass


@pytest.fixture
def signature() -> Signature:
    """A signature of the demonstration charter."""
    return signed(published(), DigitalServiceFactory())


def test_signed_text_is_kept_with_the_exact_bytes_inside(signature: Signature) -> None:
    delivered()
    document = queries.document_of(signature)
    assert document is not None
    assert (document.kind, document.owner, document.service) == (
        DocumentKind.SIGNED_CHARTER,
        signature.legal_entity,
        signature.service,
    )
    with pikepdf.open(io.BytesIO(document.content)) as pdf:
        [name] = pdf.attachments
        assert pdf.attachments[name].get_file().read_bytes() == signature.text_version.canonical
        assert pdf.open_metadata().pdfa_status == "3A"


def test_signed_text_is_sent_to_the_legal_entity(signature: Signature) -> None:
    delivered()
    [left] = sent.outbox
    assert set(left.to) == {signature.signer.email}
    assert left.subject == f"Charte signée : {signature.service_name} ({signature.reference})"
    assert f"{signature.signer_name} a signé" in left.body
    [attached] = left.attachments
    assert attached[0].endswith("-charte-ou-texte-signe.pdf")


def test_one_document_and_one_mail_follow_when_the_effect_runs_twice(signature: Signature) -> None:
    delivered()
    OutboxMessage.objects.update(done_at=None, available_at=NOW)
    delivered()
    assert StoredDocument.objects.filter(kind=DocumentKind.SIGNED_CHARTER).count() == 1
    assert len(sent.outbox) == 1


def test_acknowledged_text_says_that_it_was_read() -> None:
    signed(published(act=Act.ACKNOWLEDGE), DigitalServiceFactory())
    delivered()
    assert sent.outbox[0].subject.startswith("Lecture attestée")
    assert StoredDocument.objects.get(kind=DocumentKind.SIGNED_CHARTER).title.endswith("attestation de lecture")


def test_those_who_signed_learn_of_a_new_version(signature: Signature) -> None:
    LegalEntityFactory()
    delivered()
    sent.outbox.clear()
    published(renews=True, summary="Un changement.")
    delivered()
    [left] = sent.outbox
    assert left.to == [signature.signer.email]
    assert left.subject.startswith("Nouvelle version à signer")
    assert "Ce qui change : Un changement." in left.body
    sent.outbox.clear()
    published(renews=False)
    delivered()
    assert sent.outbox[0].subject.startswith("Nouvelle version pour information")
