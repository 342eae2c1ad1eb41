"""User roles in the request: those of the nomenclature in force, as the policy in force reads them."""

from datetime import datetime
from typing import Any

import orjson
import pytest

from onboarding.candidacies import queries
from onboarding.candidacies.models import Candidacy
from policy.profiles import cell_edit, rulebook_file, rulebook_text
from portal.reference import operations as reference
from portal.reference.models import Nomenclature
from tests.factories.candidacies import CandidacyFactory, representative
from tests.factories.parties import proved
from tests.factories.profiles import PolicyVersionFactory, shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Candidacy:
    return CandidacyFactory(direction="consumption")


def offered(draft: Candidacy) -> str:
    """The page on which the roles are chosen."""
    page = proved(representative(draft)).get(f"/candidatures/{draft.reference}/usages/")
    assert page.status_code == 200
    return str(page.content.decode())


def load(now: datetime, *concepts: dict[str, Any]) -> Nomenclature:
    held = {
        "resourceType": "ValueSet",
        "name": "JDV_J68-ProfilAccesReferentiel-ROR",
        "version": "2",
        "date": "2026-06-01",
    }
    data = orjson.dumps({**held, "compose": {"include": [{"concept": list(concepts)}]}})
    return reference.import_nomenclature(data, source_name="jdv.json", by=None, at=now)


def test_the_request_offers_the_roles_delivered_until_a_nomenclature_is_loaded(draft: Candidacy) -> None:
    page = offered(draft)
    assert "CU20 – Coordination sanitaire et médico-sociale" in page
    assert "CU22 – Régulation de soins non programmés" in page


def test_the_request_follows_the_nomenclature_in_force(draft: Candidacy, now: datetime) -> None:
    load(now, {"code": "CU20", "display": "Coordination, libellé de 2026"}, {"code": "CU31", "display": "Rôle nouveau"})
    page = offered(draft)
    assert "CU20 – Coordination, libellé de 2026" in page
    assert "CU31 – Rôle nouveau" in page
    assert "CU22" not in page


def test_a_role_of_the_later_nomenclature_completes_the_request(draft: Candidacy, now: datetime) -> None:
    draft.user_roles = ["CU31"]
    lacking = {one.label for one in queries.missing(draft)}
    load(now, {"code": "CU31", "display": "Rôle nouveau"})
    assert {one for one in lacking - {one.label for one in queries.missing(draft)} if "rôle d’utilisateur" in one}


def test_a_role_withdrawn_since_is_still_seen(draft: Candidacy, now: datetime) -> None:
    Candidacy.objects.filter(pk=draft.pk).update(user_roles=["CU24"])
    load(now, {"code": "CU20", "display": "Coordination"})
    assert "(retiré de la nomenclature)" in offered(draft)


def test_the_request_names_cu20_as_the_agency_reads_it(draft: Candidacy) -> None:
    book = cell_edit.settle(rulebook_file.read(shipped()), "role-cu20", "platines", confirmed=True)
    PolicyVersionFactory(source=rulebook_text.write(book))
    page = offered(draft)
    assert "CU20 – Orientation sanitaire et médico-sociale (lecture de PLATINES)" in page
    assert "CU20 – Coordination" not in page
