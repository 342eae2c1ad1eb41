"""A certificate may name the third party on whose behalf the service declared to act (settled question 13)."""

from datetime import timedelta

import pytest

from policy.certificates import operations, queries
from policy.certificates.checks import Outcome
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import Certificate, ThirdParty
from portal.lifecycle.errors import Refused
from portal.parties.models import DigitalService
from tests.factories.certificates import AT, issued, trusting, vendor_service
from tests.factories.parties import member
from tests.factories.reference import EstablishmentFactory

pytestmark = pytest.mark.django_db
REGION = "20005376700014"  # a SIRET whose key is right
NIGHT = AT + timedelta(hours=17)


@pytest.fixture
def service() -> DigitalService:
    trusting()
    return vendor_service()


def named(service: DigitalService, number: str, source: str = "C-2026-0007") -> None:
    operations.name_third_party(service, source=source, name="Région d’essai", number=number, at=AT)


def declared(service: DigitalService, unit: str, **changes: object) -> Certificate:
    data = issued(identifier=unit, common_name=f"ror.{unit}", **changes)
    return operations.declare(service, environment=Environment.PRODUCTION, data=data, by=member(service.owner), at=AT)


def identity(certificate: Certificate) -> tuple[str, str]:
    certificate.refresh_from_db()
    check = next(one for one in queries.verdict(certificate, at=NIGHT).checks if one.name == "identity")
    return check.outcome, check.sentence


@pytest.mark.parametrize(
    ("number", "unit"),
    [
        (REGION, f"3{REGION}"),
        ("200 053 767 00014", f"3{REGION}"),
        (REGION, "2200053767"),  # the SIREN of the SIRET
        ("200053767", f"3{REGION}"),
        ("350000022", "1350000022"),  # a legal entity of the register
        ("350000022", "1350054680"),  # one of its establishments
        ("350054680", "1350000022"),
    ],
)
def test_the_number_of_the_third_party_is_accepted(service: DigitalService, number: str, unit: str) -> None:
    EstablishmentFactory(finess="350054680", finess_ej="350000022")
    with pytest.raises(Refused, match="structure titulaire"):
        declared(service, unit)
    named(service, number)
    outcome, sentence = identity(declared(service, unit))
    assert outcome is Outcome.GOOD
    assert "Région d’essai, tiers déclaré dans la demande C-2026-0007" in sentence


@pytest.mark.parametrize("unit", ["3552100554" + "00013", "2552100554", f"0{REGION[:9]}", "3" + REGION[:-1] + "5"])
def test_nobody_else_is(service: DigitalService, unit: str) -> None:
    named(service, REGION)
    with pytest.raises(Refused, match="structure titulaire"):
        declared(service, unit)
    assert identity(declared(service, "318751275100020"))[0] is Outcome.GOOD  # the vendor still is


def test_the_remedy_names_both(service: DigitalService) -> None:
    named(service, REGION)
    with pytest.raises(operations.NotAcceptable) as refused:
        declared(service, "2552100554")
    remedy = next(check.remedy for check in refused.value.checks if check.name == "identity")
    assert service.owner.name in remedy
    assert "Région d’essai" in remedy


def test_what_names_nobody_is_not_kept_and_a_request_may_change_its_mind(service: DigitalService) -> None:
    for number in ("", "123456789", "REGION"):
        named(service, number)
        assert not ThirdParty.objects.exists()
    named(service, REGION)
    named(service, REGION)
    named(service, "350000022", source="C-2026-0008")
    assert ThirdParty.objects.count() == 2
    named(service, "")
    assert ThirdParty.objects.get().source == "C-2026-0008"


def test_the_nightly_reading_finds_a_third_party_that_is_no_more(service: DigitalService) -> None:
    named(service, REGION)
    held = declared(service, f"3{REGION}")
    assert operations.review_all(at=NIGHT).faulty_count == 0
    named(service, "")
    assert operations.review_all(at=NIGHT + timedelta(days=1)).faulty_count == 1
    assert identity(held)[0] is Outcome.BAD


def test_in_test_the_key_of_the_number_alone_counts(service: DigitalService) -> None:
    data = issued(Hierarchy.TEST, identifier="300000000077081", common_name="essai")
    made = operations.declare(service, environment=Environment.SANDBOX, data=data, by=member(service.owner), at=AT)
    assert identity(made)[0] is Outcome.UNAVAILABLE
