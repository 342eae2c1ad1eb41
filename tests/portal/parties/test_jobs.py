"""Invitations: both sides are told before the link expires, and once it has."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as sent

from portal.outbox import operations as outbox
from portal.parties import jobs, operations
from portal.parties.models import Invitation
from tests.factories.parties import NOW, InvitationFactory

pytestmark = pytest.mark.django_db
LATER = datetime(2100, 1, 1, tzinfo=UTC)
LIFE = timedelta(hours=72)


def delivered() -> dict[str, Any]:
    """The mails that left, by recipient."""
    while outbox.deliver_due(LATER):
        pass
    found = {one.to[0]: one for one in sent.outbox}
    sent.outbox.clear()
    return found


def invited() -> Invitation:
    return InvitationFactory(legal_entity__name="Lits & Cie")


def test_both_sides_are_told_once_that_an_invitation_is_about_to_expire() -> None:
    invitation = invited()
    assert jobs.remind_invitations(NOW + LIFE - timedelta(hours=25)) == 0
    soon = NOW + LIFE - timedelta(hours=24)
    assert [jobs.remind_invitations(soon), jobs.remind_invitations(soon)] == [1, 0]
    told = delivered()
    assert set(told) == {invitation.email, invitation.invited_by.email}
    assert told[invitation.email].subject == "Invitation bientôt expirée : Lits & Cie"
    assert "/invitations/lien/" in told[invitation.email].body
    assert "/invitations/lien/" not in told[invitation.invited_by.email].body  # only the invited person holds the link
    assert told[invitation.invited_by.email].subject.startswith("Invitation sans réponse")


def test_both_sides_are_told_once_that_an_invitation_has_expired() -> None:
    invitation = invited()
    late = NOW + LIFE
    assert jobs.lapse_invitations(late - timedelta(seconds=1)) == 0
    assert [jobs.lapse_invitations(late), jobs.lapse_invitations(late)] == [1, 0]
    told = delivered()
    assert set(told) == {invitation.email, invitation.invited_by.email}
    assert "demandez à" in told[invitation.email].body


def test_an_invitation_sent_again_is_told_again() -> None:
    invitation = invited()
    jobs.lapse_invitations(NOW + LIFE)
    operations.resend_invitation(invitation, by=invitation.invited_by, at=NOW + LIFE)
    assert jobs.lapse_invitations(NOW + 2 * LIFE) == 1


def test_nothing_is_told_of_an_invitation_answered_meanwhile() -> None:
    invitation = invited()
    jobs.remind_invitations(NOW + LIFE - timedelta(hours=1))
    operations.withdraw_invitation(invitation, by=invitation.invited_by, at=NOW + LIFE - timedelta(minutes=50))
    assert delivered() == {}
    assert jobs.lapse_invitations(NOW + LIFE) == 0


def test_representatives_are_told_when_who_invited_has_left() -> None:
    invitation = invited()
    invitation.invited_by.memberships.update(until=NOW)
    from tests.factories.parties import member

    boss = member(invitation.legal_entity)
    jobs.lapse_invitations(NOW + LIFE)
    assert set(delivered()) == {invitation.email, boss.email}
