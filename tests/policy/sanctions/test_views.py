"""The pages of measures: who sees them, what they say and show before anything is done, what they refuse."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policy.grants.models import Grant
from policy.sanctions import operations, queries
from policy.sanctions.extent import Extent
from policy.sanctions.lifecycle import State
from policy.sanctions.models import Sanction
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.parties.roles import MembershipRole
from tests.factories.grants import agent
from tests.factories.parties import LegalEntityFactory, member, proved
from tests.factories.sanctions import FACTS, envisaged, guard, in_production, urgent
from tests.factories.whitelist import manager

pytestmark = pytest.mark.django_db
TYPED = {"how": "suspension", "extent": "direction", "value": "", "motive": "abuse", "grounds": FACTS, "emergency": ""}


def page(one: Sanction, rest: str = "") -> str:
    return f"/mesures/{one.reference}/{rest}"


def answered(one: Sanction) -> Sanction:
    operations.observe(one, observations="Nous avons corrigé.", by=member(one.grant.holder))
    return one


def post(person: User, one: Sanction, act: str, **typed: str) -> int:
    """Posts an act; what is shown before it is recorded is then recorded as it was shown."""
    return recorded(proved(person), page(one, f"{act}/"), typed).status_code


def recorded(browser: Client, address: str, typed: dict[str, str]) -> Any:
    """The answer to a form, recorded once its consequences were shown."""
    answer = browser.post(address, typed)
    if answer.status_code != 200:
        return answer
    return browser.post(address, typed | {"vu": answer.context["form"].fingerprint})


def test_a_measure_is_for_agents_and_for_the_holder_alone() -> None:
    made = envisaged(in_production())
    for person in (agent(StaffRole.RAPPORTEUR), member(made.grant.holder, MembershipRole.READER)):
        assert FACTS in proved(person).get(page(made)).text
    stranger = proved(member(LegalEntityFactory()))
    assert stranger.get(page(made)).status_code == 404
    assert made.reference not in stranger.get("/mesures/").text
    assert Client().get(page(made)).status_code == 302


def test_opening_asks_for_a_fresh_proof_and_for_the_role() -> None:
    grant = in_production()
    address = f"/habilitations/{grant.reference}/mesure/"
    assert proved(agent(StaffRole.REVIEWER)).get(address).status_code == 403
    assert proved(member(grant.holder)).get(address).status_code in (403, 404)
    assert proved(manager()).get(address).status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"grounds": ""}, "Renseignez ce champ."),
        ({"how": "emergency"}, "Dites ce qui fait l’urgence"),
        ({"extent": "profile", "value": "Z"}, "n’ouvre pas le profil Z"),
        ({"extent": "profile"}, "Indiquez le profil visé"),
        ({"extent": "establishment", "value": "000000000"}, "n’ouvre pas l’établissement"),
        ({"motive": "humeur"}, "humeur"),
    ],
)
def test_bad_input_says_what_to_mend_and_keeps_what_was_typed(changes: dict[str, str], sentence: str) -> None:
    grant = in_production()
    answer = proved(manager()).post(f"/habilitations/{grant.reference}/mesure/", TYPED | changes)
    assert answer.status_code in (200, 422)
    assert sentence in answer.text
    assert not Sanction.objects.exists()
    assert "grounds" in changes or FACTS in answer.text


@pytest.mark.parametrize(("how", "state"), [("suspension", State.NOTIFIED), ("emergency", State.EMERGENCY)])
def test_a_measure_is_opened_from_the_right(how: str, state: State) -> None:
    grant, browser = in_production(), proved(manager())
    assert "Suspendre ou retirer" in browser.get(f"/habilitations/{grant.reference}/").text
    typed = TYPED | {"how": how, "emergency": "Cela continue."}
    answer = recorded(browser, f"/habilitations/{grant.reference}/mesure/", typed)
    made = Sanction.objects.get()
    assert (answer.status_code, made.state) == (302, state)
    assert "une autre personne doit en décider" in browser.get(page(made)).text


def test_who_opened_is_refused_and_another_sees_what_will_change_and_what_the_vendor_reads() -> None:
    grant, alone, other = in_production(), manager(), manager()
    made = answered(envisaged(grant, by=alone, extent="profile", value="B"))
    assert post(alone, made, "decider", conclusions="Oui.") == 403
    shown = proved(other).get(page(made, "decider/")).text
    for words in (
        "Ce qui va changer",
        "profil A",
        "Ce que l’éditeur va lire",
        FACTS,
        "tribunal administratif",
        "R421-1",
    ):
        assert words in shown
    assert post(other, made, "decider", conclusions="Établi.") == 302
    made.refresh_from_db()
    assert (made.state, made.decided_by) == (State.IN_FORCE, other)


def test_what_the_vendor_answered_meanwhile_is_read_before_deciding() -> None:
    made = answered(envisaged(in_production()))
    browser = proved(manager())
    shown = browser.get(page(made, "decider/"))
    read = shown.context["form"]["version"].value()
    assert f'name="version" value="{read}"' in shown.text
    answered(made)
    typed = {"conclusions": "Établi.", "version": read}
    assert recorded(browser, page(made, "decider/"), typed).status_code == 409
    made.refresh_from_db()
    assert made.state == State.NOTIFIED
    assert recorded(browser, page(made, "decider/"), typed | {"version": made.version}).status_code == 302


def test_the_vendor_answers_from_his_page() -> None:
    made = envisaged(in_production())
    boss = member(made.grant.holder)
    assert post(boss, made, "observations", observations="") == 422
    assert post(boss, made, "observations", observations="Corrigé hier.") == 302
    assert "Corrigé hier." in proved(guard()).get(page(made)).text


def test_an_emergency_is_confirmed_kept_then_lifted_by_two() -> None:
    made = urgent(in_production())
    first, second = manager(), manager()
    assert post(first, made, "confirmer", conclusions="Établi.") == 302
    assert post(first, made, "proposer-la-levee", grounds="Réglé.") == 302
    assert post(second, made, "maintenir", grounds="Pas encore.") == 302
    assert post(first, made, "proposer-la-levee", grounds="Réglé, preuve jointe.") == 302
    assert post(first, made, "lever") == 403
    assert "s’ouvre de nouveau" in proved(second).get(page(made, "lever/")).text
    assert post(second, made, "lever") == 302
    made.refresh_from_db()
    assert made.state == State.LIFTED


def test_a_measure_given_up_says_why() -> None:
    made = envisaged(in_production())
    assert post(manager(), made, "abandonner", conclusions="") == 422
    assert post(manager(), made, "abandonner", conclusions="L’éditeur a raison.") == 302
    assert "L’éditeur a raison." in proved(member(made.grant.holder)).get(page(made)).text


def test_my_access_tells_the_vendor_in_plain_words() -> None:
    grant = in_production()
    browser, address = proved(member(grant.holder)), f"/habilitations/{grant.reference}/acces/"
    made = envisaged(grant, extent="profile", value="B")
    told = browser.get(address).text
    assert "Rien ne change pour l’instant" in told
    assert page(made) in told
    urgent(grant)
    told = browser.get(address).text
    assert "L’agence a suspendu tout ce sens d’échange" in told
    assert "les passerelles refusent vos appels" in told


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(rows):
        envisaged(in_production())
    browser = proved(manager())
    with django_assert_num_queries(4):
        assert browser.get("/mesures/").status_code == 200


def test_those_that_wait_come_before_those_that_ended() -> None:
    over, standing, waiting = urgent(in_production()), urgent(in_production()), envisaged(in_production())
    operations.note_lifting(over, why="l’inscription a quitté la liste")
    assert list(queries.listed(manager())) == [waiting, standing, over]
    assert "inscription ou l’habilitation qu’elle visait" in proved(member(over.grant.holder)).get(page(over)).text


def test_who_lifts_a_measure_says_that_another_one_stands() -> None:
    grant = in_production()
    part, whole = urgent(grant, extent="profile", value="B"), urgent(grant)
    for one in (part, whole):
        operations.propose_lifting(one, grounds="Réglé.", by=manager())
        lifting = proved(manager())
        remains = "Une autre mesure demeure" in lifting.get(page(one, "lever/")).text
        assert remains == (one == part)
        assert lifting.post(page(one, "lever/")).status_code == 302


def test_a_part_withdrawn_of_a_closed_right_does_not_end_the_right() -> None:
    grant = in_production()
    urgent(grant)
    made = envisaged(grant, nature="withdrawal", extent="profile", value="B")
    told = proved(manager()).get(page(made)).text
    assert "refusent tout appel" in told
    assert "le droit prend fin" not in told


def test_the_list_is_narrowed_by_state() -> None:
    hasty, slow = urgent(in_production()), envisaged(in_production())
    told = proved(manager()).get("/mesures/?etat=emergency").text
    assert hasty.reference in told
    assert slow.reference not in told
    assert Grant.objects.count() == 2


def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    pages: list[str] = []
    monkeypatch.setattr("portal.documents.printing.render", lambda html, **more: pages.append(html) or b"%PDF-1.7")
    return pages


@pytest.mark.parametrize(
    ("how", "subject"), [("suspension", "Mesure envisagée"), ("emergency", "Suspension en urgence")]
)
def test_opening_shows_the_mail_and_the_letter_before_anything_is_recorded(
    how: str, subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant, browser, pages = in_production(), proved(manager()), printed(monkeypatch)
    address = f"/habilitations/{grant.reference}/mesure/"
    typed = TYPED | {"how": how, "emergency": "Cela continue."}
    shown = browser.post(address, typed).text
    assert "Rien n’est encore enregistré" in shown
    assert f"Objet&nbsp;: {subject}" in shown
    assert ("refusent tout appel" in shown) == (how == "emergency")
    answer = browser.post(f"{address}projet/", typed)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "Projet, sans valeur" in pages[0]
    assert FACTS in pages[0]
    assert ("Ce qui fait l’urgence" in pages[0]) == (how == "emergency")
    assert browser.post(f"{address}projet/", typed | {"grounds": ""})["Location"] == address
    assert not Sanction.objects.exists()
    changed = typed | {"grounds": "Autre chose.", "vu": "0" * 64}
    assert browser.post(address, changed).status_code == 200
    assert not Sanction.objects.exists()


def test_one_establishment_left_is_told_in_the_singular() -> None:
    grant = in_production()
    made = envisaged(grant, extent=Extent.ESTABLISHMENT, value=grant.establishments[0])
    assert "1 établissement sur 2" in proved(manager()).get(page(made)).text


def test_deciding_shows_the_words_typed_as_the_vendor_will_read_them(monkeypatch: pytest.MonkeyPatch) -> None:
    made, pages = answered(envisaged(in_production())), printed(monkeypatch)
    browser, typed = proved(manager()), {"conclusions": "Les faits sont établis."}
    shown = browser.post(page(made, "decider/"), typed).text
    assert "Le message, tel qu’il part" in shown
    assert "Ce qui va changer" in shown
    answer = browser.post(page(made, "decider/projet/"), typed)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "Les faits sont établis." in pages[0]
    assert browser.get(page(made, "decider/projet/"))["Location"] == page(made, "decider/")
    assert proved(agent(StaffRole.REVIEWER)).get(page(made, "decider/projet/")).status_code == 403
    made.refresh_from_db()
    assert made.state == State.NOTIFIED
