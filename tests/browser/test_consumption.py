"""Consuming dossiers, walked by hand: with a certificate (profile 2), and with a secret (profile 0)."""

import pytest

from onboarding.campaigns.models import OrderingCustomer
from onboarding.candidacies.models import Candidacy
from policy.certificates.environments import Hierarchy
from policy.certificates.models import Certificate
from policy.grants.direction import Direction
from policy.grants.models import ConnectionData, Grant
from portal.demo import cast
from portal.demo.papers import paper
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

READER = Tale(
    company=cast.EDITEUR,
    service="Orientation Démonstration",
    host="orientation.exemple.fr",
    direction=Direction.CONSUMPTION,
    access_profile=2,
)
PUBLIC = Tale(
    company=cast.EDITEUR,
    service="Annuaire Démonstration",
    host="annuaire.exemple.fr",
    direction=Direction.CONSUMPTION,
    access_profile=0,
)
SECRET = "un-secret-de-seize-caracteres-au-moins"


def test_a_consuming_dossier_walks_from_claim_to_verdict(play: Play, authorities: Pki, site: str) -> None:
    vendor, reviewer = play("representante"), play("instructrice")
    acts.claim(READER, vendor, reviewer)
    candidacy = prepare(vendor, READER, purpose="coordination", role="CU20")
    acts.deposit(vendor, candidacy)
    acts.correct(vendor, reviewer, candidacy)
    acts.review(reviewer, candidacy, "purpose", "profiles")
    acts.decide(play("secretaire"), "access_profile", "2")
    grant = Grant.objects.get()
    verifier, manager = play("verificateur"), play("gestionnaire_1")
    acts.declare(READER, vendor, grant, authorities, "bac-a-sable", Hierarchy.TEST)
    open_tests(verifier, grant, role="CU20")
    acts.run_tests(READER, vendor, verifier)
    acts.declare(READER, vendor, grant, authorities, "production", Hierarchy.PROD)
    acts.declare_url(READER, vendor, grant)
    attest(vendor, reviewer, grant)
    hand_over(manager, grant, role="CU20")
    entry = acts.enlist(manager, play("gestionnaire_2"), grant)
    vendor.go(f"/services/{grant.service.reference}/")
    vendor.sees("En production")
    assert "whitelist_attestation" in acts.documents()
    assert not OutgoingEmail.objects.exclude(state="sent").exists()
    with acts.tool(site) as client:
        pem = entry.certificates.get().certificate.pem
        question = {"operation": "read", "element": "HealthcareService.description", "facts": {"sensitive_unit": "non"}}
        assert acts.verdict(client, certificate=pem, **question)["effect"] == "permit"
        assert acts.verdict(client, certificate=pem, **(question | {"facts": {"sensitive_unit": "oui"}}))["effect"] == (
            "deny"
        )


def test_profile_0_walks_with_a_secret_and_without_certificate(play: Play, site: str) -> None:
    vendor, reviewer = play("representante"), play("instructrice")
    acts.claim(PUBLIC, vendor, reviewer)
    candidacy = prepare(vendor, PUBLIC, purpose="public-information", role="CU23")
    acts.deposit(vendor, candidacy)
    acts.review(reviewer, candidacy, "purpose", "profiles")
    acts.decide(play("secretaire"), "access_profile", "0")
    grant = Grant.objects.get()
    verifier, manager = play("verificateur"), play("gestionnaire_1")
    open_tests(verifier, grant)
    hand_over_secret(verifier, vendor, grant, "bac-a-sable", SECRET)
    acts.run_tests(PUBLIC, vendor, verifier)
    acts.declare_url(PUBLIC, vendor, grant)
    attest(vendor, reviewer, grant)
    hand_over(manager, grant)
    hand_over_secret(manager, vendor, grant, "production", SECRET + "-production")
    acts.enlist(manager, play("gestionnaire_2"), grant)
    vendor.go(f"/services/{grant.service.reference}/")
    vendor.sees("En production")
    assert not Certificate.objects.exists()
    with acts.tool(site) as client:
        asked = {"operation": "read", "element": "HealthcareService.description", "facts": {"sensitive_unit": "non"}}
        assert acts.verdict(client, client_id="lecture-prod", **asked)["effect"] == "permit"
        assert acts.verdict(client, client_id="lecture-prod", **(asked | {"element": "Location.supported-capacity"}))[
            "effect"
        ] == ("deny")


def prepare(vendor: Person, tale: Tale, *, purpose: str, role: str) -> Candidacy:
    candidacy = acts.open_candidacy(tale, vendor)
    page, profile = f"/candidatures/{candidacy.reference}/", str(tale.access_profile)
    vendor.go(page + "finalite/")
    vendor.choose("purpose", purpose)
    vendor.press("Enregistrer")
    vendor.go(page + "solution/")
    vendor.choose("space", "national")
    for region in ("84", "93"):
        vendor.choose(f"route_{region}", "unknown")
    vendor.press("Enregistrer")
    choose_data(vendor, page + "usages/", role)
    vendor.go(page + "profils/")
    vendor.choose("requested_profiles", profile)
    vendor.fill(**{f"justification_{profile}": "Les utilisateurs du service relèvent de ce profil."})
    vendor.tick("acknowledged_duties")
    vendor.press("Enregistrer")
    acts.fill_common_blocks(vendor, candidacy)
    acts.sign_charter(vendor, "charte-consommation", candidacy)
    return candidacy


def choose_data(vendor: Person, page: str, role: str) -> None:
    """First beds in CSD, which the portal says impossible; then the same data in FHIR."""
    vendor.go(page)
    vendor.choose("user_roles", role)
    for data in ("offers", "beds"):
        vendor.choose("data_wanted", data)
    vendor.fill(reason_offers="Pour orienter.", reason_beds="Pour trouver un lit.")
    vendor.choose("exchange_format", "csd")
    vendor.choose("retrieval_cases", "csd-full")
    vendor.press("Enregistrer")
    vendor.go(page)
    vendor.sees("Le format CSD ne transmet pas")
    vendor.choose("exchange_format", "fhir")
    vendor.untick("retrieval_cases", "csd-full")
    vendor.choose("retrieval_cases", "fhir-export")
    vendor.press("Enregistrer")
    vendor.go(page)
    vendor.lacks("ne transmet pas «")


def open_tests(verifier: Person, grant: Grant, *, role: str = "") -> None:
    verifier.go(f"/habilitations/{grant.reference}/tests/")
    verifier.choose("platform", "sandbox")
    verifier.fill(
        client_id="lecture-bas", token_url="https://auth.exemple.fr/token", api_url="https://api.exemple.fr/bas"
    )
    if role:
        verifier.choose("ror_profil_utilisateur_code", role)
    verifier.press("Ouvrir la campagne et remettre les données")
    work()


def hand_over(manager: Person, grant: Grant, *, role: str = "") -> None:
    manager.go(f"/habilitations/{grant.reference}/connexion/production/")
    manager.fill(
        client_id="lecture-prod", token_url="https://auth.exemple.fr/token", api_url="https://api.exemple.fr/ror"
    )
    if role:
        manager.choose("ror_profil_utilisateur_code", role)
    manager.press("Remettre à l’éditeur")


def hand_over_secret(agent: Person, vendor: Person, grant: Grant, slug: str, secret: str) -> None:
    agent.go(f"/habilitations/{grant.reference}/secret/{slug}/remettre/")
    agent.fill(secret=secret)
    agent.press("Remettre le secret")
    agent.sees("pas encore lu")
    assert secret not in agent.page.content()
    work()
    vendor.go(f"/habilitations/{grant.reference}/")
    vendor.follow("Lire le secret")
    vendor.press("Lire le secret maintenant")
    vendor.sees(secret)
    vendor.page.reload()
    assert secret not in vendor.page.content()
    assert not ConnectionData.objects.exclude(secret_sealed="").exists()


def attest(vendor: Person, reviewer: Person, grant: Grant) -> None:
    vendor.go(f"/habilitations/{grant.reference}/")
    vendor.follow("Joindre l’attestation")
    vendor.fill(name="Groupement fictif", service_version="2.0", signed_on="2026-03-03")
    vendor.attach("piece", "attestation.pdf", paper("Attestation de commanditaire"), "application/pdf")
    vendor.press("Joindre l’attestation")
    vendor.sees("L’agence l’examine")
    reviewer.go("/commanditaires/")
    reviewer.follow(OrderingCustomer.objects.get().reference)
    reviewer.press("Accepter l’attestation")
    reviewer.sees("Acceptée")
    work()
