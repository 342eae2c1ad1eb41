"""`moving`: lock, permission, state, body, constraints, save, journal, outbox; nested and failing."""

from datetime import datetime
from typing import Any

import pytest

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.audit.queries import about, sentences
from portal.lifecycle import registry
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused, Stale, StepUpRequired
from portal.lifecycle.operations import moving, next_number, next_reference, rehearsing
from portal.lifecycle.table import NEW, SAME, SIGNED_IN, SYSTEM, Edge, LabelledEnum, Lifecycle
from portal.outbox.models import OutboxMessage
from portal.outbox.operations import enqueue
from portal.outbox.registry import Delivery, effect
from portal.parties.models import LegalEntity

pytestmark = pytest.mark.django_db


class State(LabelledEnum):
    KNOWN = "known", "Connue"
    CLOSED = "closed", "Fermée"


LIFECYCLE = Lifecycle(
    "samples",
    "La personne morale",
    State,
    {
        "enter": Edge(NEW, State.KNOWN, by=SIGNED_IN, label="Entrer", trace="{actor} a inscrit {subject}"),
        "rename": Edge(
            {State.KNOWN}, SAME, by={SIGNED_IN, SYSTEM}, label="Renommer", trace="{actor} : {was} devient {subject}"
        ),
        "close": Edge(
            {State.KNOWN}, State.CLOSED, by="closer", label="Fermer", trace="{actor} a fermé {subject}", step_up=True
        ),
    },
)


@effect()
def follow(message: Delivery, *, entity_id: int) -> None:
    """An effect for these tests."""


@pytest.fixture(autouse=True)
def _sample_lifecycle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_entries", dict(registry._entries))
    registry.register(
        LegalEntity, LIFECYCLE, roles_on=lambda user, _: frozenset({"closer"} if user.last_name == "Chef" else ())
    )


@pytest.fixture
def somebody() -> User:
    return User.objects.create_user("quelquun@exemple.fr", first_name="Quel", last_name="Quun")


def enter(by: User, name: str = "Alpha", **more: Any) -> LegalEntity:
    entity = LegalEntity(name=name, siren=more.pop("siren", "123456782"), reference=f"PM-{name}")
    with moving(entity, "enter", by=by, **more) as (current, event):
        event.note(name=current.name)
    return entity


def test_moving_saves_and_journals_once(somebody: User, now: datetime) -> None:
    entity = enter(somebody, at=now)
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id, event.subject_id, event.at) == (
        "samples.enter",
        somebody.pk,
        str(entity.pk),
        now,
    )
    assert sentences(about("Alpha"))[0].sentence == "Quel Quun a inscrit Alpha"


def test_moving_refreshes_the_instance_of_the_caller(somebody: User) -> None:
    entity = enter(somebody)
    with moving(LegalEntity.objects.get(), "rename", by=somebody) as (current, event):
        event.note(was=current.name)
        current.name = "Bêta"
    with moving(entity, "rename", by=None) as (current, _):
        current.city = "Paris"
    assert (entity.name, entity.city) == ("Bêta", "Paris")


def test_moving_tells_what_changed(somebody: User) -> None:
    entity = enter(somebody)
    with moving(entity, "rename", by=somebody) as (current, event):
        event.note(was=current.name)
        current.name = "Bêta"
    told = sentences(about("Bêta"))[0]
    assert told.sentence == "Quel Quun : Alpha devient Bêta"
    assert told.changes == [("name", "Alpha", "Bêta")]


def test_moving_refuses_a_person_without_the_role(somebody: User) -> None:
    entity = enter(somebody)
    with pytest.raises(NotPermitted), moving(entity, "close", by=somebody):
        raise AssertionError("the body must not run")


def test_moving_refuses_an_inactive_person(somebody: User) -> None:
    entity = enter(somebody)
    somebody.is_active = False
    with pytest.raises(NotPermitted), moving(entity, "rename", by=somebody):
        raise AssertionError("the body must not run")


def test_moving_refuses_a_state_already_left(somebody: User) -> None:
    entity = enter(somebody)
    LegalEntity.objects.update(state="closed")
    with pytest.raises(MoveNotAllowed, match="Fermée"), moving(entity, "rename", by=somebody):
        raise AssertionError("the body must not run")


def test_moving_demands_a_fresh_proof_where_the_edge_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.audit.record import Origin, origin

    chief = User.objects.create_user("chef@exemple.fr", last_name="Chef")
    entity = enter(chief)
    token = origin.set(Origin("api", stepped_up=lambda: False))
    try:
        with pytest.raises(StepUpRequired), moving(entity, "close", by=chief):
            raise AssertionError("the body must not run")
    finally:
        origin.reset(token)


def test_moving_refuses_a_stale_version(somebody: User, monkeypatch: pytest.MonkeyPatch) -> None:
    entity = enter(somebody)
    monkeypatch.setattr(LegalEntity, "version", 3, raising=False)
    with pytest.raises(Stale) as caught, moving(entity, "rename", by=somebody, version=2):
        raise AssertionError("the body must not run")
    assert caught.value.current == entity


def test_a_broken_constraint_speaks_french_and_leaves_nothing(somebody: User) -> None:
    enter(somebody)
    with pytest.raises(Refused, match="porte déjà ce SIREN"):
        enter(somebody, name="Autre")
    assert LegalEntity.objects.count() == 1
    assert AuditEvent.objects.count() == 1


def test_nested_operations_share_one_transaction_and_journal_in_order(somebody: User) -> None:
    entity = LegalEntity(name="Alpha", siren="123456782", reference="PM-1")
    with moving(entity, "enter", by=somebody) as (_, event):
        enqueue(follow, event=event, entity_id=1)
        enter(somebody, name="Dedans", siren="732829320")
    assert [row.subject_reference for row in AuditEvent.objects.all()] == ["Alpha", "Dedans"]
    assert OutboxMessage.objects.get().arguments == {"entity_id": 1}


def test_a_failing_outer_operation_undoes_the_nested_one(somebody: User) -> None:
    entity = LegalEntity(name="Alpha", siren="123456782", reference="PM-1")
    with pytest.raises(ZeroDivisionError), moving(entity, "enter", by=somebody) as (_, event):
        enqueue(follow, event=event, entity_id=1)
        enter(somebody, name="Dedans", siren="732829320")
        raise ZeroDivisionError
    assert not LegalEntity.objects.exists()
    assert not AuditEvent.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_failing_nested_operation_may_be_caught_and_leaves_no_event(somebody: User) -> None:
    entity = LegalEntity(name="Alpha", siren="123456782", reference="PM-1")
    with moving(entity, "enter", by=somebody), pytest.raises(Refused):
        enter(somebody, name="", siren="")
    assert [row.subject_reference for row in AuditEvent.objects.all()] == ["Alpha"]


def test_a_rehearsal_leaves_nothing_alone_or_inside_an_operation(somebody: User) -> None:
    with rehearsing():
        assert enter(somebody).pk
        assert next_number("LB") == "LB-000001"
    assert not LegalEntity.objects.exists()
    entity = enter(somebody)
    with moving(entity, "rename", by=somebody) as (current, event):
        with rehearsing():
            enter(somebody, "Gamma", siren="732829320")
        event.note(was=current.name)
        current.name = "Bêta"
    assert [row.name for row in LegalEntity.objects.all()] == ["Bêta"]
    assert [row.action for row in AuditEvent.objects.order_by("seq")] == ["samples.enter", "samples.rename"]
    assert next_number("LB") == "LB-000001"


def test_references_count_by_prefix_and_paris_year(now: datetime) -> None:
    assert [next_reference("C", now), next_reference("C", now)] == ["C-2026-0001", "C-2026-0002"]
    assert next_reference("H", now.replace(month=12, day=31, hour=23, minute=30)) == "H-2027-0001"
    assert next_number("LB") == "LB-000001"
