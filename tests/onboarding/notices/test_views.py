"""Notices and reports on screen: what each side sees, what is public, what the API gives."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from onboarding.notices.models import MalfunctionReport, Notice, NoticeReading
from portal.accounts.roles import StaffRole
from portal.tokens.scopes import Scope
from tests.factories.accounts import AgentFactory, PersonFactory, entered
from tests.factories.notices import drafted, published, reported, window
from tests.factories.parties import DigitalServiceFactory, member
from tests.factories.tokens import bearer

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    """The page's HTML."""
    return str(response.content.decode())


def reviewer() -> Client:
    """The browser of an agent who may publish."""
    return entered(AgentFactory(roles=[StaffRole.REVIEWER]))


def send(client: Client, name: str, *args: Any, **data: Any) -> Any:
    """A form, sent."""
    return client.post(reverse(name, args=args), {**data, "cle_envoi": str(uuid.uuid4())})


def test_the_status_says_what_is_under_way_to_come_and_over() -> None:
    now = timezone.now()
    assert "Aucun incident ni aucune maintenance" in text_of(Client().get(reverse("status")))
    published(**{**window(is_public=True), "starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1)})
    published(
        **{
            **window(is_public=True),
            "title": "Prochaine",
            "starts_at": now + timedelta(days=1),
            "ends_at": now + timedelta(days=2),
        }
    )
    published(
        **window(),
    )
    html = text_of(Client().get(reverse("status")))
    assert "1\u00a0interruption est en cours" in html
    assert "Elles ne changent rien à vos habilitations" in html
    assert html.index("En cours") < html.index("Prochaine")
    assert html.count("Maintenance du serveur d’autorisation") == 1  # the third is not public
    assert "suspen" not in html.lower()


def test_vendors_see_what_concerns_them_and_the_rest_does_not_exist() -> None:
    service, other = DigitalServiceFactory(), DigitalServiceFactory()
    notice = published(audience="services", services=[service.reference], title="Pour un seul")
    draft = drafted(title="Pas encore")
    mine, theirs = entered(member(service.owner)), entered(member(other.owner))
    assert "Pour un seul" in text_of(mine.get(reverse("notices")))
    assert "Aucune annonce pour le moment" in text_of(theirs.get(reverse("notices")))
    assert theirs.get(reverse("notice", args=[notice.reference])).status_code == 404
    assert mine.get(reverse("notice", args=[draft.reference])).status_code == 404
    assert "Pas encore" in text_of(reviewer().get(reverse("notices")))


def test_a_vendor_confirms_his_reading_and_the_agency_sees_who_has_not() -> None:
    service, late = DigitalServiceFactory(), DigitalServiceFactory()
    notice = published(asks_reading=True)
    client = entered(member(service.owner))
    assert "À lire" in text_of(client.get(reverse("notices")))
    assert send(client, "notice_acknowledge", notice.reference).status_code == 302
    assert "lecture confirmée par" in text_of(client.get(reverse("notice", args=[notice.reference])))
    page = text_of(reviewer().get(reverse("notice", args=[notice.reference])))
    assert "1\u00a0organisme n’a pas confirmé sur 2" in page
    assert late.owner.name in page
    assert "1 sur 2" in text_of(reviewer().get(reverse("notices")))


FORM = {
    "kind": "maintenance",
    "title": "Arrêt",
    "body": "Texte.",
    "audience": "all",
    "parts": ["csd"],
    "touched": "production",
}


def test_an_agent_writes_reads_again_and_publishes() -> None:
    DigitalServiceFactory()
    client = reviewer()
    response = send(client, "notice_write", **FORM, starts_at="2026-12-01T20:00", ends_at="2026-12-01T23:00")
    notice = Notice.objects.get()
    assert response["Location"] == reverse("notice", args=[notice.reference])
    assert timezone.localtime(notice.starts_at).hour == 20  # typed in the time of Paris
    shown = text_of(client.get(reverse("notice_publish", args=[notice.reference])))
    assert "1\u00a0organisme recevra un courriel" in shown
    edited = text_of(client.get(reverse("notice_edit", args=[notice.reference])))
    assert 'value="2026-12-01T20:00"' in edited
    assert send(client, "notice_publish", notice.reference).status_code == 302
    assert NoticeReading.objects.count() == 1
    assert send(client, "notice_follow_up", notice.reference, text="").status_code == 422
    assert send(client, "notice_follow_up", notice.reference, text="Décalé.").status_code == 302
    assert send(client, "notice_end", notice.reference).status_code == 302


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"starts_at": "", "ends_at": ""}, "Une maintenance a un début"),
        ({"starts_at": "demain"}, "valide"),
        ({"audience": "services", "services": "n'importe quoi"}, "n’est pas une référence de service"),
        ({"title": ""}, "Renseignez ce champ"),
    ],
)
def test_a_wrong_notice_is_told_and_keeps_what_was_typed(changes: dict[str, str], sentence: str) -> None:
    data = {**FORM, "body": "Un texte tapé.", "starts_at": "2026-12-01T20:00", "ends_at": "2026-12-01T23:00", **changes}
    response = send(reviewer(), "notice_write", **data)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert "Un texte tapé." in text_of(response)
    assert not Notice.objects.exists()


def test_a_vendor_reports_a_malfunction_and_reads_the_answer() -> None:
    service = DigitalServiceFactory(name="Lits directs")
    client, agent = entered(member(service.owner)), reviewer()
    assert "Lits directs" in text_of(client.get(reverse("report_new")))
    data = {
        "service": service.reference,
        "environment": "production",
        "part": "feeding",
        "title": "Erreur",
        "text": "412",
    }
    assert send(client, "report_new", **{**data, "text": ""}).status_code == 422
    response = send(client, "report_new", **data)
    report = MalfunctionReport.objects.get()
    assert response["Location"] == reverse("report", args=[report.reference])
    assert send(agent, "report_take", report.reference).status_code == 302
    assert send(agent, "report_answer", report.reference, text="").status_code == 422
    assert send(agent, "report_answer", report.reference, text="Corrigé.").status_code == 302
    assert "Corrigé." in text_of(client.get(reverse("report", args=[report.reference])))
    assert send(client, "report_answer", report.reference, text="Merci.").status_code == 302
    assert send(client, "report_close", report.reference).status_code == 302
    assert "Clos" in text_of(agent.get(reverse("reports")))


def test_a_vendor_reports_on_any_of_his_services() -> None:
    first = DigitalServiceFactory(name="Un premier service")
    others = [DigitalServiceFactory(name=name, owner=first.owner) for name in ("Un autre", "Zéro papier")]
    client = entered(member(first.owner))
    for service in (first, *others):
        data = {"environment": "production", "part": "feeding", "title": "Erreur", "text": "412"}
        assert send(client, "report_new", service=service.reference, **data).status_code == 302
    assert {report.service_id for report in MalfunctionReport.objects.all()} == {first.pk, *(one.pk for one in others)}


def test_reports_belong_to_their_vendor() -> None:
    report = reported(DigitalServiceFactory())
    stranger = entered(member(DigitalServiceFactory().owner))
    assert stranger.get(reverse("report", args=[report.reference])).status_code == 404
    assert "Aucun signalement" in text_of(stranger.get(reverse("reports")))
    assert entered(PersonFactory()).get(reverse("report_new")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_whatever_their_length(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    service = DigitalServiceFactory()
    client = entered(member(service.owner))
    for _ in range(count):
        published(asks_reading=True)
        reported(service)
    with django_assert_max_num_queries(7):
        client.get(reverse("notices"))
    with django_assert_max_num_queries(7):
        client.get(reverse("reports"))


def test_tools_read_the_published_notices() -> None:
    drafted()
    notice = published(**window())
    assert Client().get(reverse("api_notices")).status_code == 401
    refused = Client().get(reverse("api_notices"), headers=bearer(Scope.GRANTS_READ))
    assert refused.status_code == 403
    answer = Client().get(reverse("api_notices"), headers=bearer(Scope.NOTICES_READ)).json()
    [item] = answer["items"]
    assert (item["reference"], item["kind"], item["environment"]) == (notice.reference, "maintenance", "production")
    assert answer["next"] is None
