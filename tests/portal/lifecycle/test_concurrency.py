"""Eight writers nest operations: no deadlock, no error, one chain."""

import threading
from datetime import datetime

import pytest
from django.db import connection, connections

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.audit.queries import verify
from portal.lifecycle import registry
from portal.lifecycle.operations import moving, next_reference
from portal.lifecycle.table import NEW, SAME, SIGNED_IN, Edge, LabelledEnum, Lifecycle
from portal.parties.models import LegalEntity

WRITERS, ROUNDS = 8, 6


class State(LabelledEnum):
    KNOWN = "known", "Connue"


LIFECYCLE = Lifecycle(
    "samples",
    "La personne morale",
    State,
    {
        "enter": Edge(NEW, State.KNOWN, by=SIGNED_IN, label="Entrer", trace="{actor} a inscrit {subject}"),
        "touch": Edge({State.KNOWN}, SAME, by=SIGNED_IN, label="Toucher", trace="{actor} a touché {subject}"),
    },
)


def work(user: User, now: datetime, number: int, failures: list[BaseException]) -> None:
    try:
        shared = list(LegalEntity.objects.order_by("pk"))
        for turn in range(ROUNDS):
            inner = LegalEntity(
                reference=f"PM-{number}-{turn}", name=f"Écrivain {number}", siren=f"{number:04d}{turn:05d}"
            )
            with moving(inner, "enter", by=user, at=now):
                next_reference("Z", now)
                with moving(shared[(number + turn) % 2], "touch", by=user, at=now) as (current, _):
                    current.city = f"Passage {number}-{turn}"
    except BaseException as failure:
        failures.append(failure)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_eight_writers_nest_operations_without_deadlock_on_one_chain(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_entries", dict(registry._entries))
    registry.register(LegalEntity, LIFECYCLE, roles_on=lambda user, subject: frozenset())
    user = User.objects.create_user("ecrivain@exemple.fr")
    for n in (1, 2):
        LegalEntity.objects.create(reference=f"PM-{n}", name=f"Commune {n}", siren=f"90000000{n}", state="known")
    failures: list[BaseException] = []
    writers = [threading.Thread(target=work, args=(user, now, n, failures)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=60)
    assert failures == []
    report = verify()
    assert report.holds, report
    assert report.count == AuditEvent.objects.count() == WRITERS * ROUNDS * 2
    assert next_in_line() == f"Z-2026-{WRITERS * ROUNDS:04d}"
    assert connection.vendor in ("sqlite", "postgresql")


def next_in_line() -> str:
    from portal.lifecycle.models import ReferenceCounter

    return f"Z-2026-{ReferenceCounter.objects.get(prefix='Z').last:04d}"
