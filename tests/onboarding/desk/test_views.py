"""Pages of the desk: home by audience, dashboard, bureau, services, dossiers and their tabs."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from onboarding.campaigns.models import TestCampaign
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from onboarding.committee.models import Opinion
from onboarding.desk.views.dossiers import TABS
from policy.grants.models import Grant
from portal.accounts.roles import StaffRole
from portal.audit.models import AccessTrace
from portal.parties.roles import MembershipRole
from tests.factories.accounts import PersonFactory, entered
from tests.factories.candidacies import (
    CandidacyFactory,
    FieldCommentFactory,
    MessageFactory,
    representative,
    reviewer,
    secretary,
)
from tests.factories.committee import AgendaItemFactory, SessionFactory
from tests.factories.desk import walked
from tests.factories.grants import agent
from tests.factories.panel import authority
from tests.factories.parties import NOW, DigitalServiceFactory, LegalEntityFactory, member
from tests.factories.vendors import EntityClaimFactory
from tests.factories.whitelist import manager

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    """The page's HTML, with plain spaces."""
    assert response.status_code == 200
    return str(response.content.decode()).replace("\u00a0", " ")


def test_home_welcomes_and_says_the_next_session() -> None:
    session = SessionFactory(held_on="2099-03-03", cut_off="2099-02-20")
    page = text_of(Client().get(reverse("home")))
    assert "Entrer dans le cercle de confiance" in page
    assert "mardi 3 mars 2099" in page
    assert session.reference not in page


@pytest.mark.parametrize(
    ("person", "name"),
    [
        (reviewer, "desk"),
        (lambda: member(LegalEntityFactory()), "dashboard"),
        (PersonFactory, "dashboard"),
        (authority, "regional_space"),
        (lambda: authority(role=StaffRole.REGIONAL_READER), "regional_space"),
    ],
)
def test_home_sends_each_person_to_his_side(person, name) -> None:
    client = entered(person())
    assert client.get(reverse("home"))["Location"] == reverse(name)
    assert client.get(reverse(name)).status_code == 200


def test_dashboard_of_a_newcomer_says_what_to_do_first() -> None:
    page = text_of(entered(PersonFactory()).get(reverse("dashboard")))
    assert "Rattachez d’abord votre organisme" in page
    assert reverse("claim_new") in page


def test_dashboard_tells_the_claims_that_wait_and_those_refused() -> None:
    claim = EntityClaimFactory()
    EntityClaimFactory(refused=True, claimant=claim.claimant)
    EntityClaimFactory()
    page = text_of(entered(claim.claimant).get(reverse("dashboard")))
    assert page.count("Rattachement à") == 2
    assert "L’agence a refusé la demande" in page


def test_dashboard_with_an_entity_and_no_service_offers_to_declare_one() -> None:
    entity = LegalEntityFactory()
    page = text_of(entered(member(entity)).get(reverse("dashboard")))
    assert "Déclarez votre premier service" in page


def test_dashboard_has_a_card_per_service_with_stage_turn_and_next_act() -> None:
    candidacy = CandidacyFactory(direction="feeding", filled=True)
    page = text_of(entered(representative(candidacy)).get(reverse("dashboard")))
    assert candidacy.service.name in page
    assert "À vous d’agir." in page
    assert reverse("list_upload", args=[candidacy.service.reference]) in page


def test_dashboard_alerts_what_must_be_corrected() -> None:
    candidacy = CandidacyFactory(direction="feeding", returned=True)
    FieldCommentFactory(candidacy=candidacy, sent=True)
    page = text_of(entered(representative(candidacy)).get(reverse("dashboard")))
    assert "1 point à traiter" in page
    assert "fr-alert--warning" in page


def test_dashboard_says_when_nothing_waits() -> None:
    told = "Rien ne vous attend pour le moment."
    held, draft = walked(), CandidacyFactory()
    assert told in text_of(entered(representative(held)).get(reverse("dashboard")))
    assert told not in text_of(entered(representative(draft)).get(reverse("dashboard")))


def test_dashboard_shows_nothing_of_another_vendor() -> None:
    candidacy, other = walked(), walked()
    page = text_of(entered(representative(candidacy)).get(reverse("dashboard")))
    assert candidacy.service.name in page
    assert other.service.name not in page
    assert other.service.reference not in page


def test_desk_puts_the_lists_of_my_roles_first() -> None:
    candidacy = CandidacyFactory(direction="feeding", submitted=True)
    page = text_of(entered(reviewer()).get(reverse("desk")))
    assert page.index("À faire") < page.index("Dossiers à prendre") < page.index("Ailleurs à l’agence")
    assert reverse("dossier", args=[candidacy.reference]) in page
    assert "?etat=submitted" in page


def test_desk_of_a_reader_shows_the_work_of_the_agency() -> None:
    page = text_of(entered(agent(StaffRole.RAPPORTEUR)).get(reverse("desk")))
    assert "Le travail de l’agence" in page
    assert "À faire" not in page
    assert "Rien pour le moment" in page


def test_service_page_shows_the_whole_journey_to_its_vendor() -> None:
    candidacy = walked()
    page = text_of(entered(representative(candidacy)).get(reverse("service", args=[candidacy.service.reference])))
    assert page.count("desk-step__title") == 24
    assert "À l’agence d’agir." in page
    assert reverse("candidacy", args=[candidacy.reference]) in page
    assert reverse("dossier", args=[candidacy.reference]) not in page
    assert "Proposer" not in page


def test_service_page_offers_the_agency_its_own_act() -> None:
    candidacy = walked()
    page = text_of(entered(manager()).get(reverse("service", args=[candidacy.service.reference])))
    assert "Approuver l’inscription" in page
    assert reverse("dossier", args=[candidacy.reference]) in page
    assert AccessTrace.objects.get().sentence == f"Consultation du service {candidacy.service.reference}"


def test_service_page_offers_no_act_to_an_agent_without_the_role() -> None:
    candidacy = walked()
    page = text_of(entered(reviewer()).get(reverse("service", args=[candidacy.service.reference])))
    assert "Approuver l’inscription" not in page
    assert "Acteur : deux gestionnaires de la liste blanche." in page


def test_service_page_after_a_refusal_offers_a_new_candidacy() -> None:
    candidacy = CandidacyFactory(direction="feeding", complete=True, state=State.REFUSED)
    page = text_of(entered(representative(candidacy)).get(reverse("service", args=[candidacy.service.reference])))
    assert "Présenter une nouvelle candidature" in page
    assert "Le parcours s’arrête ici." in page


@pytest.mark.parametrize("role", [MembershipRole.READER, MembershipRole.CONTRIBUTOR])
def test_service_sheet_is_edited_by_those_who_prepare(role) -> None:
    service = DigitalServiceFactory()
    page = text_of(entered(member(service.owner, role)).get(reverse("service", args=[service.reference])))
    assert ("Modifier la fiche" in page) is (role is MembershipRole.CONTRIBUTOR)


def test_service_of_another_vendor_is_not_found() -> None:
    vendor = entered(representative(walked()))
    assert vendor.get(reverse("service", args=[walked().service.reference])).status_code == 404
    assert vendor.get(reverse("service", args=["S-2026-9999"])).status_code == 404


def test_services_are_listed_with_their_stage() -> None:
    candidacy, other = walked(), walked()
    page = text_of(entered(representative(candidacy)).get(reverse("services")))
    assert "Inscription en liste blanche" in page
    assert other.service.name not in page


def test_list_of_dossiers_shows_chips_counts_and_rows() -> None:
    candidacy = CandidacyFactory(direction="feeding", submitted=True)
    CandidacyFactory(direction="feeding")
    page = text_of(entered(reviewer()).get(reverse("candidacies"), {"etat": "submitted", "q": candidacy.service.name}))
    assert candidacy.reference in page
    assert "1 dossier" in page
    assert 'title="Retirer le filtre Déposée"' in page
    assert "Tout effacer" in page


def test_list_without_result_says_what_to_do() -> None:
    page = text_of(entered(reviewer()).get(reverse("candidacies"), {"q": "introuvable"}))
    assert "Aucun dossier ne correspond" in page


@pytest.mark.parametrize("page", ["x", "WzEsMiwzXQ", "é" * 700, ""])
def test_list_with_a_strange_cursor_starts_at_the_beginning(page) -> None:
    candidacy = CandidacyFactory(direction="feeding")
    assert candidacy.reference in text_of(entered(reviewer()).get(reverse("candidacies"), {"page": page}))


def test_list_pages_lead_to_each_other() -> None:
    CandidacyFactory.create_batch(26, direction="feeding")
    client = entered(reviewer())
    first = client.get(reverse("candidacies"))
    after = first.context["page"].after
    second = client.get(reverse("candidacies"), {"page": after})
    assert len(second.context["page"].rows) == 1
    back = client.get(reverse("candidacies"), {"page": second.context["page"].before})
    assert back.context["page"].rows == first.context["page"].rows


def dossier_url(candidacy: Candidacy) -> str:
    """The page of a dossier."""
    return reverse("dossier", args=[candidacy.reference])


def test_dossier_shows_summary_checks_and_acts() -> None:
    user = reviewer()
    candidacy = CandidacyFactory(direction="feeding", under_review=True, reviewer=user)
    page = text_of(entered(user).get(dossier_url(candidacy)))
    assert "Contrôles automatiques" in page
    assert "La version en vigueur n’est pas signée" in page
    assert reverse("candidacy_assess", args=[candidacy.reference]) in page
    assert "Préparez au moins un commentaire." in page
    assert AccessTrace.objects.get().sentence == f"Consultation du dossier {candidacy.reference}"


def test_dossier_to_take_is_taken_with_one_click() -> None:
    user = reviewer()
    candidacy = CandidacyFactory(direction="feeding", submitted=True)
    client = entered(user)
    assert f'action="{reverse("candidacy_take", args=[candidacy.reference])}"' in text_of(
        client.get(dossier_url(candidacy))
    )
    response = client.post(reverse("candidacy_take", args=[candidacy.reference]))
    assert response["Location"] == dossier_url(candidacy)


def test_dossier_prepared_comments_may_be_dropped() -> None:
    comment = FieldCommentFactory()
    page = text_of(entered(reviewer()).get(dossier_url(comment.candidacy)))
    assert reverse("comment_drop", args=[comment.candidacy.reference, comment.number]) in page


def test_dossier_complete_offers_the_sessions_to_the_secretary_only() -> None:
    candidacy, session = CandidacyFactory(direction="feeding", complete=True), SessionFactory()
    entering = reverse("agenda_enter", args=[session.reference])
    assert entering in text_of(entered(secretary()).get(dossier_url(candidacy)))
    page = text_of(entered(reviewer()).get(dossier_url(candidacy)))
    assert entering not in page
    assert "Le secrétaire du comité l’inscrit" in page


@pytest.mark.parametrize("tab", [tab for tab in TABS if tab != "demande"])
def test_dossier_tab_shows_its_content(tab) -> None:
    candidacy = walked()
    MessageFactory(candidacy=candidacy)
    address = reverse("dossier_tab", args=[candidacy.reference, tab])
    page = text_of(entered(reviewer()).get(address))
    assert 'aria-current="page"' in page
    assert page.count("<h1") == 1
    assert AccessTrace.objects.get().sentence == f"Consultation du dossier {candidacy.reference}, onglet {tab}"


def test_dossier_tab_of_opinions_shows_the_rules_beside_the_members() -> None:
    item = AgendaItemFactory(session__state="convened")
    member_of = agent(StaffRole.MEMBER)
    Opinion.objects.create(
        item=item, user=member_of, title="Membre, DGOS", choice="defer", text="À voir.", given_at=NOW
    )
    page = text_of(entered(reviewer()).get(reverse("dossier_tab", args=[item.candidacy.reference, "avis"])))
    assert page.index("Ce que disent les règles") < page.index("Avis des membres du comité") < page.index("À voir.")
    assert member_of.full_name in page


@pytest.mark.parametrize("tab", [tab for tab in TABS if tab != "demande"])
def test_dossier_tab_of_a_draft_says_that_it_is_empty(tab) -> None:
    candidacy = CandidacyFactory(direction="consumption")
    assert text_of(entered(reviewer()).get(reverse("dossier_tab", args=[candidacy.reference, tab])))


@pytest.mark.parametrize(
    ("days", "sentence"),
    [(7, "Reste 5 jours ouvrés"), (1, "Reste 1 jour ouvré"), (0, "Aujourd’hui"), (-1, "En retard")],
)
def test_dossier_shows_what_is_left_of_the_clock(days, sentence) -> None:
    candidacy = walked()
    due = NOW.date() + timedelta(days=days)
    TestCampaign.objects.update(state="declared", due_date=due)
    Grant.objects.update(tests_verified_at=None)
    with time_machine.travel(NOW, tick=True):
        assert sentence in text_of(entered(reviewer()).get(dossier_url(candidacy)))


def test_unknown_tab_or_dossier_is_not_found() -> None:
    client, candidacy = entered(reviewer()), CandidacyFactory(direction="feeding")
    assert client.get(reverse("dossier_tab", args=[candidacy.reference, "secret"])).status_code == 404
    assert client.get(reverse("dossier", args=["C-2026-9999"])).status_code == 404


def agency_pages() -> list[str]:
    """The pages of the agency."""
    candidacy = CandidacyFactory(direction="feeding")
    return [
        reverse("desk"),
        reverse("candidacies"),
        dossier_url(candidacy),
        reverse("dossier_tab", args=[candidacy.reference, "historique"]),
    ]


def test_agency_pages_do_not_exist_for_a_vendor() -> None:
    pages = agency_pages()
    vendor = entered(representative(Candidacy.objects.get()))
    assert {vendor.get(page).status_code for page in pages} == {404}


def test_dashboard_does_not_exist_for_an_agent() -> None:
    assert entered(reviewer()).get(reverse("dashboard")).status_code == 404


def test_anonymous_is_sent_to_sign_in() -> None:
    service = DigitalServiceFactory()
    pages = [
        *agency_pages(),
        reverse("dashboard"),
        reverse("services"),
        reverse("service", args=[service.reference]),
    ]
    assert {Client().get(page).status_code for page in pages} == {302}


COSTS = [("dashboard", 24), ("services", 14)]


@pytest.mark.parametrize(("name", "cost"), COSTS)
@pytest.mark.parametrize("rows", [1, 3])
def test_vendor_page_costs_the_same_for_any_number_of_services(name, cost, rows, django_assert_num_queries) -> None:
    first = walked()
    owner = first.service.owner
    for _ in range(rows - 1):
        service = walked().service
        service.owner = owner
        service.save()
    client = entered(representative(first))
    client.get(reverse(name))
    with django_assert_num_queries(cost):
        client.get(reverse(name))


def test_the_dashboard_of_two_hundred_services_is_a_page_and_tells_every_alert() -> None:
    """Twelve cards, those that wait for the vendor first, and what is wrong anywhere above them."""
    owner = LegalEntityFactory()
    for number in range(200):
        DigitalServiceFactory(owner=owner, name=f"Service {number:03d}")
    last = owner.services.get(name="Service 199")
    CandidacyFactory(returned=True, service=last)
    client = entered(member(owner))
    first = client.get(reverse("dashboard"))
    page = text_of(first)
    assert [service.name for service, _ in first.context["cards"]][:2] == ["Service 199", "Service 000"]
    assert len(first.context["cards"]) == 12
    assert "Mes services (200)" in page
    assert "Page 1 sur 17" in page
    second = client.get(reverse("dashboard"), {"page": "2"})
    assert "Service 199 : à corriger" in text_of(second)
    assert client.get(reverse("dashboard"), {"page": "x"}).status_code == 200


AGENCY_COSTS = [("desk", 13), ("candidacies", 5), ("services", 14)]


@pytest.mark.parametrize(("name", "cost"), AGENCY_COSTS)
@pytest.mark.parametrize("rows", [1, 3])
def test_agency_page_costs_the_same_for_any_number_of_rows(name, cost, rows, django_assert_num_queries) -> None:
    for _ in range(rows):
        walked()
        CandidacyFactory(direction="feeding", submitted=True)
    client = entered(reviewer())
    client.get(reverse(name))
    with django_assert_num_queries(cost):
        client.get(reverse(name))


TAB_COSTS = {
    "demande": 23,
    "echanges": 24,
    "tests": 24,
    "certificats": 25,
    "etablissements": 24,
    "habilitation": 25,
    "documents": 24,
    "historique": 24,
}


@pytest.mark.parametrize(("tab", "cost"), TAB_COSTS.items())
@pytest.mark.parametrize("rows", [1, 3])
def test_dossier_costs_the_same_for_any_number_of_rows(tab, cost, rows, django_assert_num_queries) -> None:
    candidacy = walked()
    MessageFactory.create_batch(rows, candidacy=candidacy)
    FieldCommentFactory.create_batch(rows, candidacy=candidacy, sent=True)
    client = entered(reviewer())
    address = reverse("dossier_tab", args=[candidacy.reference, tab])
    client.get(address)
    with django_assert_num_queries(cost):
        client.get(address)
