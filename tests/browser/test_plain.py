"""Without scripts: requests of both directions by keyboard alone, another from claim to decision."""

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
from tests.browser.keyboard import Keyboard, KeyboardPerson
from tests.browser.plain import PlainPerson
from tests.browser.test_consumption import READER, prepare
from tests.browser.test_walk import TALE
from tests.browser.test_walk import prepare as prepare_feeding

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.requires("chromium"),
    pytest.mark.django_db(transaction=True),
]


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


def test_a_feeding_request_goes_from_its_opening_to_its_deposit_by_keyboard_alone(
    chromium: Browser, site: str, authorities: Pki
) -> None:
    """Every block, the list of establishments, the charter, the deposit: neither mouse nor scripts."""
    Dossier(TALE, authorities, timezone.now() - timedelta(hours=30)).walk(Step.VERIFY_CLAIM)
    vendor = KeyboardPerson(chromium, site, "representante")
    candidacy = prepare_feeding(vendor)  # type: ignore[arg-type]
    acts.deposit(vendor, candidacy)  # type: ignore[arg-type]
    saved = CandidacyVersion.objects.get(candidacy=candidacy).data["answers"]
    assert (saved["purpose"], saved["requested_profiles"], saved["development"]) == ("bed-availability", ["A"], "done")


def test_a_consuming_request_goes_from_claim_to_its_corrections_by_keyboard_alone(
    chromium: Browser, site: str, authorities: Pki
) -> None:
    """Every act of the vendor by keys; the agency's acts in between, without scripts either."""
    vendor = KeyboardPerson(chromium, site, "representante")
    reviewer = PlainPerson(site, "instructrice", lambda client: client.send)
    try:
        acts.claim(READER, vendor, reviewer)  # type: ignore[arg-type]
        candidacy = prepare(vendor, READER, purpose="coordination", role="CU20")  # type: ignore[arg-type]
        acts.deposit(vendor, candidacy)  # type: ignore[arg-type]
        acts.correct(vendor, reviewer, candidacy)  # type: ignore[arg-type]
    finally:
        reviewer.close()
        vendor.page.context.close()
    first, second = CandidacyVersion.objects.filter(candidacy=candidacy).order_by("number")
    assert (first.data["answers"]["requested_profiles"], first.data["answers"]["exchange_format"]) == (["2"], "fhir")
    assert second.data["answers"]["purpose_details"] == "Le service s’adresse aux établissements de la région."


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
