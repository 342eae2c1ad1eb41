"""What the database itself refuses of an entry and of a publication, on both databases."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from policy.certificates.environments import Environment
from policy.grants.readiness import Origin
from policy.whitelist.lifecycle import State
from policy.whitelist.models import EntryCertificate, Publication, WhitelistEntry
from portal.accounts.roles import StaffRole
from tests.factories.accounts import PersonFactory
from tests.factories.grants import BEFORE, GrantFactory, agent
from tests.factories.parties import member
from tests.factories.whitelist import approved, proposed, ready_grant

pytestmark = pytest.mark.django_db


def entry(**changes: object) -> WhitelistEntry:
    """An unsaved production entry, copied from a ready right, with these changes."""
    grant = ready_grant()
    made = WhitelistEntry(
        reference="LB-000900",
        grant=grant,
        environment=Environment.PRODUCTION,
        url="https://lits.exemple.fr/",
        client_id="lits",
        effective_at=BEFORE,
        state=State.PROPOSED,
        proposed_by=PersonFactory(),
        proposed_at=BEFORE,
    )
    for column in grant.FROZEN:
        setattr(made, column, getattr(grant, column))
    for name, value in changes.items():
        setattr(made, name, value)
    return made


CONSUMING = {"direction": "consumption", "feeding_profiles": "", "access_profile": 2, "establishments": []}
REFUSED = {
    "no charter": ({"charter_signed_at": None}, "charte signée"),
    "no origin": ({"charter_origin": ""}, "charte signée"),
    "no tests": ({"tests_verified_at": None}, "tests vérifiés"),
    "no list": ({"list_digest": ""}, "liste confirmée"),
    "no establishment": ({"establishments": []}, "au moins un établissement"),
    "taken over but no establishment": ({"list_origin": Origin.TAKEN_OVER, "establishments": []}, "au moins un"),
    "consumer without attestation": (CONSUMING, "attestation d’un commanditaire"),
    "regional feeding": ({"region": "53"}, "national"),
    "no url": ({"url": ""}, "https://"),
    "http": ({"url": "http://lits.exemple.fr/"}, "https://"),
    "approved by nobody": ({"state": State.APPROVED}, "une fois approuvée"),
    "in force while proposed": ({"in_force_since": BEFORE}, "une fois approuvée"),
}


@pytest.mark.parametrize(("changes", "word"), REFUSED.values(), ids=list(REFUSED))
def test_an_entry_that_is_not_ready_is_refused_by_the_database_with_a_sentence(changes: dict, word: str) -> None:
    wrong = entry(**changes)
    with pytest.raises(ValidationError) as refused:
        wrong.validate_constraints()
    assert any(word in sentence for sentence in refused.value.messages)
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


KEPT = {
    "established": {},
    "tests taken over": {"tests_verified_at": None, "tests_origin": Origin.TAKEN_OVER},
    "charter not required": {"charter_signed_at": None, "charter_origin": Origin.NOT_REQUIRED},
    "list taken over": {"list_digest": "", "list_origin": Origin.TAKEN_OVER},
    "consumer": CONSUMING | {"customer_attestation_ref": "AC-1", "attestation_origin": Origin.ESTABLISHED},
    "sandbox": {"environment": Environment.SANDBOX, "charter_signed_at": None, "establishments": []},
}


@pytest.mark.parametrize("changes", KEPT.values(), ids=list(KEPT))
def test_an_entry_that_is_ready_is_kept(changes: dict) -> None:
    good = entry(**changes)
    good.validate_constraints()
    good.save()


def test_the_database_refuses_an_approver_who_proposed() -> None:
    wrong = entry(state=State.APPROVED, approved_at=BEFORE)
    wrong.approved_by = wrong.proposed_by
    with pytest.raises(ValidationError, match="ne peut pas l’approuver"):
        wrong.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


@pytest.mark.parametrize(
    "change",
    [{"url": "https://ailleurs.fr/"}, {"establishments": ["350054680"]}, {"access_profile": 1}, {"client_id": "x"}],
)
def test_what_an_entry_froze_never_changes(now: datetime, change: dict) -> None:
    kept = proposed(at=now)
    with pytest.raises(DatabaseError, match="écriture refusée"), transaction.atomic():
        WhitelistEntry.objects.filter(pk=kept.pk).update(**change)
    WhitelistEntry.objects.filter(pk=kept.pk).update(grounds="libre")


def test_a_publication_is_never_changed_nor_erased(now: datetime) -> None:
    approved(at=now)
    with pytest.raises(DatabaseError, match="écriture refusée"), transaction.atomic():
        Publication.objects.update(count=0)
    with pytest.raises(DatabaseError, match="écriture refusée"), transaction.atomic():
        Publication.objects.all().delete()
    with pytest.raises(DatabaseError, match="écriture refusée"), transaction.atomic():
        EntryCertificate.objects.update(fingerprint="0" * 64)
    assert Publication.objects.get().count == 1


def test_agents_see_all_entries_members_theirs_and_others_none(now: datetime) -> None:
    mine, other = proposed(at=now), proposed(at=now)
    seen = WhitelistEntry.objects.visible_to
    assert set(seen(agent(StaffRole.AUDITOR))) == {mine, other}
    assert list(seen(member(mine.grant.holder))) == [mine]
    assert list(seen(member(GrantFactory().holder))) == []
