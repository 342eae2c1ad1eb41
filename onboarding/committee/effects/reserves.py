"""What the holder is told of a reservation: its deadline that comes, and that it is lifted."""

from django.urls import reverse

from onboarding.committee.models import Reservation
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.parties import queries as parties


@effect(queue=Queue.MAIL)
def remind_reservation(message: Delivery, *, reservation: str) -> None:
    """The deadline of a reservation comes: what is expected, and what stays closed meanwhile."""
    _write("onboarding/committee/mails/reservation_due", message, reservation)


@effect(queue=Queue.MAIL)
def announce_lifting(message: Delivery, *, reservation: str) -> None:
    """A reservation is lifted: what it blocked is open."""
    _write("onboarding/committee/mails/reservation_lifted", message, reservation)


def _write(template: str, message: Delivery, reference: str) -> None:
    row = Reservation.objects.select_related("decision__item__candidacy__service__owner").get(reference=reference)
    candidacy = row.decision.item.candidacy
    mail.queue(
        template,
        to=parties.reachable_addresses(candidacy.service.owner),
        context={
            "reservation": row,
            "candidacy": candidacy,
            "holder": candidacy.service.owner,
            "path": reverse("decision", args=[row.decision.reference]),
        },
        message=message,
        subject_reference=candidacy.reference,
    )
