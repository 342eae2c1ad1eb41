"""What follows: receipt and request form printed once with their mail, mails to the right side, once each."""

import json
from datetime import datetime
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from onboarding.candidacies import effects
from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, CandidacyVersion
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument
from portal.mail.models import OutgoingEmail
from portal.outbox.registry import Delivery
from portal.parties import operations as parties
from tests.factories.candidacies import (
    CandidacyFactory,
    FieldCommentFactory,
    MessageFactory,
    fillable,
    representative,
    reviewer,
)
from tests.factories.vendors import EntityClaimFactory

pytestmark = pytest.mark.django_db
MESSAGE = "6f1c1f0a-4b5e-4a66-9f0e-1a8b7f6f0003"


def delivery(now: datetime) -> Delivery:
    return Delivery(MESSAGE, MESSAGE, now)


@pytest.fixture
def deposited(now: datetime) -> CandidacyVersion:
    candidacy = fillable(service__name="Lits & Réanimation <b>", service__owner__mailbox="ror@editeur.fr")
    boss = representative(candidacy)
    EntityClaimFactory(verified=True, claimant=boss, legal_entity=candidacy.service.owner)
    return candidacies.submit(candidacy, by=boss, at=now)


@pytest.mark.slow
def test_a_deposit_gives_one_receipt_one_form_and_one_mail_however_often_it_runs(
    deposited: CandidacyVersion, now: datetime
) -> None:
    for _ in range(2):
        effects.issue_receipt(delivery(now), candidacy_id=deposited.candidacy_id, number=1)
    receipt = StoredDocument.objects.get(kind=Kind.RECEIPT)
    form = StoredDocument.objects.get(kind=Kind.REQUEST_FORM)
    mail = OutgoingEmail.objects.get()
    candidacy = deposited.candidacy
    assert receipt.owner == form.owner == candidacy.service.owner
    assert receipt.subject_reference == mail.subject_reference == candidacy.reference
    assert mail.to == [deposited.deposited_by.email, "ror@editeur.fr", "technique@editeur.fr"]
    assert mail.subject == f"Candidature déposée : Lits & Réanimation <b> ({candidacy.reference})"
    assert deposited.sha256 in mail.text
    assert "03/03/2026, 09:00:00" in mail.text
    assert [bytes(one.data) for one in mail.attachments.all()] == [
        receipt.content,
        StoredDocument.objects.get(kind=Kind.ACKNOWLEDGEMENT).content,
        form.content,
    ]


@pytest.mark.slow
def test_the_form_carries_the_very_bytes_that_the_receipt_identifies(
    deposited: CandidacyVersion, now: datetime
) -> None:
    effects.issue_receipt(delivery(now), candidacy_id=deposited.candidacy_id, number=1)
    with pikepdf.open(BytesIO(StoredDocument.objects.get(kind=Kind.REQUEST_FORM).content)) as pdf:
        (attached,) = pdf.attachments.values()
        assert attached.get_file().read_bytes() == deposited.content.encode()
        assert str(pdf.Root.Lang) == "fr"


def test_the_receipt_says_what_the_law_asks(deposited: CandidacyVersion) -> None:
    context = effects._receipt_context(deposited)
    assert context["verification"].representative == deposited.deposited_by.full_name
    assert context["mentions"].received_utc == "03/03/2026, 09:00:00"
    assert {section.title for section in context["sections"]} >= {"Personne morale", "Finalité", "Charte"}


def test_the_receipt_tells_what_was_deposited_and_not_what_the_service_became(
    deposited: CandidacyVersion, now: datetime
) -> None:
    service = deposited.candidacy.service
    service.name = "Autre nom"
    service.save()
    told = json.dumps(
        [section.lines for section in effects._receipt_context(deposited)["sections"]], ensure_ascii=False
    )
    assert "Lits & Réanimation" in told
    assert "Autre nom" not in told


def test_a_return_tells_the_vendor_each_point(now: datetime) -> None:
    candidacy = CandidacyFactory(returned=True)
    boss = representative(candidacy)
    FieldCommentFactory(candidacy=candidacy, sent=True, text="Quelles unités ?")
    FieldCommentFactory(candidacy=candidacy, text="Encore secret.")
    for _ in range(2):
        effects.announce_return(delivery(now), candidacy_id=candidacy.pk)
    mail = OutgoingEmail.objects.get()
    assert mail.to == [boss.email, "technique@editeur.fr"]
    assert "Précisions sur la finalité (incomplet) : Quelles unités ?" in mail.text
    assert "Encore secret." not in mail.text + mail.html


def test_completeness_is_told_to_the_vendor(now: datetime) -> None:
    candidacy = CandidacyFactory(complete=True)
    boss = representative(candidacy)
    effects.announce_completeness(delivery(now), candidacy_id=candidacy.pk)
    mail = OutgoingEmail.objects.get()
    assert boss.email in mail.to
    assert f"/candidatures/{candidacy.reference}/" in mail.text


def test_a_withdrawal_is_told_to_both_sides(now: datetime) -> None:
    candidacy = CandidacyFactory(under_review=True, state=State.WITHDRAWN)
    boss = representative(candidacy)
    effects.acknowledge_withdrawal(delivery(now), candidacy_id=candidacy.pk)
    assert set(OutgoingEmail.objects.get().to) >= {boss.email, candidacy.reviewer.email}


def written(candidacy: Candidacy, **more: Any) -> int:
    return MessageFactory(candidacy=candidacy, **more).pk


def test_a_message_of_the_agency_reaches_the_vendor(now: datetime) -> None:
    candidacy = CandidacyFactory(submitted=True)
    boss = representative(candidacy)
    effects.announce_message(delivery(now), message_id=written(candidacy, of_agency=True, body="Bonjour <i>."))
    mail = OutgoingEmail.objects.get()
    assert mail.to == [boss.email, "technique@editeur.fr"]
    assert "Bonjour <i>." in mail.text
    assert "Bonjour &lt;i&gt;." in mail.html


def test_a_message_of_the_vendor_reaches_the_reviewer_or_waits_on_the_desk(now: datetime) -> None:
    effects.announce_message(delivery(now), message_id=written(CandidacyFactory(submitted=True)))
    assert not OutgoingEmail.objects.exists()
    agent = reviewer()
    candidacy = CandidacyFactory(under_review=True, reviewer=agent)
    effects.announce_message(delivery(now), message_id=written(candidacy))
    assert OutgoingEmail.objects.get().to == [agent.email]


def test_nothing_more_is_written_to_a_reviewer_to_whom_the_applicant_was_closed(now: datetime) -> None:
    candidacy = CandidacyFactory(under_review=True, reviewer=reviewer())
    boss, closed = representative(candidacy), [candidacy.service.owner_id]
    parties.close_readings([candidacy.reviewer], closed, source="C-1999-0001", at=now)
    effects.announce_message(delivery(now), message_id=written(candidacy))
    effects.announce_assignment(delivery(now), candidacy_id=candidacy.pk, reason="")
    assert not OutgoingEmail.objects.exists()
    effects.acknowledge_withdrawal(delivery(now), candidacy_id=candidacy.pk)
    told = OutgoingEmail.objects.get().to
    assert boss.email in told
    assert candidacy.reviewer.email not in told


@pytest.mark.parametrize("address", ["", "pas une adresse", "é@à.fr", "a@b.fr\nBcc: c@d.fr"])
def test_a_contact_address_that_is_none_stops_no_mail(now: datetime, address: str) -> None:
    candidacy = CandidacyFactory(complete=True, technical_email=address)
    boss = representative(candidacy)
    effects.announce_completeness(delivery(now), candidacy_id=candidacy.pk)
    assert OutgoingEmail.objects.get().to == [boss.email]
