"""Two people in one block, and a charter that changes, by hand in a real Chromium."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from onboarding.legaltexts import jobs as texts
from onboarding.legaltexts.models import LegalTextVersion, SignatureCall
from policy.grants.lifecycle import State as GrantState
from policy.whitelist.lifecycle import State as EntryState
from portal.demo import cast
from portal.demo.pki import Pki
from portal.demo.story import Dossier
from portal.demo.tale import Step, Tale
from portal.parties.roles import MembershipRole
from tests.browser.conftest import Play
from tests.browser.pages import Person, work
from tests.factories.parties import MembershipFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.requires("chromium"),
    pytest.mark.django_db(transaction=True),
]
TALE = Tale(company=cast.EDITEUR, establishments=4)
FIRST, SECOND = "Ce que la première personne a écrit.", "Ce que la seconde personne a écrit."


def test_the_stale_one_of_two_people_sees_the_differences_and_keeps_his_typing(play: Play, authorities: Pki) -> None:
    dossier = Dossier(TALE, authorities, timezone.now() - timedelta(hours=30)).walk(Step.OPEN)
    colleague = cast.account_of("mandataire")
    MembershipFactory(user=colleague, legal_entity=dossier.entity, role=MembershipRole.CONTRIBUTOR)
    one, two = play("representante"), play("mandataire")
    block = f"/candidatures/{dossier.candidacy.reference}/finalite/"
    for person, text in ((one, FIRST), (two, SECOND)):
        person.go(block)
        person.choose("purpose", "bed-availability")
        person.fill(purpose_details=text)
    one.press("Enregistrer")
    press_too_late(two)
    two.sees("rien n’est enregistré")
    two.sees(FIRST)
    expect(two.field("purpose_details")).to_have_value(SECOND)
    dossier.candidacy.refresh_from_db()
    assert dossier.candidacy.purpose_details == FIRST
    two.press("Enregistrer")
    dossier.candidacy.refresh_from_db()
    assert dossier.candidacy.purpose_details == SECOND


def press_too_late(person: Person) -> None:
    """The answer is 409, which the browser writes on its console: nothing else stands there."""
    person.page.get_by_role("main").get_by_role("button", name="Enregistrer").first.click()
    person.page.wait_for_load_state("load")
    assert [("409" in complaint) for complaint in person.complaints] == [True]
    person.complaints.clear()
    person.judge()


def test_a_charter_changes_and_is_signed_again_without_touching_the_right(play: Play, authorities: Pki) -> None:
    dossier = Dossier(TALE, authorities, timezone.now() - timedelta(hours=30)).walk()
    administrator, vendor = play("administrateur"), play("representante")
    announce(administrator, (timezone.now() + timedelta(days=30)).date())
    vendor.go("/textes/charte-alimentation/version-2/")
    vendor.sees("pas encore en vigueur")
    assert not vendor.offers("Lire et signer")
    assert texts.take_effect(timezone.now() + timedelta(days=31)) == 1
    work()
    sign_again(vendor, dossier)
    administrator.go("/textes/charte-alimentation/version-2/suivi/")
    administrator.sees("Signée")
    assert SignatureCall.objects.get().state == "signed"
    dossier.grant.refresh_from_db()
    dossier.entry.refresh_from_db()
    assert (dossier.grant.state, dossier.entry.state) == (GrantState.ACTIVE, EntryState.APPROVED)


def announce(administrator: Person, day: date) -> None:
    """A version for a day to come, that asks everybody to sign again."""
    administrator.go("/textes/charte-alimentation/publier/")
    administrator.fill(summary="Le délai de réponse passe à dix jours.", reason="Arrêté du 26 décembre.")
    administrator.fill(effective_date=day.isoformat())
    administrator.press("Publier cette version")
    work()
    assert LegalTextVersion.objects.get(number=2, text__kind="feeding_charter").is_announced


def sign_again(vendor: Person, dossier: Dossier) -> None:
    """From the dashboard's alert to the signature."""
    vendor.go("/tableau-de-bord/")
    vendor.sees("À signer")
    vendor.follow("Lire et signer")
    assert dossier.service.reference in vendor.page.url
    vendor.tick("agreed")
    vendor.press("Signer")
    vendor.go("/tableau-de-bord/")
    assert not vendor.offers("Lire et signer")
    work()
