"""Without scripts: a correction round with the keyboard alone, and a consuming request from its claim to its decision."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from onboarding.candidacies.models import CandidacyVersion
from policy.grants.models import Grant
from portal.demo import cast, turns
from portal.demo.pki import Pki
from portal.demo.story import Dossier
from portal.demo.tale import Step, Tale
from tests.browser import acts
from tests.browser.plain import PlainPerson
from tests.browser.test_consumption import READER, prepare

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.requires("chromium"),
    pytest.mark.django_db(transaction=True),
]
FARTHEST = 120  # presses of the tabulation key on one page


class Keyboard:
    """Somebody who has a keyboard and neither mouse nor scripts."""

    def __init__(self, browser: Browser, site: str) -> None:
        context = browser.new_context(locale="fr-FR", java_script_enabled=False)
        self.site, self.page = site, context.new_page()
        self.page.set_default_timeout(20_000)

    def go(self, path: str) -> None:
        self.page.goto(self.site + path, wait_until="load")

    def reach(self, selector: str) -> None:
        """Tabulates until this element has the focus; what cannot be reached so fails."""
        target = self.page.locator(selector).first
        expect(target).to_be_visible()
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"{selector} is out of reach of the keyboard on {self.page.url}")

    def type(self, selector: str, text: str) -> None:
        self.reach(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def press(self, selector: str) -> None:
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def sees(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


def test_a_correction_round_needs_neither_mouse_nor_scripts(
    chromium: Browser, site: str, authorities: Pki, tmp_path: Path
) -> None:
    tale = Tale(company=cast.EDITEUR, establishments=2, pace=timedelta(milliseconds=50))
    dossier = Dossier(tale, authorities, timezone.now()).walk(Step.TAKE)
    turns.return_to_vendor(dossier)
    someone = Keyboard(chromium, site)
    page = someone.page
    someone.go("/connexion/")
    someone.press("button[value='representante']")
    someone.press("a[href*='corriger']")
    sees(page, "0 sur 2 points traités")
    someone.reach("[name='c1-development']:checked")
    page.keyboard.press("ArrowDown")
    someone.type("[name='c1-answer']", "Le développement est terminé.")
    someone.press("#point-1 button[type=submit]")
    sees(page, "1 sur 2 points traités")
    someone.type("[name='c2-privacy_email']", "dpo@lits.exemple.fr")
    someone.press("#point-2 button[type=submit]")  # without an answer: refused, and the typing stays
    sees(page, "Renseignez ce champ")
    expect(page.locator("[name='c2-privacy_email']")).to_have_value("dpo@lits.exemple.fr")
    someone.type("[name='c2-answer']", "C’est corrigé.")
    someone.press("#point-2 button[type=submit]")
    sees(page, "2 sur 2 points traités")
    someone.press("a[href$='/deposer/']")
    sees(page, "Ce qui change depuis le dernier dépôt")
    someone.press("main form button[type=submit]")
    page.screenshot(path=tmp_path / "plain.png", full_page=True)
    assert CandidacyVersion.objects.filter(candidacy=dossier.candidacy).count() == 2
    saved = CandidacyVersion.objects.get(candidacy=dossier.candidacy, number=2).data["answers"]
    assert (saved["development"], saved["privacy_email"]) == ("done", "dpo@lits.exemple.fr")


def test_a_consuming_request_goes_from_claim_to_decision_without_scripts(site: str, authorities: Pki) -> None:
    """The feeding direction is walked so, to the verdict, while its servers are killed: `tests.house.killed_walk`."""
    people = {
        key: PlainPerson(site, key, lambda client: client.send)
        for key in ("representante", "instructrice", "secretaire")
    }
    vendor, reviewer = people["representante"], people["instructrice"]
    try:
        acts.claim(READER, vendor, reviewer)  # type: ignore[arg-type]
        candidacy = prepare(vendor, READER, purpose="coordination", role="CU20")  # type: ignore[arg-type]
        acts.deposit(vendor, candidacy)  # type: ignore[arg-type]
        acts.correct(vendor, reviewer, candidacy)  # type: ignore[arg-type]
        acts.review(reviewer, candidacy, "purpose", "profiles")  # type: ignore[arg-type]
        acts.decide(people["secretaire"], "access_profile", "2")  # type: ignore[arg-type]
    finally:
        for one in people.values():
            one.close()
    assert Grant.objects.get().access_profile == 2
