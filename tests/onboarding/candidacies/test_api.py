"""REST: candidacies read by key, what is confidential untold, drafts proposed and never deposited by a token."""

from typing import Any

import pytest
from django.test import Client

from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from portal.mail.models import OutgoingEmail
from portal.outbox.operations import deliver_due
from portal.tokens.scopes import Scope
from tests.factories.candidacies import CandidacyFactory, CandidacyVersionFactory, representative
from tests.factories.parties import DigitalServiceFactory, member
from tests.factories.tokens import bearer

pytestmark = pytest.mark.django_db
BASE = "/api/v1/candidacies"


def read(path: str, **parameters: str) -> Any:
    return Client().get(path, parameters, headers=bearer(Scope.CANDIDACIES_READ))


def propose(data: Any, *scopes: Scope) -> Any:
    headers = bearer(*(scopes or (Scope.CANDIDACIES_PROPOSE,)))
    return Client().post("/api/v1/candidacy-proposals", data, content_type="application/json", headers=headers)


def test_candidacies_are_read_by_key_and_filtered() -> None:
    rows = [CandidacyFactory(), CandidacyFactory(submitted=True), CandidacyFactory(direction="consumption")]
    first = read(BASE, limit="2").json()
    assert [item["reference"] for item in first["items"]] == [row.reference for row in rows[:2]]
    assert [item["reference"] for item in read(BASE, after=first["next"]).json()["items"]] == [rows[2].reference]
    assert [item["state"] for item in read(BASE, state="submitted").json()["items"]] == ["submitted"]
    assert len(read(BASE, direction="consumption").json()["items"]) == 1
    assert len(read(BASE, service=rows[0].service.reference).json()["items"]) == 1


@pytest.mark.parametrize("parameters", [{"state": "inventé"}, {"direction": "x"}, {"autre": "1"}, {"limit": "0"}])
def test_a_parameter_that_means_nothing_is_refused(parameters: dict[str, str]) -> None:
    assert read(BASE, **parameters).status_code == 400


@pytest.mark.parametrize("count", [1, 4])
def test_a_page_costs_the_same_whatever_it_holds(count: int, django_assert_num_queries: Any) -> None:
    for _ in range(count):
        CandidacyFactory()
    headers = bearer(Scope.CANDIDACIES_READ)
    with django_assert_num_queries(LIST_QUERIES):
        assert len(Client().get(BASE, headers=headers).json()["items"]) == count


LIST_QUERIES = 3


def test_one_candidacy_tells_its_answers_but_not_what_is_confidential() -> None:
    row = CandidacyFactory(submitted=True, justifications={"A": "Secret."}, confidential=["justifications"])
    CandidacyVersionFactory(candidacy=row, sha256="ab" * 32)
    told = read(f"{BASE}/{row.reference}").json()
    assert told["answers"]["purpose"] == "bed-availability"
    assert told["answers"]["justifications"] == "confidentiel"
    assert "Secret." not in str(told)
    assert told["versions"][0]["sha256"] == "ab" * 32
    assert read(f"{BASE}/C-1999-0001").status_code == 404


def test_a_draft_is_proposed_and_the_vendor_told() -> None:
    service = DigitalServiceFactory()
    member(service.owner)
    answers = {"purpose": "orientation", "user_roles": ["CU20", "CU20"], "data_wanted": ["beds"]}
    answer = propose({"service": service.reference, "direction": "consumption", "answers": answers})
    assert answer.status_code == 201
    made = Candidacy.objects.get()
    assert (made.state, made.opened_by, made.purpose, made.user_roles) == (State.DRAFT, None, "orientation", ["CU20"])
    deliver_due(made.opened_at)
    assert OutgoingEmail.objects.get().subject == f"Brouillon à relire : {service.name} ({made.reference})"
    again = propose({"service": service.reference, "direction": "consumption"})
    assert (again.status_code, "déjà une candidature" in again.json()["detail"]) == (422, True)
    page = Client()
    page.force_login(representative(made))
    assert page.get(f"/candidatures/{made.reference}/").status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"service": "S-1999-0001", "direction": "feeding"},
        {"direction": "feeding", "answers": {"purpose": "x" * 31}},
        {"direction": "ailleurs"},
        {"direction": "feeding", "answers": {"region_routes": {"84": "par avion"}}},
        {"direction": "feeding", "answers": {"user_roles": ["x"] * 61}},
        {"direction": "feeding", "space": "regional"},
    ],
)
def test_a_proposal_that_cannot_be_is_refused_and_leaves_nothing(data: dict[str, Any]) -> None:
    sent = {"service": DigitalServiceFactory().reference} | data if data else data
    assert propose(sent).status_code in (400, 422)
    assert not Candidacy.objects.exists()


def test_a_token_that_reads_proposes_nothing_and_the_contrary() -> None:
    sent = {"service": DigitalServiceFactory().reference, "direction": "feeding"}
    assert propose(sent, Scope.CANDIDACIES_READ).status_code == 403
    assert Client().get(BASE, headers=bearer(Scope.CANDIDACIES_PROPOSE)).status_code == 403
    assert Client().get(BASE).status_code == 401
