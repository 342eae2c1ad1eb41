"""The questionnaire on screen, its answer, and the candidacy it fills."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from onboarding.candidacies.models import Candidacy
from onboarding.orientation import operations, queries, questionnaire_file, wording
from onboarding.orientation.models import OrientationVersion
from onboarding.orientation.questionnaire import Clause, Mode
from portal.accounts.roles import StaffRole
from portal.lifecycle.errors import NotPermitted, Refused
from portal.parties.roles import MembershipRole
from portal.reference import operations as reference
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.parties import DigitalServiceFactory, member, proved

pytestmark = pytest.mark.django_db
TEXT = questionnaire_file.SHIPPED.read_text(encoding="utf-8")
CONSUMPTION = {
    "besoin": "read", "donnees": ["offers", "beds"], "recuperation": "copy", "format": "csd", "finalite": "regulation",
    "utilisateurs": ["CU22"], "tiers": "no", "regions": ["84"],
}  # fmt: skip
OPEN_DATA = {"besoin": "read", "donnees": ["offers"], "rythme": "weekly"}


def page(client: Client, **query: Any) -> str:
    """The questionnaire at an address."""
    return client.get(reverse("orientation"), query).content.decode()


def test_the_first_page_asks_one_question_without_account_and_without_script() -> None:
    html = page(Client())
    assert html.count('name="besoin"') == 3
    assert "Question 1 sur" in html
    assert '<form method="get"' in html
    assert "Question précédente" not in html


def test_sending_nothing_says_what_is_missing() -> None:
    response = Client().get(reverse("orientation"), {"etape": "besoin"})
    assert response.status_code == 422
    assert "Choisissez une réponse." in response.content.decode()


def test_each_page_keeps_the_answers_and_leads_back() -> None:
    html = page(Client(), besoin="read")
    assert '<input type="hidden" name="besoin" value="read">' in html
    assert "modifier=besoin" in html
    again = page(Client(), besoin="read", donnees="beds", modifier="besoin")
    assert re.search(r'value="read"[^>]*checked', again)
    assert '<input type="hidden" name="donnees" value="beds">' in again


@pytest.mark.parametrize(
    "query", [{"besoin": "écrire"}, {"besoin": ["read", "write"]}, {"x": "y" * 500}, {"modifier": "zz"}]
)
def test_an_odd_address_is_the_first_question(query: dict[str, Any]) -> None:
    assert "Question 1 sur" in page(Client(), **query)


def test_the_regions_asked_about_are_those_in_force() -> None:
    codes = b'{"code": "84", "display": "Auvergne"}, {"code": "99", "display": "Nouvelle"}'
    data = b'{"resourceType": "CodeSystem", "name": "TRE_R30_RegionOM", "concept": [' + codes + b"]}"
    reference.import_nomenclature(data, source_name="regions.json", by=None)
    book = queries.in_force().book
    asked = next(one for one in book.questions if one.id == "regions")
    assert [(one.code, one.label) for one in asked.options] == [("84", "Auvergne"), ("99", "Nouvelle")]
    left = Clause("regions", Mode.ANY, frozenset({"53"}))  # a condition of a version published before
    assert wording.condition(book, ((left,),)).endswith("« 53 »")
    assert 'value="99"' in page(Client(), **{**CONSUMPTION, "regions": "53"})  # withdrawn: asked again


def test_open_data_ends_with_their_address_and_no_candidacy() -> None:
    html = page(Client(), **OPEN_DATA)
    assert "Les données ouvertes vous suffisent" in html
    assert "data.gouv.fr" in html
    assert "Licence Ouverte 2.0" in html
    assert "Reprendre dans ma candidature" not in html


def test_the_answer_gives_reasons_sources_and_what_the_profile_opens_and_closes() -> None:
    from policy.profiles import operations as profiles

    profiles.install_shipped()
    html = page(Client(), **CONSUMPTION)
    assert "Il vous faut une habilitation de consommation" in html
    assert "CSD ne la transmettent pas" in html
    assert "Source&nbsp;: " in html
    assert "Profil 1 – toutes les données" in html
    assert "Il ouvre sans condition" in html
    narrow = page(Client(), **{**CONSUMPTION, "utilisateurs": ["CU30"]})
    assert "Ce profil ne donne pas la disponibilité en lits" in narrow
    assert "Il ouvre sous condition" in narrow


def kept(client: Client, answers: dict[str, Any]) -> Any:
    """The button « Reprendre dans ma candidature »."""
    return client.post(reverse("orientation_keep"), {**answers, "cle_envoi": str(uuid.uuid4())})


def test_the_answers_wait_for_the_visitor_while_he_signs_in() -> None:
    client = Client()
    response = kept(client, CONSUMPTION)
    assert response["Location"] == reverse("orientation_take_over")
    assert client.get(response["Location"])["Location"].startswith("/connexion/")
    person = member(DigitalServiceFactory(name="Régulation directe").owner)
    client.force_login(person)
    assert "Régulation directe" in client.get(reverse("orientation_take_over")).content.decode()


def test_unfinished_answers_are_not_kept() -> None:
    client = Client()
    assert kept(client, {"besoin": "read"})["Location"] == "/orientation/?besoin=read"
    assert client.get(reverse("orientation_keep"))["Location"].startswith("/orientation/")
    client.force_login(PersonFactory())
    assert client.get(reverse("orientation_take_over"))["Location"] == "/orientation/"


def test_taking_over_opens_a_candidacy_filled_with_the_answers() -> None:
    service = DigitalServiceFactory()
    client = entered(member(service.owner))
    kept(client, CONSUMPTION)
    target = f"consumption:{service.reference}"
    response = client.post(reverse("orientation_take_over"), {"target": target, "cle_envoi": str(uuid.uuid4())})
    candidacy = Candidacy.objects.get()
    assert response["Location"] == reverse("candidacy", args=[candidacy.reference])
    assert (candidacy.direction, candidacy.purpose, candidacy.requested_profiles) == (
        "consumption",
        "regulation",
        ["1"],
    )
    assert (candidacy.exchange_format, candidacy.retrieval_cases) == ("fhir", ["fhir-export"])
    assert candidacy.region_routes == {"84": "unknown"}
    assert candidacy.for_third_party is False
    assert client.get(reverse("orientation_take_over"))["Location"] == "/orientation/"


@pytest.mark.parametrize("role", [MembershipRole.READER])
def test_who_may_not_prepare_finds_no_service(role: MembershipRole) -> None:
    service = DigitalServiceFactory()
    client = entered(member(service.owner, role))
    kept(client, CONSUMPTION)
    assert "Aucun service ne peut encore" in client.get(reverse("orientation_take_over")).content.decode()
    answer = client.post(reverse("orientation_take_over"), {"target": f"consumption:{service.reference}"})
    assert answer.status_code == 422
    assert not Candidacy.objects.exists()


def test_answers_that_call_for_no_candidacy_open_none() -> None:
    service = DigitalServiceFactory()
    person = member(service.owner)
    situation = {"need": frozenset({"read"}), "data": frozenset({"offers"}), "pace": frozenset({"weekly"})}
    with pytest.raises(Refused, match="n’appellent pas de candidature"):
        operations.take_over(service, "consumption", situation, by=person)


def test_the_agency_reads_the_rules_with_their_sources() -> None:
    html = entered(AgentFactory()).get(reverse("orientation_rules")).content.decode()
    assert "livrée avec le portail" in html
    assert "beds-need-fhir" in html
    assert "À confirmer" in html
    assert reverse("orientation_publish") not in html
    assert entered(PersonFactory()).get(reverse("orientation_rules")).status_code == 404


def published(**changes: str) -> Any:
    """The publication form, sent by a policy manager."""
    client = proved(AgentFactory(roles=[StaffRole.POLICY_MANAGER]))
    data = {"reason": "Question plus claire.", "source": TEXT, "cle_envoi": str(uuid.uuid4()), **changes}
    return client.post(reverse("orientation_publish"), data)


def test_a_published_version_answers_from_then_on() -> None:
    text = TEXT.replace("Que doit faire votre service avec le ROR ?", "Que fera votre service ?").replace("\n", "\r\n")
    assert published(source=text)["Location"] == reverse("orientation_rules")
    assert queries.in_force().number == 2
    assert "Que fera votre service ?" in page(Client())
    assert OrientationVersion.objects.get().reason == "Question plus claire."


NEWER = (
    TEXT
    + """
[[rules]]
id = "newer-region"
topic = "note"
when = [{ regions = ["99"] }]
says = "La région nouvelle vous accompagne."
because = "Elle vient de naître."
sources = ["etapes"]
"""
)


def test_a_text_may_name_the_regions_of_the_nomenclature_in_force() -> None:
    assert published(source=NEWER).status_code == 422  # nobody heard of that one
    load_regions('{"code": "84", "display": "Auvergne"}, {"code": "99", "display": "Nouvelle"}')
    assert published(source=NEWER)["Location"] == reverse("orientation_rules")
    assert any(rule.id == "newer-region" for rule in queries.in_force().book.rules)
    load_regions('{"code": "84", "display": "Auvergne"}')
    queries._read.cache_clear()
    assert queries.in_force().number == 2  # withdrawn since: what was published is still read


def load_regions(codes: str) -> None:
    data = f'{{"resourceType": "CodeSystem", "name": "TRE_R30_RegionOM", "concept": [{codes}]}}'
    reference.import_nomenclature(data.encode(), source_name="regions.json", by=None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("rien", "pas du TOML"),
        (
            TEXT.replace('when = [{ format = ["fhir"] }]', 'when = [{ format = ["fhir"], need = ["write"] }]'),
            "reste sans réponse",
        ),
    ],
)
def test_a_text_with_a_hole_is_refused_and_kept_on_screen(text: str, sentence: str) -> None:
    response = published(source=text)
    assert response.status_code == 422
    html = response.content.decode()
    assert sentence in html
    assert "Question plus claire." in html
    assert not OrientationVersion.objects.exists()


def test_publication_is_for_those_who_may() -> None:
    assert proved(AgentFactory()).get(reverse("orientation_publish")).status_code == 403
    with pytest.raises(NotPermitted):
        operations.publish(TEXT, reason="x", by=AgentFactory())
