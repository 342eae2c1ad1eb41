"""The one-click sign-in of the demonstration, and its absence everywhere else."""

import runpy
from typing import Any

import pytest
from django.test import Client

from portal import urls
from portal.accounts.models import User
from portal.demo import cast
from portal.settings import safety

pytestmark = pytest.mark.django_db
PATH = "/demonstration/connexion/"


@pytest.fixture
def _people() -> None:
    cast.settle()


def names() -> set[str]:
    """The names of the roof's own routes, as the present settings make them."""
    assert urls.__file__
    return {getattr(one, "name", None) or "" for one in runpy.run_path(urls.__file__)["urlpatterns"]}


def test_the_cast_settles_once() -> None:
    assert cast.settle() == len(cast.CAST)
    assert cast.settle() == 0
    assert all(one.email.endswith(".invalid") for one in cast.CAST)


@pytest.mark.usefixtures("_people")
def test_the_page_lists_everyone_and_says_what_the_button_replaces() -> None:
    html = Client().get("/connexion/").content.decode()
    assert all(one.full_name in html for one in cast.CAST)
    assert "remplace ici le mot de passe, le second facteur et la confirmation d’identité" in html


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize("key", [one.key for one in cast.CAST])
def test_one_click_brings_anyone_in_past_second_factor_and_step_up(key: str) -> None:
    client = Client()
    assert client.post(PATH, {"personne": key}).status_code == 302
    assert client.get("/compte/").status_code == 200
    if key == "administrateur":
        assert client.get("/comptes/nouveau/").status_code == 200


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize(("wanted", "reached"), [("/compte/", "/compte/"), ("https://ailleurs.exemple/", None)])
def test_it_leads_back_to_pages_of_ours_only(wanted: str, reached: str | None) -> None:
    location = Client().post(PATH, {"personne": "instructrice", "next": wanted})["Location"]
    assert location == reached if reached else not location.startswith("http")


def test_an_unknown_person_or_a_portal_without_cast_is_told() -> None:
    assert Client().post(PATH, {"personne": "personne"}).status_code == 404
    assert Client().get(PATH).status_code == 405
    missing = Client().post(PATH, {"personne": "instructrice"})
    assert (missing.status_code, "demo-reset" in missing.content.decode()) == (422, True)


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize(("demo", "embedded"), [(False, True), (True, False), (False, False)])
def test_it_exists_in_the_embedded_demonstration_only(settings: Any, demo: bool, embedded: bool) -> None:
    assert "demo_sign_in" in names()
    settings.DEMO, settings.EMBEDDED = demo, embedded
    assert "demo_sign_in" not in names()
    client = Client()
    assert client.post(PATH, {"personne": "administrateur"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_without_demonstration_the_page_lists_nobody(settings: Any) -> None:
    settings.DEMO = False
    User.objects.create_user("a@exemple.fr")
    html = Client().get("/connexion/").content.decode()
    assert "Comptes de démonstration" not in html


def test_production_refuses_to_start_as_a_demonstration(settings: Any) -> None:
    settings.EMBEDDED, settings.DEMO = False, True
    assert "le mode démonstration est actif" in safety.unsafe(settings)
