"""Mails as rows: written once, sent at least once under one Message-ID."""

import uuid
from datetime import UTC, datetime
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail as sent
from django.core.mail.backends.locmem import EmailBackend
from django.db import DatabaseError, transaction

from portal.audit import queries as audit
from portal.mail import operations, queries
from portal.mail.attachments import Attachment
from portal.mail.headers import Unaddressable
from portal.mail.lifecycle import State
from portal.mail.models import EmailAttachment, OutgoingEmail
from portal.outbox import operations as outbox
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery

pytestmark = pytest.mark.django_db
NOW = datetime(2100, 1, 1, tzinfo=UTC)  # everything is due
TO = ["contact@alpha.fr", "direction@alpha.fr"]


@pytest.fixture(autouse=True)
def templates(settings: Any) -> None:
    """The templates of a mail made for these tests."""
    [engine] = settings.TEMPLATES
    folders = [*engine["DIRS"], Path(__file__).parent / "templates"]
    settings.TEMPLATES = [{**engine, "DIRS": folders}]


@pytest.fixture
def message() -> Delivery:
    """A message of the outbox."""
    return Delivery(str(uuid.uuid4()), str(uuid.uuid4()), datetime(2026, 3, 3, 9, 0, tzinfo=UTC))


def queued(message: Delivery, **changes: Any) -> OutgoingEmail:
    """A mail about a candidacy."""
    arguments = {"to": TO, "context": {"name": "Alpha"}, "subject_reference": "C-2026-0042", **changes}
    return operations.queue("essai/avis", message=message, **arguments)


def test_mail_is_kept_as_written_and_leaves_by_the_outbox(message: Delivery) -> None:
    email = queued(message, attachments=[Attachment("recepisse.pdf", "application/pdf", b"%PDF")])
    assert (email.state, email.subject, sent.outbox) == (State.QUEUED, "Déposée – Alpha – C-2026-0042", [])
    outbox.deliver_due(NOW)
    [left] = sent.outbox
    assert (left.to, left.subject, left.body) == (TO, email.subject, email.text)
    assert left.extra_headers["Message-ID"] == email.message_id
    assert left.alternatives[0].mimetype == "text/html"
    assert left.attachments[0] == ("recepisse.pdf", b"%PDF", "application/pdf")
    email.refresh_from_db()
    assert (email.state, email.attempts) == (State.SENT, 1)
    assert email.sent_at is not None


def test_journal_tells_that_a_mail_was_prepared_then_sent(message: Delivery) -> None:
    email = queued(message)
    outbox.deliver_due(NOW)
    assert [one.sentence for one in audit.sentences(audit.about(email.subject))] == [
        f"Le portail a préparé le message « {email.subject} »",
        f"Le portail a envoyé le message « {email.subject} »",
    ]


def test_mail_is_written_once_when_the_message_comes_again(message: Delivery) -> None:
    first = queued(message)
    again = queued(message, to=list(reversed(TO)), context={"name": "Autre"})
    assert (again.pk, again.message_id, again.subject) == (first.pk, first.message_id, first.subject)
    outbox.deliver_due(NOW)
    assert len(sent.outbox) == 1


def test_mail_of_another_worker_is_given_back_when_both_wrote_it(
    message: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = queued(message)
    answers = iter([None, first])
    monkeypatch.setattr(operations, "_queued", lambda *arguments: next(answers))
    assert queued(message, attachments=[Attachment("a.pdf", "application/pdf", b"a")]) == first
    assert not EmailAttachment.objects.exists()
    assert OutboxMessage.objects.count() == 1


def test_other_recipients_get_a_mail_of_their_own(message: Delivery) -> None:
    first, second = queued(message), queued(message, to=["autre@alpha.fr"])
    assert first.message_id != second.message_id


def test_mail_leaves_again_under_the_same_message_id_when_the_server_failed(
    message: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = queued(message)

    def refuse(*arguments: object) -> None:
        raise ConnectionRefusedError("no server")

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        outbox.deliver_due(NOW)
    email.refresh_from_db()
    assert (email.state, email.attempts, sent.outbox) == (State.QUEUED, 1, [])
    assert "ConnectionRefusedError" in email.last_error
    outbox.deliver_due(NOW.replace(year=2101))
    email.refresh_from_db()
    assert (email.state, email.attempts, email.last_error) == (State.SENT, 2, "")
    assert sent.outbox[0].extra_headers["Message-ID"] == email.message_id


def test_mail_already_sent_does_not_leave_again_when_its_effect_runs_twice(message: Delivery) -> None:
    queued(message)
    outbox.deliver_due(NOW)
    OutboxMessage.objects.update(done_at=None, available_at=NOW)
    outbox.deliver_due(NOW)
    assert len(sent.outbox) == 1


def test_name_with_line_breaks_adds_no_header_and_no_recipient(message: Delivery) -> None:
    queued(message, context={"name": "Alpha\r\nBcc: voleur@exemple.fr\r\n\r\n<script>"})
    outbox.deliver_due(NOW)
    [left] = sent.outbox
    built = left.message()
    assert built["Bcc"] is None
    assert left.recipients() == TO
    assert "<script>" not in left.alternatives[0].content


def test_address_with_line_breaks_is_refused_and_nothing_is_kept(message: Delivery) -> None:
    with pytest.raises(Unaddressable):
        queued(message, to=["a@exemple.fr\r\nBcc: voleur@exemple.fr"])
    assert not OutgoingEmail.objects.exists()


def test_mail_is_set_aside_when_there_is_nobody_to_write_to(message: Delivery) -> None:
    email = queued(message, to=[])
    assert email.state == State.UNADDRESSED
    assert not OutboxMessage.objects.exists()
    assert queued(message, to=[]).pk == email.pk


def test_text_escapes_nothing_and_html_escapes_names(message: Delivery) -> None:
    email = queued(message, context={"name": "L’Hôpital & Cie <l'essai>"})
    assert "L’Hôpital & Cie <l'essai> a déposé" in email.text
    assert "L’Hôpital &amp; Cie &lt;l&#x27;essai&gt; a déposé" in email.html
    assert email.subject == "Déposée – L’Hôpital & Cie <l'essai> – C-2026-0042"


def test_html_names_no_outside_address_but_the_portal(message: Delivery, settings: Any) -> None:
    html = queued(message).html
    assert html.count("http") == html.count(settings.PUBLIC_URL) == 1
    assert "<img" not in html
    assert "<script" not in html


@pytest.mark.parametrize("change", [{"text": "x"}, {"subject": "x"}, {"to": ["x@exemple.fr"]}, {"message_id": "x"}])
def test_mail_refuses_any_change_of_what_was_written(change: dict[str, Any], message: Delivery) -> None:
    email = queued(message)
    with pytest.raises(DatabaseError), transaction.atomic():
        OutgoingEmail.objects.filter(pk=email.pk).update(**change)


def test_attached_bytes_refuse_any_change(message: Delivery) -> None:
    queued(message, attachments=[Attachment("a.pdf", "application/pdf", b"a")])
    with pytest.raises(DatabaseError), transaction.atomic():
        EmailAttachment.objects.update(data=b"b")


def test_mails_of_a_dossier_are_found_without_their_bodies(message: Delivery) -> None:
    queued(message)
    [found] = queries.for_subject("C-2026-0042")
    assert found.get_deferred_fields() == {"text", "html"}
    assert not queries.for_subject("C-2026-0001")


@pytest.mark.parametrize(("code", "kept"), [(550, True), (450, False)])
def test_an_address_refused_for_good_is_kept_until_a_mail_passes(
    code: int, kept: bool, message: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(message)
    answers = {TO[0].upper(): (code, b"mailbox unavailable")}

    def refuse(*arguments: object) -> None:
        raise SMTPRecipientsRefused(answers)

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        outbox.deliver_due(NOW)
    assert bool(queries.bounced(TO)) is kept
    outbox.deliver_due(NOW.replace(year=2101))
    assert queries.bounced(TO) == {}
