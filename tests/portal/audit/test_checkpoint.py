"""Signed checkpoints outside the database show what the chain alone cannot: a cut end, a journal rewritten whole."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from portal.audit import chain, checkpoint, operations, queries, signing, triggers
from portal.audit.models import AccessTrace, AuditDetail, AuditEvent, AuditHead
from portal.audit.record import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def signer(tmp_path: Path) -> signing.Signer:
    return signing.load(tmp_path / "keys" / "checkpoint.pem", create=True)


@pytest.fixture
def path(tmp_path: Path, signer: signing.Signer, now: datetime) -> Path:
    file = tmp_path / "journal.jsonl"
    for turn in range(3):
        at = now + timedelta(minutes=turn)
        operations.append([Event("samples.enter", at, actor_id=1, subject_reference=f"R{turn}-{i}") for i in range(4)])
        operations.trace_reading(actor_id=1, view="v", sentence=f"Lecture {turn}", path="/", at=at)
        assert operations.write_checkpoint(signer, file, at=at)
    triggers.lift(connection, triggers.guards())
    return file


def found(path: Path, signer: signing.Signer) -> list[str]:
    return queries.against(checkpoint.read(path.read_text()), signer.public)


def test_an_untouched_journal_agrees_with_its_checkpoints(path: Path, signer: signing.Signer) -> None:
    assert found(path, signer) == []


def test_no_line_is_added_when_nothing_moved(path: Path, signer: signing.Signer, now: datetime) -> None:
    assert operations.write_checkpoint(signer, path, at=now + timedelta(hours=1)) is None
    assert len(path.read_text().splitlines()) == 3


def test_a_cut_end_is_seen(path: Path, signer: signing.Signer) -> None:
    AuditDetail.objects.filter(event__seq__gt=8).delete()
    AuditEvent.objects.filter(seq__gt=8).delete()
    assert queries.verify().holds  # the chain alone is satisfied
    assert found(path, signer) == ["point de contrôle 3 : l’événement 12 manque ou a été réécrit"]


def test_a_journal_rewritten_whole_is_seen(path: Path, signer: signing.Signer) -> None:
    previous = chain.GENESIS
    for event in AuditEvent.objects.order_by("seq"):
        event.actor_id = 2
        event.hash = previous = chain.digest(previous, event)
        event.save()
    AuditHead.objects.update(hash=previous)
    assert queries.verify().holds
    assert len(found(path, signer)) == 3


def test_a_rewritten_or_missing_trace_is_seen(path: Path, signer: signing.Signer) -> None:
    AccessTrace.objects.filter(sentence="Lecture 1").update(actor_id=2)
    assert found(path, signer) == ["point de contrôle 2 : des traces de lecture manquent ou ont été réécrites"]


@pytest.mark.parametrize("removed", [0, 1])
def test_a_removed_line_is_seen(path: Path, signer: signing.Signer, removed: int) -> None:
    lines = path.read_text().splitlines()
    del lines[removed]
    path.write_text("\n".join(lines))
    assert any("ne suit pas" in sentence for sentence in found(path, signer))


def test_a_line_signed_by_another_key_is_seen(
    path: Path, signer: signing.Signer, tmp_path: Path, now: datetime
) -> None:
    stranger = signing.load(tmp_path / "keys" / "autre.pem", create=True)
    operations.append([Event("samples.enter", now, subject_reference="R")])
    operations.write_checkpoint(stranger, path, at=now)
    assert found(path, signer) == ["point de contrôle 4 : signature fausse"]


def test_a_key_readable_by_others_is_refused(tmp_path: Path) -> None:
    signing.load(tmp_path / "key.pem", create=True)
    (tmp_path / "key.pem").chmod(0o644)
    with pytest.raises(signing.KeyUnavailable, match="chmod 600"):
        signing.load(tmp_path / "key.pem", create=False)
