"""The mails of a campaign: each vendor concerned, with its own certificates and the last day."""

from django.urls import reverse

from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.parties import queries as parties
from portal.parties.models import LegalEntity
from portal.parties.roles import MembershipRole
from portal.web import wording

from . import queries
from .models import Rollover
from .progress import Standing


@effect(queue=Queue.MAIL)
def tell_vendor(message: Delivery, *, rollover_id: int, owner_id: int, is_reminder: bool) -> None:
    """Tells one vendor which of its certificates must be replaced; nothing when none is left to."""
    rollover = Rollover.objects.select_related("anchor", "successor").get(pk=rollover_id)
    owner = LegalEntity.objects.get(pk=owner_id)
    own = [
        one.certificate
        for one in queries.followed(rollover, at=message.event_at)
        if one.standing is Standing.WAITING and one.certificate.service.owner_id == owner_id
    ]
    if not own:
        return
    contacts = owner.memberships.active().filter(role=MembershipRole.TECHNICAL_CONTACT).order_by("pk")
    technical = list(contacts.values_list("user__email", flat=True))
    mail.queue(
        "policy/rollovers/mails/campaign",
        to=list(dict.fromkeys([*parties.reachable_addresses(owner), *technical])),
        context={
            "rollover": rollover,
            "owner": owner,
            "certificates": own,
            "last_day": wording.day(rollover.ends_on),
            "is_reminder": is_reminder,
            "path": reverse("rollover", args=[rollover.reference]),
        },
        message=message,
        subject_reference=rollover.reference,
    )
