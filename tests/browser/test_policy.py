"""A new version of the access policy: drafted on the matrix, compared, weighed, approved by a second person, in force."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from policy.profiles import jobs, queries
from policy.profiles.models import PolicyVersion
from tests.browser.conftest import Play
from tests.browser.pages import Person
from tests.factories.grants import GrantFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.requires("chromium"),
    pytest.mark.django_db(transaction=True),
]
CELL = "Location.supported-capacity"


def test_a_policy_goes_from_its_draft_to_its_date(play: Play) -> None:
    GrantFactory(service__name="Orientation Bretagne", consumption=True, access_profile=0, active=True)
    author, second = play("politique"), play("politique_2")
    draft(author)
    edit_a_cell_with_the_keyboard(author)
    settle(author)
    weigh(author)
    author.go("/politique/versions/2/verification/")
    author.sees("Rien ne s’oppose à l’approbation")
    author.press("Déclarer le projet vérifié")
    assert author.page.get_by_role("link", name="Approuver cette version").count() == 0
    second.go("/politique/versions/2/")
    second.follow("Approuver cette version")
    second.press("Approuver")
    author.go("/politique/versions/2/publier/")
    author.press("Publier")
    take_effect(author)
    read(author)


def draft(author: Person) -> None:
    author.go("/politique/")
    author.follow("Préparer une nouvelle version")
    effective = timezone.localdate() + timedelta(days=30)
    author.fill(number="2", effective_on=effective.isoformat())
    author.press("Ouvrir le projet")
    author.sees("Matrice de la politique, version 2")


def edit_a_cell_with_the_keyboard(author: Person) -> None:
    """Every cell is a link, reached with Tab and opened with Enter; its form is filled and sent without a mouse."""
    page = author.page
    cell = page.locator(f"a[href*='{CELL}/0/']")
    cell.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{CELL}/0/**", wait_until="load")
    author.judge()
    tick(page, "[name='operations'][value='read']")
    tab_to(page, "[name='opening']")
    while not page.evaluate("document.activeElement.value === 'condition'"):
        page.keyboard.press("ArrowDown")
    tick(page, "[name='c1_capacity_status'][value='01']")
    tab_to(page, "[name='article']")
    page.keyboard.type("texte de 2023")
    tab_to(page, "main button[type='submit']")
    page.keyboard.press("Enter")
    page.wait_for_load_state("load")
    author.judge()
    author.sees("enregistré au projet")
    author.sees("Si le statut de la capacité est installé")


def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until the focus is there, seen by the eye; not more than a long form takes."""
    for _ in range(150):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {wanted}")


def tick(page: Page, box: str) -> None:
    """Ticks a box with the space bar."""
    tab_to(page, box)
    if not page.evaluate("document.activeElement.checked"):
        page.keyboard.press("Space")


def settle(author: Person) -> None:
    author.go("/politique/versions/2/choix/profil-4-contacts/")
    author.choose("option", "presentation")
    author.press("Enregistrer au projet")
    author.sees("Le choix est enregistré.")


def weigh(author: Person) -> None:
    author.go("/politique/versions/2/differences/?operation=read")
    author.sees("Ce que change la version 2 à la version 1")
    author.sees("désormais ouvert si le statut de la capacité est installé (auparavant : fermé)")
    author.sees("Fermé")
    author.go("/politique/versions/2/effets/")
    author.sees("1 service gagne")
    author.sees("Orientation Bretagne")
    author.sees("Ce qu’ils gagnent")


def take_effect(author: Person) -> None:
    now = timezone.now()
    first = queries.in_force(now)
    assert first is not None
    assert first.number == "1"
    assert jobs.take_effect_due(now) <= 1  # the delivered policy's own coming into force
    version = PolicyVersion.objects.get(number="2")
    assert version.effective_at is not None
    assert version.effective_at > now
    author.sees("Elle entrera en vigueur")
    assert jobs.take_effect_due(version.effective_at) == 1
    later = queries.in_force(version.effective_at)
    assert later is not None
    assert later.number == "2"


def read(author: Person) -> None:
    """The other pages of the policy, for axe and for the eye."""
    author.go("/politique/profils/3/")
    author.sees("Ce qui reste à la charge du service")
    author.go("/politique/profils/comparer/?a=2&b=5")
    author.sees("Identique")
    author.go("/politique/versions/2/matrice/?famille=alimentation")
    author.go("/politique/versions/2/matrice/?avec=1&differences=on&operation=read")
    author.sees("Ouvert")
    author.go("/simulateur/")
    author.choose("profil", "2")
    author.choose("operation", "read")
    author.choose("element", CELL)
    author.press("Demander le verdict")
    author.sees("Ce qui compte pour cette question")
    author.choose("fait_sensitive_unit", "oui")
    author.press("Demander le verdict")
    author.sees("Refusé")
    author.sees("Et avec un autre profil ?")
    author.go("/simulateur/verdicts/")
    author.go("/referentiel/nomenclatures/")
    author.follow("TRE_R78")
    author.sees("Régulation de soins non programmés")
