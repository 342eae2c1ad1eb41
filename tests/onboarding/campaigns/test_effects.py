"""What follows the moves: mails without secret, one attestation however often the effect runs."""

import uuid
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from onboarding.campaigns import effects
from onboarding.campaigns import operations as campaigns
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument
from portal.mail.models import OutgoingEmail
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery
from tests.factories.campaigns import (
    CONNECTION,
    CampaignFactory,
    PlatformFactory,
    ResultFactory,
    RightFactory,
    RunFactory,
    TestCertificateFactory,
)
from tests.factories.establishments import agent, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def verifier() -> User:
    return agent(StaffRole.TEST_VERIFIER)


def run_twice(name: str) -> None:
    message = OutboxMessage.objects.get(effect=f"onboarding.campaigns.{name}")
    for _ in range(2):
        delivery = Delivery(str(message.pk), str(message.event_id), message.event_at)
        getattr(effects, name)(delivery, **message.arguments)


def test_opening_writes_the_connection_data_once(verifier: User, now: datetime) -> None:
    right = RightFactory()
    TestCertificateFactory(service=right.service)
    representative = member(right.holder)
    made = campaigns.open_campaign(right, platform=PlatformFactory(), by=verifier, at=now, **CONNECTION)
    run_twice("announce_opening")
    mail = OutgoingEmail.objects.get()
    assert mail.to == [representative.email]
    assert mail.subject == f"Tests ouverts : {right.service_name} ({made.reference})"
    assert all(value in mail.text and value in mail.html for value in CONNECTION.values())
    assert f"/tests/{made.reference}/" in mail.text
    assert "aucun secret" in mail.text


def test_redo_writes_what_was_asked_even_after_a_new_declaration(verifier: User) -> None:
    campaign = CampaignFactory(declared=True)
    ResultFactory(run=RunFactory(campaign=campaign, number=1), number=1)
    representative = member(campaign.grant.holder)
    campaigns.ask_redo(campaign, redo="Reprenez <la> lecture", by=verifier)
    campaigns.declare_end(campaign, by=representative)
    run_twice("announce_redo")
    mail = OutgoingEmail.objects.get()
    assert "Reprenez <la> lecture" in mail.text
    assert "Reprenez &lt;la&gt; lecture" in mail.html


def test_verification_attests_and_sends_the_attestation_once(verifier: User, now: datetime) -> None:
    campaign = CampaignFactory(declared=True, tested_version="3.2")
    member(campaign.grant.holder)
    run = RunFactory(campaign=campaign, number=1)
    ResultFactory(run=run, number=1)
    ResultFactory(run=run, number=2, failed=True, accepted=True)
    campaigns.accept_conforming(campaign, by=verifier, at=now)
    campaigns.verify(campaign, by=verifier, at=now)
    run_twice("attest")
    document, mail = StoredDocument.objects.get(), OutgoingEmail.objects.get()
    assert (document.kind, document.subject_reference) == (Kind.TEST_ATTESTATION, campaign.reference)
    assert (document.owner, document.service) == (campaign.grant.holder, campaign.grant.service)
    assert document.content.startswith(b"%PDF-")
    assert mail.attachments.get().name == document.file_name
    assert mail.subject == f"Tests validés : {campaign.grant.service_name} ({campaign.reference})"


def test_the_attestation_of_a_right_withdrawn_since_says_so_to_whoever_verifies(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.documents.printing.render", lambda html, **more: b"%PDF-1.7")
    campaign = CampaignFactory(verified=True)
    effects.attest(Delivery(str(uuid.uuid4()), str(uuid.uuid4()), now), campaign_id=campaign.pk)
    made = StoredDocument.objects.get(kind=Kind.TEST_ATTESTATION)
    address = reverse("document_check", args=[made.verification_code])
    assert "Ce document existe et il est valide" in Client().get(address).text
    campaign.grant.state = "withdrawn"
    campaign.grant.save()
    told = Client().get(address).text
    assert f"L’habilitation {campaign.grant} a été retirée" in told
    assert "il est valide" not in told
