"""Pages of certificates: who sees what, what is kept of a refusal, what the verdict says."""

import re
from base64 import encodebytes
from collections.abc import Iterator

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import Certificate, NameHolding
from portal.parties.models import DigitalService, ServiceKind
from portal.parties.roles import MembershipRole
from portal.web.models import Submission
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.certificates import (
    AT,
    CertificateFactory,
    crafted,
    issued,
    named,
    rsa_key,
    trusting,
    unit,
    vendor_service,
)
from tests.factories.parties import DigitalServiceFactory, LegalEntityFactory, member

pytestmark = pytest.mark.django_db
KEY = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(autouse=True)
def _stage() -> Iterator[None]:
    with time_machine.travel(AT, tick=True):
        trusting()
        yield


@pytest.fixture
def service() -> DigitalService:
    return vendor_service()


def address(service: DigitalService, environment: str = "production") -> str:
    return reverse("certificate_declare", args=[service.reference, environment])


def text_of(response: object) -> str:
    return re.sub(r"\s+", " ", response.content.decode())  # type: ignore[attr-defined]


def test_declaring_leads_to_the_verdict(service: DigitalService) -> None:
    client = entered(member(service.owner))
    assert client.get(address(service)).status_code == 200
    answer = client.post(address(service), {"pasted": issued().decode()}, follow=True)
    held = Certificate.objects.get()
    assert answer.redirect_chain == [(reverse("certificate", args=[held.reference]), 302)]
    page = text_of(answer)
    assert "Ce certificat convient." in page
    assert held.subject in page
    assert held.fingerprint in page
    assert "Rien pour l’instant" in page


def test_declaring_a_file_in_der_for_the_sandbox(service: DigitalService) -> None:
    upload = SimpleUploadedFile("ror.cer", crafted(hierarchy=Hierarchy.TEST))
    answer = entered(member(service.owner)).post(address(service, "bac-a-sable"), {"file": upload})
    assert answer.status_code == 302
    assert Certificate.objects.get().environment == Environment.SANDBOX


def test_refusal_shows_the_checks_and_keeps_what_was_pasted(service: DigitalService) -> None:
    pasted = issued(Hierarchy.TEST).decode()
    answer = entered(member(service.owner)).post(address(service), {"pasted": pasted})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Ce certificat n’a pas été déclaré" in page
    assert "Le certificat vient de la hiérarchie IGC-Santé TEST (autorités de démonstration)" in page
    assert pasted.splitlines()[1] in page
    assert not Certificate.objects.exists()
    assert not NameHolding.objects.exists()


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        ("", "Aucun certificat n’a été fourni."),
        ("   ", "Aucun certificat n’a été fourni."),
        ("bonjour", "Ceci n’est pas un certificat."),
        ("-----BEGIN CERTIFICATE-----\nMIII\n-----END CERTIFICATE-----", "illisible"),
        ("x" * 40_000, "32768 caractères"),
    ],
)
def test_unusable_deposit_is_told_on_the_page(service: DigitalService, pasted: str, sentence: str) -> None:
    answer = entered(member(service.owner)).post(address(service), {"pasted": pasted})
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_text_and_file_together_are_refused(service: DigitalService) -> None:
    sent = {"pasted": issued().decode(), "file": SimpleUploadedFile("a.pem", issued())}
    answer = entered(member(service.owner)).post(address(service), sent)
    assert "pas les deux" in answer.content.decode()


def test_empty_file_is_refused(service: DigitalService) -> None:
    answer = entered(member(service.owner)).post(address(service), {"file": SimpleUploadedFile("a.pem", b"")})
    assert answer.status_code == 200
    assert "Aucun certificat" in answer.content.decode()


@pytest.mark.parametrize("way", ["pasted", "file", "pasted too long"])
def test_private_key_is_sent_back_nowhere_and_kept_nowhere(
    service: DigitalService, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    sent = {
        "pasted": {"pasted": f"{issued().decode()}{KEY}"},
        "file": {"file": SimpleUploadedFile("cle.key", KEY.encode())},
        "pasted too long": {"pasted": KEY + "x" * 40_000},
    }[way]
    answer = entered(member(service.owner)).post(address(service), sent)
    page, secret = answer.content.decode(), KEY.splitlines()[5]
    assert answer.status_code == 200
    assert "révoquez ce certificat" in page
    assert "Rien de ce que vous avez envoyé n’a été conservé." in page
    assert secret not in page
    assert secret not in caplog.text
    assert secret not in everything_stored()
    assert not Certificate.objects.exists()


def everything_stored() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        rows: list[str] = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [str(row) for row in cursor.fetchall()]
    return "\n".join(rows)


def test_same_form_sent_twice_declares_once(service: DigitalService) -> None:
    client = entered(member(service.owner))
    sent = {"pasted": issued().decode(), "cle_envoi": "3e6f6a3e-9c55-4c0c-8e0e-9f4a1f5f2c11"}
    first, second = client.post(address(service), sent), client.post(address(service), sent)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Certificate.objects.count() == Submission.objects.count() == 1


def test_name_of_another_vendor_is_refused_without_naming_it(service: DigitalService) -> None:
    client = entered(member(service.owner))
    client.post(address(service), {"pasted": issued().decode()})
    rival = DigitalServiceFactory(
        owner=LegalEntityFactory(siren="", finess_ej="350000022", siret="18751275100020", name="Rival")
    )
    page = entered(member(rival.owner)).post(address(rival), {"pasted": issued().decode()}).content.decode()
    assert "déjà rattaché à un autre service" in page
    assert service.owner.name not in page
    assert service.reference not in page


def test_client_of_a_proprietary_service_is_asked_and_checked() -> None:
    service = vendor_service(kind=ServiceKind.PROPRIETARY)
    client = entered(member(service.owner))
    sent = {"pasted": pem(unit("1350054680")), "client_label": "CH de Vitré"}
    assert "ni l’un ni l’autre" in client.post(address(service), sent).content.decode()
    assert (
        "ni un FINESS valide" in client.post(address(service), sent | {"client_number": "350054681"}).content.decode()
    )
    assert client.post(address(service), sent | {"client_number": "35 005 468 0"}).status_code == 302
    assert Certificate.objects.get().client_number == "350054680"


def test_client_is_not_asked_of_a_saas_service(service: DigitalService) -> None:
    assert "client_label" not in entered(member(service.owner)).get(address(service)).content.decode()


def pem(name: object) -> str:
    body = encodebytes(crafted(name=name)).decode()  # type: ignore[arg-type]
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"


def test_hostile_name_is_shown_escaped() -> None:
    held = CertificateFactory(subject="CN=<script>alert(1)</script>\\E2\\80\\AE,C=FR")
    page = entered(member(held.service.owner)).get(reverse("certificate", args=[held.reference])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_hostile_name_in_a_refusal_is_shown_escaped(service: DigitalService) -> None:
    hostile = named((NameOID.ORGANIZATIONAL_UNIT_NAME, "<img src=x>\u202e"), (NameOID.COMMON_NAME, "x"))
    page = entered(member(service.owner)).post(address(service), {"pasted": pem(hostile)}).content.decode()
    assert "&lt;img src=x&gt;\\u{202E}" in page
    assert "\u202e" not in page


@pytest.mark.parametrize("name", ["certificate", "certificate_file", "certificate_retire"])
def test_pages_of_a_certificate_exist_for_its_vendor_and_for_agents_only(name: str) -> None:
    held = CertificateFactory()
    url = reverse(name, args=[held.reference])
    assert entered(member(held.service.owner)).get(url).status_code == 200
    assert entered(AgentFactory()).get(url).status_code == (403 if name == "certificate_retire" else 200)
    assert entered(member(LegalEntityFactory())).get(url).status_code == 404
    assert entered(PersonFactory()).get(url).status_code == 404
    assert entered(member(held.service.owner)).get(reverse(name, args=["CE-2026-9999"])).status_code == 404


def test_declaring_for_another_vendor_is_a_page_that_does_not_exist(service: DigitalService) -> None:
    stranger = entered(member(LegalEntityFactory()))
    for answer in (stranger.get(address(service)), stranger.post(address(service), {"pasted": issued().decode()})):
        assert answer.status_code == 404
    assert entered(member(service.owner)).get(address(service, "ailleurs")).status_code == 404


@pytest.mark.parametrize("role", [MembershipRole.READER, MembershipRole.CONTRIBUTOR])
def test_declaring_without_the_role_is_forbidden(service: DigitalService, role: MembershipRole) -> None:
    client = entered(member(service.owner, role))
    assert client.get(address(service)).status_code == 403
    assert client.post(address(service), {"pasted": issued().decode()}).status_code == 403
    assert entered(AgentFactory()).get(address(service)).status_code == 403


def test_anonymous_is_sent_to_the_door(client: object, service: DigitalService) -> None:
    held = CertificateFactory()
    for url in (address(service), reverse("certificate", args=[held.reference])):
        assert client.get(url).status_code == 302  # type: ignore[attr-defined]


def test_file_is_the_public_certificate() -> None:
    held = CertificateFactory()
    answer = entered(AgentFactory()).get(reverse("certificate_file", args=[held.reference]))
    assert answer.content.decode() == held.pem
    assert answer["Content-Disposition"] == f'attachment; filename="{held.reference}.pem"'


def test_retiring_asks_then_tells(service: DigitalService) -> None:
    held = CertificateFactory(service=service)
    client = entered(member(service.owner))
    url = reverse("certificate_retire", args=[held.reference])
    assert "ne peut plus être déclaré" in client.get(url).content.decode()
    page = text_of(client.post(url, follow=True))
    assert "Ce certificat a été retiré" in page
    assert client.post(url).status_code == 409


def test_expired_certificate_says_so_today(service: DigitalService) -> None:
    held = CertificateFactory(service=service)
    entered(member(service.owner)).post(address(service), {"pasted": issued().decode()})
    real = Certificate.objects.exclude(pk=held.pk).get()
    with time_machine.travel(real.not_after.replace(year=2030)):
        page = text_of(entered(member(service.owner)).get(reverse("certificate", args=[real.reference])))
    assert "Ce certificat ne convient pas : 1 point est à corriger (validité)." in page
    assert "Le certificat a expiré le" in page


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_list(service: DigitalService, count: int) -> None:
    CertificateFactory.create_batch(count, service=service)
    client = entered(member(service.owner))
    client.get(address(service))
    with CaptureQueriesContext(connection) as seen:
        client.get(address(service))
    assert len(seen) == 8, [query["sql"] for query in seen]
