"""What follows an entry: one notice, one attestation, one piece of news, however often the worker tries."""

import uuid
from datetime import datetime, timedelta

import pytest

from policy.grants import operations as grants
from policy.whitelist import effects
from policy.whitelist import operations as whitelist
from portal.accounts.roles import StaffRole
from portal.documents.models import StoredDocument
from portal.mail.models import OutgoingEmail
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery
from portal.parties.roles import MembershipRole
from tests.factories.grants import agent
from tests.factories.parties import member
from tests.factories.whitelist import approved, manager, proposed, ready_grant

pytestmark = pytest.mark.django_db


def delivery(now: datetime) -> Delivery:
    return Delivery(str(uuid.uuid4()), str(uuid.uuid4()), now)


def names() -> list[str]:
    found = OutboxMessage.objects.filter(effect__startswith="policy.whitelist").order_by("effect")
    return [message.effect.rpartition(".")[2] for message in found]


def test_an_immediate_approval_notes_the_notice_and_the_attestation(now: datetime) -> None:
    approved(at=now)
    assert names() == ["issue_attestation", "send_opening_notice"]


def test_the_opening_notice_goes_once_to_those_who_answer_for_the_service(now: datetime) -> None:
    entry = proposed(at=now)
    signer = member(entry.grant.holder)
    technician = member(entry.grant.holder, MembershipRole.TECHNICAL_CONTACT)
    message = delivery(now)
    for _ in range(2):
        effects.send_opening_notice(message, entry_id=entry.pk)
    mail = OutgoingEmail.objects.get(subject_reference=entry.reference)
    assert mail.to == [signer.email, technician.email]
    assert entry.client_id in mail.text
    assert entry.certificates.get().fingerprint in mail.text
    assert "&#x27;" not in mail.text


def test_the_attestation_is_issued_once_and_replaces_the_former(now: datetime) -> None:
    first = approved(at=now)
    message = delivery(now)
    for _ in range(2):
        effects.issue_attestation(message, entry_id=first.pk)
    former = StoredDocument.objects.get(kind="whitelist_attestation")
    assert former.content.startswith(b"%PDF")
    assert (former.owner, former.service) == (first.grant.holder, first.grant.service)
    second = approved(first.grant, at=now)
    effects.issue_attestation(delivery(now), entry_id=second.pk)
    former.refresh_from_db()
    assert (former.state, former.successor.subject_reference) == ("replaced", second.reference)
    mail = OutgoingEmail.objects.get(subject_reference=first.reference)
    assert mail.attachments.get().media_type == "application/pdf"


def test_a_withdrawal_is_told_with_its_grounds_and_revokes_the_attestation(now: datetime) -> None:
    entry = approved(at=now)
    effects.issue_attestation(delivery(now), entry_id=entry.pk)
    whitelist.withdraw(entry, grounds="Service arrêté par l’éditeur", by=manager(), at=now)
    effects.announce_change(delivery(now), entry_id=entry.pk, change="withdrawn")
    assert StoredDocument.objects.get().state == "revoked"
    assert "Service arrêté par l’éditeur" in OutgoingEmail.objects.get(template__endswith="change").text


def test_nothing_is_attested_of_an_entry_stopped_in_between(now: datetime) -> None:
    entry = approved(at=now)
    whitelist.suspend(entry, grounds="Doute", by=manager(), at=now)
    effects.issue_attestation(delivery(now), entry_id=entry.pk)
    assert not StoredDocument.objects.exists()


@pytest.mark.parametrize(("change", "word"), [("suspended", "Suspension"), ("reinstated", "Suspension levée")])
def test_a_change_is_told(now: datetime, change: str, word: str) -> None:
    entry = approved(at=now)
    effects.announce_change(delivery(now), entry_id=entry.pk, change=change)
    assert OutgoingEmail.objects.get().subject.startswith(word)


def test_nothing_is_told_of_an_entry_that_never_opened(now: datetime) -> None:
    entry = proposed(at=now)
    effects.announce_change(delivery(now), entry_id=entry.pk, change="withdrawn")
    assert not OutgoingEmail.objects.exists()


def test_the_attestation_cites_the_decision_that_gave_what_it_attests(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []
    monkeypatch.setattr("portal.documents.printing.render", lambda html, **more: pages.append(html) or b"%PDF-1.7")
    grant = ready_grant(feeding_profiles="A")
    former = approved(grant, at=now)
    later = now + timedelta(days=3)
    grants.amend(
        grant,
        feeding_profiles="AB",
        decision_reference="D-2026-0777",
        by=agent(StaffRole.SECRETARY),
        at=later,
    )
    effects.issue_attestation(delivery(now), entry_id=former.pk)
    effects.issue_attestation(delivery(now), entry_id=approved(grant, at=later).pk)
    assert "D-2026-0777" not in pages[0]
    assert "décision D-2026-0777 (" in pages[1]
    assert "qui modifie celle qui l’a ouverte" in pages[1]
    assert grant.decision_reference in pages[1]
