"""The agency's moves over the web: who may, wrong state, wrong input, one effect per form."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, FieldComment
from portal.accounts.roles import StaffRole
from portal.outbox.models import OutboxMessage
from tests.factories.accounts import AgentFactory, entered
from tests.factories.candidacies import CandidacyFactory, FieldCommentFactory, answer_grid, representative, reviewer

pytestmark = pytest.mark.django_db
VERBS = ["prendre/", "commenter/", "eligibilite/", "renvoyer/", "completer/"]
STATE_OF = {"prendre/": "submitted"}  # the others leave the state « under review »


@pytest.fixture
def agent() -> Client:
    return entered(reviewer())


@pytest.fixture
def reviewed() -> Candidacy:
    return CandidacyFactory(under_review=True)


def page(candidacy: Candidacy, verb: str = "") -> str:
    return f"/candidatures/{candidacy.reference}/{verb}"


def text_of(response: Any) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


@pytest.mark.parametrize("verb", VERBS)
def test_a_move_of_the_agency_has_its_page(agent: Client, verb: str) -> None:
    candidacy = CandidacyFactory(**{STATE_OF.get(verb, "under_review"): True})
    response = agent.get(page(candidacy, verb))
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


@pytest.mark.parametrize("verb", VERBS)
def test_a_move_of_the_agency_does_not_exist_for_a_vendor(verb: str) -> None:
    candidacy = CandidacyFactory(**{STATE_OF.get(verb, "under_review"): True})
    client = entered(representative(candidacy))
    assert client.get(page(candidacy, verb)).status_code == 404
    assert client.post(page(candidacy, verb)).status_code == 404


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [StaffRole.SECRETARY, StaffRole.AUDITOR, StaffRole.WHITELIST_MANAGER])
def test_a_move_of_the_reviewer_is_refused_to_other_agents(verb: str, role: StaffRole) -> None:
    candidacy = CandidacyFactory(**{STATE_OF.get(verb, "under_review"): True})
    assert entered(AgentFactory(roles=[role])).post(page(candidacy, verb)).status_code == 403


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", ["filled", "complete"])
def test_a_move_from_the_wrong_state_is_a_conflict(agent: Client, verb: str, state: str) -> None:
    candidacy = CandidacyFactory(**{state: True})
    assert agent.post(page(candidacy, verb)).status_code == 409
    assert not OutboxMessage.objects.exists()


def test_taking_leads_to_the_dossier_and_a_second_press_changes_nothing(agent: Client) -> None:
    candidacy = CandidacyFactory(submitted=True)
    data = {"cle_envoi": str(uuid.uuid4())}
    first, second = agent.post(page(candidacy, "prendre/"), data), agent.post(page(candidacy, "prendre/"), data)
    assert first["Location"] == second["Location"] == f"/dossiers/{candidacy.reference}/"
    candidacy.refresh_from_db()
    assert (candidacy.state, candidacy.version) == (State.UNDER_REVIEW, 2)


def test_a_comment_is_prepared_on_a_field_or_on_a_block(agent: Client, reviewed: Candidacy) -> None:
    for target in ("purpose:purpose_details", "contacts"):
        data = {"target": target, "kind": "incomplete", "text": "Précisez."}
        assert agent.post(page(reviewed, "commenter/"), data).status_code == 302
    assert list(reviewed.comments.values_list("block", "field")) == [("purpose", "purpose_details"), ("contacts", "")]


def test_the_form_of_a_comment_opens_on_what_the_dossier_names(agent: Client, reviewed: Candidacy) -> None:
    form = agent.get(page(reviewed, "commenter/") + "?sur=contacts:technical_email").context["form"]
    assert form["target"].value() == "contacts:technical_email"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"target": ""}, "Choisissez une réponse"),
        ({"target": "purpose:analysis"}, "Sélectionnez un choix valide"),
        ({"kind": "laid"}, "Sélectionnez un choix valide"),
        ({"text": ""}, "Renseignez ce champ"),
        ({"text": "x" * 2001}, "2000"),
    ],
)
def test_a_wrong_comment_is_refused_with_a_sentence(
    agent: Client, reviewed: Candidacy, changes: dict[str, str], sentence: str
) -> None:
    data = {"target": "purpose", "kind": "incorrect", "text": "Faux."} | changes
    response = agent.post(page(reviewed, "commenter/"), data)
    assert response.status_code == 422
    assert sentence in text_of(response).replace("\u202f", "")
    assert not FieldComment.objects.exists()


def test_a_prepared_comment_is_dropped_after_a_confirmation(agent: Client, reviewed: Candidacy) -> None:
    row = FieldCommentFactory(candidacy=reviewed)
    address = page(reviewed, f"commentaires/{row.number}/retirer/")
    assert agent.get(address).status_code == 200
    assert agent.post(address).status_code == 302
    assert agent.post(address).status_code == 422
    assert not reviewed.comments.exists()


def test_returning_without_a_comment_says_why_not(agent: Client, reviewed: Candidacy) -> None:
    response = agent.post(page(reviewed, "renvoyer/"))
    assert response.status_code == 422
    assert "au moins un commentaire" in text_of(response)
    FieldCommentFactory(candidacy=reviewed)
    assert agent.post(page(reviewed, "renvoyer/")).status_code == 302


def test_the_grid_is_prefilled_answered_and_kept(agent: Client, reviewed: Candidacy) -> None:
    form = agent.get(page(reviewed, "eligibilite/")).context["form"]
    assert (form["purpose"].value(), form["establishments"].value()) == ("yes", "no")
    data = {"purpose": "yes", "purpose_comment": "Vu.", "establishments": "no", "establishments_comment": ""}
    refused = agent.post(page(reviewed, "eligibilite/"), data)
    assert refused.status_code == 422
    assert "Expliquez pourquoi" in text_of(refused)
    assert agent.post(page(reviewed, "eligibilite/"), data | {"establishments": "yes"}).status_code == 302
    assert reviewed.eligibility_answers.count() == 2


def test_completeness_is_declared_once_the_grid_is_answered(agent: Client, reviewed: Candidacy) -> None:
    refused = agent.post(page(reviewed, "completer/"))
    assert refused.status_code == 422
    assert "critère d’éligibilité" in text_of(refused)
    answer_grid(reviewed)
    assert agent.post(page(reviewed, "completer/")).status_code == 302
    reviewed.refresh_from_db()
    assert reviewed.state == State.COMPLETE


def test_an_agents_message_leads_back_to_the_dossier(agent: Client, reviewed: Candidacy) -> None:
    response = agent.post(page(reviewed, "messages/"), {"body": "Bonjour."})
    assert response["Location"] == f"/dossiers/{reviewed.reference}/#echanges"
    assert reviewed.messages.get().from_agency


def test_assign_page_offers_reviewers_and_names_the_one_chosen() -> None:
    candidacy, other = CandidacyFactory(direction="feeding", submitted=True), reviewer()
    client, address = entered(reviewer()), reverse("candidacy_assign", args=[candidacy.reference])
    assert other.full_name in client.get(address).content.decode()
    assert client.post(address, {"reviewer": "personne-de-connu"}).status_code == 422
    answer = client.post(address, {"reviewer": str(other.handle), "reason": "Congés."})
    assert answer["Location"] == reverse("dossier", args=[candidacy.reference])
    candidacy.refresh_from_db()
    assert candidacy.reviewer == other
    assert client.post(address, {"reviewer": str(other.handle)}).status_code == 422


def test_an_agent_s_empty_reply_is_shown_again_on_an_agent_s_page() -> None:
    candidacy = CandidacyFactory(direction="feeding", submitted=True)
    page = entered(reviewer()).post(reverse("message_write", args=[candidacy.reference]), {"body": "", "reply_to": "1"})
    assert page.status_code == 422
    assert "Renseignez ce champ." in page.content.decode()
