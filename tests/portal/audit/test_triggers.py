"""The journal refuses update and delete on both databases, and its triggers are known to stand."""

from datetime import datetime

import pytest
from django.db import Error, connection, transaction

from portal.audit import triggers
from portal.audit.models import AccessTrace, AuditDetail, AuditEvent
from portal.audit.operations import append, erase_detail, trace_reading
from portal.audit.queries import verify
from portal.audit.record import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(now: datetime) -> AuditEvent:
    append([Event("samples.enter", now, actor_id=1, actor="Quelqu’un", subject_reference=f"R{i}") for i in range(3)])
    trace_reading(actor_id=1, view="v", sentence="Lecture", path="/", at=now)
    return AuditEvent.objects.get(seq=2)


def refused(act: str, parameters: list[object] | None = None) -> None:
    with pytest.raises(Error, match="ajout seul"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act, parameters)


def test_triggers_stand_for_every_guarded_table() -> None:
    assert len(triggers.guards()) >= 3
    assert triggers.missing(connection) == []


@pytest.mark.parametrize("table", ["portal_auditevent", "portal_auditdetail", "portal_accesstrace"])
def test_delete_is_refused_on_append_only_tables(written: AuditEvent, table: str) -> None:
    refused(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE portal_auditevent SET action = 'autre'",
        "UPDATE portal_auditevent SET seq = seq + 100",
        "UPDATE portal_auditdetail SET data = 'autre'",
        "UPDATE portal_accesstrace SET sentence = 'autre'",
    ],
)
def test_update_is_refused_on_append_only_tables(written: AuditEvent, act: str) -> None:
    refused(act)


def test_a_row_cannot_be_replaced(written: AuditEvent) -> None:
    copied = "SELECT * FROM portal_auditevent WHERE seq = 2"
    if connection.vendor == "sqlite":
        refused(f"REPLACE INTO portal_auditevent {copied}")
    else:
        refused(f"INSERT INTO portal_auditevent {copied} ON CONFLICT (id) DO UPDATE SET action = 'autre'")


def test_erasing_a_detail_leaves_the_chain_intact(written: AuditEvent, now: datetime) -> None:
    erase_detail(written.pk, at=now)
    assert AuditDetail.objects.get(pk=written.pk).data == ""
    assert verify().holds


def test_a_missing_trigger_is_seen(written: AuditEvent) -> None:
    one = triggers.Guard("portal_accesstrace")
    triggers.lift(connection, [one])
    assert triggers.missing(connection) == one.names(connection.vendor)
    triggers.install(connection, [one])
    assert AccessTrace.objects.count() == 1
