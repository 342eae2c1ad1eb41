"""What follows a commit: mails to who claims an entity, or asks to join one."""

from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.parties import queries as parties

from . import queries
from .models import EntityClaim, JoinRequest


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


@effect(queue=Queue.MAIL)
def announce_join(message: Delivery, *, reference: str) -> None:
    """Tells the legal representatives of the entity, if the portal knows it, that somebody asks to join."""
    request = JoinRequest.objects.select_related("requester").get(reference=reference)
    entity = queries.known_entity(request)
    if entity is None:
        return
    mail.queue(
        "onboarding/vendors/mails/join_asked",
        to=[person.email for person in parties.legal_representatives(entity)],
        context={"join": request, "entity": entity},
        message=message,
        subject_reference=request.reference,
    )


@effect(queue=Queue.MAIL)
def answer_join(message: Delivery, *, reference: str) -> None:
    """Tells who asked to join what was answered; a refusal names neither the entity nor anybody in it."""
    request = JoinRequest.objects.select_related("requester").get(reference=reference)
    mail.queue(
        f"onboarding/vendors/mails/join_{request.state}",
        to=[request.requester.email],
        context={"join": request, "entity": queries.known_entity(request)},
        message=message,
        subject_reference=request.reference,
    )
