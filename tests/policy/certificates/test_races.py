"""Two vendors, one certificate or one name, at the same instant: exactly one owns it, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from policy.certificates import operations
from policy.certificates.environments import Environment
from policy.certificates.models import Certificate, NameHolding
from portal.lifecycle.errors import Refused
from portal.parties.models import DigitalService
from tests.factories.certificates import AT, issued, trusting, vendor_service
from tests.factories.parties import DigitalServiceFactory, LegalEntityFactory, member

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def contender(service: DigitalService, data: bytes, start: Barrier) -> Callable[[], str]:
    person = member(service.owner)

    def run() -> str:
        start.wait(timeout=20)
        try:
            return operations.declare(
                service, environment=Environment.PRODUCTION, data=data, by=person, at=AT
            ).reference
        except Refused as refusal:
            return refusal.sentence
        finally:
            connection.close()

    return run


@pytest.mark.parametrize("same", ["certificate", "name"])
def test_exactly_one_vendor_owns_it(same: str) -> None:
    trusting()
    one = vendor_service()
    owner = LegalEntityFactory(siren="", finess_ej="350000022", siret="18751275100020")
    other = DigitalServiceFactory(owner=owner)
    for number in range(ROUNDS):
        first = issued(common_name=f"ror-{number}")
        second = first if same == "certificate" else issued(common_name=f"ror-{number}")
        start = Barrier(2)
        runs = [contender(one, first, start), contender(other, second, start)]
        with ThreadPoolExecutor(2) as pool:
            said = [future.result() for future in [pool.submit(run) for run in runs]]
        won = [text for text in said if text.startswith("CE-")]
        assert len(won) == 1, said
        assert Certificate.objects.count() == NameHolding.objects.count() == number + 1
        assert all("contactez l’agence" in text for text in said if text not in won)


@pytest.mark.slow
def test_two_hundred_registrations_of_one_name_have_one_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten at a time, each vendor with a certificate of its own: one holding, and no other vendor is told of it."""
    from policy.certificates import inspection, isolation

    trusting()
    monkeypatch.setattr(isolation, "inspect", inspection.inspect)  # the bounded child is not what races here
    owners = [vendor_service()]
    for number in range(9):
        owner = LegalEntityFactory(siren="", finess_ej=f"35000{number:04d}", siret="18751275100020")
        owners.append(DigitalServiceFactory(owner=owner))
    data = [issued() for _ in range(200)]
    start = Barrier(10)

    def batch(number: int) -> list[str]:
        person, said = member(owners[number].owner), []
        start.wait(timeout=30)
        for one in data[number::10]:
            try:
                made = operations.declare(
                    owners[number], environment=Environment.PRODUCTION, data=one, by=person, at=AT
                )
                said.append(made.reference)
            except Refused as refusal:
                said.append(refusal.sentence)
        connection.close()
        return said

    with ThreadPoolExecutor(10) as pool:
        said = list(pool.map(batch, range(10)))
    winners = [number for number, texts in enumerate(said) if any(text.startswith("CE-") for text in texts)]
    assert len(winners) == 1, said
    assert all(text.startswith("CE-") for text in said[winners[0]])
    assert NameHolding.objects.get().service_id == owners[winners[0]].pk
    assert Certificate.objects.count() == 20
    assert all("contactez l’agence" in text for n, texts in enumerate(said) if n != winners[0] for text in texts)
