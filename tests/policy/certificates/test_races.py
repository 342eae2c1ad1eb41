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
