"""Issuing, replacing and revoking documents; taking in deposited files."""

import hashlib
import io
import uuid
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from django.db import DatabaseError, connection, transaction

from portal.accounts.models import User
from portal.audit import queries as audit
from portal.documents import filetypes, operations, printing
from portal.documents.kinds import Kind
from portal.documents.lifecycle import State
from portal.documents.models import DepositedFile, DocumentNumber, FrozenBytes, StoredDocument
from portal.documents.printing import Embedded, Unprintable
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.outbox.registry import Delivery
from tests.factories.documents import DepositedFileFactory, StoredDocumentFactory

AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\n<<>>\n%%EOF\n"


def delivery(at: datetime = AT) -> Delivery:
    """A message of the outbox."""
    return Delivery(str(uuid.uuid4()), str(uuid.uuid4()), at)


def issued(vendor: Any, message: Delivery, **changes: Any) -> StoredDocument:
    """A receipt for the vendor."""
    arguments = {
        "template": "portal/documents/base.html",
        "context": {},
        "subject_reference": "C-2026-0042",
        "title": "Récépissé de dépôt",
        "owner": vendor.entity,
        "service": vendor.service,
        "message": message,
    }
    return operations.issue(Kind.RECEIPT, **{**arguments, **changes})


def test_document_is_kept_with_its_fingerprint_and_marks_when_issued(vendor: Any) -> None:
    document = issued(vendor, delivery(), embedded=[Embedded("texte.txt", "Texte", b"abc")])
    content = document.content
    assert (document.reference, document.state) == ("DOC-2026-0001", State.VALID)
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.size == len(content)
    assert document.issued_at == AT
    assert document.file_name == "DOC-2026-0001-recepisse-de-depot.pdf"
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Récépissé de dépôt – DOC-2026-0001"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20260303")
        assert list(pdf.attachments) == ["texte.txt"]


def test_issuing_tells_the_journal_in_a_sentence(vendor: Any) -> None:
    document = issued(vendor, delivery())
    told = audit.sentences(audit.about(document.reference))
    assert [one.sentence for one in told] == [
        "Le portail a établi le document DOC-2026-0001 « Récépissé de dépôt » (récépissé de dépôt)"
    ]


def test_same_document_is_given_back_when_the_message_comes_again(vendor: Any) -> None:
    message = delivery()
    first = issued(vendor, message)
    again = issued(vendor, message, title="Autre titre")
    assert again == first
    assert again.sha256 == first.sha256
    assert StoredDocument.objects.count() == 1


def test_two_messages_give_two_documents_with_different_codes(vendor: Any) -> None:
    first, second = issued(vendor, delivery()), issued(vendor, delivery())
    assert [first.reference, second.reference] == ["DOC-2026-0001", "DOC-2026-0002"]
    assert first.verification_code != second.verification_code


def test_reference_and_code_are_found_again_when_the_printing_failed_once(
    vendor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = delivery()

    def broken(*args: object, **kwargs: object) -> bytes:
        raise Unprintable("adresse refusée")

    with monkeypatch.context() as patched:
        patched.setattr(printing, "render", broken)
        with pytest.raises(Unprintable):
            issued(vendor, message)
    number = DocumentNumber.objects.get()
    assert not StoredDocument.objects.exists()
    document = issued(vendor, message)
    assert (document.reference, document.verification_code) == (number.reference, number.verification_code)


def test_document_of_another_worker_is_given_back_when_both_printed_it(
    vendor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = delivery()
    first = issued(vendor, message)
    answers = iter([None, first])
    monkeypatch.setattr(operations, "_issued", lambda kind, message: next(answers))
    assert issued(vendor, message) == first
    assert FrozenBytes.objects.count() == 1


def test_user_text_is_printed_as_text_when_it_looks_like_markup(vendor: Any) -> None:
    vendor.entity.name = '<img src="http://127.0.0.1:1/a.png"><b>Alpha</b>'
    document = issued(vendor, delivery(), title=vendor.entity.name)
    assert document.content.startswith(b"%PDF-")


def test_document_names_its_successor_when_replaced(vendor: Any) -> None:
    old, new = issued(vendor, delivery()), issued(vendor, delivery())
    operations.replace(old, successor=new, at=AT)
    assert (old.state, old.successor) == (State.REPLACED, new)
    with pytest.raises(MoveNotAllowed):
        operations.replace(old, successor=new, at=AT)


def test_revoking_asks_for_a_reason_and_an_administrator(vendor: Any, agent: User) -> None:
    document = StoredDocumentFactory(owner=vendor.entity)
    with pytest.raises(Refused):
        operations.revoke(document, reason=" ", by=None)
    with pytest.raises(NotPermitted):
        operations.revoke(document, reason="erreur", by=agent)
    operations.revoke(document, reason="erreur d’établissement", by=None, at=AT)
    assert document.state == State.REVOKED


@pytest.mark.parametrize("column", ["sha256", "verification_code", "reference", "title", "size", "kind"])
def test_issued_document_refuses_any_change_of_what_was_issued(column: str, vendor: Any) -> None:
    document = StoredDocumentFactory(owner=vendor.entity)
    value = 1 if column == "size" else "x"
    with pytest.raises(DatabaseError), transaction.atomic():
        StoredDocument.objects.filter(pk=document.pk).update(**{column: value})


def test_frozen_bytes_refuse_any_change(vendor: Any) -> None:
    document = StoredDocumentFactory(owner=vendor.entity)
    with pytest.raises(DatabaseError), transaction.atomic():
        FrozenBytes.objects.filter(pk=document.frozen_id).update(data=b"faux")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE portal_storeddocument SET frozen_id = frozen_id + 1")


def test_deposited_file_refuses_any_change(vendor: Any) -> None:
    deposit = DepositedFileFactory(uploaded_by=vendor.person)
    with pytest.raises(DatabaseError), transaction.atomic():
        DepositedFile.objects.filter(pk=deposit.pk).update(name="autre.pdf")


def test_file_is_kept_under_a_harmless_name_when_deposited(vendor: Any) -> None:
    deposit = operations.deposit("../Kbis\r\n.PDF", PDF, by=vendor.person, at=AT, owner=vendor.entity)
    assert (deposit.reference, deposit.name, deposit.media_type) == ("PJ-2026-0001", "Kbis.pdf", filetypes.PDF)
    assert (deposit.content, deposit.size) == (PDF, len(PDF))
    assert deposit.sha256 == hashlib.sha256(PDF).hexdigest()


@pytest.mark.parametrize(
    ("data", "allowed", "sentence"),
    [
        (b"", {filetypes.PDF}, "vide"),
        (b"a;b\n1;2\n", {filetypes.PDF}, "PDF attendu"),
        (b"MZ\x90\x00", operations.UPLOADS, "bon format"),
        (PDF, {filetypes.PNG, filetypes.JPEG}, "PNG ou JPEG attendu"),
        (b"-----BEGIN RSA PRIVATE KEY-----\nMIIE", {filetypes.PEM}, "clé privée"),
        (b"%PDF-1.7" + b"0" * 11 * 1024 * 1024 + b"%%EOF", {filetypes.PDF}, "10 Mo"),
    ],
)
def test_file_is_refused_in_a_sentence_and_kept_nowhere(
    data: bytes, allowed: set[str], sentence: str, vendor: Any
) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        operations.deposit("piece.pdf", data, by=vendor.person, at=AT, allowed=allowed, field="proof")
    assert refusal.value.field == "proof"
    assert not FrozenBytes.objects.exists()
