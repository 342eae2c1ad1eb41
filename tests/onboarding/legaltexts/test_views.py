"""Texts on screen."""

import hashlib
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from onboarding.legaltexts.kinds import Act, Kind
from onboarding.legaltexts.models import LegalTextVersion, Signature
from portal.accounts.roles import StaffRole
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory
from tests.factories.documents import StoredDocumentFactory
from tests.factories.legaltexts import published, signed
from tests.factories.parties import DigitalServiceFactory, member, proved

pytestmark = pytest.mark.django_db
SLUG = Kind.FEEDING_CHARTER.slug


def text_of(response: Any) -> str:
    """The page's HTML."""
    return str(response.content.decode())


def test_texts_are_open_to_anyone_even_before_the_first_is_published() -> None:
    assert "Aucun texte n’est encore publié" in text_of(Client().get(reverse("legal_texts")))
    version = published()
    assert version.title in text_of(Client().get(reverse("legal_texts")))
    assert "100 appels par seconde" in text_of(Client().get(reverse("legal_text", args=[SLUG])))


def test_former_version_stays_readable_and_says_that_it_is_no_longer_in_force() -> None:
    published()
    published(summary="Deuxième.")
    page = text_of(Client().get(reverse("legal_text_version", args=[SLUG, 1])))
    assert "Une version plus récente est en vigueur" in page
    assert "récente" not in text_of(Client().get(reverse("legal_text", args=[SLUG])))


@pytest.mark.parametrize("path", ["inconnu/", f"{SLUG}/", f"{SLUG}/version-9/", f"{SLUG}/version-9.txt"])
def test_unknown_text_or_version_is_not_found(path: str) -> None:
    assert Client().get(f"/textes/{path}").status_code == 404


def test_exact_bytes_are_open_to_anyone_and_give_the_digest() -> None:
    version = published()
    response = Client().get(reverse("legal_text_bytes", args=[SLUG, 1]))
    assert hashlib.sha256(response.content).hexdigest() == version.sha256
    assert response["Content-Type"].startswith("text/plain")


def test_representative_finds_the_services_he_may_sign_for() -> None:
    published()
    service = DigitalServiceFactory()
    address = reverse("legal_text_sign", args=[SLUG, service.reference])
    person = member(service.owner)
    assert address in text_of(proved(person).get(reverse("legal_text", args=[SLUG])))
    reader = member(service.owner, MembershipRole.READER)
    assert address not in text_of(proved(reader).get(reverse("legal_text", args=[SLUG])))


def sign(person: Any, service: Any, version: LegalTextVersion, **changes: str) -> Any:
    """The signing form, sent."""
    data = {"sha256": version.sha256, "agreed": "on", "cle_envoi": str(uuid.uuid4()), **changes}
    return proved(person).post(reverse("legal_text_sign", args=[SLUG, service.reference]), data)


def test_signing_page_shows_the_whole_text_what_it_commits_to_and_one_button() -> None:
    version, service = published(), DigitalServiceFactory()
    page = text_of(proved(member(service.owner)).get(reverse("legal_text_sign", args=[SLUG, service.reference])))
    assert all(line in page for line in version.commitment_lines)
    assert "Signer vous engage à" in page
    assert version.sha256 in page
    assert page.count("<h1") == 1


def test_signing_saves_and_leads_to_the_signatures() -> None:
    version, service = published(), DigitalServiceFactory()
    response = sign(member(service.owner), service, version)
    assert response["Location"] == reverse("signatures")
    assert Signature.objects.get().service == service


def test_signing_twice_with_one_form_signs_once() -> None:
    version, service = published(), DigitalServiceFactory()
    person, key = member(service.owner), str(uuid.uuid4())
    for _ in range(2):
        assert sign(person, service, version, cle_envoi=key).status_code == 302
    assert Signature.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"agreed": ""}, "Cochez cette case"),
        ({"sha256": "0" * 64}, "Ce texte a changé"),
        ({"sha256": ""}, "Ce texte a changé"),
    ],
)
def test_signing_explains_in_a_sentence_and_signs_nothing(changes: dict[str, str], sentence: str) -> None:
    version, service = published(), DigitalServiceFactory()
    response = sign(member(service.owner), service, version, **changes)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not Signature.objects.exists()


def test_signing_page_says_that_the_text_is_already_signed() -> None:
    version, service = published(), DigitalServiceFactory()
    signed(version, service)
    person = member(service.owner)
    page = text_of(proved(person).get(reverse("legal_text_sign", args=[SLUG, service.reference])))
    assert "Ce texte est signé pour ce service" in page
    again = sign(person, service, version)
    assert again.status_code == 422
    assert "Ce texte est signé pour ce service" in text_of(again)


def test_signing_is_for_the_legal_representative_only() -> None:
    version, service = published(), DigitalServiceFactory()
    assert sign(member(service.owner, MembershipRole.DELEGATE), service, version).status_code == 403
    assert sign(member(DigitalServiceFactory().owner), service, version).status_code == 404
    assert sign(AgentFactory(roles=[StaffRole.ADMINISTRATOR]), service, version).status_code == 404
    assert Client().get(reverse("legal_text_sign", args=[SLUG, service.reference])).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_signatures_are_listed_for_their_side_at_a_constant_cost(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version, service = published(), DigitalServiceFactory()
    person = member(service.owner)
    for number in range(count):
        own = DigitalServiceFactory(owner=service.owner)
        signature = signed(version, own)
        StoredDocumentFactory(subject_reference=signature.reference, kind="signed_charter", reference=f"DOC-{number}")
    browser = proved(person)
    with django_assert_num_queries(4):  # session, person, roles, count, rows
        page = text_of(browser.get(reverse("signatures")))
    assert page.count("SG-2026-") == count
    assert "DOC-0" in page


def test_signatures_of_others_are_not_listed() -> None:
    signed(published(), DigitalServiceFactory())
    assert "Aucune signature pour le moment" in text_of(
        proved(member(DigitalServiceFactory().owner)).get(reverse("signatures"))
    )
    assert "SG-2026-0001" in text_of(proved(AgentFactory()).get(reverse("signatures")))


FORM = {"title": "Charte", "body": "# Objet\n\nTexte.", "act": Act.SIGN, "step": "deposit", "renews": "on"}


def publish(person: Any, **changes: str) -> Any:
    """The publication form, sent."""
    data = {**FORM, "cle_envoi": str(uuid.uuid4()), **changes}
    return proved(person).post(reverse("legal_text_publish", args=[SLUG]), data)


def test_administrator_publishes_a_version_starting_from_the_former() -> None:
    published()
    person = AgentFactory(roles=[StaffRole.ADMINISTRATOR])
    assert "100 appels par seconde" in text_of(proved(person).get(reverse("legal_text_publish", args=[SLUG])))
    assert publish(person)["Location"] == reverse("legal_text", args=[SLUG])
    assert LegalTextVersion.objects.count() == 2


def test_administrator_finds_where_to_publish_the_first_version() -> None:
    address = reverse("legal_text_publish", args=[SLUG])
    administrator = proved(AgentFactory(roles=[StaffRole.ADMINISTRATOR]))
    assert address in text_of(administrator.get(reverse("legal_texts")))
    assert address not in text_of(Client().get(reverse("legal_texts")))


def test_publication_explains_what_is_missing_and_loses_nothing() -> None:
    response = publish(AgentFactory(roles=[StaffRole.ADMINISTRATOR]), title="", body="Un texte tapé.")
    assert response.status_code == 422
    assert "Un texte tapé." in text_of(response)
    assert "Saisissez le texte" in text_of(publish(AgentFactory(roles=[StaffRole.ADMINISTRATOR]), body="\u202e"))


def test_publication_is_for_those_who_may() -> None:
    assert publish(AgentFactory()).status_code == 403
    assert publish(member(DigitalServiceFactory().owner)).status_code == 404
    assert not LegalTextVersion.objects.exists()
