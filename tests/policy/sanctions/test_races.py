"""A right granted while the suspension of its service is being lifted: it is never left closed by what is over."""

import threading
import time

import pytest
from django.db import transaction

from policy.grants.models import Restriction
from policy.sanctions import operations
from policy.sanctions.extent import Extent
from policy.sanctions.lifecycle import State
from policy.sanctions.models import Sanction
from tests.factories.at_once import at_once
from tests.factories.sanctions import LATER, in_force, in_production
from tests.factories.whitelist import manager, ready_grant

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_right_granted_while_its_suspension_is_lifted_stays_open() -> None:
    grant, lifter, keeper = in_production(), manager(), manager()
    measure = in_force(grant, extent=Extent.SERVICE)
    operations.propose_lifting(measure, grounds="En règle.", by=keeper, at=LATER)
    other = ready_grant(service=grant.service, direction="consumption", feeding_profiles="", access_profile=2)
    lifted = threading.Event()

    def lift() -> None:
        with transaction.atomic():
            operations.lift(Sanction.objects.get(), by=lifter, at=LATER)
            lifted.set()
            time.sleep(0.5)  # not committed yet: who reads now sees it in force

    def cover() -> None:
        assert lifted.wait(timeout=20)
        operations.cover(other, by=keeper, at=LATER)

    assert at_once(lift, cover) == []
    assert Sanction.objects.get().state == State.LIFTED
    assert not Restriction.objects.standing().exists()
