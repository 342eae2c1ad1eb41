"""What follows a commit: the mails about invitations, mailboxes and departures."""

from portal.accounts.models import User
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect

from . import queries
from .lifecycle import InvitationState
from .models import Invitation, LegalEntity


@effect(queue=Queue.MAIL)
def send_invitation(message: Delivery, *, reference: str) -> None:
    """Writes to the invited person, unless the invitation was withdrawn or accepted in the meantime."""
    invitation = Invitation.objects.select_related("legal_entity", "invited_by").get(reference=reference)
    if invitation.state != InvitationState.OPEN:
        return
    context = {"invitation": invitation, "token": queries.token_of(invitation)}
    mail.queue("portal/parties/mails/invitation", to=[invitation.email], context=context, message=message)


@effect(queue=Queue.MAIL)
def remind_invitation(message: Delivery, *, reference: str) -> None:
    """Writes to both sides that an invitation is about to expire, unless it was answered in the meantime."""
    _both_sides("expiring", message, reference)


@effect(queue=Queue.MAIL)
def announce_lapse(message: Delivery, *, reference: str) -> None:
    """Writes to both sides that an invitation has expired, unless it was answered or sent again in the meantime."""
    _both_sides("expired", message, reference)


def _both_sides(name: str, message: Delivery, reference: str) -> None:
    invitation = Invitation.objects.select_related("legal_entity", "invited_by").get(reference=reference)
    if invitation.state != InvitationState.OPEN:
        return
    context = {"invitation": invitation, "token": queries.token_of(invitation)}
    mail.queue(f"portal/parties/mails/{name}", to=[invitation.email], context=context, message=message)
    inviting = queries.members_again(invitation.invited_by, invitation.legal_entity)
    mail.queue(f"portal/parties/mails/{name}_sent", to=inviting, context=context, message=message)


@effect(queue=Queue.MAIL)
def ask_mailbox(message: Delivery, *, reference: str, mailbox: str) -> None:
    """Writes to a generic mailbox, whose reader confirms it; nothing when it changed again in the meantime."""
    entity = LegalEntity.objects.get(reference=reference)
    if entity.mailbox != mailbox or entity.mailbox_verified_at is not None:
        return
    context = {"entity": entity, "token": queries.mailbox_token(entity)}
    mail.queue("portal/parties/mails/mailbox", to=[mailbox], context=context, message=message)


@effect(queue=Queue.MAIL)
def announce_departure(message: Delivery, *, reference: str, user_id: int) -> None:
    """Tells a person that he no longer acts for an entity."""
    context = {"entity": LegalEntity.objects.get(reference=reference), "person": User.objects.get(pk=user_id)}
    mail.queue("portal/parties/mails/departure", to=[context["person"].email], context=context, message=message)
