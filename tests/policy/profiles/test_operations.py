"""Importing and publishing: drafts may be replaced, a published version is frozen, dates decide what is in force."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from policy.profiles import engine, jobs, operations, queries
from policy.profiles.cell_edit import Cell, Opening
from policy.profiles.engine import Effect
from policy.profiles.lifecycle import State
from policy.profiles.models import PolicyVersion
from policy.profiles.rulebook import EMPTY
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused, Stale
from tests.factories.grants import agent
from tests.factories.profiles import PolicyVersionFactory, shipped

pytestmark = pytest.mark.django_db


def test_import_rulebook_keeps_a_draft_with_its_digest(now: datetime) -> None:
    version = operations.import_rulebook(shipped().encode(), by=agent(StaffRole.POLICY_MANAGER), at=now)
    kept = PolicyVersion.objects.get()
    assert (kept.number, kept.state, kept.imported_at, kept.effective_at) == ("1", State.DRAFT, now, None)
    assert kept.source == shipped()
    assert len(kept.digest) == 64
    assert version.pk == kept.pk
    assert AuditEvent.objects.filter(action="profiles.import").count() == 1


def test_import_rulebook_replaces_the_draft_of_the_same_number(now: datetime) -> None:
    operations.import_rulebook(shipped(), by=None, at=now)
    operations.import_rulebook(shipped().replace("Profils d’alimentation A", "Profils A"), by=None, at=now)
    assert "Profils A" in PolicyVersion.objects.get().source


def test_import_rulebook_refuses_the_number_of_a_published_version(now: datetime) -> None:
    PolicyVersionFactory(number="1")
    with pytest.raises(Refused, match="La version 1 est publiée") as refusal:
        operations.import_rulebook(shipped(number="1"), by=None, at=now)
    assert refusal.value.field == "file"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xfe", "n’est pas un texte en UTF-8"),
        (b"format = 1", "la table .policy. manque"),
        (shipped().replace('profiles = ["A"]', 'profiles = ["C"]').encode(), "Ligne 4.., règle « ALIM-A » : .* « C »"),
    ],
)
def test_import_rulebook_refuses_what_is_no_policy_and_keeps_nothing(data: bytes, sentence: str, now: datetime) -> None:
    with pytest.raises(Refused, match=sentence):
        operations.import_rulebook(data, by=None, at=now)
    assert not PolicyVersion.objects.exists()


def test_import_rulebook_is_for_the_policy_manager(now: datetime) -> None:
    with pytest.raises(NotPermitted):
        operations.import_rulebook(shipped(), by=agent(StaffRole.WHITELIST_MANAGER), at=now)


def ready(text: str, now: datetime) -> tuple[PolicyVersion, Any, Any]:
    """A version prepared, checked and approved, with its two persons."""
    author, second = agent(StaffRole.POLICY_MANAGER), agent(StaffRole.POLICY_MANAGER)
    version = operations.import_rulebook(text, by=author, at=now)
    operations.check(version, by=author, at=now)
    operations.approve(version, by=second, at=now)
    return version, author, second


@pytest.mark.parametrize("days", [-30, 30])
def test_publish_takes_effect_on_its_date_but_never_before_now(days: int, now: datetime) -> None:
    wished = (now + timedelta(days=days)).date()
    version, author, _ = ready(shipped(effective=wished), now)
    operations.publish(version, by=author, at=now)
    midnight = datetime(wished.year, wished.month, wished.day, tzinfo=operations.PARIS)
    assert version.effective_at == max(midnight, now)
    assert version.published_at == now


def test_publish_cannot_be_done_twice(now: datetime) -> None:
    version = operations.install_shipped(at=now)
    with pytest.raises(MoveNotAllowed):
        operations.publish(version, by=None, at=now)


def test_approve_takes_another_person_than_the_last_who_changed_the_text(now: datetime) -> None:
    author, second = agent(StaffRole.POLICY_MANAGER), agent(StaffRole.POLICY_MANAGER)
    version = operations.import_rulebook(shipped(), by=author, at=now)
    operations.check(version, by=second, at=now)
    with pytest.raises(NotPermitted, match="une autre personne doit l’approuver"):
        operations.approve(version, by=author, at=now)
    operations.approve(version, by=second, at=now)
    assert (version.state, version.approved_by, version.approved_at) == (State.APPROVED, second, now)


def test_nobody_who_wrote_in_a_draft_approves_it_even_when_another_changed_it_since(now: datetime) -> None:
    author, second, third = (agent(StaffRole.POLICY_MANAGER) for _ in range(3))
    version = operations.import_rulebook(shipped(), by=author, at=now)
    operations.set_cell(version, Cell("0", "Organization.orsan", frozenset({"read"})), None, by=second, at=now)
    operations.import_rulebook(version.source, by=second, at=now)
    version.refresh_from_db()
    operations.check(version, by=third, at=now)
    assert queries.authors_of(version) == {author.pk, second.pk}
    for one in (author, second):
        with pytest.raises(NotPermitted, match="Vous avez écrit dans ce projet"):
            operations.approve(version, by=one, at=now)
    operations.approve(version, by=third, at=now)
    assert version.approved_by == third


def test_the_system_approves_only_what_it_delivered(now: datetime) -> None:
    version = operations.import_rulebook(shipped(), by=agent(StaffRole.POLICY_MANAGER), at=now)
    operations.check(version, by=None, at=now)
    with pytest.raises(NotPermitted, match="que la politique qu’il fournit"):
        operations.approve(version, by=None, at=now)


def test_four_eyes_are_held_by_a_constraint(now: datetime) -> None:
    version, author, _ = ready(shipped(), now)
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(approved_by=author)
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(approved_by=None)


def test_check_refuses_with_every_sentence_that_stands_in_the_way(now: datetime) -> None:
    text = shipped().replace('audience = "L’information du grand public."\nroles = ["CU23"]\n', "")
    text = text.replace("[profiles.0]\n", "")
    version = operations.import_rulebook(text, by=agent(StaffRole.POLICY_MANAGER), at=now)
    with pytest.raises(Refused, match="Le profil 0 ne dit pas pour qui il est fait"):
        operations.check(version, by=agent(StaffRole.POLICY_MANAGER), at=now)
    assert PolicyVersion.objects.get().state == State.DRAFT


def test_editing_a_checked_draft_makes_it_a_draft_again(now: datetime) -> None:
    author, second = agent(StaffRole.POLICY_MANAGER), agent(StaffRole.POLICY_MANAGER)
    version = operations.import_rulebook(shipped(), by=author, at=now)
    operations.check(version, by=author, at=now)
    cell = Cell("0", "Organization.orsan", frozenset({"read"}))
    operations.set_cell(version, cell, Opening(((),), "guide", "essai"), by=second, at=now)
    assert (version.state, version.prepared_by) == (State.DRAFT, second)
    said = engine.judge(queries.rulebook_of(version), profiles="0", operation="read", element="Organization.orsan")
    assert said.effect is not Effect.DENY
    event = AuditEvent.objects.get(action="profiles.edit")
    assert event.actor_id == second.pk


def test_editing_refuses_a_draft_that_somebody_else_changed_meanwhile(now: datetime) -> None:
    author = agent(StaffRole.POLICY_MANAGER)
    version = operations.import_rulebook(shipped(), by=author, at=now)
    seen = version.version
    cell = Cell("0", "Organization.orsan", frozenset({"read"}))
    operations.set_cell(version, cell, None, by=author, seen=seen, at=now)
    with pytest.raises(Stale):
        operations.set_cell(version, cell, None, by=author, seen=seen, at=now)


def test_settle_choice_and_describe_change_the_draft(now: datetime) -> None:
    author = agent(StaffRole.POLICY_MANAGER)
    version = operations.import_rulebook(shipped(), by=author, at=now)
    operations.settle_choice(version, "profil-4-contacts", "presentation", confirmed=True, by=author, at=now)
    operations.describe(version, title="T", summary="R.", effective_on=date(2026, 5, 1), by=author, at=now)
    book = queries.rulebook_of(version)
    assert (book.title, book.summary, book.effective_date) == ("T", "R.", date(2026, 5, 1))
    assert book.choices["profil-4-contacts"].confirmed
    assert "PRO-4" not in {rule.id for rule in book.rules}


def test_draft_from_says_the_same_under_another_number(now: datetime) -> None:
    former = operations.install_shipped(at=now)
    author = agent(StaffRole.POLICY_MANAGER)
    draft = operations.draft_from(former, number="2", effective_on=date(2026, 6, 1), by=author, at=now)
    assert (draft.number, draft.state) == ("2", State.DRAFT)
    assert not queries.difference_of(former.digest, draft.digest).cells
    with pytest.raises(Refused, match="porte déjà le numéro 2"):
        operations.draft_from(former, number="2", effective_on=date(2026, 6, 1), by=author, at=now)


def test_reopen_loses_the_approval(now: datetime) -> None:
    version, author, _ = ready(shipped(), now)
    operations.reopen(version, by=author, at=now)
    assert (version.state, version.approved_by, version.approved_at) == (State.DRAFT, None, None)


def test_the_clock_notes_that_a_version_came_into_force_once(now: datetime) -> None:
    version, author, _ = ready(shipped(effective=date(2026, 3, 10)), now)
    operations.publish(version, by=author, at=now)
    assert jobs.take_effect_due(now) == 0
    later = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)
    assert queries.in_force(later - timedelta(seconds=1)) is None
    assert queries.in_force(later) == version
    assert jobs.take_effect_due(later) == 1
    assert jobs.take_effect_due(later) == 0
    version.refresh_from_db()
    assert version.in_force_since == later
    assert AuditEvent.objects.filter(action="profiles.take_effect").count() == 1


def test_install_shipped_publishes_once_and_leaves_a_published_policy_alone(now: datetime) -> None:
    first = operations.install_shipped(at=now)
    assert (first.number, first.state) == ("1", State.PUBLISHED)
    assert operations.install_shipped(at=now) == first


def test_in_force_is_the_latest_whose_date_has_come(now: datetime) -> None:
    former = PolicyVersionFactory(number="7", since=now - timedelta(days=9))
    PolicyVersionFactory(number="8", since=now + timedelta(days=1))
    PolicyVersionFactory(number="9", draft=True)
    assert queries.in_force(now) == former
    later = queries.in_force(now + timedelta(days=2))
    assert later is not None
    assert later.number == "8"
    assert queries.in_force(datetime(2020, 1, 1, tzinfo=UTC)) is None


def test_rulebook_of_a_version_is_read_once_for_one_text(now: datetime) -> None:
    version = PolicyVersionFactory(number="7", since=now)
    assert queries.rulebook_of(version).number == "7"
    assert queries.rulebook_of(version) is queries.rulebook_with(version.digest)
    assert queries.rulebook_of(None) is queries.rulebook_with("") is EMPTY


@pytest.mark.parametrize("change", [{"source": "x"}, {"state": "draft"}, {"effective_at": None}])
def test_a_published_version_is_frozen_by_the_database(change: dict[str, object]) -> None:
    version = PolicyVersionFactory(number="7")
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).delete()


def test_dates_are_held_by_a_constraint() -> None:
    version = PolicyVersionFactory.build(number="7")
    version.effective_at = version.published_at - timedelta(days=1)
    with pytest.raises(Exception, match="ne précède pas sa publication"):
        version.validate_constraints()
