"""Loading the register: only changes are written, nothing is half done; regions and their sheets."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import StaffAssignment, User
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import NotPermitted, Refused, Stale
from portal.reference import operations as reference
from portal.reference.lifecycle import VersionState
from portal.reference.models import Establishment, Region, RegisterVersion, TrustSpace
from portal.reference.spaces import FeedingRoute, SpaceKind
from tests.factories.reference import number, stock, stock_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(now: datetime) -> User:
    user = User.objects.create_user("admin@exemple.fr")
    StaffAssignment.objects.create(user=user, role=StaffRole.ADMINISTRATOR, since=now)
    return user


def load(*lines: str, day: str = "2026-02-01", by: User | None = None, **options: bool) -> RegisterVersion:
    return reference.import_register(stock(*lines, day=day), source_name="stock.csv", by=by, **options)


def hundred(**changes: str) -> list[str]:
    return [stock_line(number(rank), **changes) for rank in range(1, 101)]


def test_first_import_writes_every_line_with_its_region(now: datetime) -> None:
    version = reference.import_register(stock(*hundred()), source_name="stock.csv", by=None, at=now)
    assert (version.added_count, version.read_count, version.state) == (100, 100, VersionState.IN_FORCE)
    assert version.imported_at == now
    row = Establishment.objects.get(finess=number(1))
    assert (row.region, row.city, row.siret, row.closed_at) == ("84", "VIRIAT", "26010004500012", None)
    assert AuditEvent.objects.get().action == "register.import"


def test_import_of_the_same_file_changes_nothing() -> None:
    first = load(*hundred())
    assert load(*hundred()).pk == first.pk
    assert RegisterVersion.objects.count() == 1


def test_import_writes_only_what_changed_and_supersedes_the_former() -> None:
    former = load(*hundred())
    lines = hundred()
    lines[0] = stock_line(number(1), name="NOUVEAU NOM", siret="")
    version = load(*lines[:-1], stock_line(number(200)), day="2026-03-01")
    assert (version.added_count, version.changed_count, version.closed_count) == (1, 1, 1)
    former.refresh_from_db()
    assert former.state == VersionState.SUPERSEDED
    changed = Establishment.objects.get(finess=number(1))
    assert (changed.name, changed.siret) == ("NOUVEAU NOM", None)
    closed = Establishment.objects.get(finess=number(100))
    assert closed.closed_at == datetime(2026, 2, 28, 23, 0, tzinfo=UTC)
    assert closed.closed_on() == date(2026, 3, 1)


def test_import_reopens_what_comes_back() -> None:
    load(*hundred())
    load(*hundred()[:-1], day="2026-03-01")
    version = load(*hundred(), day="2026-04-01")
    assert (version.reopened_count, version.closed_count) == (1, 0)
    assert Establishment.objects.get(finess=number(100)).closed_at is None


def test_import_closes_nothing_for_a_line_it_could_not_read() -> None:
    load(*hundred())
    version = load(*hundred()[:-1], f"structureet;{number(100)};trois", day="2026-03-01")
    assert (version.fault_count, version.closed_count) == (1, 0)
    assert version.faults[0]["line"] == 101
    assert Establishment.objects.open().count() == 100


def test_import_that_shrinks_the_register_needs_a_confirmation() -> None:
    load(*hundred())
    with pytest.raises(Refused, match="fermerait 3 des 100"):
        load(*hundred()[:-3], day="2026-03-01")
    assert Establishment.objects.open().count() == 100
    assert RegisterVersion.objects.get().state == VersionState.IN_FORCE
    assert load(*hundred()[:-3], day="2026-03-01", confirm_shrink=True).closed_count == 3


def test_import_of_an_older_register_is_refused() -> None:
    load(*hundred())
    with pytest.raises(Refused, match="plus ancien que le registre en vigueur"):
        load(*hundred()[:-1], day="2026-01-01")
    assert Establishment.objects.open().count() == 100


def test_import_of_something_else_is_refused_in_french() -> None:
    with pytest.raises(Refused, match="n’est pas une extraction"):
        reference.import_register(b"bonjour", source_name="x", by=None)


def test_import_costs_the_same_for_one_change_and_for_three() -> None:
    load(*hundred())
    costs = []
    for day, count in (("2026-03-01", 1), ("2026-04-01", 3)):
        lines = [stock_line(number(rank), name=f"NOM {count}") for rank in range(1, count + 1)] + hundred()[count:]
        with CaptureQueriesContext(connection) as queries_made:
            load(*lines, day=day)
        costs.append(len(queries_made))
    assert costs[0] == costs[1] < 30


def test_import_by_a_person_needs_the_administrator(administrator: User) -> None:
    assert load(*hundred(), by=administrator).imported_by == administrator
    with pytest.raises(NotPermitted):
        load(*hundred()[:-1], day="2026-03-01", by=User.objects.create_user("autre@exemple.fr"))


def test_list_regions_makes_regions_and_spaces_once() -> None:
    assert reference.list_regions() == 18
    assert reference.list_regions() == 0
    assert TrustSpace.objects.count() == 19
    assert TrustSpace.objects.get(code="national").label == "Espace de confiance national"
    assert TrustSpace.objects.get(kind=SpaceKind.REGIONAL, region__code="53").label == "Espace régional Bretagne"


def test_a_regional_space_names_its_region() -> None:
    with pytest.raises(Exception, match="trust_space_region"):
        TrustSpace.objects.create(code="x", kind=SpaceKind.REGIONAL)


def test_describe_region_keeps_contacts_and_refuses_a_stale_version(administrator: User) -> None:
    reference.list_regions()
    region = Region.objects.get(code="53")
    contacts = {"ars_name": "ARS Bretagne", "grades_name": "e-santé Bretagne", "grades_email": "ror@exemple.fr"}
    described = {"feeding_route": FeedingRoute.EAI, "route_since_date": date(2025, 1, 1), "contacts": contacts}
    reference.describe_region(region, by=administrator, version=region.version, **described)
    region.refresh_from_db()
    assert (region.feeding_route, region.grades_email, region.version) == ("eai", "ror@exemple.fr", 2)
    with pytest.raises(Stale):
        reference.describe_region(region, by=administrator, version=1, **described)
    with pytest.raises(NotPermitted):
        reference.describe_region(region, by=User.objects.create_user("x@exemple.fr"), version=2, **described)
