"""What follows a commit: the mail that carries an invitation."""

from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect

from . import queries
from .lifecycle import InvitationState
from .models import Invitation


@effect(queue=Queue.MAIL)
def send_invitation(message: Delivery, *, reference: str) -> None:
    """Writes to the invited person, unless the invitation was withdrawn or accepted in the meantime."""
    invitation = Invitation.objects.select_related("legal_entity", "invited_by").get(reference=reference)
    if invitation.state != InvitationState.OPEN:
        return
    context = {"invitation": invitation, "token": queries.token_of(invitation)}
    mail.queue("portal/parties/mails/invitation", to=[invitation.email], context=context, message=message)
