"""One feeding dossier, walked by hand from the claim to the verdict, by the persons who walk it, in a real Chromium."""

import pytest

from onboarding.candidacies.models import Candidacy
from policy.certificates.environments import Hierarchy
from policy.grants.models import Grant
from policy.whitelist.models import Publication, WhitelistEntry
from portal.demo import cast, story
from portal.demo.pki import Pki
from portal.demo.tale import Tale
from portal.mail.models import OutgoingEmail
from tests.browser import acts
from tests.browser.conftest import Play
from tests.browser.pages import Person, work

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.requires("chromium"),
    pytest.mark.django_db(transaction=True),
]

TALE = Tale(company=cast.EDITEUR, establishments=4)


def test_a_feeding_dossier_walks_from_claim_to_verdict(play: Play, authorities: Pki, site: str) -> None:
    walk(play, authorities, site)


def walk(play: Play, authorities: Pki, site: str) -> None:
    """From the claim of a company to a verdict on one of its calls."""
    vendor, reviewer = play("representante"), play("instructrice")
    acts.claim(TALE, vendor, reviewer)
    candidacy = prepare(vendor)
    acts.deposit(vendor, candidacy)
    acts.correct(vendor, reviewer, candidacy)
    acts.review(reviewer, candidacy, "purpose", "establishments", "profiles")
    acts.decide(play("secretaire"), "feeding_profiles", "A")
    grant = Grant.objects.get()
    try_sandbox(vendor, play("verificateur"), grant, authorities)
    open_production(vendor, grant, authorities)
    hand_over(manager := play("gestionnaire_1"), grant)
    acts.enlist(manager, play("gestionnaire_2"), grant)
    assert Publication.objects.get().version == 1
    vendor.go(f"/services/{grant.service.reference}/")
    vendor.sees("En production")
    assert acts.documents() >= {
        "receipt",
        "request_form",
        "signed_charter",
        "notification_letter",
        "test_attestation",
        "whitelist_attestation",
    }
    assert not OutgoingEmail.objects.exclude(state="sent").exists()
    check_by_api(site, grant)


def prepare(vendor: Person) -> Candidacy:
    candidacy = acts.open_candidacy(TALE, vendor)
    page = f"/candidatures/{candidacy.reference}/"
    vendor.go(page + "finalite/")
    vendor.choose("purpose", "bed-availability")
    vendor.press("Enregistrer")
    vendor.go(page + "solution/")
    vendor.choose("route_84", "direct")
    vendor.press("Enregistrer")
    vendor.go(page + "profils/")
    vendor.choose("requested_profiles", "A")
    vendor.fill(justification_A="Le service tient à jour les lits disponibles.")
    vendor.tick("acknowledged_duties")
    vendor.press("Enregistrer")
    acts.fill_common_blocks(vendor, candidacy)
    vendor.go(f"/services/{candidacy.service.reference}/etablissements/envoyer/")
    numbers = "\n".join(["123456789", *story.establishment_numbers(TALE)])
    vendor.attach("file", "liste.csv", f"FINESS\n{numbers}\n".encode(), "text/csv")
    vendor.press("Envoyer la liste")
    vendor.sees("123456789")
    acts.sign_charter(vendor, "charte-alimentation", candidacy)
    return candidacy


def try_sandbox(vendor: Person, verifier: Person, grant: Grant, authorities: Pki) -> None:
    acts.declare(TALE, vendor, grant, authorities, "bac-a-sable", Hierarchy.TEST)
    verifier.go(f"/habilitations/{grant.reference}/tests/")
    verifier.choose("platform", "sandbox")
    verifier.fill(client_id="lits-bas", token_url="https://auth.exemple.fr/token", api_url="https://api.exemple.fr/bas")
    verifier.press("Ouvrir la campagne et remettre les données")
    work()
    acts.run_tests(TALE, vendor, verifier)


def open_production(vendor: Person, grant: Grant, authorities: Pki) -> None:
    acts.declare(TALE, vendor, grant, authorities, "production", Hierarchy.PROD)
    acts.declare_url(TALE, vendor, grant)
    vendor.go(f"/services/{grant.service.reference}/etablissements/")
    vendor.follow("L-")
    vendor.follow("Confirmer")
    vendor.press("Confirmer")
    work()


def hand_over(manager: Person, grant: Grant) -> None:
    manager.go(f"/habilitations/{grant.reference}/connexion/production/")
    manager.fill(client_id="lits-prod", token_url="https://auth.exemple.fr/token", api_url="https://api.exemple.fr/ror")
    manager.press("Remettre à l’éditeur")


def check_by_api(site: str, grant: Grant) -> None:
    with acts.tool(site) as client:
        listed = client.get("/api/v1/whitelist", params={"environment": "production"})
        assert [entry["service"] for entry in listed.json()["entries"]] == [grant.service.reference]
        assert (
            client.get(
                "/api/v1/whitelist",
                params={"environment": "production"},
                headers={"If-None-Match": listed.headers["ETag"]},
            ).status_code
            == 304
        )
        pem = WhitelistEntry.objects.get().certificates.get().certificate.pem
        inside, outside = story.establishment_numbers(TALE)[0], "690000245"
        written = {"certificate": pem, "element": "Location.supported-capacity"}
        assert acts.verdict(client, **written, path=call(inside))["effect"] == "permit"
        refused = acts.verdict(client, **written, path=call(outside))
        assert refused["effect"] == "deny"
        assert refused["reasons"]


def call(establishment: str) -> str:
    return f"PATCH /ws-synchro-dispo-lits-fhir/Location?identifier=1{establishment}/SSR1"
