"""The one search box: what it finds, in which groups, where an exact hit leads, and what it costs."""

import pytest
from django.db import connection
from django.urls import reverse

from onboarding.desk import needle
from onboarding.desk.queries import search
from portal.parties import operations, queries
from portal.parties.models import DigitalService, LegalEntity
from portal.web import folding
from tests.factories.accounts import entered
from tests.factories.candidacies import CandidacyFactory, reviewer
from tests.factories.committee import SessionFactory
from tests.factories.documents import StoredDocumentFactory
from tests.factories.grants import GrantFactory
from tests.factories.parties import NOW, DigitalServiceFactory, LegalEntityFactory, member
from tests.factories.whitelist import approved, ready_grant

pytestmark = pytest.mark.django_db
ADDRESS = "/recherche/"


def groups(user, typed: str) -> dict[str, list[str]]:
    found = search.search(user, needle.read(typed))
    return {group.title: [hit.reference for hit in group.hits] for group in found.groups}


def world():
    """A service with a dossier, a right, a certificate, a production entry and a document; and somebody else's."""
    entity = LegalEntityFactory(name="Éditions du Château-d’Eau", siren="732829320", siret="73282932000074")
    service = DigitalServiceFactory(owner=entity, name="Lits à Œillères")
    dossier = CandidacyFactory(direction="feeding", service=service, submitted=True)
    entry = approved(ready_grant(service=service))
    paper = StoredDocumentFactory(owner=entity, service=service)
    GrantFactory(service__owner__siren="542107651")
    return dossier, entry, paper


ALL = ["Personnes morales", "Services", "Dossiers", "Habilitations", "Certificats", "Liste blanche", "Documents"]


@pytest.mark.parametrize(
    "typed",
    [
        "chateau d'eau",
        "EAU éditions",
        "CHÂTEAU",
        "lits a oeilleres",
        "Œillères",
        "732829320",
        "732 829 320",
        "73282932000074",
    ],
)
def test_a_name_or_a_number_finds_everything_of_its_owner_whatever_the_accents(typed) -> None:
    dossier, entry, paper = world()
    found = groups(reviewer(), typed)
    assert list(found) == ALL
    assert found["Dossiers"] == [dossier.reference]
    assert found["Liste blanche"] == [entry.reference]
    assert found["Habilitations"] == [entry.grant.reference]
    assert found["Documents"] == [paper.reference]


def test_a_certificate_is_found_by_fingerprint_serial_and_name_with_the_entries_that_bear_it() -> None:
    _, entry, _ = world()
    held, user = entry.certificates.get().certificate, reviewer()
    held.serial = "F1A2B3C4D5E6"
    held.save(update_fields=["serial"])
    for typed in (held.fingerprint.upper(), "f1:a2:b3:c4:d5:e6", held.subject, str(int("F1A2B3C4D5E6", 16))):
        found = groups(user, typed)
        assert found["Certificats"] == [held.reference], typed
        assert found["Liste blanche"] == [entry.reference], typed
        assert found["Services"] == [entry.grant.service.reference], typed


def test_every_reference_leads_to_its_page_and_so_do_a_number_a_fingerprint_and_a_serial() -> None:
    dossier, entry, paper = world()
    held, grant = entry.certificates.get().certificate, entry.grant
    service = grant.service
    client = entered(reviewer())
    pages = {
        dossier.reference.lower(): reverse("dossier", args=[dossier.reference]),
        service.reference: reverse("service", args=[service.reference]),
        service.owner.reference: reverse("entity", args=[service.owner.reference]),
        grant.reference: reverse("grant", args=[grant.reference]),
        entry.reference: reverse("entry", args=[entry.reference]),
        held.reference: reverse("certificate", args=[held.reference]),
        paper.reference: reverse("document_download", args=[paper.reference]),
        "732 829 320": reverse("entity", args=[service.owner.reference]),
        held.fingerprint: reverse("certificate", args=[held.reference]),
        paper.sha256: reverse("document_download", args=[paper.reference]),
    }
    for typed, page in pages.items():
        assert client.get(ADDRESS, {"q": typed})["Location"] == page, typed
        assert client.get(page).status_code == 200, typed
    assert "Éditions du Château" in client.get(ADDRESS, {"q": "732829320", "tout": ""}).content.decode()


def test_the_reference_of_a_session_leads_to_it_though_no_group_shows_it() -> None:
    session = SessionFactory()
    answer = entered(reviewer()).get(ADDRESS, {"q": session.reference})
    assert answer["Location"] == reverse("session", args=[session.reference])


@pytest.mark.parametrize("typed", ["", "%", "_", "'; --", "X-2026-0001", "CS-2099-0001", "0" * 64, "CN=inconnu", "zzz"])
def test_what_designates_nothing_finds_nothing_and_says_so(typed) -> None:
    world()
    assert groups(reviewer(), typed) == {}
    assert entered(reviewer()).get(ADDRESS, {"q": typed}).status_code == 200


def test_what_is_closed_to_an_agent_is_not_found() -> None:
    dossier, _, _ = world()
    closed = reviewer()
    operations.close_readings([closed], [dossier.service.owner_id], source="C-1", at=NOW)
    assert groups(closed, "château") == {}
    assert "Location" not in entered(closed).get(ADDRESS, {"q": dossier.reference})


def test_the_search_is_for_agents_and_says_when_there_is_more() -> None:
    entity = LegalEntityFactory(name="Nombreux")
    for number in range(search.SHOWN + 1):
        CandidacyFactory(direction="feeding", service=DigitalServiceFactory(owner=entity, name=f"Service {number}"))
    page = entered(reviewer()).get(ADDRESS, {"q": "nombreux"}).content.decode()
    assert f"{reverse('candidacies')}?q=nombreux" in page
    assert entered(member(entity)).get(ADDRESS, {"q": "nombreux"}).status_code == 404


def test_a_search_of_too_many_services_says_that_some_are_left_out(monkeypatch) -> None:
    entity = LegalEntityFactory(name="Nombreux")
    services = [DigitalServiceFactory(owner=entity, name=f"Service {number}") for number in range(3)]
    client, said = entered(reviewer()), "ajoutez des mots"
    assert said not in client.get(ADDRESS, {"q": "nombreux"}).content.decode()
    monkeypatch.setattr(search, "FEW", 2)
    CandidacyFactory(direction="feeding", service=services[-1])
    page = client.get(ADDRESS, {"q": "nombreux"}).content.decode()
    assert f"Plus de 2 services : {said}" in page


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("typed", ["eau", "732829320", "S-1999-0001", "CN=lits", "0" * 64, "F1A2B3C4D5E6"])
def test_search_costs_the_same_whatever_it_finds(rows, typed, django_assert_max_num_queries) -> None:
    user = reviewer()
    for number in range(rows):
        entity = LegalEntityFactory(name=f"Eau {number}")
        approved(ready_grant(service__owner=entity))
    with django_assert_max_num_queries(10):
        groups(user, typed)


def test_the_folded_name_follows_the_name_by_every_way_of_writing_it() -> None:
    entity = LegalEntityFactory(name="Éa")
    service = DigitalServiceFactory(owner=entity, name="Première")
    service.name = "Deuxième"
    service.save()
    DigitalService.objects.bulk_create(
        [DigitalService(reference="S-1", owner=entity, name="Troisième", kind="saas", opened_at=NOW)]
    )
    for row in [entity, *DigitalService.objects.all()]:
        row.refresh_from_db()
        assert row.name_folded == folding.fold(row.name) != ""


def test_postgresql_follows_the_trigrams_of_folded_names() -> None:
    rows = LegalEntity.objects.filter(queries.named("", "chateau"))
    read = "portal_legalentity"
    if connection.vendor == "postgresql":
        read = "portal_legalentity_folded_grams"
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert read in rows.explain()
