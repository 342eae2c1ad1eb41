"""Pages of the policy: read by any signed-in person, changed by its manager alone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from policy.profiles import operations
from policy.profiles.lifecycle import State
from policy.profiles.models import PolicyVersion
from portal.accounts.roles import StaffRole
from tests.factories.accounts import PersonFactory
from tests.factories.grants import agent
from tests.factories.parties import LegalEntityFactory, member, proved
from tests.factories.profiles import PolicyVersionFactory, shipped

pytestmark = pytest.mark.django_db
POLICY = "/politique/"


def vendor() -> object:
    return member(LegalEntityFactory())


def test_policy_lists_profiles_and_rules_in_words_for_a_vendor() -> None:
    PolicyVersionFactory(number="1")
    page = proved(vendor()).get(POLICY).content.decode()
    assert "Profil A – capacité et disponibilité" in page
    assert "Profil 5 – hors accès très restreint" in page
    assert "Le profil A permet de modifier « Lieu : capacité de prise en charge (lits et places) »" in page
    assert "Charte d’accès et d’alimentation du ROR" in page
    assert "51\u00a0règles" in page
    assert "Importer une politique" not in page
    assert page.count("<h1") == 1


def test_policy_shows_the_rules_of_one_profile() -> None:
    PolicyVersionFactory(number="1")
    page = proved(vendor()).get(POLICY, {"profil": "A"}).content.decode()
    assert "1\u00a0règle, dans" in page
    assert "ALIM-A" in page
    assert "ALIM-B" not in page
    assert proved(vendor()).get(POLICY, {"profil": "Z"}).status_code == 404


def test_policy_says_that_nothing_is_in_force() -> None:
    assert "Aucune politique n’est en vigueur" in proved(vendor()).get(POLICY).content.decode()
    page = proved(agent(StaffRole.POLICY_MANAGER)).get(POLICY).content.decode()
    assert reverse("policy_import") in page


@pytest.mark.parametrize(
    "path", [POLICY, "/politique/versions/1/", "/politique/importer/", "/politique/versions/1/fichier/"]
)
def test_pages_send_an_anonymous_person_to_the_sign_in(path: str, client: object) -> None:
    assert client.get(path).status_code == 302  # type: ignore[attr-defined]


def test_version_of_a_draft_is_for_agents() -> None:
    PolicyVersionFactory(number="2", draft=True)
    assert proved(vendor()).get("/politique/versions/2/").status_code == 404
    page = proved(agent(StaffRole.POLICY_MANAGER)).get("/politique/versions/2/").content.decode()
    assert "Faire vérifier ce projet" in page
    assert "Modifier la matrice" in page
    assert "Projet" in page
    page = proved(agent(StaffRole.REVIEWER)).get("/politique/versions/2/").content.decode()
    assert "Faire vérifier ce projet" not in page
    assert "Voir la matrice" in page


def test_source_gives_the_file_as_it_was_imported() -> None:
    version = PolicyVersionFactory(number="1")
    answer = proved(vendor()).get("/politique/versions/1/fichier/")
    assert answer.content.decode() == version.source
    assert answer["Content-Disposition"].startswith("attachment")


def test_import_check_approve_and_publish_by_two_persons() -> None:
    author, second = (proved(agent(StaffRole.POLICY_MANAGER)) for _ in range(2))
    assert author.get("/politique/importer/").status_code == 200
    assert author.post("/politique/importer/", {"origin": "shipped"}).status_code == 302
    assert "Rien ne s’oppose" in author.get("/politique/versions/1/verification/").content.decode()
    assert author.post("/politique/versions/1/verification/").status_code == 302
    assert author.get("/politique/versions/1/approuver/").status_code == 403
    assert "Approuver cette version" in second.get("/politique/versions/1/").content.decode()
    assert second.get("/politique/versions/1/approuver/").status_code == 200
    assert second.post("/politique/versions/1/approuver/").status_code == 302
    assert author.get("/politique/versions/1/publier/").status_code == 200
    answer = author.post("/politique/versions/1/publier/")
    assert (answer.status_code, answer["Location"]) == (302, "/politique/versions/1/")
    assert PolicyVersion.objects.get().state == State.PUBLISHED
    assert "En vigueur à compter du" in author.get(POLICY).content.decode()


def test_import_tells_every_mistake_of_a_file_and_keeps_nothing() -> None:
    browser = proved(agent(StaffRole.POLICY_MANAGER))
    wrong = shipped().replace('profiles = ["A"]', 'profiles = ["C"]').replace('source = "fiche"', 'source = "loi"')
    file = SimpleUploadedFile("politique.toml", wrong.encode())
    page = browser.post("/politique/importer/", {"origin": "file", "file": file})
    assert page.status_code == 200
    assert "règle « ALIM-A » : « profiles » : « C » est inconnu" in page.content.decode()
    assert "règle « REG-1 » : « source » : « loi » est inconnu" in page.content.decode()
    assert not PolicyVersion.objects.exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"origin": "file"}, "Choisissez le fichier à importer."),
        ({"origin": "elsewhere"}, "elsewhere"),
        ({}, "Choisissez une réponse."),
        ({"origin": "file", "file": b"\xff\xff"}, "n’est pas un texte en UTF-8"),
        ({"origin": "file", "file": b"#" * 1_000_001}, "dépasse 1 Mo"),
        ({"origin": "file", "file": b"[["}, "TOML lisible"),
    ],
)
def test_import_refuses_bad_input_with_a_sentence(given: dict[str, object], sentence: str) -> None:
    browser = proved(agent(StaffRole.POLICY_MANAGER))
    if isinstance(given.get("file"), bytes):
        given = {**given, "file": SimpleUploadedFile("politique.toml", given["file"])}  # type: ignore[arg-type]
    page = browser.post("/politique/importer/", given)
    assert page.status_code == 200
    assert sentence in page.content.decode()


def test_import_and_publish_are_refused_to_other_agents_and_hidden_from_vendors() -> None:
    PolicyVersionFactory(number="2", draft=True)
    for path in ("/politique/importer/", "/politique/versions/2/publier/"):
        assert proved(agent(StaffRole.WHITELIST_MANAGER)).post(path, {"origin": "shipped"}).status_code == 403
        assert proved(vendor()).post(path).status_code == 404
        assert proved(PersonFactory()).get(path).status_code == 404


def test_publish_twice_says_that_somebody_was_faster() -> None:
    browser = proved(agent(StaffRole.POLICY_MANAGER))
    operations.install_shipped(at=timezone.now())
    assert browser.post("/politique/versions/1/publier/").status_code == 409


@pytest.mark.parametrize("versions", [1, 3])
def test_policy_costs_the_same_queries_whatever_the_versions(versions: int, django_assert_num_queries: object) -> None:
    for _ in range(versions):
        PolicyVersionFactory()
    browser = proved(agent(StaffRole.REVIEWER))
    browser.get(POLICY)
    with django_assert_num_queries(4):  # type: ignore[operator]
        browser.get(POLICY)
