"""Mails that come back after a relay took them: their addresses are in doubt until a mail passes for good."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.audit import queries as audit
from portal.lifecycle.errors import Refused
from portal.mail import bounces, effects, jobs, maildir, operations, queries
from portal.mail.lifecycle import State
from portal.mail.models import BouncedAddress, OutgoingEmail
from portal.parties import operations as parties
from tests.factories.parties import LegalEntityFactory, member
from tests.factories.returns import notice, recipient

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
ONE, TWO = "un@exemple.fr", "deux@exemple.fr"
ID = "<7f1d2c1e.0a1b2c3d4e5f@portail.exemple.fr>"


@pytest.fixture
def sent() -> OutgoingEmail:
    return OutgoingEmail.objects.create(
        message_id=ID, source_id="7f1d2c1e-0000-4000-8000-000000000000", template="x", recipients_digest="0",
        subject="Candidature à compléter", text="", html="", to=["Un@exemple.fr", TWO], state=State.SENT,
        queued_at=AT, sent_at=AT,
    )  # fmt: skip


def come_back(*addresses: str, at: datetime = AT) -> list[str]:
    return operations.note_returned(bounces.read(notice(ID, *map(recipient, addresses))), at=at)


def test_an_address_from_which_a_mail_came_back_is_in_doubt_and_the_journal_says_so(sent: OutgoingEmail) -> None:
    assert come_back(ONE) == [ONE]
    assert queries.bounced([ONE, TWO]) == {ONE: AT}
    sent.refresh_from_db()
    assert sent.state == State.SENT
    [told] = [one.sentence for one in audit.sentences(audit.about(sent.subject))]
    assert told == f"Le portail a noté que le message « {sent.subject} » n’est pas parvenu à {ONE}"


def test_a_notice_read_twice_is_noted_once(sent: OutgoingEmail) -> None:
    come_back(ONE)
    assert come_back(ONE, at=AT + timedelta(days=1)) == []
    assert queries.bounced([ONE]) == {ONE: AT}


def test_a_notice_doubts_nobody_to_whom_the_mail_did_not_go(sent: OutgoingEmail) -> None:
    assert come_back("victime@exemple.fr") == []
    assert not BouncedAddress.objects.exists()


def test_a_notice_about_a_mail_never_sent_is_refused() -> None:
    with pytest.raises(Refused, match="ne concerne aucun message"):
        come_back(ONE)


def test_a_mail_that_a_relay_takes_lifts_nothing_before_five_quiet_days(sent: OutgoingEmail) -> None:
    come_back(ONE)
    effects.note_taken([ONE.upper()], at=AT + timedelta(hours=1))
    assert jobs.lift_doubts(AT + timedelta(days=5)) == 0
    assert queries.bounced([ONE]) == {ONE: AT}
    assert jobs.lift_doubts(AT + timedelta(days=5, hours=1)) == 1
    assert queries.bounced([ONE]) == {}


def test_a_mail_that_comes_back_again_starts_the_wait_again(sent: OutgoingEmail) -> None:
    come_back(ONE)
    effects.note_taken([ONE], at=AT)
    OutgoingEmail.objects.filter(pk=sent.pk).delete()
    sent.pk, sent.message_id = None, ID.replace("7f", "8f")
    sent.source_id = "8f1d2c1e-0000-4000-8000-000000000000"  # type: ignore[assignment]
    sent.save()
    operations.note_returned(bounces.read(notice(sent.message_id, recipient(ONE))), at=AT + timedelta(days=2))
    assert jobs.lift_doubts(AT + timedelta(days=30)) == 0
    assert queries.bounced([ONE]) == {ONE: AT}


def test_who_follows_the_link_sent_to_a_mailbox_lifts_its_doubt(sent: OutgoingEmail) -> None:
    entity = LegalEntityFactory(mailbox=ONE)
    come_back(ONE)
    parties.confirm_mailbox(entity, ONE, by=member(entity), at=AT)
    assert queries.bounced([ONE]) == {}


def leave(folder: Path, **messages: bytes) -> None:
    """What a mail server leaves in a Maildir."""
    (folder / "new").mkdir(parents=True)
    for name, content in messages.items():
        (folder / "new" / name).write_bytes(content)


def test_the_clock_reads_a_folder_once_and_leaves_aside_what_it_cannot_read(
    sent: OutgoingEmail, tmp_path: Path, settings: Any
) -> None:
    leave(tmp_path, a=notice(ID, recipient(ONE)), b=b"Subject: Absence\n\nLundi.", c=notice(ID, recipient(TWO)))
    (tmp_path / "new" / "lien").symlink_to("/etc/hostname")
    settings.BOUNCES_MAILDIR = str(tmp_path)
    assert [jobs.read_returns(AT), jobs.read_returns(AT)] == [3, 0]
    assert set(queries.bounced([ONE, TWO])) == {ONE, TWO}
    assert sorted(path.name for path in (tmp_path / "cur").iterdir()) == ["a:2,S", "b:2,S", "c:2,S"]


def test_one_message_that_cannot_be_noted_does_not_hold_the_others(
    sent: OutgoingEmail, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = ID.replace("7f", "8f")
    OutgoingEmail.objects.create(
        message_id=waiting, source_id="8f1d2c1e-0000-4000-8000-000000000000", template="x", recipients_digest="0",
        subject="Envoi interrompu", text="", html="", to=[ONE], state=State.QUEUED, queued_at=AT,
    )  # fmt: skip
    leave(tmp_path, a=b"", b=notice(waiting, recipient(ONE)), c=notice(ID, recipient(TWO)))
    settings.BOUNCES_MAILDIR = str(tmp_path)
    names = ("a", "b", "taken-by-another-reader", "c")
    monkeypatch.setattr(maildir, "waiting", lambda folder, limit: [folder / "new" / name for name in names])
    jobs.read_returns(AT)
    assert set(queries.bounced([ONE, TWO])) == {TWO}
    assert not list((tmp_path / "new").iterdir())


def test_without_the_setting_the_clock_reads_nothing(settings: Any) -> None:
    settings.BOUNCES_MAILDIR = ""
    assert jobs.read_returns(AT) == 0


def test_the_command_reads_a_folder_or_its_input(
    sent: OutgoingEmail, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(tmp_path, a=notice(ID, recipient(ONE)), b=b"")
    call_command("read_bounces", maildir=tmp_path)
    assert f"Adresses désormais douteuses : {ONE}." in (said := capsys.readouterr()).out
    assert "b : Ce message n’est pas un avis" in said.err
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(notice(ID, recipient(TWO)))))
    call_command("read_bounces")
    assert f"Adresses désormais douteuses : {TWO}." in capsys.readouterr().out


@pytest.mark.parametrize("given", [{"maildir": Path("/nulle/part")}, {}])
def test_the_command_says_what_it_could_not_read(given: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"rien")))
    with pytest.raises(CommandError):
        call_command("read_bounces", **given)


def test_the_command_says_that_a_mail_not_noted_as_sent_cannot_come_back(
    sent: OutgoingEmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    OutgoingEmail.objects.filter(pk=sent.pk).update(state=State.QUEUED)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(notice(ID, recipient(ONE)))))
    with pytest.raises(CommandError, match="En attente d’envoi"):
        call_command("read_bounces")


def test_mails_leave_with_the_return_address_that_is_set(sent: OutgoingEmail, settings: Any) -> None:
    settings.MAIL_RETURN_ADDRESS = "retours@portail.exemple.fr"
    made = effects.composed(sent)
    assert made.from_email == "retours@portail.exemple.fr"
    assert made.message()["From"] == settings.DEFAULT_FROM_EMAIL
