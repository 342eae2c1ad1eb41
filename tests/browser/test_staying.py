"""After admission, by hand in a real Chromium: a representative replaced, changes with and without committee, a merger."""

from datetime import timedelta

import pytest
from django.utils import timezone

from onboarding.candidacies import operations as candidacies
from onboarding.changes import jobs
from onboarding.changes.models import ChangeDeclaration
from onboarding.vendors.models import EntityClaim
from policy.whitelist.models import WhitelistEntry
from portal.calendar.deadlines import paris_date
from portal.demo import cast, story
from portal.demo.papers import paper
from portal.demo.pki import Pki
from portal.demo.story import Dossier
from portal.demo.tale import Step, Tale
from portal.parties import queries as parties
from portal.parties.models import LegalEntity
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


def test_a_representative_is_replaced_and_the_former_loses_everything(play: Play, authorities: Pki) -> None:
    dossier = Dossier(TALE, authorities, timezone.now() - timedelta(hours=30)).walk(Step.OPEN_SERVICE)
    former, newcomer, reviewer = play("representante"), play("mandataire"), play("instructrice")
    former.go(f"/personnes-morales/{dossier.entity.reference}/")
    former.sees("Organiser un départ")
    newcomer.go("/rattachements/nouvelle/")
    newcomer.choose("numbering", "sirene")
    company = TALE.company
    newcomer.fill(
        number=company.siren, name=company.name, address=company.address, postcode=company.postcode, city=company.city
    )
    newcomer.choose("quality", "chief_executive")
    newcomer.tick("replaces")
    newcomer.choose("proof_kind", "appointment_deed")
    newcomer.fill(proof_date=paris_date(timezone.now()).isoformat())
    newcomer.attach("proof", "nomination.pdf", paper("Acte de nomination"), "application/pdf")
    newcomer.press("Envoyer la demande")
    claim = EntityClaim.objects.latest("pk")
    reviewer.go(f"/rattachements/{claim.reference}/")
    reviewer.sees("Dit remplacer le représentant légal actuel")
    reviewer.press("Confirmer la qualité")
    work()
    assert [one.email for one in parties.legal_representatives(dossier.entity)] == [cast.address_of("mandataire")]
    newcomer.go(f"/personnes-morales/{dossier.entity.reference}/")
    newcomer.sees("Inviter une personne")
    former.page.goto(f"{former.site}/personnes-morales/{dossier.entity.reference}/")
    assert "/connexion/" in former.page.url


def test_a_change_is_declared_without_and_with_the_committee(play: Play, authorities: Pki) -> None:
    dossier = Dossier(TALE, authorities, timezone.now() - timedelta(hours=30)).walk()
    vendor, manager = play("representante"), play("gestionnaire_1")
    change_address(vendor, manager, dossier)
    change_purpose(vendor, dossier)


def change_address(vendor: Person, manager: Person, dossier: Dossier) -> None:
    """The agency accepts and proposes; the entry in force stays until a second person approves."""
    vendor.go(f"/habilitations/{dossier.grant.reference}/")
    vendor.follow("Déclarer un changement")
    vendor.choose("kind", "url")
    vendor.press("Continuer")
    vendor.fill(proposed="https://lits.exemple.fr/v2")
    vendor.press("Préparer la déclaration")
    vendor.tick("agreed")
    vendor.press("Signer la déclaration")
    work()
    row = ChangeDeclaration.objects.get()
    manager.go(f"/changements/{row.reference}/")
    manager.press("Examiner cette déclaration")
    manager.press("Accepter le changement")
    manager.press("Appliquer le changement")
    manager.sees("proposée")
    in_force = WhitelistEntry.objects.get(pk=dossier.entry.pk)
    assert (in_force.state, in_force.url) == ("approved", "https://lits.exemple.fr/ror")
    assert WhitelistEntry.objects.get(state="proposed").url == "https://lits.exemple.fr/v2"


def change_purpose(vendor: Person, dossier: Dossier) -> None:
    """An amendment opens on some blocks alone, and the right stays."""
    vendor.go(f"/habilitations/{dossier.grant.reference}/changer/purpose/")
    vendor.fill(proposed="Alimenter aussi le lien entre l’offre et son lieu")
    vendor.press("Préparer la déclaration")
    vendor.tick("agreed")
    vendor.press("Signer la déclaration")
    vendor.sees("Le comité décide")
    amendment = ChangeDeclaration.objects.get(kind="purpose").candidacy
    assert amendment is not None
    vendor.go(f"/candidatures/{amendment.reference}/")
    vendor.sees("Brouillon")
    dossier.grant.refresh_from_db()
    assert (dossier.grant.state, dossier.grant.feeding_profiles) == ("active", "A")


def test_a_merger_is_declared_decided_applied_and_read_by_both_organisations(play: Play, authorities: Pki) -> None:
    then = timezone.now() - timedelta(hours=30)
    dossier = Dossier(TALE, authorities, then).walk()
    Dossier(Tale(company=cast.CONCURRENT, representative="concurrente"), authorities, then).walk(Step.VERIFY_CLAIM)
    taker = LegalEntity.objects.get(siren=cast.CONCURRENT.siren)
    former, manager = play("representante"), play("gestionnaire_1")
    page = declare_merger(former, dossier)
    admit(dossier)
    former.go(page)
    former.follow("Renoncer à ce changement accepté")
    former.sees("pas encore appliqué")
    manager.go(page)
    manager.sees("À signer de nouveau")
    manager.press("Appliquer le changement")
    manager.sees(f"rattaché à {taker.name}")
    work()
    former.go(page)
    former.sees("Ce qui a été repris")
    former.go("/services/")
    former.lacks(TALE.service)
    take_over(play("concurrente"), page, taker, dossier)
    dossier.grant.refresh_from_db()
    dossier.entry.refresh_from_db()
    assert (dossier.grant.holder, dossier.grant.state, dossier.entry.state) == (taker, "active", "approved")


def declare_merger(former: Person, dossier: Dossier) -> str:
    """The page says what is moved before anybody signs; returns its address."""
    former.go(f"/habilitations/{dossier.grant.reference}/changer/merger/")
    former.fill(proposed=f"{cast.CONCURRENT.name}, SIREN {cast.CONCURRENT.siren}")
    former.press("Préparer la déclaration")
    former.sees("Ce que la reprise déplacera")
    former.sees(cast.CONCURRENT.name)
    former.tick("agreed")
    former.press("Signer la déclaration")
    former.sees("Le comité décide")
    return f"/changements/{ChangeDeclaration.objects.get().reference}/"


def admit(dossier: Dossier) -> None:
    """The amendment goes its usual way, which other journeys walk by hand; the declaration has its answer."""
    amendment = ChangeDeclaration.objects.get().candidacy
    assert amendment is not None
    dossier.candidacy, dossier.now = amendment, timezone.now()
    candidacies.submit(amendment, by=dossier.vendor)
    for step in (story.take, story.declare_complete, story.decide):
        step(dossier)
    assert jobs.follow_committee(timezone.now()) == 1


def take_over(boss: Person, page: str, taker: LegalEntity, dossier: Dossier) -> None:
    """The new organisation reads what it received, invites who followed the service, and signs the charter."""
    boss.go(page)
    boss.sees("Ce qui a été repris")
    boss.follow("Inviter")
    assert boss.field("email").input_value() == cast.address_of("representante")
    boss.choose("role", "technical_contact")
    boss.press("Envoyer l’invitation")
    boss.sees("L’invitation part")
    acts.sign_charter(boss, "charte-alimentation", dossier.candidacy)
    boss.go(page)
    boss.sees("Rien à signer de nouveau")
    boss.go(f"/habilitations/{dossier.grant.reference}/")
    boss.sees(taker.name)
