"""Loading nomenclatures: one version in force by table, the others kept; the command, the pages."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import Refused
from portal.reference import operations, queries
from portal.reference.lifecycle import NomenclatureState
from portal.reference.models import Nomenclature, Region, TrustSpace
from tests.factories.accounts import AgentFactory
from tests.factories.parties import LegalEntityFactory, member, proved

pytestmark = pytest.mark.django_db


def table(*codes: str, release: str = "1", day: str = "2026-01-01", name: str = "TRE_R78_Essai") -> bytes:
    concept = [{"code": code, "display": f"Libellé {code}"} for code in codes]
    return orjson.dumps(
        {"resourceType": "CodeSystem", "name": name, "version": release, "date": day, "concept": concept}
    )


def load(data: bytes, now: datetime) -> Nomenclature:
    return operations.import_nomenclature(data, source_name="essai.json", by=None, at=now)


def test_import_puts_a_version_in_force_and_keeps_the_former(now: datetime) -> None:
    first = load(table("A", "B"), now)
    second = load(table("B", "C", release="2", day="2026-02-01"), now)
    first.refresh_from_db()
    assert (first.state, second.state) == (NomenclatureState.SUPERSEDED, NomenclatureState.IN_FORCE)
    assert queries.codes_of(["TRE_R78", "TRE_R1"]) == {"TRE_R78": frozenset("BC")}
    assert queries.labels_of("TRE_R78") == {"B": "Libellé B", "C": "Libellé C"}
    assert [one.release for one in queries.nomenclature_versions("TRE_R78")] == ["2", "1"]
    assert AuditEvent.objects.filter(action="nomenclatures.import").count() == 2
    assert AuditEvent.objects.filter(action="nomenclatures.supersede").count() == 1


def test_import_of_the_same_file_changes_nothing(now: datetime) -> None:
    assert load(table("A"), now) == load(table("A"), now)
    assert Nomenclature.objects.count() == 1


def test_import_refuses_an_older_file_and_what_is_none(now: datetime) -> None:
    load(table("A", day="2026-02-01"), now)
    with pytest.raises(Refused, match="plus ancien que la version en vigueur"):
        load(table("B", day="2026-01-01"), now)
    with pytest.raises(Refused, match="JSON lisible"):
        load(b"{", now)
    assert queries.codes_of(["TRE_R78"]) == {"TRE_R78": frozenset("A")}


def test_delivered_nomenclatures_are_loaded_once_and_never_over_a_later_one(now: datetime) -> None:
    load(table("CU99"), now)
    assert operations.load_delivered_nomenclatures(at=now) == 6
    assert operations.load_delivered_nomenclatures(at=now) == 0
    assert queries.codes_of(["TRE_R78"]) == {"TRE_R78": frozenset({"CU99"})}


def test_the_command_loads_a_file_or_says_why_not(tmp_path: Path) -> None:
    out, file = io.StringIO(), tmp_path / "TRE_R78.json"
    file.write_bytes(table("A", "B"))
    call_command("load_nomenclature", str(file), stdout=out)
    assert "2 codes en vigueur" in out.getvalue()
    file.write_bytes(b"{")
    with pytest.raises(CommandError, match="JSON lisible"):
        call_command("load_nomenclature", str(file))
    with pytest.raises(CommandError, match="ne peut pas être lu"):
        call_command("load_nomenclature", str(tmp_path / "absent.json"))


def browser(*roles: StaffRole) -> Any:
    return proved(AgentFactory(roles=list(roles)))


def test_pages_list_the_nomenclatures_and_their_codes(now: datetime, client: Any) -> None:
    load(table("A"), now)
    for person in (browser(StaffRole.REVIEWER), proved(member(LegalEntityFactory()))):
        assert "TRE_R78" in person.get("/referentiel/nomenclatures/").content.decode()
        assert "Libellé A" in person.get("/referentiel/nomenclatures/TRE_R78/").content.decode()
        assert person.get("/referentiel/nomenclatures/TRE_R1/").status_code == 404
    assert client.get("/referentiel/nomenclatures/").status_code == 302


def test_an_administrator_loads_a_file_and_nobody_else(now: datetime) -> None:
    path = "/referentiel/nomenclatures/charger/"
    assert browser(StaffRole.REVIEWER).get(path).status_code == 403
    administrator = browser(StaffRole.ADMINISTRATOR)
    assert administrator.get(path).status_code == 200
    wrong = administrator.post(path, {"file": SimpleUploadedFile("x.json", b"{")})
    assert "JSON lisible" in wrong.content.decode()
    good = administrator.post(path, {"file": SimpleUploadedFile("x.json", table("A"))})
    assert (good.status_code, good["Location"]) == (302, "/referentiel/nomenclatures/TRE_R78/")


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_queries_whatever_its_length(
    number: int, now: datetime, django_assert_num_queries: Any
) -> None:
    for rank in range(number):
        load(table("A", name=f"TRE_R{rank + 100}_X"), now)
    person = browser(StaffRole.REVIEWER)
    person.get("/referentiel/nomenclatures/")
    with django_assert_num_queries(3):
        person.get("/referentiel/nomenclatures/")


def test_regions_and_categories_follow_the_version_in_force(now: datetime) -> None:
    assert len(queries.region_names()) == 18  # as delivered
    assert "355" in queries.covered_categories(now.date())
    operations.list_regions(at=now)
    load(table("84", "99", name="TRE_R30_RegionOM"), now)
    assert queries.region_names() == {"84": "Libellé 84", "99": "Libellé 99"}
    assert Region.objects.get(code="84").name == "Libellé 84"
    assert Region.objects.get(code="11").name == "Île-de-France"  # a region that left keeps its name: rights bear it
    assert TrustSpace.objects.get(code="regional-99").region.name == "Libellé 99"
    load(table("462", name="JDV_J55_CategorieEG_ROR"), now)
    assert queries.covered_categories(now.date()) == {"462"}


def test_a_withdrawn_region_is_neither_listed_nor_offered_and_who_chose_it_sees_it(now: datetime) -> None:
    withdrawn = {"code": "98", "display": "Ancienne", "property": [{"code": "dateFin", "valueDateTime": "2016-01-01"}]}
    held = {"code": "84", "display": "Auvergne"}
    file = {
        "resourceType": "CodeSystem",
        "name": "TRE_R30_RegionOM",
        "date": "2026-01-01",
        "concept": [withdrawn, held],
    }
    load(orjson.dumps(file), now)
    assert not Region.objects.filter(code="98").exists()
    assert Region.objects.filter(code="84").exists()
    assert queries.region_names() == {"98": "Ancienne", "84": "Auvergne"}
    assert queries.regions_at(now.date()) == {"84": "Auvergne"}
    assert queries.regions_at(now.date(), chosen=["", "84", "98"]) == {
        "84": "Auvergne",
        "98": "Ancienne (retirée de la nomenclature)",
    }
    assert "98" in queries.regions_at(date(2015, 12, 31))


@pytest.mark.parametrize("wrong", [{"code": "840"}, {"code": "8/"}, {"code": "85", "display": "x" * 61}])
def test_what_cannot_be_a_region_is_refused_by_its_code_and_changes_nothing(now: datetime, wrong: Any) -> None:
    file = {"resourceType": "CodeSystem", "name": "TRE_R30_RegionOM", "concept": [{"code": "84"}, wrong]}
    page = browser(StaffRole.ADMINISTRATOR)
    answer = page.post(
        "/referentiel/nomenclatures/charger/", {"file": SimpleUploadedFile("x.json", orjson.dumps(file))}
    )
    assert f"« {wrong['code']} »" in answer.content.decode()
    assert not Nomenclature.objects.exists()
    assert not Region.objects.exists()
