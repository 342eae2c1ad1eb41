"""Pages of the committee: calendar, session, agenda, decision typed, seen, recorded, corrected."""

import html
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from onboarding.committee.models import AgendaItem, CommitteeSession, Decision
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Motive
from policy.grants.models import Grant
from portal.accounts.roles import StaffRole
from portal.audit.models import AccessTrace
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.candidacies import CandidacyFactory, representative, reviewer, secretary
from tests.factories.committee import AgendaItemFactory, DecisionFactory, SessionFactory
from tests.factories.documents import StoredDocumentFactory
from tests.factories.grants import GrantFactory, agent
from tests.factories.parties import NOW, proved
from tests.factories.profiles import PolicyVersionFactory

pytestmark = pytest.mark.django_db

A = Profiles(frozenset("A"))


@pytest.fixture(autouse=True)
def _day_of_the_session() -> Any:
    with time_machine.travel(NOW + timedelta(hours=3), tick=True):
        yield


@pytest.fixture
def client() -> Client:
    """The secretary's browser."""
    return proved(secretary())


def text_of(response: Any) -> str:
    """The page's HTML."""
    return str(response.content.decode()).replace("\u00a0", " ")


def key() -> dict[str, str]:
    """The hidden key of a form."""
    return {"cle_envoi": str(uuid.uuid4())}


def decide_url(item: AgendaItem) -> str:
    """The page where a point is decided."""
    return reverse("decide", args=[item.session.reference, item.candidacy.reference])


ADMIT = {"outcome": "admit", "feeding_profiles": ["A"], "grounds": ""}


def seen(**typed: Any) -> dict[str, Any]:
    """The form sent again after its preview."""
    data = ADMIT | typed
    granted = Profiles(frozenset(data["feeding_profiles"]))
    ruling = Ruling(Outcome(data["outcome"]), granted, data["grounds"])
    return {**data, "vu": ruling.fingerprint, **key()}


def test_calendar_shows_sessions_by_state_and_what_waits(client) -> None:
    SessionFactory()
    SessionFactory(held_on=NOW.date() - timedelta(days=90), cut_off=NOW.date() - timedelta(days=99), state="held")
    CandidacyFactory(complete=True, direction="feeding")
    page = text_of(client.get(reverse("committee")))
    assert "1 candidature attend" in page
    assert "Planifier une séance" in page
    assert "0 sur 0" in page


def test_calendar_of_another_agent_has_no_button() -> None:
    assert "Planifier une séance" not in text_of(entered(reviewer()).get(reverse("committee")))


def test_plan_session_leads_to_it(client) -> None:
    data = {"held_on": "2026-03-24", "cut_off": "2026-03-10", "place": "Visio", **key()}
    response = client.post(reverse("session_plan"), data)
    session = CommitteeSession.objects.get()
    assert response["Location"] == reverse("session", args=[session.reference])
    assert session.place == "Visio"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"held_on": ""}, "Date de la séance"),
        ({"held_on": "demain"}, "Date de la séance"),
        ({"cut_off": "2026-04-10"}, "ne peut pas suivre la séance"),
        ({"place": "x" * 201}, "Lieu"),
        ({"held_on": "2026-03-03", "cut_off": "2026-03-01"}, "déjà prévue ce jour-là"),
    ],
)
def test_plan_session_with_bad_input_keeps_what_was_typed(typed, sentence, client) -> None:
    SessionFactory()
    data = {"held_on": "2026-03-24", "cut_off": "2026-03-10", "place": "Visio", **typed, **key()}
    response = client.post(reverse("session_plan"), data)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert typed.get("place", "Visio") in text_of(response)
    assert CommitteeSession.objects.count() == 1


def test_edit_session_changes_its_place(client) -> None:
    session = SessionFactory()
    data = {"held_on": "2026-03-03", "cut_off": "2026-02-20", "place": "Amphithéâtre", **key()}
    assert client.get(reverse("session_edit", args=[session.reference])).status_code == 200
    assert client.post(reverse("session_edit", args=[session.reference]), data).status_code == 302
    assert "Amphithéâtre" in text_of(client.get(reverse("session", args=[session.reference])))


def test_edit_a_closed_session_answers_409(client) -> None:
    session = SessionFactory(state="held")
    assert client.get(reverse("session_edit", args=[session.reference])).status_code == 409


def test_enter_on_agenda_from_the_session_page(client) -> None:
    session, candidacy = SessionFactory(), CandidacyFactory(complete=True, direction="feeding")
    page = text_of(client.get(reverse("session", args=[session.reference])))
    assert candidacy.reference in page
    data = {"candidacy": candidacy.reference, **key()}
    client.post(reverse("agenda_enter", args=[session.reference]), data)
    assert AgendaItem.objects.get().candidacy == candidacy
    assert "1 point attend sa décision" in text_of(client.get(reverse("session", args=[session.reference])))


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [("C-2026-9999", "Aucune candidature"), ("", "Candidature</a>"), (None, "n’est pas complète")],
)
def test_enter_on_agenda_what_cannot_be_says_why(reference, sentence, client) -> None:
    session, draft = SessionFactory(), CandidacyFactory(direction="feeding")
    data = {"candidacy": draft.reference if reference is None else reference, **key()}
    response = client.post(reverse("agenda_enter", args=[session.reference]), data)
    assert response.status_code == 422
    assert sentence in text_of(response)


def test_remove_from_agenda_after_confirmation(client) -> None:
    item = AgendaItemFactory()
    address = reverse("agenda_remove", args=[item.session.reference, item.candidacy.reference])
    assert item.candidacy.reference in text_of(client.get(address))
    assert client.post(address, key()).status_code == 302
    assert not AgendaItem.objects.exists()


def test_close_session_with_an_undecided_point_names_it(client) -> None:
    item = AgendaItemFactory()
    address = reverse("session_close", args=[item.session.reference])
    response = client.post(address, key())
    assert response.status_code == 422
    assert item.candidacy.reference in text_of(response)
    DecisionFactory(item=item)
    assert client.post(address, key()).status_code == 302


def test_decision_is_shown_before_it_is_recorded(client) -> None:
    item = AgendaItemFactory()
    person = representative(item.candidacy)
    response = client.post(decide_url(item), ADMIT | key())
    page = text_of(response)
    assert response.status_code == 200
    assert "Ce qui va se passer" in page
    assert f"La candidature {item.candidacy.reference} devient « admise »." in page
    assert "Une habilitation est ouverte" in page
    assert person.email in page
    assert "a rendu un avis favorable et accorde" in page
    assert 'name="vu"' in page
    assert not Decision.objects.exists()


def test_decision_seen_is_recorded(client) -> None:
    item = AgendaItemFactory()
    response = client.post(decide_url(item), seen())
    assert response["Location"] == reverse("session", args=[item.session.reference])
    assert Decision.objects.get().item == item
    assert Grant.objects.count() == 1


def test_decision_changed_after_its_preview_is_shown_again(client) -> None:
    item = AgendaItemFactory()
    refused = {"outcome": "refuse", "feeding_profiles": [], "grounds": "Hors périmètre.", "motives": ["purpose"]}
    typed = seen() | refused
    page = text_of(client.post(decide_url(item), typed))
    assert "devient « refusée »" in page
    assert not Decision.objects.exists()


def test_double_post_records_one_decision(client) -> None:
    item = AgendaItemFactory()
    data = seen()
    first, second = (client.post(decide_url(item), data) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Decision.objects.count() == 1
    assert Grant.objects.count() == 1


def test_second_form_on_a_decided_point_leads_to_the_decision(client) -> None:
    item = AgendaItemFactory()
    client.post(decide_url(item), seen())
    response = client.post(decide_url(item), seen())
    assert response["Location"] == reverse("decision", args=[Decision.objects.get().reference])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"outcome": ""}, "Sens de la décision"),
        ({"outcome": "inconnu"}, "Sens de la décision"),
        ({"feeding_profiles": ["A", "B"]}, "diffère du profil demandé"),
        ({"feeding_profiles": ["Z"]}, "Profils d’alimentation accordés"),
        ({"feeding_profiles": []}, "au moins un profil"),
        ({"outcome": "refuse", "feeding_profiles": []}, "motifs de l’avis défavorable"),
        ({"outcome": "refuse", "grounds": "Motif."}, "n’accorde aucun profil"),
        ({"outcome": "admit_with_reservations"}, "Indiquez les réserves"),
        ({"grounds": "x" * 5001}, "Motifs"),
    ],
)
def test_bad_decision_says_what_to_mend_and_loses_nothing(typed, sentence, client) -> None:
    item = AgendaItemFactory()
    response = client.post(decide_url(item), ADMIT | {**typed} | key())
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert typed.get("grounds", "") in text_of(response)
    assert not Decision.objects.exists()


def test_refusal_of_the_operation_is_said_on_the_form(client) -> None:
    item = AgendaItemFactory()
    GrantFactory(service=item.candidacy.service)
    response = client.post(decide_url(item), seen())
    assert response.status_code == 422
    assert "déjà une habilitation" in text_of(response)
    assert not Decision.objects.exists()


def test_decide_a_consumer_offers_access_profiles(client) -> None:
    item = AgendaItemFactory(consumption=True)
    page = text_of(client.get(decide_url(item)))
    assert 'name="access_profile"' in page
    assert 'name="feeding_profiles"' not in page
    data = {"outcome": "admit", "access_profile": "2", "grounds": ""}
    ruling = Ruling(Outcome.ADMIT, Profiles(access=2))
    client.post(decide_url(item), {**data, "vu": ruling.fingerprint, **key()})
    assert Grant.objects.get().access_profile == 2


def test_the_sheet_leads_to_what_another_profile_would_give(client) -> None:
    PolicyVersionFactory(number="1")
    item = AgendaItemFactory(consumption=True)
    page = text_of(client.get(reverse("session_point", args=[item.session.reference, item.candidacy.reference])))
    link = page.split("Ce que donnerait un autre profil")[0].rsplit('href="', 1)[1].split('"')[0]
    answered = text_of(client.get(html.unescape(link)))
    assert "Un service de profil" in answered
    assert "Et avec un autre profil ?" in answered


def test_decide_asks_for_a_fresh_proof_of_identity() -> None:
    item = AgendaItemFactory()
    person = AgentFactory(roles=[StaffRole.SECRETARY], with_password=True)
    response = entered(person).get(decide_url(item))
    assert response.status_code == 302
    assert reverse("account_reauthenticate") in response["Location"]


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.CHAIR, StaffRole.RAPPORTEUR])
def test_decide_by_another_role_answers_403(role) -> None:
    assert proved(agent(role)).get(decide_url(AgendaItemFactory())).status_code == 403


def test_decision_page_for_the_secretary_links_to_everything(client) -> None:
    decision = DecisionFactory()
    letter = StoredDocumentFactory(
        kind="notification_letter", subject_reference=decision.item.candidacy.reference, issued_at=decision.recorded_at
    )
    page = text_of(client.get(reverse("decision", args=[decision.reference])))
    assert "a rendu un avis favorable" in page
    assert reverse("document_download", args=[letter.reference]) in page
    assert reverse("decision_correct", args=[decision.reference]) in page
    assert AccessTrace.objects.filter(sentence=f"Consultation de la décision {decision.reference}").exists()


def test_decision_page_is_open_to_its_vendor_and_to_no_other() -> None:
    decision, other = DecisionFactory(), DecisionFactory()
    mine = entered(representative(decision.item.candidacy))
    page = mine.get(reverse("decision", args=[decision.reference]))
    assert page.status_code == 200
    assert "Rectifier" not in text_of(page)
    assert mine.get(reverse("decision", args=[other.reference])).status_code == 404
    assert mine.get(reverse("decision", args=["D-2026-9999"])).status_code == 404


def test_correct_decision_shows_then_records(client) -> None:
    former = DecisionFactory(refused=True)
    address = reverse("decision_correct", args=[former.reference])
    typed = {"outcome": "refuse", "grounds": "Motif complété.", "motives": ["purpose"]}
    page = text_of(client.post(address, typed | key()))
    assert f"La décision {former.reference} reste lisible" in page
    ruling = Ruling(Outcome.REFUSE, Profiles(), "Motif complété.", motives=(Motive.PURPOSE,))
    client.post(address, {**typed, "vu": ruling.fingerprint, **key()})
    made = Decision.objects.get(corrects=former)
    assert made.reference in text_of(client.get(reverse("decision", args=[former.reference])))


def agency_pages() -> list[str]:
    """Every page of the agency's side, on real rows."""
    item = AgendaItemFactory()
    session, candidacy = item.session.reference, item.candidacy.reference
    return [
        reverse("committee"),
        reverse("session_plan"),
        reverse("session", args=[session]),
        reverse("session_edit", args=[session]),
        reverse("session_close", args=[session]),
        reverse("session_minutes", args=[session]),
        reverse("agenda_remove", args=[session, candidacy]),
        reverse("decide", args=[session, candidacy]),
        reverse("decision_correct", args=[DecisionFactory().reference]),
    ]


def test_agency_pages_do_not_exist_for_a_vendor() -> None:
    vendor = proved(representative(AgendaItemFactory().candidacy))
    assert {vendor.get(page).status_code for page in agency_pages()} == {404}


def test_anonymous_is_sent_to_sign_in() -> None:
    pages = [*agency_pages(), reverse("decision", args=[Decision.objects.get().reference])]
    assert {Client().get(page).status_code for page in pages} == {302}


def test_unknown_references_are_not_found(client) -> None:
    item = AgendaItemFactory()
    pages = [
        reverse("session", args=["CS-2026-9999"]),
        reverse("decide", args=[item.session.reference, "C-2026-9999"]),
        reverse("decide", args=["CS-2026-9999", item.candidacy.reference]),
    ]
    assert {client.get(page).status_code for page in pages} == {404}


def test_nobody_without_role_reads_anything() -> None:
    person = entered(PersonFactory())
    assert person.get(reverse("committee")).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_calendar_costs_the_same_for_any_number_of_sessions(rows, client, django_assert_num_queries) -> None:
    for index in range(rows):
        DecisionFactory(item__session=SessionFactory(held_on=NOW.date() + timedelta(days=index)))
    client.get(reverse("committee"))
    with django_assert_num_queries(6):
        client.get(reverse("committee"))


@pytest.mark.parametrize("rows", [1, 3])
def test_session_costs_the_same_for_any_number_of_points(rows, client, django_assert_num_queries) -> None:
    session = SessionFactory()
    for _ in range(rows):
        AgendaItemFactory()
        DecisionFactory()
        CandidacyFactory(complete=True, direction="feeding")
    client.get(reverse("session", args=[session.reference]))
    with django_assert_num_queries(12):
        client.get(reverse("session", args=[session.reference]))


def test_mail_and_letter_are_read_before_the_decision_is_recorded(client, monkeypatch) -> None:
    printed: list[str] = []
    monkeypatch.setattr("portal.documents.printing.render", lambda html, **more: printed.append(html) or b"%PDF-1.7")
    item = AgendaItemFactory()
    page = text_of(client.post(decide_url(item), ADMIT | key()))
    assert "Le message, tel qu’il part" in page
    assert "Lire la décision sur le portail" in page
    project = reverse("decide_project", args=[item.session.reference, item.candidacy.reference])
    assert f'formaction="{project}"' in page
    answer = client.post(project, ADMIT)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"].startswith("inline")
    assert "Projet, sans valeur" in printed[0]
    assert "a rendu un avis favorable et accorde" in printed[0]
    assert not Decision.objects.exists()
    assert client.post(project, {"outcome": "refuse"}).status_code == 302
    assert client.get(project)["Location"] == decide_url(item)
