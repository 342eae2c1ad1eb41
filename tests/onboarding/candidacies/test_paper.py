"""Requests received on paper: registered for their signer, with scan, receipt and invitation; never signed by an agent."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from onboarding.candidacies import effects
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, PaperDeposit
from onboarding.candidacies.operations import paper
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.audit.queries import about, sentences
from portal.lifecycle.errors import NotPermitted, Refused
from portal.outbox.models import OutboxMessage
from portal.parties.models import DigitalService
from tests.factories.accounts import entered
from tests.factories.candidacies import CandidacyFactory, reviewer
from tests.factories.grants import agent
from tests.factories.parties import NOW, DigitalServiceFactory, member

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"


def register(service: DigitalService, by: User, **more: Any) -> Candidacy:
    """A request received four days ago, signed by hand."""
    values = {
        "direction": "feeding",
        "received_date": date(2026, 2, 27),
        "signer": "Jeanne Martin",
        "quality": "gérante",
        "scan_name": "demande.pdf",
        "scan": PDF,
    }
    return paper.register(service, **(values | more), by=by, at=NOW)  # type: ignore[arg-type]


def test_a_paper_request_is_registered_deposited_and_never_signed_by_the_agent() -> None:
    one, service = reviewer(), DigitalServiceFactory()
    candidacy = register(service, one)
    kept = PaperDeposit.objects.get()
    assert (candidacy.state, candidacy.submitted_at, candidacy.opened_by) == (State.SUBMITTED, NOW, one)
    assert (kept.candidacy, kept.registered_by, kept.scan.owner) == (candidacy, one, service.owner)
    version = candidacy.versions.get()
    told = version.data["deposit"]["deposited_by"].replace("\u00a0", " ")
    assert told == (
        "Jeanne Martin, gérante (demande reçue sur papier le vendredi 27 février 2026, signature manuscrite, "
        f"enregistrée pour son compte par {one.full_name})"
    )
    sentence = sentences(about(candidacy.reference))[0].sentence
    assert f"{one} a enregistré, pour le compte de Jeanne Martin, la candidature {candidacy}" in sentence
    asked = sorted(name.rpartition(".")[2] for name in OutboxMessage.objects.values_list("effect", flat=True))
    assert asked == ["invite_to_take_over", "issue_receipt"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"signer": " "}, "signer"),
        ({"quality": ""}, "quality"),
        ({"received_date": NOW.date() + timedelta(days=1)}, "received_date"),
        ({"scan": b"MZ programme"}, "scan"),
        ({"scan": b""}, "scan"),
    ],
)
def test_a_paper_request_without_signer_date_or_scan_is_refused_whole(more, field) -> None:
    with pytest.raises(Refused) as refusal:
        register(DigitalServiceFactory(), reviewer(), **more)
    assert refusal.value.field == field
    assert not Candidacy.objects.exists()


def test_another_one_under_way_or_another_role_refuses_it() -> None:
    running = CandidacyFactory(direction="feeding")
    with pytest.raises(Refused, match="déjà une candidature en cours"):
        register(running.service, reviewer())
    for person in (agent(StaffRole.SECRETARY), member(running.service.owner)):
        with pytest.raises(NotPermitted):
            register(DigitalServiceFactory(), person)


def test_the_invitation_and_the_receipt_name_the_signer() -> None:
    service = DigitalServiceFactory()
    boss = member(service.owner)
    candidacy = register(service, reviewer())
    mail = effects.foreseen("registered", candidacy, paper=candidacy.paper)
    assert boss.email in mail.to
    assert "Jeanne Martin, gérante (signature manuscrite)" in mail.text
    context = effects._receipt_context(candidacy.versions.select_related("candidacy__service__owner").get())
    assert context["content"]["deposit"]["deposited_by"].startswith("Jeanne Martin")
    assert context["verification"] is None or "Jeanne" not in str(context["verification"])


def test_page_registers_and_the_dossier_shows_the_scan_and_the_vendor_finds_it() -> None:
    one, service = reviewer(), DigitalServiceFactory()
    boss = member(service.owner)
    client, address = entered(one), reverse("candidacy_register", args=[service.reference])
    assert address in client.get(reverse("service", args=[service.reference])).content.decode()
    data = {"direction": "feeding", "received_date": "2026-02-27", "signer": "Jeanne Martin", "quality": "gérante"}
    assert client.post(address, data).status_code == 422, "the scan is missing"
    scan = SimpleUploadedFile("demande.pdf", PDF, "application/pdf")
    answer = client.post(address, {**data, "scan": scan})
    candidacy = Candidacy.objects.get()
    assert answer["Location"] == reverse("dossier", args=[candidacy.reference])
    page = client.get(answer["Location"]).content.decode()
    assert "Signée à la main par Jeanne Martin" in page
    assert candidacy.paper.scan.reference in page
    vendor = entered(boss)
    assert vendor.get(reverse("candidacy", args=[candidacy.reference])).status_code == 200
    assert vendor.get(address).status_code == 404
