"""Visibility and invariants of certificates."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from policy.certificates import queries
from policy.certificates.environments import Environment, Hierarchy, from_slug
from policy.certificates.models import Certificate, NameHolding
from tests.factories.accounts import AgentFactory, PersonFactory
from tests.factories.certificates import AT, BORN, CertificateFactory
from tests.factories.parties import LegalEntityFactory, MembershipFactory, member

pytestmark = pytest.mark.django_db


def test_visible_to_agents_members_and_nobody_else() -> None:
    held = CertificateFactory()
    former = MembershipFactory(legal_entity=held.service.owner, ended=True).user
    for person, seen in (
        (AgentFactory(), 1),
        (member(held.service.owner), 1),
        (member(LegalEntityFactory()), 0),
        (former, 0),
        (PersonFactory(), 0),
    ):
        assert Certificate.objects.visible_to(person).count() == seen


@pytest.mark.parametrize(
    "changes",
    [
        {"hierarchy": Hierarchy.TEST},
        {"not_after": BORN - timedelta(seconds=1)},
        {"retired_at": AT},
        {"state": "retired"},
    ],
)
def test_invariants_hold_in_the_database(changes: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateFactory(**changes)


@pytest.mark.parametrize("shared", [["fingerprint"], ["serial"], ["reference"]])
def test_uniqueness_holds_in_the_database(shared: list[str]) -> None:
    held = CertificateFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateFactory(**{name: getattr(held, name) for name in shared})


def test_name_has_one_holder_per_environment() -> None:
    held = CertificateFactory()
    twin = {"environment": held.environment, "dn_digest": held.dn_digest, "since": AT, "service": held.service}
    with pytest.raises(IntegrityError), transaction.atomic():
        NameHolding.objects.create(**twin)
    NameHolding.objects.create(**(twin | {"environment": Environment.SANDBOX}))


def test_usable_covers_both_ends_of_the_dates_and_no_retired_one() -> None:
    held = CertificateFactory()
    CertificateFactory(service=held.service, retired=True)
    CertificateFactory(service=held.service, sandbox=True)
    for at, found in (
        (held.not_before, [held]),
        (held.not_after, [held]),
        (held.not_before - timedelta(seconds=1), []),
        (held.not_after + timedelta(seconds=1), []),
    ):
        assert list(queries.usable(held.service, Environment.PRODUCTION, at=at)) == found


def test_expiring_before_an_instant() -> None:
    held = CertificateFactory()
    assert list(Certificate.objects.expiring(held.not_after + timedelta(days=1))) == [held]
    assert not Certificate.objects.expiring(held.not_after).exists()


@pytest.mark.parametrize(
    ("slug", "environment"),
    [("bac-a-sable", Environment.SANDBOX), ("production", Environment.PRODUCTION), ("PRODUCTION", None), ("", None)],
)
def test_environment_by_its_word_in_the_url(slug: str, environment: Environment | None) -> None:
    assert from_slug(slug) is environment
    if environment:
        assert environment.slug == slug
