"""Pages of claims and services: who is let in, wrong input, one effect per form, hostile values."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onboarding.vendors.lifecycle import State
from onboarding.vendors.models import EntityClaim
from portal.accounts.roles import StaffRole
from portal.documents.models import DepositedFile
from portal.parties import operations as parties
from portal.parties.models import DigitalService
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.parties import DigitalServiceFactory, LegalEntityFactory, MembershipFactory, member, proved
from tests.factories.vendors import EntityClaimFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
KEY = b"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n"


def claiming(**changes: Any) -> dict[str, Any]:
    """What a person types to claim an entity."""
    return {
        "numbering": "sirene",
        "number": "732 829 320 00074",
        "name": "Alpha",
        "address": "1 rue Neuve",
        "postcode": "75001",
        "city": "Paris",
        "quality": "chair",
        "proof_kind": "register_extract",
        "proof_date": (date.today() - timedelta(days=10)).isoformat(),  # noqa: DTZ011
        "proof": SimpleUploadedFile("kbis.pdf", PDF, "application/pdf"),
        "cle_envoi": str(uuid.uuid4()),
        **changes,
    }


def test_a_claim_is_filed_and_its_page_says_what_comes_next() -> None:
    response = entered(PersonFactory()).post("/rattachements/nouvelle/", claiming(), follow=True)
    claim = EntityClaim.objects.get()
    assert response.redirect_chain == [(f"/rattachements/{claim.reference}/", 302)]
    assert (claim.siren, claim.siret, claim.proof.name) == ("732829320", "73282932000074", "kbis.pdf")
    assert "Un agent vérifie la pièce" in response.content.decode()


def test_the_same_form_sent_twice_files_one_claim() -> None:
    client, data = entered(PersonFactory()), claiming()
    for _ in range(2):
        data["proof"].seek(0)
        assert client.post("/rattachements/nouvelle/", data).status_code == 302
    assert EntityClaim.objects.count() == DepositedFile.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": ""}, "Renseignez ce champ"),
        ({"number": "732829321"}, "clé de contrôle"),
        ({"numbering": "finess", "number": "350054681"}, "pas un FINESS valide"),
        ({"numbering": "autre"}, "Sélectionnez un choix valide"),
        ({"name": "x" * 201}, "200"),
        ({"postcode": "7500"}, "cinq chiffres"),
        ({"quality": "other"}, "Précisez en quelle qualité"),
        ({"quality": "empowered"}, "joint ce pouvoir"),
        ({"proof_date": "2020-01-01"}, "moins de 3 mois"),
        ({"proof_date": "2999-01-01"}, "dans le futur"),
        ({"proof_date": "hier"}, "date valide"),
        ({"proof": ""}, "Joignez un fichier"),
        ({"proof": SimpleUploadedFile("kbis.pdf", b"<html></html>")}, "n’est pas au bon format"),
        ({"proof": SimpleUploadedFile("kbis.pdf", b"PK\x03\x04" + b"0" * 60)}, "n’est pas au bon format"),
        ({"proof": SimpleUploadedFile("kbis.pdf", KEY)}, "clé privée"),
    ],
)
def test_a_wrong_claim_is_refused_with_a_sentence_and_keeps_the_typing(changes: dict[str, Any], sentence: str) -> None:
    response = entered(PersonFactory()).post("/rattachements/nouvelle/", claiming(city="Ville-d’Avray", **changes))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "Ville-d’Avray" in response.content.decode()
    assert not EntityClaim.objects.exists()
    assert not DepositedFile.objects.exists()


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "{{ 7*7 }}", "a\u202eb", "=1+1", "'; DROP TABLE x;--"]
)
def test_hostile_names_are_shown_as_text(hostile: str) -> None:
    client = entered(PersonFactory())
    response = client.post("/rattachements/nouvelle/", claiming(name=hostile), follow=True)
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert EntityClaim.objects.get().name == hostile.replace("\u202e", "")


def test_a_nul_byte_is_refused() -> None:
    assert entered(PersonFactory()).post("/rattachements/nouvelle/", claiming(name="a\x00b")).status_code == 422


@pytest.mark.parametrize("verb", ["", "verifier/", "refuser/"])
def test_the_claim_of_somebody_else_does_not_exist(verb: str) -> None:
    claim = EntityClaimFactory()
    client = proved(PersonFactory())
    assert client.get(f"/rattachements/{claim.reference}/{verb}").status_code == 404
    if verb:
        assert client.post(f"/rattachements/{claim.reference}/{verb}").status_code == 404


def test_a_claimant_does_not_see_the_competing_claim_and_an_agent_does() -> None:
    claim, other = EntityClaimFactory(siren="732829320"), EntityClaimFactory(siren="732829320")
    page = f"/rattachements/{claim.reference}/"
    assert other.reference not in entered(claim.claimant).get(page).content.decode()
    assert other.reference in entered(AgentFactory()).get(page).content.decode()


def test_a_reviewer_verifies_from_the_page() -> None:
    claim = EntityClaimFactory()
    client, page = proved(AgentFactory()), f"/rattachements/{claim.reference}/"
    assert "Confirmer la qualité" in client.get(page).content.decode()
    data = {"piece": "register_extract", "details": "du 20/02/2026"}
    response = client.post(f"{page}verifier/", data, follow=True)
    assert "représente désormais" in response.content.decode()
    assert client.post(f"{page}verifier/", data).status_code == 409


def test_a_reviewer_who_gives_no_grounds_keeps_the_page() -> None:
    claim = EntityClaimFactory()
    response = proved(AgentFactory()).post(f"/rattachements/{claim.reference}/refuser/", {"grounds": ""})
    assert response.status_code == 422
    assert "Renseignez ce champ" in response.content.decode()
    claim.refresh_from_db()
    assert claim.state == State.FILED


def test_a_refusal_is_shown_to_the_claimant_with_its_grounds() -> None:
    claim = EntityClaimFactory()
    client = proved(AgentFactory())
    client.post(f"/rattachements/{claim.reference}/refuser/", {"grounds": "Illisible <b>."})
    text = entered(claim.claimant).get(f"/rattachements/{claim.reference}/").content.decode()
    assert "Illisible &lt;b&gt;." in text
    assert "Déposer une nouvelle demande" in text


@pytest.mark.parametrize("role", [StaffRole.SECRETARY, StaffRole.AUDITOR])
def test_other_agents_read_the_claim_and_decide_nothing(role: StaffRole) -> None:
    claim = EntityClaimFactory()
    client = proved(AgentFactory(roles=[role]))
    page = f"/rattachements/{claim.reference}/"
    assert "Confirmer la qualité" not in client.get(page).content.decode()
    assert client.post(f"{page}verifier/", {"piece": "register_extract"}).status_code == 403
    assert client.post(f"{page}refuser/", {"grounds": "Non."}).status_code == 403


def test_the_proof_is_downloaded_by_the_claimant_and_agents_only() -> None:
    claim = EntityClaimFactory()
    address = f"/documents/pieces/{claim.proof.reference}/"
    assert entered(claim.claimant).get(address).status_code == 200
    assert entered(AgentFactory()).get(address).status_code == 200
    assert entered(PersonFactory()).get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("agent", 4), ("claimant", 8)])
def test_the_list_costs_the_same_for_one_and_three_claims(
    who: str, queries: int, count: int, django_assert_num_queries: Any
) -> None:
    person = AgentFactory() if who == "agent" else PersonFactory()
    more = {} if who == "agent" else {"claimant": person}
    for _ in range(count):
        EntityClaimFactory(**more)
    client = entered(person)
    client.get("/rattachements/")
    with django_assert_num_queries(queries):
        response = client.get("/rattachements/")
    assert response.content.decode().count("R-2026-") >= count


def test_a_member_finds_his_entities_there() -> None:
    entity = LegalEntityFactory(name="Alpha <i>")
    LegalEntityFactory(name="Ailleurs")
    text = entered(member(entity)).get("/rattachements/").content.decode()
    assert f'href="/personnes-morales/{entity.reference}/"' in text
    assert "Alpha &lt;i&gt;" in text
    assert "Ailleurs" not in text


def test_the_list_is_filtered_by_state_and_ignores_an_unknown_one() -> None:
    waiting, refused = EntityClaimFactory(), EntityClaimFactory(refused=True)
    client = entered(AgentFactory())
    text = client.get("/rattachements/?etat=refused").content.decode()
    assert (waiting.reference in text, refused.reference in text) == (False, True)
    assert waiting.reference in client.get("/rattachements/?etat=%27%20OR%201").content.decode()


SERVICE = {"name": "Lits", "kind": "saas", "url": "https://lits.fr/ror", "software_version": "4.2"}


def test_a_member_who_prepares_declares_a_service() -> None:
    entity = LegalEntityFactory()
    client = entered(member(entity, MembershipRole.CONTRIBUTOR))
    response = client.post(f"/personnes-morales/{entity.reference}/services/nouveau/", SERVICE)
    service = DigitalService.objects.get()
    assert response["Location"] == f"/services/{service.reference}/"
    assert service.sheet.software_version == "4.2"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Renseignez ce champ"),
        ({"kind": ""}, "Choisissez une réponse"),
        ({"kind": "autre"}, "Sélectionnez un choix valide"),
        ({"url": "http://lits.fr"}, "commence par https://"),
        ({"url": "javascript:alert(1)"}, "URL valide"),
        ({"url": "https://" + "a" * 300 + ".fr"}, "300"),
        ({"description": "x" * 2001}, "2000"),
    ],
)
def test_a_wrong_service_is_refused_with_a_sentence(changes: dict[str, str], sentence: str) -> None:
    entity = LegalEntityFactory()
    client = entered(member(entity))
    response = client.post(f"/personnes-morales/{entity.reference}/services/nouveau/", SERVICE | changes)
    assert response.status_code == 422
    assert sentence in response.content.decode().replace("\u202f", "").replace("\xa0", " ")
    assert not DigitalService.objects.exists()


def test_a_name_already_taken_is_refused_with_its_sentence() -> None:
    service = DigitalServiceFactory(name="Lits")
    client = entered(member(service.owner))
    response = client.post(f"/personnes-morales/{service.owner.reference}/services/nouveau/", SERVICE)
    assert response.status_code == 422
    assert "Un service de ce nom existe déjà" in response.content.decode()


def test_a_reader_is_refused_and_another_tenant_finds_nothing() -> None:
    service = DigitalServiceFactory()
    address = f"/services/{service.reference}/modifier/"
    assert entered(member(service.owner, MembershipRole.READER)).post(address, SERVICE).status_code == 403
    assert entered(MembershipFactory().user).post(address, SERVICE).status_code == 404
    assert Client().get(address).status_code == 302


def test_a_service_is_corrected() -> None:
    service = DigitalServiceFactory()
    client = entered(member(service.owner))
    assert service.name in client.get(f"/services/{service.reference}/modifier/").content.decode()
    assert client.post(f"/services/{service.reference}/modifier/", SERVICE | {"name": "Lits 2"}).status_code == 302
    service.refresh_from_db()
    assert service.name == "Lits 2"


def test_a_stale_page_of_a_service_shows_the_differences_and_keeps_the_typing() -> None:
    service = DigitalServiceFactory(name="Lits")
    client, address = entered(member(service.owner)), f"/services/{service.reference}/modifier/"
    version = client.get(address).context["form"]["version"].value()
    client.post(address, SERVICE | {"name": "Lits de l’autre", "version": version})
    stale = client.post(address, SERVICE | {"name": "Lits à moi", "kind": "regional_eai", "version": version})
    text = stale.content.decode().replace("&nbsp;", " ")
    assert stale.status_code == 409
    assert "« Lits de l’autre » est enregistré, vous avez saisi « Lits à moi »" in text
    assert "« Solution SaaS » est enregistré, vous avez saisi « EAI régional »" in text
    assert 'value="Lits à moi"' in text
    service.refresh_from_db()
    assert service.name == "Lits de l’autre"
    again = SERVICE | {"name": "Lits à moi", "version": stale.context["form"]["version"].value()}
    assert client.post(address, again).status_code == 302


def test_the_proof_of_a_claim_is_not_offered_to_whom_any_entity_is_closed() -> None:
    claim, recused = EntityClaimFactory(), AgentFactory(roles=[StaffRole.REVIEWER])
    link, page = f"/pieces/{claim.proof.reference}/", f"/rattachements/{claim.reference}/"
    assert link in entered(recused).get(page).content.decode()
    parties.close_readings([recused], [LegalEntityFactory().pk], source="C-1999-0001", at=claim.filed_at)
    text = entered(recused).get(page).content.decode()
    assert link not in text
    assert "qui ne vous est pas ouverte" in text
