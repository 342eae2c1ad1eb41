"""The mail of an invitation: once, with a link that works, never for an invitation already used."""

from datetime import datetime

import pytest
from django.conf import settings

from portal.mail.models import OutgoingEmail
from portal.outbox.registry import Delivery
from portal.parties import effects, queries
from portal.parties.lifecycle import InvitationState
from tests.factories.parties import InvitationFactory

pytestmark = pytest.mark.django_db
MESSAGE = "6f1c1f0a-4b5e-4a66-9f0e-1a8b7f6f0001"


def send(reference: str, now: datetime) -> None:
    effects.send_invitation(Delivery(MESSAGE, MESSAGE, now), reference=reference)


def test_the_invited_person_receives_one_mail_with_the_link(now: datetime) -> None:
    invitation = InvitationFactory(legal_entity__name="Lits & Cie")
    send(invitation.reference, now)
    send(invitation.reference, now)
    mail = OutgoingEmail.objects.get()
    link = f"{settings.PUBLIC_URL}/invitations/lien/{queries.token_of(invitation)}/"
    assert mail.to == [invitation.email]
    assert mail.subject == "Invitation à rejoindre Lits & Cie sur le portail ROR"
    assert link in mail.text
    assert link in mail.html
    assert "vendredi 6 mars 2026, 10 h" in mail.text.replace("\u00a0", " ")


def test_nothing_leaves_for_an_invitation_already_withdrawn(now: datetime) -> None:
    invitation = InvitationFactory(state=InvitationState.WITHDRAWN)
    send(invitation.reference, now)
    assert not OutgoingEmail.objects.exists()
