"""What each decision granted stays as it was granted: the first terms, then those of each amendment."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from policy.grants import operations
from policy.grants.models import Grant, GrantedTerms
from policy.profiles import operations as profiles
from policy.profiles import queries as profiles_read
from portal.accounts.roles import StaffRole
from tests.factories.grants import agent
from tests.factories.parties import NOW, DigitalServiceFactory, member, proved

pytestmark = pytest.mark.django_db


def granted() -> Grant:
    profiles.install_shipped(at=NOW)
    return operations.grant(
        DigitalServiceFactory(),
        direction="feeding",
        feeding_profiles=["A"],
        decision_reference="D-2026-0001",
        decided_at=NOW,
        by=agent(StaffRole.SECRETARY),
        at=NOW,
    )


def told(grant: Grant) -> list[tuple[int, str, str, str]]:
    rows = GrantedTerms.objects.filter(grant=grant)
    return list(rows.values_list("number", "feeding_profiles", "decision_reference", "policy_version"))


def test_an_amendment_adds_its_terms_and_leaves_the_former_ones() -> None:
    grant = granted()
    version = profiles_read.in_force(NOW)
    assert version
    operations.amend(
        grant, feeding_profiles=["A", "B"], decision_reference="D-2026-0002", by=agent(StaffRole.SECRETARY), at=NOW
    )
    assert told(grant) == [
        (1, "A", "D-2026-0001", version.number),
        (2, "AB", "D-2026-0002", version.number),
    ]
    page = proved(member(grant.holder)).get(f"/habilitations/{grant.reference}/").text
    assert "Ce que chaque décision a accordé" in page
    assert "D-2026-0002" in page


def test_terms_are_never_rewritten_nor_erased() -> None:
    grant = granted()
    with pytest.raises(DatabaseError), transaction.atomic():
        GrantedTerms.objects.filter(grant=grant).update(feeding_profiles="B")
    with pytest.raises(DatabaseError), transaction.atomic():
        GrantedTerms.objects.filter(grant=grant).delete()


def test_an_amendment_to_another_profile_follows_how_it_proves_itself() -> None:
    profiles.install_shipped(at=NOW)
    grant = operations.grant(
        DigitalServiceFactory(),
        direction="consumption",
        access_profile=0,
        decision_reference="D-2026-0001",
        decided_at=NOW,
        by=agent(StaffRole.SECRETARY),
        at=NOW,
    )
    secret = [str(one) for one in profiles_read.by_secret(NOW)]
    operations.amend(grant, access_profile=2, decision_reference="D-2026-0002", by=agent(StaffRole.SECRETARY), at=NOW)
    assert grant.by_secret == ("2" in secret)
    assert list(GrantedTerms.objects.values_list("by_secret", flat=True)) == ["0" in secret, "2" in secret]


def test_what_was_taken_over_stays_readable_once_amended() -> None:
    profiles.install_shipped(at=NOW)
    grant = operations.take_over(
        DigitalServiceFactory(),
        direction="feeding",
        feeding_profiles=["A"],
        decision_reference="CR 2023-04-02",
        decided_at=NOW - timedelta(days=900),
        production_url="https://lits.exemple.fr/ror",
        source="Reprise RP-2026-0001",
        by=agent(StaffRole.WHITELIST_MANAGER),
        at=NOW,
    )
    assert told(grant) == []
    for number in (1, 2):
        operations.amend(
            grant,
            feeding_profiles=["A", "B"],
            decision_reference=f"D-2026-000{number}",
            by=agent(StaffRole.SECRETARY),
            at=NOW,
        )
    assert [row[:3] for row in told(grant)] == [
        (1, "A", "CR 2023-04-02"),
        (2, "AB", "D-2026-0001"),
        (3, "AB", "D-2026-0002"),
    ]
    assert grant.terms.first().decided_at == NOW - timedelta(days=900)
