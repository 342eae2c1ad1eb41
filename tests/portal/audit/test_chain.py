"""The chain names the first broken event, whatever was done to it."""

from datetime import datetime

import pytest
from django.db import connection

from portal.audit import chain, triggers
from portal.audit.models import AuditDetail, AuditEvent
from portal.audit.operations import append
from portal.audit.queries import verify
from portal.audit.record import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded(now: datetime) -> None:
    append([Event("samples.enter", now, actor_id=1, actor=f"P{i}", subject_reference=f"R{i}") for i in range(6)])
    triggers.lift(connection, triggers.guards())


def test_an_untouched_journal_holds(unguarded: None) -> None:
    report = verify()
    assert (report.holds, report.count) == (True, 6)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "samples.close"),
        ("actor_id", 2),
        ("subject_id", "99"),
        ("detail_digest", "0" * 64),
        ("hash", "0" * 64),
        ("at", datetime.fromisoformat("2026-03-03T09:00:00.000001+00:00")),
    ],
)
def test_a_changed_column_breaks_the_chain_at_that_event(unguarded: None, column: str, value: object) -> None:
    AuditEvent.objects.filter(seq=4).update(**{column: value})
    assert verify().broken_at == 4


def test_a_changed_detail_is_found(unguarded: None) -> None:
    AuditDetail.objects.filter(event__seq=3).update(data='{"actor":"Un autre"}')
    assert verify().broken_at == 3


def test_a_removed_event_is_found(unguarded: None) -> None:
    AuditDetail.objects.filter(event__seq=2).delete()
    AuditEvent.objects.filter(seq=2).delete()
    assert verify().broken_at == 2


@pytest.mark.parametrize("microsecond", [0, 1, 120000, 999999])
def test_the_text_read_from_the_database_is_the_one_that_was_chained(now: datetime, microsecond: int) -> None:
    odd = '« é » "guillemets" \\ \t'
    append([Event("samples.enter", now.replace(microsecond=microsecond), actor=odd, subject_type=odd, subject_id="1")])
    append([Event("samples.enter", now, actor_id=None, subject_reference=odd)])
    assert verify().holds
    event = AuditEvent.objects.get(seq=1)
    assert chain.verify(AuditEvent.objects.order_by("seq")).holds
    assert f".{microsecond:06d}+00:00" in chain.canonical(event).decode()
