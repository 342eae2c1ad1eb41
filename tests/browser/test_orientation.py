"""From the question to a filled candidacy, without script and with the keyboard alone; then the sign-in in between."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from onboarding.candidacies.models import Candidacy
from portal.demo import cast
from portal.demo.pki import Pki
from portal.demo.story import Dossier
from portal.demo.tale import Step, Tale

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.requires("chromium"),
    pytest.mark.django_db(transaction=True),
]
FARTHEST = 80  # presses of Tab before giving up


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A browser that runs no script."""
    context = chromium.new_context(locale="fr-FR", java_script_enabled=False)
    opened = context.new_page()
    opened.set_default_timeout(8000)
    yield opened
    context.close()


def reach(page: Page, selector: str) -> None:
    """Presses Tab until something has the focus."""
    for _ in range(FARTHEST):
        if page.locator(f"{selector}:focus").count():
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} is out of the keyboard's reach on {page.url}")


def answer(page: Page, name: str, *values: str, last: bool = False) -> None:
    """Ticks boxes, or moves in a group of radio buttons, then continues; all by keyboard."""
    for value in values:
        if page.locator(f"input[type=checkbox][name={name}]").count():
            reach(page, f"input[name={name}][value='{value}']")
            page.keyboard.press("Space")
        else:
            reach(page, f"input[name={name}]")
            page.keyboard.press("Space")
            while not page.locator(f"input[name={name}][value='{value}']:focus").count():
                page.keyboard.press("ArrowDown")
    reach(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    if not last:
        expect(page.locator(f"input[type=hidden][name={name}]").first).to_be_attached()


def test_a_visitor_finds_his_answer_by_keyboard_and_takes_it_into_his_candidacy(
    page: Page, site: str, authorities: Pki
) -> None:
    tale = Tale(company=cast.EDITEUR, service="Régulation Démonstration")
    service = Dossier(tale, authorities, timezone.now() - timedelta(hours=6)).walk(Step.OPEN_SERVICE).service
    page.goto(site)
    reach(page, "a[href='/orientation/?besoin=read']")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Question 2 sur")
    go_back_and_forth(page)
    answer(page, "donnees", "offers", "beds")
    answer(page, "recuperation", "copy")
    answer(page, "format", "csd")
    answer(page, "finalite", "regulation")
    answer(page, "utilisateurs", "CU22")
    answer(page, "tiers", "no")
    answer(page, "regions", "84", last=True)
    expect(page.locator("h1")).to_have_text("Il vous faut une habilitation de consommation")
    expect(page.locator("main")).to_contain_text("Le format FHIR, et non CSD.")
    take_over(page, service.reference)
    candidacy = Candidacy.objects.get()
    assert (candidacy.service, candidacy.purpose, candidacy.requested_profiles) == (service, "regulation", ["1"])
    assert (candidacy.exchange_format, candidacy.retrieval_cases) == ("fhir", ["fhir-export"])
    assert candidacy.reference in page.url


def go_back_and_forth(page: Page) -> None:
    """The question before keeps its answer; sending nothing says so."""
    reach(page, "main a.fr-btn--secondary")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=besoin][value=read]")).to_be_checked()
    answer(page, "besoin", "read")
    reach(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Cochez au moins une réponse.")


def take_over(page: Page, reference: str) -> None:
    """The button of the answer, the sign-in, the service, the candidacy."""
    reach(page, "main form button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("connecter")
    reach(page, "button[value=representante]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Reprendre mes réponses")
    reach(page, f"input[name=target][value='consumption:{reference}']")
    page.keyboard.press("Space")
    reach(page, "main form button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("est ouverte avec vos réponses")
