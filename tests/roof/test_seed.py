"""A small filling holds every constraint, is published whole, and is the same each time."""

import itertools
from datetime import datetime

import pytest

from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from onboarding.establishments.models import ListLine
from policy.certificates.models import Certificate
from policy.whitelist import operations as whitelist
from policy.whitelist.models import Publication, WhitelistEntry
from portal.accounts.models import User
from portal.audit import queries as audit
from portal.demo.crowd import filling, numbers
from portal.demo.crowd.requests import SHARES
from portal.demo.crowd.world import Sizes
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import next_reference
from portal.parties.models import DigitalService
from portal.reference import finess
from portal.reference.models import Establishment

SMALL = Sizes(services=120, establishments=190, vendors=30, largest_list=20)


@pytest.mark.slow
@pytest.mark.django_db
def test_filling_makes_the_sizes_asked_for_in_one_consistent_journal(now: datetime) -> None:
    world = filling.fill(SMALL, now=now)
    assert (DigitalService.objects.count(), Establishment.objects.count()) == (120, 190)
    report = audit.verify()
    assert report.holds
    assert report.count >= len(world.events)
    assert {state for state, _ in SHARES} <= set(Candidacy.objects.values_list("state", flat=True)) | {State.COMPLETE}


@pytest.mark.slow
@pytest.mark.django_db
def test_every_row_of_a_filling_passes_its_own_constraints(now: datetime) -> None:
    filling.fill(SMALL, now=now)
    for model in (Candidacy, WhitelistEntry, Certificate, DigitalService, User):
        for row in model._default_manager.all():
            row.validate_constraints()


@pytest.mark.slow
@pytest.mark.django_db
def test_every_entry_in_force_is_published(now: datetime) -> None:
    filling.fill(SMALL, now=now)
    published = Publication.objects.get(environment="production")
    assert published.set_aside == []
    assert published.count == WhitelistEntry.objects.in_force().count() > 40
    assert ListLine.objects.good().count() == ListLine.objects.count() > 200
    entry = WhitelistEntry.objects.in_force().filter(state="approved").first()
    assert entry
    whitelist.suspend(entry, grounds="Essai", by=User.objects.get(email="proposer@agence.invalid"), at=now)
    assert Publication.objects.filter(environment="production").count() == 2


@pytest.mark.slow
@pytest.mark.django_db
def test_numbering_goes_on_after_a_filling(now: datetime) -> None:
    filling.fill(SMALL, now=now)
    reference = next_reference("C", now)
    assert not Candidacy.objects.filter(reference=reference).exists()


@pytest.mark.slow
@pytest.mark.django_db
def test_the_same_seed_fills_the_same_way_and_another_one_differently(now: datetime) -> None:
    sizes = Sizes(services=12, establishments=30, vendors=4, largest_list=5)
    assert _told(sizes, now, 1) == _told(sizes, now, 1) != _told(sizes, now, 2)


def _told(sizes: Sizes, now: datetime, seed: int) -> list[tuple[object, ...]]:
    from django.db import transaction

    with transaction.atomic():
        filling.fill(sizes, now=now, seed=seed)
        rows = list(Candidacy.objects.order_by("pk").values_list("reference", "state", "opened_at"))
        rows += list(Certificate.objects.order_by("pk").values_list("serial", "subject", "not_after"))
        transaction.set_rollback(True)
    return rows


@pytest.mark.django_db
def test_a_portal_in_use_is_not_filled(now: datetime) -> None:
    User.objects.create_user("somebody@exemple.fr")
    with pytest.raises(Refused):
        filling.fill(SMALL, now=now)


def test_invented_numbers_have_valid_keys() -> None:
    assert all(_luhn(numbers.siren(rank)) for rank in range(50))
    made = dict(numbers.establishments(200, ["01", "75", "2A"]))
    assert len(made) == 200
    assert all(finess.is_valid(number) for number in made)


def _luhn(number: str) -> bool:
    doubled = itertools.cycle([False, True])
    digits = [
        sum(divmod(2 * int(character), 10)) if twice else int(character)
        for character, twice in zip(reversed(number), doubled, strict=False)
    ]
    return sum(digits) % 10 == 0


def test_the_first_vendor_owns_as_many_services_as_asked_and_a_fifth_at_most() -> None:
    def owned(services: int, largest: int) -> int:
        sizes = Sizes(services=services, vendors=30, largest_vendor=largest)
        return sum(sizes.owner_of(rank) == 0 for rank in range(services))

    assert owned(10_000, 200) == 200
    assert owned(100, 200) == 20
