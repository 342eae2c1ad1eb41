"""Importing and publishing: drafts may be replaced, a published version is frozen, dates decide what is in force."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from policy.profiles import operations, queries
from policy.profiles.lifecycle import State
from policy.profiles.models import PolicyVersion
from policy.profiles.rulebook import EMPTY
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
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
        (shipped().replace('profiles = ["A"]', 'profiles = ["C"]').encode(), "Ligne 2.., règle « ALIM-A » : .* « C »"),
    ],
)
def test_import_rulebook_refuses_what_is_no_policy_and_keeps_nothing(data: bytes, sentence: str, now: datetime) -> None:
    with pytest.raises(Refused, match=sentence):
        operations.import_rulebook(data, by=None, at=now)
    assert not PolicyVersion.objects.exists()


def test_import_rulebook_is_for_the_policy_manager(now: datetime) -> None:
    with pytest.raises(NotPermitted):
        operations.import_rulebook(shipped(), by=agent(StaffRole.WHITELIST_MANAGER), at=now)


@pytest.mark.parametrize("days", [-30, 30])
def test_publish_takes_effect_on_its_date_but_never_before_now(days: int, now: datetime) -> None:
    wished = (now + timedelta(days=days)).date()
    version = operations.import_rulebook(shipped(effective=wished), by=None, at=now)
    operations.publish(version, by=agent(StaffRole.POLICY_MANAGER), at=now)
    midnight = datetime(wished.year, wished.month, wished.day, tzinfo=operations.PARIS)
    assert version.effective_at == max(midnight, now)
    assert version.published_at == now


def test_publish_cannot_be_done_twice(now: datetime) -> None:
    version = operations.install_shipped(at=now)
    with pytest.raises(MoveNotAllowed):
        operations.publish(version, by=None, at=now)


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
