"""What both directions do the same way, by hand on pages: claim, deposit, tests, certificates, whitelist."""

import json
from datetime import timedelta

import httpx
from django.utils import timezone

from onboarding.candidacies.models import Candidacy
from policy.certificates.environments import Hierarchy
from policy.grants.models import Grant
from policy.whitelist.models import WhitelistEntry
from portal.calendar.deadlines import paris_date
from portal.demo import cast, story
from portal.demo.papers import paper
from portal.demo.pki import Pki
from portal.demo.tale import Tale
from portal.documents.models import StoredDocument
from portal.parties import queries as parties
from portal.parties.models import LegalEntity
from portal.tokens import operations as tokens
from tests.browser.pages import Person, work


def claim(tale: Tale, vendor: Person, reviewer: Person) -> None:
    """The representative claims the company; an agent verifies the quality."""
    company = tale.company
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
    open_mailbox(tale, vendor)


def open_mailbox(tale: Tale, vendor: Person) -> None:
    """A second reachable contact beside the representative: the generic mailbox, confirmed from its link."""
    entity = LegalEntity.objects.get(siren=tale.company.siren)
    vendor.go(f"/personnes-morales/{entity.reference}/modifier/")
    vendor.fill(mailbox=f"contact@{tale.host}")
    vendor.press("Enregistrer")
    work()
    entity.refresh_from_db()
    vendor.go(f"/personnes-morales/boite/{parties.mailbox_token(entity)}/")
    vendor.press("Confirmer la boîte")
    vendor.sees("Joignable")


def open_candidacy(tale: Tale, vendor: Person) -> Candidacy:
    """A service is declared, and a candidacy opened in the tale's direction."""
    vendor.go("/tableau-de-bord/")
    vendor.follow("Déclarer un service")
    vendor.fill(name=tale.service, url=f"https://{tale.host}", hosting="Hébergeur fictif, Roubaix")
    vendor.choose("kind", "saas")
    vendor.press("Déclarer le service")
    vendor.follow("Commencer une candidature")
    vendor.choose("direction", tale.direction.value)
    vendor.press("Ouvrir la candidature")
    return Candidacy.objects.get()


def fill_common_blocks(vendor: Person, candidacy: Candidacy) -> None:
    """The blocks that both directions have: conformity, contacts, third party."""
    page = f"/candidatures/{candidacy.reference}/"
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


def sign_charter(vendor: Person, slug: str, candidacy: Candidacy) -> None:
    """The representative signs the charter for the service."""
    vendor.go(f"/textes/{slug}/signer/{candidacy.service.reference}/")
    vendor.tick("agreed")
    vendor.press("Signer")
    work()


def deposit(vendor: Person, candidacy: Candidacy) -> None:
    """The representative deposits; a receipt arrives."""
    vendor.go(f"/candidatures/{candidacy.reference}/")
    vendor.follow("Déposer")
    vendor.press("Déposer la candidature")
    work()
    vendor.go(f"/candidatures/{candidacy.reference}/")
    vendor.sees("Récépissé")


def correct(vendor: Person, reviewer: Person, candidacy: Candidacy) -> None:
    """A correction round: the agency comments and returns, the vendor answers, corrects and deposits again."""
    reviewer.go(f"/dossiers/{candidacy.reference}/")
    reviewer.press("Instruire")
    reviewer.go(f"/candidatures/{candidacy.reference}/commenter/")
    reviewer.choose("target", "purpose:purpose_details")
    reviewer.choose("kind", "incomplete")
    reviewer.fill(text="Dites à qui le service s’adresse.")
    reviewer.press("Commenter")
    reviewer.go(f"/dossiers/{candidacy.reference}/")
    reviewer.follow("Demander des compléments")
    reviewer.press("Demander des compléments")
    work()
    vendor.go(f"/candidatures/{candidacy.reference}/")
    vendor.follow("Traiter les points")
    vendor.sees("0 sur 1 point traité")
    vendor.sees("Dites à qui le service s’adresse.")
    vendor.fill(
        **{
            "c1-purpose_details": "Le service s’adresse aux établissements de la région.",
            "c1-answer": "Aux établissements de la région.",
        }
    )
    vendor.press("Enregistrer et répondre")
    vendor.sees("1 sur 1 point traité")
    deposit(vendor, candidacy)
    vendor.sees("Version 2")


def review(reviewer: Person, candidacy: Candidacy, *criteria: str) -> None:
    """A reviewer takes the dossier, answers the grid, and declares it complete."""
    reviewer.go(f"/dossiers/{candidacy.reference}/")
    reviewer.press("Instruire")
    reviewer.follow("éligibilité")
    for name in criteria:
        reviewer.choose(name, "yes")
    reviewer.press("Enregistrer la grille")
    reviewer.go(f"/dossiers/{candidacy.reference}/")
    reviewer.follow("Déclarer")
    reviewer.press("Déclarer")
    work()


def decide(secretary: Person, field: str, profile: str) -> None:
    """The secretary plans a session, enters the candidacy and records a favourable decision."""
    today = paris_date(timezone.now())
    secretary.go("/comite/nouvelle-seance/")
    secretary.fill(held_on=today.isoformat(), cut_off=(today - timedelta(days=1)).isoformat(), place="Paris")
    secretary.press("Planifier la séance")
    secretary.press("Inscrire")
    secretary.follow("Enregistrer la décision")
    secretary.choose("outcome", "admit")
    secretary.choose(field, profile)
    secretary.press("Voir ce qui va se passer")
    secretary.sees("aperçu")
    secretary.press("Enregistrer")
    work()


def run_tests(tale: Tale, vendor: Person, verifier: Person) -> None:
    """The vendor imports a report and declares the end; the agency accepts and validates."""
    vendor.go("/tests/")
    vendor.follow("T-")
    vendor.follow("Importer un rapport")
    report = json.dumps(story.session_report(tale, timezone.now())).encode()
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


def declare(tale: Tale, vendor: Person, grant: Grant, authorities: Pki, slug: str, hierarchy: Hierarchy) -> None:
    """The vendor pastes a key by mistake, is told so, then declares the certificate alone."""
    issued = authorities.issue(
        hierarchy,
        organisation=tale.company.name,
        identifier=f"2{tale.company.siren}",
        common_name=f"{tale.direction.value} {slug}",
        at=timezone.now() - timedelta(minutes=5),
    )
    vendor.go(f"/services/{grant.service.reference}/certificats/{slug}/")
    vendor.fill(pasted=(issued.key + issued.certificate).decode())
    vendor.press("Contrôler et déclarer")
    vendor.sees("évoquez")
    vendor.fill(pasted=issued.certificate.decode())
    vendor.press("Contrôler et déclarer")
    vendor.sees("CE-")


def declare_url(tale: Tale, vendor: Person, grant: Grant) -> None:
    """The vendor declares the address in production."""
    vendor.go(f"/habilitations/{grant.reference}/adresse/")
    vendor.fill(url=f"https://{tale.host}/ror")
    vendor.press("Enregistrer l’adresse")


def enlist(proposer: Person, approver: Person, grant: Grant) -> WhitelistEntry:
    """One manager proposes, who may not approve; another approves."""
    proposer.go(f"/habilitations/{grant.reference}/inscrire/production/")
    proposer.press("Proposer l’inscription")
    entry = WhitelistEntry.objects.get(grant=grant)
    proposer.go(f"/liste-blanche/{entry.reference}/")
    assert not proposer.offers("Approuver")
    approver.go(f"/liste-blanche/{entry.reference}/")
    approver.follow("Approuver")
    approver.press("Approuver")
    work()
    return entry


def documents() -> set[str]:
    """The kinds of the documents issued."""
    return set(StoredDocument.objects.values_list("kind", flat=True))


def tool(site: str) -> httpx.Client:
    """A client of the REST API, with a token that reads the list and asks for verdicts."""
    _, secret = tokens.create(
        name="Contrôle",
        scopes=["whitelist:read", "verdicts:read"],
        owner="Outillage interne",
        expires_at=timezone.now() + timedelta(days=30),
        by=cast.account_of("administrateur"),
    )
    return httpx.Client(base_url=site, headers={"Authorization": f"Bearer {secret}"})


def verdict(client: httpx.Client, **question: object) -> dict[str, object]:
    """The answer of the decision API in production."""
    answer = client.post("/api/v1/verdicts", json={"environment": "production", **question})
    assert answer.status_code == 200, answer.text
    result: dict[str, object] = answer.json()
    return result
