"""Mails to the claimant: one per act, to him alone."""

from collections.abc import Callable
from datetime import datetime

import pytest

from onboarding.vendors import effects
from portal.mail.models import OutgoingEmail
from portal.outbox.registry import Delivery
from tests.factories.vendors import EntityClaimFactory

pytestmark = pytest.mark.django_db
MESSAGE = "6f1c1f0a-4b5e-4a66-9f0e-1a8b7f6f0002"


@pytest.mark.parametrize(
    ("effect", "trait", "subject", "words"),
    [
        (effects.acknowledge_claim, "", "Demande de rattachement reçue : Alpha & Cie", "Vous n’avez rien à faire"),
        (
            effects.announce_verification,
            "verified",
            "Demande de rattachement acceptée : Alpha & Cie",
            "représentant légal",
        ),
        (
            effects.announce_refusal,
            "refused",
            "Demande de rattachement refusée : Alpha & Cie",
            "L’extrait est illisible.",
        ),
    ],
)
def test_the_claimant_receives_one_mail(
    effect: Callable[..., None], trait: str, subject: str, words: str, now: datetime
) -> None:
    claim = EntityClaimFactory(name="Alpha & Cie", **({trait: True} if trait else {}))
    for _ in range(2):
        effect(Delivery(MESSAGE, MESSAGE, now), reference=claim.reference)
    mail = OutgoingEmail.objects.get()
    assert mail.to == [claim.claimant.email]
    assert mail.subject == f"{subject} ({claim.reference})"
    assert words in mail.text
    assert words in mail.html
    assert "&amp;" not in mail.text
