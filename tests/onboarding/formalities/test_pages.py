"""Declaring what is done outside the portal, official forms filled, data sheets; each for those it concerns."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from onboarding.formalities import operations, queries
from onboarding.formalities.kinds import Formality, OfficialForm
from onboarding.formalities.models import FormalityDeclaration, OfficialPdf
from portal.accounts.roles import StaffRole
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument
from portal.lifecycle.errors import NotPermitted, Refused
from portal.outbox.operations import deliver_due
from portal.parties import operations as parties
from portal.parties.models import DigitalService
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, entered
from tests.factories.documents import form_pdf
from tests.factories.parties import DigitalServiceFactory, MembershipFactory, member

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def service() -> DigitalService:
    return DigitalServiceFactory(name="Lits")


def page(service: DigitalService, verb: str = "demarches/") -> str:
    return f"/services/{service.reference}/{verb}"


def text_of(response: Any) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


def test_the_contract_declared_once_serves_every_service(service: DigitalService) -> None:
    other = DigitalServiceFactory(owner=service.owner)
    client = entered(member(service.owner))
    data = {"done_on": "2026-01-12", "details": "n° 42", "proof": SimpleUploadedFile("contrat.pdf", PDF)}
    assert client.post(page(service, "demarches/contrat/"), data).status_code == 302
    assert client.post(page(service, "demarches/retrait/"), {"done_on": "2026-02-01"}).status_code == 302
    held = queries.declared_for([service, other])
    assert set(held[service.pk]) == {Formality.MEMBERSHIP, Formality.RETRIEVAL}
    assert set(held[other.pk]) == {Formality.MEMBERSHIP}
    assert "n° 42" in text_of(client.get(page(other)))


def test_what_is_declared_twice_or_in_the_future_is_refused_and_keeps_the_typing(
    service: DigitalService, now: datetime
) -> None:
    boss = member(service.owner)
    client, address = entered(boss), page(service, "demarches/retrait/")
    late = client.post(address, {"done_on": "2199-01-01", "details": "Certificat ROR"})
    assert late.status_code == 422
    assert "donnez une date passée" in text_of(late)
    assert "Certificat ROR" in text_of(late)
    assert client.post(address, {"done_on": "2026-02-01"}).status_code == 302
    again = client.post(address, {"done_on": "2026-02-01"})
    assert (again.status_code, "déjà déclarée" in text_of(again)) == (422, True)
    assert client.post(page(service, "demarches/retrait/retirer/")).status_code == 302
    assert client.get(page(service, "demarches/retrait/retirer/")).status_code == 404
    assert client.post(address, {"done_on": "2026-02-02"}).status_code == 302
    assert FormalityDeclaration.objects.standing().get().done_on == date(2026, 2, 2)


@pytest.mark.parametrize("slug", ["inconnue", "F413"])
def test_an_unknown_formality_or_form_does_not_exist(service: DigitalService, slug: str) -> None:
    assert entered(member(service.owner)).get(page(service, f"demarches/{slug}/")).status_code == 404
    assert entered(member(service.owner)).post(page(service, "aide/F999/")).status_code == 404


def test_a_reader_declares_nothing_and_a_stranger_finds_nothing(service: DigitalService) -> None:
    reader = member(service.owner, MembershipRole.READER)
    assert entered(reader).get(page(service)).status_code == 200
    assert entered(reader).post(page(service, "demarches/retrait/"), {"done_on": "2026-02-01"}).status_code == 403
    assert entered(MembershipFactory().user).get(page(service)).status_code == 404
    with pytest.raises(NotPermitted):
        operations.declare(service, Formality.RETRIEVAL, done_on=date(2026, 1, 1), by=reader)
    assert entered(AgentFactory()).get(page(service)).status_code == 200


def test_the_data_sheet_says_that_it_is_no_official_form(service: DigitalService) -> None:
    client = entered(member(service.owner))
    assert client.post(page(service, "aide/F413/")).status_code == 302
    sheet = service.form_sheets.get()
    deliver_due(sheet.prepared_at + timedelta(seconds=1))
    document = StoredDocument.objects.get(kind=Kind.DATA_SHEET)
    assert document.title == "Aide au remplissage – n’est pas le formulaire F413"
    assert (document.owner, document.subject_reference) == (service.owner, sheet.reference)
    assert document.reference in text_of(client.get(page(service)))
    assert entered(MembershipFactory().user).post(page(service, "aide/F413/")).status_code == 404


def test_an_official_form_with_fields_is_filled_for_the_service(service: DigitalService) -> None:
    agent = entered(AgentFactory(roles=[StaffRole.REVIEWER]))
    assert entered(member(service.owner)).get(page(service, "formulaire/F413/")).status_code == 404
    data = {
        "form": "F413",
        "edition": "mars 2024",
        "file": SimpleUploadedFile("f.pdf", form_pdf("Dénomination", "Champ")),
    }
    assert agent.post("/formulaires-officiels/deposer/", data).status_code == 302
    pdf = OfficialPdf.objects.get()
    assert pdf.matches == {"Dénomination": "entity"}
    answer = agent.post(f"/formulaires-officiels/{pdf.reference}/champs/", {"field_0": "entity", "field_1": "solution"})
    assert answer.status_code == 302
    client = entered(member(service.owner))
    assert "Télécharger le formulaire prérempli" in text_of(client.get(page(service)))
    filled = client.get(page(service, "formulaire/F413/"))
    assert filled["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(filled.content)) as read:
        assert str(read.Root.AcroForm.Fields[0].V) == service.owner.name
        assert str(read.Root.AcroForm.Fields[1].Kids[0].V) == "Lits"
    assert "2 sur 2 reliés" in text_of(agent.get("/formulaires-officiels/"))


def test_a_new_edition_replaces_the_former_and_a_hostile_file_is_refused() -> None:
    agent = AgentFactory(roles=[StaffRole.ADMINISTRATOR])
    client = entered(agent)
    for edition in ("2023", "2024"):
        data = {"form": "F414", "edition": edition, "file": SimpleUploadedFile("f.pdf", form_pdf("A", "B"))}
        assert client.post("/formulaires-officiels/deposer/", data).status_code == 302
    assert queries.official_pdf(OfficialForm.F414).edition == "2024"
    broken = {"form": "F414", "edition": "x", "file": SimpleUploadedFile("f.pdf", PDF)}
    refused = client.post("/formulaires-officiels/deposer/", broken)
    assert refused.status_code == 422
    with pytest.raises(Refused, match="n’existe pas"):
        operations.match_fields(queries.official_pdf(OfficialForm.F414), {"A": "inventé"}, by=agent)
    auditor = entered(AgentFactory(roles=[StaffRole.AUDITOR]))
    assert auditor.get("/formulaires-officiels/").status_code == 200
    assert auditor.post("/formulaires-officiels/deposer/", broken).status_code == 403


def test_declarations_of_an_entity_closed_to_an_agent_are_not_read_by_him(service: DigitalService) -> None:
    agent, by = AgentFactory(), member(service.owner)
    operations.declare(service, Formality.RETRIEVAL, done_on=date(2026, 1, 1), by=by)
    assert FormalityDeclaration.objects.visible_to(agent).count() == 1
    parties.close_readings([agent], [service.owner_id], source="C-1", at=service.opened_at)
    assert not FormalityDeclaration.objects.visible_to(agent).exists()
