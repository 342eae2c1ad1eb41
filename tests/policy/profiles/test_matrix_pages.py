"""The pages of a draft: matrix and its filters, a cell, a choice, the sheet, differences, profiles; without script."""

from typing import Any

import pytest

from policy.profiles import queries
from policy.profiles.lifecycle import State
from policy.profiles.models import PolicyVersion
from policy.profiles.openness import of_cell
from portal.accounts.roles import StaffRole
from tests.factories.grants import agent
from tests.factories.parties import LegalEntityFactory, member, proved
from tests.factories.profiles import PolicyVersionFactory

pytestmark = pytest.mark.django_db
AT = "/politique/versions/2/"
CELL = f"{AT}matrice/Location.equipment/0/"


@pytest.fixture
def author() -> Any:
    PolicyVersionFactory(number="1")
    PolicyVersionFactory(number="2", draft=True, version=1)
    return proved(agent(StaffRole.POLICY_MANAGER))


def cell(**changes: Any) -> dict[str, Any]:
    given = {
        "operations": ["read", "search"],
        "opening": "condition",
        "c1_sensitive_unit": ["non"],
        "source": "guide",
        "article": "essai",
        "version": "1",
    }
    return given | changes


def test_matrix_shows_words_and_leads_to_the_cells_of_a_draft(author: Any) -> None:
    page = author.get(f"{AT}matrice/").content.decode()
    assert f'{AT}matrice/Location.equipment/3/?operation=read"' in page
    assert "Si l’unité est non sensible" in page
    assert "Les profils 0, 1, 2, 3, 4 et 5 ne permettent pas" in page
    reader = proved(agent(StaffRole.REVIEWER)).get(f"{AT}matrice/").content.decode()
    assert "/matrice/Location.equipment/3/" not in reader


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("ressource=Organization", "Structure : contacts", "Lieu : description"),
        ("mots=capacité", "Lieu : capacité", "Structure : contacts"),
        ("mots=ror-location-equipment", "Lieu : équipements", "Structure : contacts"),
        ("famille=alimentation", "Profil A", "Profil 3</a></th>"),
        ("avec=1&differences=on", "Aucun élément ne répond", "Lieu : description"),
        ("operation=patch", "Jamais", "Toujours"),
        ("operation=delete&famille=x", "Votre saisie doit être corrigée", "Aucun élément ne répond"),
    ],
)
def test_matrix_is_filtered_by_its_address(author: Any, query: str, shown: str, hidden: str) -> None:
    page = author.get(f"{AT}matrice/?{query}").content.decode()
    assert shown in page
    assert hidden not in page.split("<main")[1]


def test_cell_is_changed_and_the_matrix_shows_it(author: Any) -> None:
    assert author.get(CELL).status_code == 200
    answer = author.post(CELL, cell())
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{AT}matrice/?operation=read&famille=acces")
    book = queries.rulebook_of(PolicyVersion.objects.get(number="2"))
    assert of_cell(book, {"0"}, "read", "Location.equipment").sentence == "Si l’unité est non sensible"
    assert of_cell(book, {"0"}, "export", "Location.equipment").sentence == "Jamais"
    compared = author.get(f"{AT}matrice/?avec=1&differences=on").content.decode()
    assert "Auparavant : Jamais" in compared
    said = author.get(f"{AT}differences/").content.decode()
    assert "Profil 0, lire et rechercher « Lieu : équipements spécifiques » : désormais ouvert si" in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"c1_sensitive_unit": []}, "Cochez au moins une valeur"),
        ({"c1_sensitive_unit": ["oui", "non"]}, "Cochez au moins une valeur"),
        ({"c1_sensitive_unit": ["peut-être"]}, "peut-être"),
        ({"operations": []}, "Opérations"),
        ({"article": ""}, "Endroit du document"),
        ({"source": "loi"}, "loi"),
    ],
)
def test_cell_says_what_is_wrong_and_changes_nothing(author: Any, changes: dict[str, Any], sentence: str) -> None:
    before = PolicyVersion.objects.get(number="2").digest
    answer = author.post(CELL, cell(**changes))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert PolicyVersion.objects.get(number="2").digest == before


def test_cell_refuses_a_stale_page_other_agents_and_frozen_versions(author: Any) -> None:
    assert author.post(CELL, cell(version="0")).status_code == 409
    assert proved(agent(StaffRole.REVIEWER)).get(CELL).status_code == 403
    assert proved(member(LegalEntityFactory())).get(CELL).status_code == 404
    assert author.post(CELL.replace("/2/", "/1/", 1), cell()).status_code == 409
    assert author.get(f"{AT}matrice/Patient/0/").status_code == 404
    assert author.get(f"{AT}matrice/Location.equipment/9/").status_code == 404


def test_choice_and_sheet_change_the_draft(author: Any) -> None:
    page = author.get(f"{AT}choix/profil-5-actes/").content.decode()
    assert "ACT-5-US" in page
    sent = {"option": "oubli", "confirmed": "on", "version": "1"}
    assert author.post(f"{AT}choix/profil-5-actes/", sent).status_code == 302
    assert author.get(f"{AT}choix/inconnu/").status_code == 404
    sheet = {"title": "Titre", "summary": "Résumé.", "effective_on": "2027-01-01", "version": "2"}
    assert author.post(f"{AT}fiche/", sheet).status_code == 302
    book = queries.rulebook_of(PolicyVersion.objects.get(number="2"))
    assert (book.choices["profil-5-actes"].chosen, book.title) == ("oubli", "Titre")


def test_new_draft_is_opened_from_a_version(author: Any) -> None:
    answer = author.post("/politique/versions/1/nouveau-projet/", {"number": "3", "effective_on": "2027-01-01"})
    assert (answer.status_code, answer["Location"]) == (302, "/politique/versions/3/matrice/")
    again = author.post("/politique/versions/1/nouveau-projet/", {"number": "3", "effective_on": "2027-01-01"})
    assert "Une version porte déjà le numéro 3." in again.content.decode()
    odd = author.post("/politique/versions/1/nouveau-projet/", {"number": "é", "effective_on": "2027-01-01"})
    assert "N’employez que des lettres sans accent" in odd.content.decode()


def test_findings_lists_what_blocks_and_refuses(author: Any) -> None:
    version = PolicyVersion.objects.get(number="2")
    broken = version.source[: version.source.index("[profiles.5]")] + version.source[version.source.index("[duties]") :]
    PolicyVersion.objects.filter(pk=version.pk).update(source=broken)
    page = author.get(f"{AT}verification/").content.decode()
    assert "Le profil 5 ne dit pas pour qui il est fait." in page
    assert "Déclarer le projet vérifié" not in page
    assert author.post(f"{AT}verification/").status_code == 200
    assert PolicyVersion.objects.get(number="2").state == State.DRAFT


def test_reopen_takes_a_checked_version_back(author: Any) -> None:
    author.post(f"{AT}verification/")
    assert PolicyVersion.objects.get(number="2").state == State.CHECKED
    assert author.post(f"{AT}reprendre/").status_code == 302
    assert PolicyVersion.objects.get(number="2").state == State.DRAFT


def test_profile_pages_are_for_everyone_signed_in(author: Any, client: Any) -> None:
    vendor = proved(member(LegalEntityFactory()))
    page = vendor.get("/politique/profils/2/").content.decode()
    for heading in ("Ce qu’il ouvre toujours", "Ce qu’il n’ouvre jamais", "Ce qui reste à la charge du service"):
        assert heading in page
    assert "Différent" in vendor.get("/politique/profils/comparer/?a=2&b=5").content.decode()
    assert vendor.get("/politique/profils/comparer/?a=2&b=9").status_code == 200
    assert vendor.get("/politique/profils/9/").status_code == 404
    assert vendor.get("/politique/profils/2/?version=2").status_code == 404
    assert author.get("/politique/profils/2/?version=2").status_code == 200
    assert client.get("/politique/profils/2/").status_code == 302
