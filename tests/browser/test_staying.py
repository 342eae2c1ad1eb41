"""After admission, by hand in a real Chromium: a representative replaced, a change declared with and without committee."""

from datetime import timedelta

import pytest
from django.utils import timezone

from onboarding.changes.models import ChangeDeclaration
from onboarding.vendors.models import EntityClaim
from policy.whitelist.models import WhitelistEntry
from portal.calendar.deadlines import paris_date
from portal.demo import cast
from portal.demo.papers import paper
from portal.demo.pki import Pki
from portal.demo.story import Dossier
from portal.demo.tale import Step, Tale
from portal.parties import queries as parties
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
