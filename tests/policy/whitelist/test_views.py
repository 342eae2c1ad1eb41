"""The pages of the whitelist: two persons walk an entry through, strangers see nothing."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policy.whitelist import operations as whitelist
from policy.whitelist.lifecycle import State
from policy.whitelist.models import WhitelistEntry
from portal.accounts.roles import StaffRole
from portal.parties.models import ServiceKind
from tests.factories.accounts import AgentFactory, entered
from tests.factories.grants import EG, GrantFactory, agent
from tests.factories.parties import LegalEntityFactory, member, proved
from tests.factories.whitelist import approved, manager, proposed, ready_grant

pytestmark = pytest.mark.django_db
PROPOSAL = {"url": "https://prod.lits.exemple.fr/"}


def propose(browser: Client, grant: object, **changes: object) -> object:
    certificates = [one.reference for one in grant.service.certificates.all()]
    return browser.post(
        f"/habilitations/{grant.reference}/inscrire/", {**PROPOSAL, "certificates": certificates, **changes}
    )


def page(entry: WhitelistEntry, rest: str = "") -> str:
    return f"/liste-blanche/{entry.reference}/{rest}"


def test_one_manager_proposes_and_another_approves() -> None:
    grant, first, second = ready_grant(), manager(), manager()
    answer = propose(proved(first), grant)
    entry = WhitelistEntry.objects.get()
    assert answer["Location"] == page(entry)
    alone = proved(first).get(page(entry)).text
    assert "une autre personne doit l’approuver" in alone
    assert "Approuver l’inscription</a>" not in alone
    assert proved(first).post(page(entry, "approuver/")).status_code == 403
    preview = proved(second).get(page(entry, "approuver/")).text
    assert "de 0\u00a0inscription à 1" in preview
    assert proved(second).post(page(entry, "approuver/")).status_code == 302
    entry.refresh_from_db()
    assert (entry.state, entry.published_version) == (State.APPROVED, 1)
    assert "En vigueur" in proved(second).get(page(entry)).text


def test_an_approval_asks_for_a_fresh_proof_first() -> None:
    entry = proposed()
    keen = AgentFactory(roles=[StaffRole.WHITELIST_MANAGER], with_password=True)
    answer = entered(keen).post(page(entry, "approuver/"))
    assert answer.status_code == 302
    assert "/compte/confirmer/" in answer["Location"]
    entry.refresh_from_db()
    assert entry.state == State.PROPOSED


def test_what_is_missing_is_said_before_the_form() -> None:
    text = proved(manager()).get(f"/habilitations/{GrantFactory().reference}/inscrire/").text
    assert "L’inscription ne peut pas encore être proposée" in text
    assert "Signature de la charte" in text
    assert "Certificat valide déclaré par l’éditeur" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "http://lits.fr"}, "commençant par https://"),
        ({"certificates": []}, "au moins un certificat"),
        ({"certificates": ["CE-0000-0000"]}, "CE-0000-0000"),
        ({"effective_on": "2001-01-01"}, "aujourd’hui ou un jour à venir"),
        ({"effective_on": "31/02/2026"}, "valide"),
    ],
)
def test_a_proposal_that_does_not_fit_comes_back_with_a_sentence(changes: dict, words: str) -> None:
    answer = propose(proved(manager()), ready_grant(), **changes)
    assert answer.status_code == 200
    assert words in answer.text
    assert not WhitelistEntry.objects.exists()


def test_a_proprietary_solution_is_asked_the_establishments_of_each_certificate() -> None:
    grant, browser = ready_grant(service__kind=ServiceKind.PROPRIETARY), proved(manager())
    reference = grant.service.certificates.get().reference
    assert "établissements du client" in propose(browser, grant).text
    assert propose(browser, grant, **{f"perimeter_{reference}": f"{EG[0]}, {EG[1].lower()}"}).status_code == 302
    assert WhitelistEntry.objects.get().certificates.get().establishments == sorted(EG)


def test_a_suspension_takes_one_person_and_its_lifting_two() -> None:
    entry, officer, second = approved(), agent(StaffRole.SECURITY_OFFICER), manager()
    assert "Renseignez ce champ" in proved(officer).post(page(entry, "suspendre/"), {"grounds": ""}).text
    assert proved(officer).post(page(entry, "suspendre/"), {"grounds": "Certificat compromis"}).status_code == 302
    assert proved(second).get(page(entry, "lever/")).status_code == 403
    proved(officer).post(page(entry, "proposer-la-levee/"), {"grounds": "Nouveau certificat"})
    assert "Nouveau certificat" in proved(second).get(page(entry, "lever/")).text
    assert proved(second).post(page(entry, "lever/")).status_code == 302
    entry.refresh_from_db()
    assert entry.state == State.APPROVED


def test_somebody_who_comes_too_late_is_told_so() -> None:
    entry = proposed()
    late = manager()
    whitelist.reject(entry, grounds="Doublon", by=manager())
    assert proved(late).post(page(entry, "approuver/")).status_code == 409


def test_a_right_is_withdrawn_with_its_entries() -> None:
    entry = approved()
    path = f"/habilitations/{entry.grant.reference}/retirer/"
    assert entry.reference in proved(manager()).get(path).text
    assert proved(manager()).post(path, {"grounds": "Fin de contrat"}).status_code == 302
    entry.refresh_from_db()
    assert entry.state == State.WITHDRAWN
    assert proved(agent(StaffRole.REVIEWER)).get(path).status_code == 403


def test_the_whitelist_is_for_agents() -> None:
    entry = approved()
    vendor = proved(member(entry.grant.holder))
    for path in ("/liste-blanche/", page(entry), page(entry, "suspendre/"), page(entry, "rejeter/")):
        assert Client().get(path).status_code == 302
        assert vendor.get(path).status_code == 404
    reader = proved(agent(StaffRole.RAPPORTEUR))
    assert reader.get(page(entry)).status_code == 200
    assert reader.get(page(entry, "suspendre/")).status_code == 403
    assert reader.get("/liste-blanche/LB-999999/").status_code == 404


def test_my_access_is_for_the_holder_and_says_what_is_published() -> None:
    entry = approved()
    path = f"/habilitations/{entry.grant.reference}/acces/"
    mine = proved(member(entry.grant.holder)).get(path).text
    assert "Votre service est inscrit en liste blanche depuis" in mine
    assert "publication n° 1" in mine
    assert entry.client_id in mine
    assert proved(member(LegalEntityFactory())).get(path).status_code == 404
    whitelist.suspend(entry, grounds="Abus constaté", by=manager())
    assert "Abus constaté" in proved(member(entry.grant.holder)).get(path).text


def test_my_access_says_when_nothing_is_entered() -> None:
    grant = GrantFactory()
    text = proved(member(grant.holder)).get(f"/habilitations/{grant.reference}/acces/").text
    assert text.count("Votre service n’est pas inscrit en liste blanche") == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_the_entries(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        approved()
    browser = proved(agent(StaffRole.AUDITOR))
    with django_assert_num_queries(9):  # the key in force and the losses held back among them
        assert browser.get("/liste-blanche/").status_code == 200


@pytest.mark.parametrize(
    "query", ["?environnement=bac-a-sable", "?etat=approved&mots=LB-000001", "?page=zz&etat=x&mots=%25%5C"]
)
def test_the_list_is_narrowed(query: str) -> None:
    approved()
    assert proved(agent(StaffRole.AUDITOR)).get(f"/liste-blanche/{query}").status_code == 200


def test_the_list_offers_each_state_and_the_other_environment() -> None:
    text = proved(agent(StaffRole.AUDITOR)).get("/liste-blanche/").text
    assert "?environnement=bac-a-sable" in text
    assert all(state.label in text for state in State)


def test_an_unknown_environment_does_not_exist() -> None:
    assert proved(agent(StaffRole.AUDITOR)).get("/liste-blanche/?environnement=lune").status_code == 404


def test_each_page_has_one_main_title() -> None:
    entry, waiting = approved(), proposed()
    browser = proved(manager())
    paths = [
        "/liste-blanche/", page(entry), page(waiting), page(waiting, "approuver/"), page(entry, "suspendre/"),
        f"/habilitations/{ready_grant().reference}/inscrire/bac-a-sable/",
        f"/habilitations/{entry.grant.reference}/acces/",
    ]  # fmt: skip
    for path in paths:
        assert browser.get(path).text.count("<h1") == 1, path


def test_rows_left_out_of_the_last_publication_are_named() -> None:
    bad, good = approved(), approved()
    bad.grant.service.reference = ""
    bad.grant.service.save()
    whitelist.suspend(good, grounds="Urgence", by=manager())
    text = proved(agent(StaffRole.AUDITOR)).get("/liste-blanche/").text
    assert "1\u00a0ligne écartée de la dernière publication" in text
    assert "service ou identifiant client vide" in text
