"""A certificate's page says which entries name it, and it cannot be retired while they live."""

import pytest

from policy.certificates import operations as certificates
from policy.certificates import queries as certificates_read
from policy.certificates.models import Certificate
from policy.whitelist import operations as whitelist
from portal.lifecycle.errors import Refused
from tests.factories.accounts import entered
from tests.factories.parties import member
from tests.factories.whitelist import approved, manager, ready_grant

pytestmark = pytest.mark.django_db


def test_a_living_entry_is_a_use_that_stops_a_retirement() -> None:
    grant = ready_grant()
    entry = approved(grant)
    held = Certificate.objects.get(service=grant.service)
    [use] = certificates_read.uses_of(held)
    assert entry.reference in use.label
    assert (use.is_blocking, use.establishments) == (True, len(entry.establishments))
    vendor = member(grant.holder)
    with pytest.raises(Refused, match=entry.reference):
        certificates.retire(held, by=vendor)
    assert entered(vendor).get(use.url).status_code == 200


def test_an_entry_that_ended_is_no_use() -> None:
    grant = ready_grant()
    entry = approved(grant)
    whitelist.withdraw(entry, grounds="Fin du service", by=manager())
    assert certificates_read.uses_of(Certificate.objects.get(service=grant.service)) == []
