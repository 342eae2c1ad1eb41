"""Documents on screen: who sees what, downloads, public verification."""

import hashlib
import random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.audit.models import AccessTrace
from portal.documents import codes
from portal.documents.kinds import Kind
from portal.documents.lifecycle import State
from portal.documents.models import DepositedFile, StoredDocument
from portal.parties import operations as parties
from tests.factories.accounts import AgentFactory, PersonFactory
from tests.factories.documents import DepositedFileFactory, StoredDocumentFactory
from tests.factories.parties import LegalEntityFactory, proved


@pytest.fixture
def document(vendor: Any) -> StoredDocument:
    """A document of the vendor."""
    made: StoredDocument = StoredDocumentFactory(owner=vendor.entity, service=vendor.service, title="Récépissé Alpha")
    return made


def test_list_shows_a_vendor_his_documents_only(document: StoredDocument, vendor: Any, other_vendor: Any) -> None:
    assert "Récépissé Alpha" in proved(vendor.person).get(reverse("documents")).content.decode()
    page = proved(other_vendor.person).get(reverse("documents")).content.decode()
    assert "Récépissé Alpha" not in page
    assert "Aucun document pour le moment" in page


def test_list_shows_an_agent_every_document_and_filters(document: StoredDocument, agent: User) -> None:
    browser = proved(agent)
    page = browser.get(reverse("documents")).content.decode()
    assert "Récépissé Alpha" in page
    assert all(f'<option value="{kind.value}">' in page for kind in Kind)
    assert "Récépissé Alpha" in browser.get(reverse("documents"), {"q": document.reference}).content.decode()
    assert "ne correspond" in browser.get(reverse("documents"), {"nature": "minutes"}).content.decode()


@pytest.mark.parametrize("query", [{"nature": "inconnue"}, {"page": "zéro"}, {"q": "é" * 5000}, {"q": "%_'"}])
def test_list_survives_any_address(query: dict[str, str], vendor: Any) -> None:
    assert proved(vendor.person).get(reverse("documents"), query).status_code == 200


@pytest.mark.parametrize("path", ["/documents/%00/", "/documents/DOC-2026-9999/", "/documents/pieces/%00/"])
def test_unknown_reference_is_not_found(path: str, vendor: Any) -> None:
    assert proved(vendor.person).get(path).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_queries_whatever_its_length(
    count: int, vendor: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    StoredDocumentFactory.create_batch(count, owner=vendor.entity, service=vendor.service)
    browser = proved(vendor.person)
    with django_assert_num_queries(4) as captured:  # session, person, roles, count, rows
        browser.get(reverse("documents"))
    assert not any("frozenbytes" in query["sql"] for query in captured.captured_queries)


def test_download_gives_the_frozen_bytes_to_be_saved_and_never_run(document: StoredDocument, vendor: Any) -> None:
    response = proved(vendor.person).get(reverse("document_download", args=[document.reference]))
    assert response.content == document.content
    assert hashlib.sha256(response.content).hexdigest() == document.sha256
    assert response["Content-Disposition"] == f'attachment; filename="{document.file_name}"'
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert AccessTrace.objects.get().sentence == f"Téléchargement du document {document.reference}"


def test_download_is_not_found_by_another_vendor_and_asks_an_unknown_person_to_sign_in(
    document: StoredDocument, other_vendor: Any
) -> None:
    address = reverse("document_download", args=[document.reference])
    assert proved(other_vendor.person).get(address).status_code == 404
    assert Client().get(address)["Location"].startswith("/connexion/")


def test_deposited_file_is_downloaded_by_its_owner_and_an_agent_only(
    vendor: Any, other_vendor: Any, agent: User
) -> None:
    deposit = DepositedFileFactory(uploaded_by=vendor.person, name="Relevé.pdf")
    address = reverse("deposit_download", args=[deposit.reference])
    assert proved(vendor.person).get(address).content == deposit.content
    assert "attachment" in proved(agent).get(address)["Content-Disposition"]
    assert proved(other_vendor.person).get(address).status_code == 404


def test_files_without_owner_are_closed_to_an_agent_from_whom_any_entity_is(vendor: Any, agent: User) -> None:
    recused = AgentFactory()
    deed = DepositedFileFactory(uploaded_by=PersonFactory())
    evidence, own = DepositedFileFactory(uploaded_by=agent), DepositedFileFactory(uploaded_by=recused)
    shared = DepositedFileFactory(uploaded_by=agent, owner=LegalEntityFactory())
    parties.close_readings([recused], [vendor.entity.pk], source="C-2026-0001", at=evidence.at)
    assert set(DepositedFile.objects.visible_to(recused)) == {own, shared}
    assert set(DepositedFile.objects.visible_to(agent)) == {deed, evidence, own, shared}
    assert proved(recused).get(reverse("deposit_download", args=[deed.reference])).status_code == 404


def test_who_left_an_entity_reads_no_more_what_he_deposited_for_it(vendor: Any) -> None:
    of_entity = DepositedFileFactory(uploaded_by=vendor.person, owner=vendor.entity)
    personal = DepositedFileFactory(uploaded_by=vendor.person)
    assert set(DepositedFile.objects.visible_to(vendor.person)) == {of_entity, personal}
    vendor.entity.memberships.update(until=of_entity.at)
    assert set(DepositedFile.objects.visible_to(vendor.person)) == {personal}


def check(**data: Any) -> str:
    """The verification page after a search."""
    return Client().post(reverse("document_check"), data).content.decode()


def dropped(content: bytes) -> SimpleUploadedFile:
    """A file dropped on the page."""
    return SimpleUploadedFile("recu.pdf", content, content_type="application/pdf")


def test_verification_page_is_open_to_anyone(db: None) -> None:
    response = Client().get(reverse("document_check"))
    assert response.status_code == 200
    assert "Code de vérification" in response.content.decode()


def test_verification_finds_the_document_of_a_scanned_or_typed_code(document: StoredDocument) -> None:
    scanned = Client().get(reverse("document_check", args=[document.verification_code])).content.decode()
    typed = check(code=codes.shown(document.verification_code).lower())
    for page in (scanned, typed):
        assert "Ce document existe et il est valide" in page
        assert document.reference in page
        assert document.sha256 in page


def test_verification_shows_no_personal_data(document: StoredDocument, vendor: Any) -> None:
    page = check(code=document.verification_code)
    for hidden in (vendor.person.full_name, vendor.person.email, document.title, document.subject_reference):
        assert hidden not in page


def test_verification_says_conforming_when_the_file_is_the_original(document: StoredDocument) -> None:
    assert "Conforme : ce fichier est identique" in check(file=dropped(document.content))
    assert "Conforme : ce fichier est identique" in check(
        file=dropped(document.content), code=document.verification_code
    )


def test_verification_says_not_conforming_for_any_changed_byte(document: StoredDocument) -> None:
    chance = random.Random(42)
    for _ in range(100):
        changed = bytearray(document.content)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        assert "Non conforme" in check(file=dropped(bytes(changed)))


def test_verification_says_not_conforming_when_the_file_is_another_document(document: StoredDocument) -> None:
    other = StoredDocumentFactory()
    page = check(file=dropped(other.content), code=document.verification_code)
    assert f"Non conforme : ce fichier n’est pas le document {document.reference}" in page


@pytest.mark.parametrize(("state", "sentence"), [(State.REPLACED, "remplacé"), (State.REVOKED, "révoqué")])
def test_verification_tells_a_document_no_longer_holds(state: State, sentence: str, vendor: Any) -> None:
    successor = StoredDocumentFactory()
    document = StoredDocumentFactory(state=state, successor=successor if state == State.REPLACED else None)
    assert f"Ce document a été {sentence}" in check(code=document.verification_code)
    assert f"Conforme à l’original, mais {sentence}" in check(file=dropped(document.content))


def test_verification_finds_nothing_for_an_unknown_code(db: None) -> None:
    assert "Aucun document ne porte ce code" in check(code="0000-0000-0000-0000")
    assert "Aucun document" in Client().get(reverse("document_check", args=["x" * 300])).content.decode()


@pytest.mark.parametrize("data", [{}, {"code": "123"}, {"code": "x" * 1000}])
def test_verification_explains_in_a_sentence_what_it_needs(data: dict[str, str], db: None) -> None:
    response = Client().post(reverse("document_check"), data)
    assert response.status_code == 422
    assert "Votre saisie doit être corrigée" in response.content.decode()


def test_verification_refuses_a_file_beyond_the_size_of_a_document(db: None, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    assert "dépasse 1 Mo" in check(file=dropped(b"0" * (1024 * 1024 + 1)))
