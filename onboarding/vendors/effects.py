"""What follows a commit: mails to the claimant."""

from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect

from .models import EntityClaim


@effect(queue=Queue.MAIL)
def acknowledge_claim(message: Delivery, *, reference: str) -> None:
    """Tells the claimant that his claim arrived, and what comes next."""
    _write("filed", message, reference)


@effect(queue=Queue.MAIL)
def announce_verification(message: Delivery, *, reference: str) -> None:
    """Tells the claimant that he now represents the entity."""
    _write("verified", message, reference)


@effect(queue=Queue.MAIL)
def announce_refusal(message: Delivery, *, reference: str) -> None:
    """Tells the claimant why his claim was refused."""
    _write("refused", message, reference)


def _write(name: str, message: Delivery, reference: str) -> None:
    claim = EntityClaim.objects.select_related("claimant", "legal_entity").get(reference=reference)
    template = f"onboarding/vendors/mails/{name}"
    mail.queue(template, to=[claim.claimant.email], context={"claim": claim}, message=message)
