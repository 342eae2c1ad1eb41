"""The vendor's pages in their other states: nothing yet, refused input, very long names. At both widths, axe-clean."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.demo import cast
from portal.demo.cast import Company
from portal.demo.pki import Pki
from portal.demo.story import Dossier
from portal.demo.tale import Step, Tale
from tests.browser.axe import faults
from tests.browser.conftest import Play
from tests.browser.pages import Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.requires("chromium"),
    pytest.mark.django_db(transaction=True),
]
EMPTY = (
    "/tableau-de-bord/", "/services/", "/rattachements/", "/habilitations/", "/documents/", "/changements/",
    "/annonces/", "/signalements/", "/textes/signatures/", "/tests/", "/certificats/", "/compte/messages/",
)  # fmt: skip
LONG_COMPANY = "Société-coopérative-d-intérêt-collectif-" * 4 + "pour la santé"
LONG_SERVICE = "Plateforme-territoriale-de-coordination-et-d-orientation-" * 2


def opened(person: Person, *paths: str) -> list[str]:
    """The faults of pages opened one after the other."""
    found: list[str] = []
    for path in paths:
        answer = person.page.goto(person.site + path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, path
        found += faults(person.page)
    return found


def test_a_vendor_who_has_nothing_yet_finds_pages_that_say_so(play: Play) -> None:
    assert opened(play("representante"), *EMPTY) == []


def test_refused_input_is_shown_accessibly(play: Play, authorities: Pki) -> None:
    dossier = Dossier(Tale(company=cast.EDITEUR), authorities, timezone.now() - timedelta(hours=30)).walk(Step.OPEN)
    vendor = play("representante")
    found: list[str] = []
    for path in (
        "/rattachements/nouvelle/",
        f"/personnes-morales/{dossier.entity.reference}/services/nouveau/",
        f"/personnes-morales/{dossier.entity.reference}/inviter/",
        f"/services/{dossier.service.reference}/etablissements/envoyer/",
        f"/textes/charte-alimentation/signer/{dossier.service.reference}/",
    ):
        vendor.page.goto(vendor.site + path, wait_until="load")
        vendor.page.locator("main form button[type=submit]").first.click()
        vendor.page.wait_for_load_state("load")
        assert vendor.page.locator(".fr-alert--error, .fr-error-text, .fr-message--error").count(), path
        found += faults(vendor.page)
    assert found == []


def test_very_long_names_break_no_page(play: Play, authorities: Pki) -> None:
    company = Company(LONG_COMPANY[:190], cast.EDITEUR.siren, "1 rue Inventée", "35000", "Rennes")
    tale = Tale(company=company, service=LONG_SERVICE[:118], establishments=3)
    dossier = Dossier(tale, authorities, timezone.now() - timedelta(hours=30)).walk(Step.TAKE)
    vendor, reviewer = play("representante"), play("instructrice")
    request, service = dossier.candidacy.reference, dossier.service.reference
    found = opened(
        vendor, "/tableau-de-bord/", "/services/", f"/services/{service}/", f"/candidatures/{request}/", "/documents/",
        f"/candidatures/{request}/pieces/", f"/personnes-morales/{dossier.entity.reference}/", "/textes/signatures/",
        f"/services/{service}/certificats/production/", "/rattachements/",
    )  # fmt: skip
    found += opened(reviewer, "/bureau/", "/dossiers/", f"/dossiers/{request}/", f"/dossiers/{request}/echanges/")
    assert found == []
