"""How to connect: the calls of each case can be pasted in a shell, carry no secret, and are read by the right people."""

import shlex

import pytest
from django.urls import reverse

from policy.certificates.environments import Environment
from policy.grants import instructions
from policy.grants.direction import Direction
from policy.grants.instructions import Data
from policy.grants.models import ConnectionData
from portal.audit.models import AccessTrace
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, entered
from tests.factories.grants import ConnectionFactory, GrantFactory
from tests.factories.parties import MembershipFactory, member

HEADERS = {"Ror-Role-Metier-Code": "AUTOMATE"}


def data(**more: object) -> Data:
    values = {
        "direction": Direction.CONSUMPTION,
        "client_id": "lits; rm -rf $HOME",
        "token_url": "https://auth.exemple.fr/token?a=1&b=2",
        "api_url": "https://api.exemple.fr/fhir/",
        "needs_certificate": True,
        "headers": HEADERS,
    }
    return Data(**(values | more))  # type: ignore[arg-type]


def words(command: str) -> list[str]:
    return shlex.split(command.replace("\\\n", " "))


def test_a_consumer_asks_a_token_with_its_certificate_then_reads_with_its_headers() -> None:
    token, read = instructions.calls(data())
    assert words(token.command)[3:] == [
        "--cert",
        "certificat.pem",
        "--key",
        "cle.pem",
        "--request",
        "POST",
        "https://auth.exemple.fr/token?a=1&b=2",
        "--data-urlencode",
        "grant_type=client_credentials",
        "--data-urlencode",
        "client_id=lits; rm -rf $HOME",
    ]
    assert "Ror-Role-Metier-Code: AUTOMATE" in words(read.command)
    assert words(read.command)[-1] == "https://api.exemple.fr/fhir/Organization?_count=10"


def test_profile_0_sends_its_secret_from_a_file_and_no_certificate() -> None:
    token, _ = instructions.calls(data(needs_certificate=False))
    assert "client_secret@secret.txt" in words(token.command)
    assert "--cert" not in words(token.command)
    assert any("secret lu une fois" in need for need in instructions.needs(data(needs_certificate=False)))


def test_a_feeding_service_patches_a_location_without_headers() -> None:
    _, write = instructions.calls(data(direction=Direction.FEEDING, headers={}))
    assert "PATCH" in words(write.command)
    assert "Ror-" not in write.command
    assert "identifier=IDNATSTRUCT/CODE-SERVICE" in write.command


@pytest.fixture
def handed() -> ConnectionData:
    return ConnectionFactory(environment=Environment.SANDBOX)


@pytest.mark.django_db
def test_the_page_is_for_those_who_prepare_the_service_and_each_reading_is_traced(handed: ConnectionData) -> None:
    grant = handed.grant
    page = reverse("grant_how_to_connect", args=[grant.reference])
    boss = member(grant.holder, MembershipRole.TECHNICAL_CONTACT)
    answer = entered(boss).get(page)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert handed.client_id in text
    assert "client_credentials" in text
    assert AccessTrace.objects.latest("pk").sentence.startswith("Lecture de la page « Comment se connecter »")
    assert entered(member(grant.holder, MembershipRole.READER)).get(page).status_code == 403
    assert entered(MembershipFactory().user).get(page).status_code == 404
    assert entered(AgentFactory()).get(page).status_code == 200


@pytest.mark.django_db
def test_before_anything_is_handed_over_the_page_says_when_it_will_be() -> None:
    grant = GrantFactory()
    text = entered(member(grant.holder)).get(reverse("grant_how_to_connect", args=[grant.reference])).content.decode()
    assert "pas encore remis" in text
