"""Pages after admission: who is let in, old and new side by side, one effect per form, words of refusals."""

import uuid

import pytest
from django.utils import timezone

from onboarding.changes.kinds import Kind
from onboarding.changes.lifecycle import BreachState, ConfirmationState, State
from onboarding.changes.measures import Ground
from onboarding.changes.models import BreachCase, ChangeDeclaration
from onboarding.changes.operations import breaching, confirming, declaring
from portal.parties.roles import MembershipRole
from portal.tokens.scopes import Scope
from tests.factories.accounts import PersonFactory
from tests.factories.changes import boss_of, declared, in_production, manager, reviewer, technician_of
from tests.factories.parties import NOW, member, proved
from tests.factories.tokens import made

pytestmark = pytest.mark.django_db
URL = "https://nouveau.exemple.fr/ror"


def key(**more: str) -> dict[str, str]:
    return {"cle_envoi": str(uuid.uuid4()), **more}


def test_a_declaration_goes_from_the_right_to_the_list_by_hand() -> None:
    grant, _ = in_production(timezone.now())
    boss, agent = proved(boss_of(grant)), proved(manager())
    start = f"/habilitations/{grant.reference}/changer/"
    assert "Déclarer un changement" in boss.get(f"/habilitations/{grant.reference}/").content.decode()
    assert boss.get(start, {"kind": "url"})["Location"] == start + "url/"
    shown = boss.get(start + "url/").content.decode()
    assert "https://prod.lits.exemple.fr/" in shown
    assert boss.post(start + "url/", key(proposed="ftp://x")).status_code == 422
    assert boss.post(start + "url/", key(proposed=URL)).status_code == 302
    row = ChangeDeclaration.objects.get()
    page = f"/changements/{row.reference}/"
    assert "la doit signer" not in boss.get(page).content.decode()
    assert boss.post(page + "signer/", key(version="1")).status_code == 422
    assert boss.post(page + "signer/", key(version=str(row.version), agreed="on")).status_code == 302
    assert agent.post(page + "examiner/", key()).status_code == 302
    assert agent.post(page + "accepter/", key(effective_date="2020-01-01")).status_code == 422
    today = timezone.localdate().isoformat()
    assert agent.post(page + "accepter/", key(effective_date=today)).status_code == 302
    assert agent.post(page + "appliquer/", key()).status_code == 302
    row.refresh_from_db()
    assert row.state == State.DONE
    assert row.outcome.startswith("inscription LB-")
    assert row.reference in agent.get("/changements/").content.decode()


def test_what_cannot_be_applied_says_why_and_changes_nothing() -> None:
    grant, _ = in_production(timezone.now())
    row = declared(grant, Kind.URL, URL, at=timezone.now())
    who = manager()
    declaring.take(row, by=who)
    declaring.accept(row, by=who)
    grant.connections.all().delete()
    response = proved(who).post(f"/changements/{row.reference}/appliquer/", key())
    assert response.status_code == 422
    assert "Données de connexion" in response.content.decode()
    row.refresh_from_db()
    grant.refresh_from_db()
    assert (row.state, grant.production_url) == (State.ACCEPTED, "https://prod.lits.exemple.fr/")


@pytest.mark.parametrize("verb", ["", "signer/", "retirer/"])
def test_the_declaration_of_somebody_else_does_not_exist(verb: str) -> None:
    grant, _ = in_production()
    row = declared(grant, Kind.HOSTING, "Lyon")
    assert proved(PersonFactory()).get(f"/changements/{row.reference}/{verb}").status_code == 404


def test_a_reader_declares_nothing_and_a_technician_signs_nothing() -> None:
    grant, _ = in_production()
    reader = proved(member(grant.holder, MembershipRole.READER))
    assert reader.get(f"/habilitations/{grant.reference}/changer/").status_code == 403
    row = declaring.prepare(grant, kind=Kind.HOSTING, proposed="Lyon", by=technician_of(grant), at=NOW)
    technician = proved(technician_of(grant))
    assert "Signer la déclaration" not in technician.get(f"/changements/{row.reference}/").content.decode()
    assert technician.post(f"/changements/{row.reference}/signer/", key(version="1", agreed="on")).status_code == 403


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_form_with_what_is_in_force(kind: Kind) -> None:
    grant, _ = in_production()
    response = proved(boss_of(grant)).get(f"/habilitations/{grant.reference}/changer/{kind.value}/")
    assert response.status_code == 200
    assert "Aujourd’hui" in response.content.decode()


def test_a_case_is_followed_by_hand_to_its_end() -> None:
    grant, _ = in_production()
    boss, agent = proved(boss_of(grant)), proved(manager())
    start = f"/habilitations/{grant.reference}/manquement/"
    assert boss.get(start).status_code == 404
    assert agent.post(start, key(ground="abuse", evidence="")).status_code == 422
    assert agent.post(start, key(ground="abuse", evidence="40 appels par seconde")).status_code == 302
    case = BreachCase.objects.get()
    page = f"/manquements/{case.reference}/"
    assert boss.get(page).status_code == 404
    later = timezone.localdate().replace(year=timezone.localdate().year + 1).isoformat()
    assert agent.post(page + "mettre-en-demeure/", key(expected="Réduisez", deadline=later)).status_code == 302
    assert boss.get(page).status_code == 200
    assert agent.post(page + "conclure/", key(measure="reminder", conclusions="Rappel")).status_code == 422
    assert boss.post(page + "observations/", key(observations="C’est réglé.")).status_code == 302
    assert agent.post(page + "conclure/", key(measure="withdrawal", conclusions="Non")).status_code == 422
    assert agent.post(page + "conclure/", key(measure="reminder", conclusions="Rappel")).status_code == 302
    case.refresh_from_db()
    assert case.state == BreachState.CLOSED
    assert "Rappel des engagements" in boss.get(page).content.decode()
    assert case.reference in boss.get("/manquements/").content.decode()


def test_a_case_may_be_dropped_and_its_pages_stay_with_their_owner() -> None:
    grant, _ = in_production()
    case = breaching.open_case(grant, ground=Ground.MISUSE, evidence="Faits.", by=reviewer(), at=NOW)
    agent = proved(manager())
    assert agent.get(f"/manquements/{case.reference}/classer/").status_code == 200
    assert agent.post(f"/manquements/{case.reference}/classer/", key(conclusions="Erreur")).status_code == 302
    assert proved(boss_of(grant)).get(f"/manquements/{case.reference}/").status_code == 404


def test_the_year_is_confirmed_box_by_box() -> None:
    grant, _ = in_production()
    row = confirming.ask(grant, at=NOW)
    page, boss = f"/confirmations/{row.reference}/", proved(boss_of(grant))
    assert "Déclarer un changement" in boss.get(page).content.decode()
    boxes = dict.fromkeys(("contacts", "url", "certificates", "establishments"), "on")
    assert boss.post(page, key(contacts="on")).status_code == 422
    assert boss.post(page, key(**boxes)).status_code == 302
    row.refresh_from_db()
    assert row.state == ConfirmationState.CONFIRMED
    assert proved(member(grant.holder, MembershipRole.READER)).get(page).status_code == 200
    assert proved(PersonFactory()).get(page).status_code == 404
    assert row.reference in proved(manager()).get("/confirmations/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("address", ["/changements/", "/manquements/", "/confirmations/"])
def test_lists_cost_the_same_for_any_number_of_rows(rows: int, address: str, django_assert_max_num_queries) -> None:
    for _ in range(rows):
        grant, _ = in_production()
        declared(grant, Kind.HOSTING, "Lyon")
        breaching.open_case(grant, ground=Ground.MISUSE, evidence="Faits.", by=reviewer(), at=NOW)
        confirming.ask(grant, at=NOW)
    agent = proved(manager())
    agent.get(address)
    with django_assert_max_num_queries(6):
        assert agent.get(address).status_code == 200


def test_tools_read_what_was_signed_and_nothing_prepared() -> None:
    from django.test import Client

    grant, _ = in_production()
    row = declared(grant, Kind.HOSTING, "Lyon")
    declaring.prepare(grant, kind=Kind.URL, proposed=URL, by=boss_of(grant), at=NOW)
    breaching.open_case(grant, ground=Ground.MISUSE, evidence="Secret.", by=reviewer(), at=NOW)
    _, text = made(Scope.GRANTS_READ)
    headers = {"Authorization": f"Bearer {text}"}
    listed = Client().get("/api/v1/change-declarations", headers=headers).json()
    assert [one["reference"] for one in listed["items"]] == [row.reference]
    assert "Secret" not in Client().get("/api/v1/breach-cases", headers=headers).content.decode()
    assert Client().get("/api/v1/breach-cases").status_code == 401


def test_the_dashboard_says_what_waits_after_admission_the_gravest_first() -> None:
    grant, _ = in_production()
    boss = boss_of(grant)
    declaring.prepare(grant, kind=Kind.URL, proposed=URL, by=technician_of(grant), at=NOW)
    confirming.ask(grant, at=NOW)
    case = breaching.open_case(grant, ground=Ground.MISUSE, evidence="Faits.", by=reviewer(), at=NOW)
    text = proved(boss).get("/tableau-de-bord/").content.decode()
    assert "mise en demeure" not in text
    breaching.notify(case, expected="Faites.", deadline=NOW.date().replace(year=2030), by=manager(), at=NOW)
    text = proved(boss).get("/tableau-de-bord/").content.decode()
    titles = [f"{grant.service_name} : {words}" for words in ("mise en demeure", "changement à signer", "confirmation")]
    assert [text.index(title) for title in titles] == sorted(text.index(title) for title in titles)
    assert "mise en demeure" not in proved(PersonFactory()).get("/tableau-de-bord/").content.decode()
