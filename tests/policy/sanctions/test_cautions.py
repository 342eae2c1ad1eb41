"""An attestation whose right was suspended, cut down or withdrawn says so to anyone who verifies it."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from policy.grants.models import Grant
from policy.sanctions import operations
from policy.sanctions.extent import Extent, Nature
from policy.whitelist import effects as whitelist
from policy.whitelist import operations as entries
from policy.whitelist.models import WhitelistEntry
from portal.documents.models import StoredDocument
from portal.outbox.operations import deliver_due
from portal.outbox.registry import Delivery
from tests.factories.parties import NOW
from tests.factories.sanctions import FACTS, LATER, in_force, in_production
from tests.factories.whitelist import manager

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unprinted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.documents.printing.render", lambda html, **more: f"%PDF-1.7 {uuid.uuid4()}".encode())


def once() -> Delivery:
    return Delivery(str(uuid.uuid4()), str(uuid.uuid4()), NOW)


def attested() -> tuple[Grant, StoredDocument]:
    """A right in production and the attestation of its entry."""
    grant = in_production()
    whitelist.issue_attestation(once(), entry_id=WhitelistEntry.objects.get(grant=grant).pk)
    return grant, StoredDocument.objects.get(kind="whitelist_attestation")


def verified(document: StoredDocument) -> str:
    return Client().get(reverse("document_check", args=[document.verification_code])).text


def test_the_attestation_of_a_right_that_works_is_valid_and_nothing_more() -> None:
    _, document = attested()
    assert "Ce document existe et il est valide" in verified(document)
    assert "Droit attesté" not in verified(document)


@pytest.mark.parametrize(
    ("nature", "extent", "value", "sentence"),
    [
        (Nature.SUSPENSION, Extent.DIRECTION, "", "est suspendue"),
        (Nature.SUSPENSION, Extent.PROFILE, "B", "est fermée : le profil B"),
        (Nature.WITHDRAWAL, Extent.PROFILE, "B", "est fermée : le profil B"),
        (Nature.WITHDRAWAL, Extent.DIRECTION, "", "a été retirée"),
    ],
)
def test_a_measure_is_told_to_whoever_verifies_without_its_motive(
    nature: Nature, extent: Extent, value: str, sentence: str
) -> None:
    grant, document = attested()
    measure = in_force(grant, nature=nature, extent=extent, value=value)
    deliver_due(LATER, limit=50)
    told = verified(document)
    assert sentence in told
    assert "Ce document existe et il est valide" not in told
    for secret in (measure.reference, FACTS, "abus"):
        assert secret not in told


def test_an_attestation_holds_again_once_the_measure_is_lifted() -> None:
    grant, document = attested()
    measure = in_force(grant)
    operations.propose_lifting(measure, grounds="En règle.", by=manager(), at=LATER)
    operations.lift(measure, by=manager(), at=LATER)
    assert "Ce document existe et il est valide" in verified(document)


def test_an_entry_stopped_alone_is_told_too() -> None:
    grant, document = attested()
    entry = WhitelistEntry.objects.get(grant=grant)
    entries.suspend(entry, grounds="Clé compromise.", by=manager(), at=NOW)
    assert "suspendue" in verified(document)
    assert "compromise" not in verified(document)
