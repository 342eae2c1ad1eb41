"""One feeding dossier, walked by hand from the claim to the verdict, by the persons who walk it, in a real Chromium."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from onboarding.candidacies.models import Candidacy
from policy.certificates.environments import Hierarchy
from policy.grants.models import Grant
from policy.whitelist.models import Publication, WhitelistEntry
from portal.calendar.deadlines import paris_date
from portal.demo import cast, story
from portal.demo.papers import paper
from portal.demo.pki import Pki
from portal.documents.models import StoredDocument
from portal.mail.models import OutgoingEmail
from portal.tokens import operations as tokens
from tests.browser.pages import Person, work

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.requires("chromium"),
    pytest.mark.django_db(transaction=True),
]

TALE = story.Tale(company=cast.EDITEUR, establishments=4)
Play = Callable[[str], Person]


@pytest.fixture
def play(chromium: Browser, site: str, authorities: Pki, tmp_path: Path) -> Iterator[Play]:
    people: list[Person] = []

    def enter(key: str) -> Person:
        people.append(Person(chromium, site, key, tmp_path))
        return people[-1]

    yield enter
    for one in people:  # where each was when the test ended: what to look at after a failure
        one.page.screenshot(path=tmp_path / f"last-{one.key}.png", full_page=True)
        one.page.context.close()


def test_a_feeding_dossier_walks_from_claim_to_verdict(play: Play, authorities: Pki, site: str) -> None:
    vendor, reviewer = play("representante"), play("instructrice")
    claim(vendor, reviewer)
    candidacy = prepare(vendor)
    deposit(vendor, candidacy)
    review(reviewer, candidacy)
    decide(play("secretaire"), candidacy)
    grant = Grant.objects.get()
    try_sandbox(vendor, play("verificateur"), grant, authorities)
    open_production(vendor, grant, authorities)
    enlist(play("gestionnaire_1"), play("gestionnaire_2"), grant)
    work()
    vendor.go(f"/services/{grant.service.reference}/")
    vendor.sees("En production")
    assert documents() >= {
        "receipt",
        "request_form",
        "signed_charter",
        "notification_letter",
        "test_attestation",
        "whitelist_attestation",
    }
    assert not OutgoingEmail.objects.exclude(state="sent").exists()
    check_by_api(site, grant)


def claim(vendor: Person, reviewer: Person) -> None:
    company = TALE.company
    vendor.go("/rattachements/nouvelle/")
    vendor.choose("numbering", "sirene")
    vendor.fill(
        number=company.siren, name=company.name, address=company.address, postcode=company.postcode, city=company.city
    )
    vendor.choose("quality", "chair")
    vendor.choose("proof_kind", "register_extract")
    vendor.fill(proof_date=(paris_date(timezone.now()) - timedelta(days=9)).isoformat())
    vendor.attach("proof", "extrait.pdf", paper("Extrait du registre"), "application/pdf")
    vendor.press("Envoyer la demande")
    vendor.sees("R-")
    reviewer.go("/bureau/")
    reviewer.go("/rattachements/")
    reviewer.follow("R-")
    reviewer.choose("piece", "register_extract")
    reviewer.press("Confirmer la qualité")
    work()


def prepare(vendor: Person) -> Candidacy:
    vendor.go("/tableau-de-bord/")
    vendor.follow("Déclarer un service")
    vendor.fill(name=TALE.service, url=f"https://{TALE.host}")
    vendor.choose("kind", "saas")
    vendor.press("Déclarer le service")
    vendor.follow("Commencer une candidature")
    vendor.press("Ouvrir la candidature")
    candidacy = Candidacy.objects.get()
    fill_blocks(vendor, candidacy)
    vendor.go(f"/services/{candidacy.service.reference}/etablissements/envoyer/")
    numbers = "\n".join(["123456789", *story.establishment_numbers(TALE)])
    vendor.attach("file", "liste.csv", f"FINESS\n{numbers}\n".encode(), "text/csv")
    vendor.press("Envoyer la liste")
    vendor.sees("123456789")
    vendor.go(f"/textes/charte-alimentation/signer/{candidacy.service.reference}/")
    vendor.tick("agreed")
    vendor.press("Signer")
    work()
    return candidacy


def fill_blocks(vendor: Person, candidacy: Candidacy) -> None:
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
    vendor.press("Enregistrer")
    vendor.go(page + "conformite/")
    for name in ("analysis", "feasibility", "development"):
        vendor.choose(name, "done")
    vendor.choose("exposure_model", "3.0.1")
    vendor.press("Enregistrer")
    vendor.go(page + "contacts/")
    vendor.fill(technical_name="Équipe technique", technical_email="technique@exemple.fr")
    vendor.fill(privacy_name="Déléguée", privacy_email="dpo@exemple.fr")
    vendor.press("Enregistrer")
    vendor.go(page + "tiers/")
    vendor.choose("for_third_party", "non")
    vendor.press("Enregistrer")


def deposit(vendor: Person, candidacy: Candidacy) -> None:
    vendor.go(f"/candidatures/{candidacy.reference}/")
    vendor.follow("Déposer")
    vendor.press("Déposer la candidature")
    work()
    vendor.go(f"/candidatures/{candidacy.reference}/")
    vendor.sees("Récépissé")


def review(reviewer: Person, candidacy: Candidacy) -> None:
    reviewer.go(f"/dossiers/{candidacy.reference}/")
    reviewer.press("Instruire")
    reviewer.follow("éligibilité")
    for name in ("purpose", "establishments", "profiles"):
        reviewer.choose(name, "yes")
    reviewer.press("Enregistrer la grille")
    reviewer.go(f"/dossiers/{candidacy.reference}/")
    reviewer.press("Déclarer")
    work()


def decide(secretary: Person, candidacy: Candidacy) -> None:
    today = paris_date(timezone.now())
    secretary.go("/comite/nouvelle-seance/")
    secretary.fill(held_on=today.isoformat(), cut_off=(today - timedelta(days=1)).isoformat(), place="Paris")
    secretary.press("Planifier la séance")
    secretary.press("Inscrire")
    secretary.follow("Enregistrer la décision")
    secretary.choose("outcome", "admit")
    secretary.choose("feeding_profiles", "A")
    secretary.press("Voir ce qui va se passer")
    secretary.sees("aperçu")
    secretary.press("Enregistrer")
    work()


def try_sandbox(vendor: Person, verifier: Person, grant: Grant, authorities: Pki) -> None:
    declare(vendor, grant, authorities, "bac-a-sable", Hierarchy.TEST)
    verifier.go(f"/habilitations/{grant.reference}/tests/")
    verifier.choose("platform", "sandbox")
    verifier.fill(client_id="lits-bas", token_url="https://auth.exemple.fr/token", api_url="https://api.exemple.fr/bas")
    verifier.press("Ouvrir la campagne et remettre les données")
    work()
    vendor.go("/tests/")
    vendor.follow("T-")
    vendor.follow("Importer un rapport")
    report = json.dumps(story.session_report(TALE, timezone.now())).encode()
    vendor.attach("file", "session.json", report, "application/json")
    vendor.press("Importer le rapport")
    vendor.follow("Déclarer la fin des tests")
    vendor.press("Déclarer la fin des tests")
    verifier.go("/tests/")
    verifier.follow("T-")
    verifier.press("Accepter les résultats conformes")
    verifier.follow("Valider les tests")
    verifier.press("Valider les tests")
    work()


def declare(vendor: Person, grant: Grant, authorities: Pki, slug: str, hierarchy: Hierarchy) -> None:
    issued = authorities.issue(
        hierarchy,
        organisation=TALE.company.name,
        identifier=f"2{TALE.company.siren}",
        common_name=f"lits {slug}",
        at=timezone.now() - timedelta(minutes=5),
    )
    vendor.go(f"/services/{grant.service.reference}/certificats/{slug}/")
    vendor.fill(pasted=(issued.key + issued.certificate).decode())
    vendor.press("Contrôler et déclarer")
    vendor.sees("évoquez")
    vendor.fill(pasted=issued.certificate.decode())
    vendor.press("Contrôler et déclarer")
    vendor.sees("CE-")


def open_production(vendor: Person, grant: Grant, authorities: Pki) -> None:
    declare(vendor, grant, authorities, "production", Hierarchy.PROD)
    vendor.go(f"/habilitations/{grant.reference}/adresse/")
    vendor.fill(url=f"https://{TALE.host}/ror")
    vendor.press("Enregistrer l’adresse")
    vendor.go(f"/services/{grant.service.reference}/etablissements/")
    vendor.follow("L-")
    vendor.follow("Confirmer")
    vendor.press("Confirmer")
    work()


def enlist(proposer: Person, approver: Person, grant: Grant) -> None:
    proposer.go(f"/habilitations/{grant.reference}/connexion/production/")
    proposer.fill(
        client_id="lits-prod", token_url="https://auth.exemple.fr/token", api_url="https://api.exemple.fr/ror"
    )
    proposer.press("Remettre à l’éditeur")
    proposer.go(f"/habilitations/{grant.reference}/inscrire/production/")
    proposer.press("Proposer l’inscription")
    entry = WhitelistEntry.objects.get()
    proposer.go(f"/liste-blanche/{entry.reference}/")
    assert proposer.page.get_by_role("link", name="Approuver").count() == 0
    approver.go(f"/liste-blanche/{entry.reference}/")
    approver.follow("Approuver")
    approver.press("Approuver")
    assert Publication.objects.get().version == 1


def documents() -> set[str]:
    return set(StoredDocument.objects.values_list("kind", flat=True))


def check_by_api(site: str, grant: Grant) -> None:
    administrator = cast.account_of("administrateur")
    _, secret = tokens.create(
        name="Contrôle",
        scopes=["whitelist:read", "verdicts:read"],
        owner="Outillage interne",
        expires_at=timezone.now() + timedelta(days=30),
        by=administrator,
    )
    with httpx.Client(base_url=site, headers={"Authorization": f"Bearer {secret}"}) as client:
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
        assert verdict(client, pem, inside)["effect"] == "permit"
        refused = verdict(client, pem, outside)
        assert refused["effect"] == "deny"
        assert refused["reasons"]


def verdict(client: httpx.Client, pem: str, establishment: str) -> dict[str, object]:
    question = {
        "environment": "production",
        "certificate": pem,
        "path": f"PATCH /ws-synchro-dispo-lits-fhir/Location?identifier=1{establishment}/SSR1",
        "element": "Location.supported-capacity",
    }
    answer = client.post("/api/v1/verdicts", json=question)
    assert answer.status_code == 200, answer.text
    result: dict[str, object] = answer.json()
    return result
