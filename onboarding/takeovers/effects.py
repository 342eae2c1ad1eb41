"""The mail that invites a legal representative to take his service back in hand."""

from onboarding.takeovers.models import TakeOverLine
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect


@effect(queue=Queue.MAIL)
def invite_representative(message: Delivery, *, line_id: int) -> None:
    """Tells the representative that the service is in the portal, and how to claim his legal entity."""
    line = TakeOverLine.objects.select_related("grant__service", "grant__holder").get(pk=line_id)
    grant = line.grant
    if grant is None:
        return
    mail.queue(
        "onboarding/takeovers/mails/invitation",
        to=[line.representative],
        context={"service": grant.service, "holder": grant.holder, "grant": grant},
        message=message,
        subject_reference=grant.reference,
    )
