"""What follows the moves of a right: the news that a secret waits to be read."""

from django.urls import reverse

from policy.certificates.environments import Environment
from portal.mail import operations as mail
from portal.outbox.registry import Delivery, Queue, effect
from portal.parties import queries as parties

from .models import Grant


@effect(queue=Queue.MAIL)
def announce_secret(message: Delivery, *, grant_id: int, environment: str) -> None:
    """Tells the holder that a secret waits to be read on the portal; the secret itself never travels by mail."""
    grant = Grant.objects.select_related("holder", "service").get(pk=grant_id)
    where = Environment(environment)
    mail.queue(
        "policy/grants/mails/secret",
        to=parties.reachable_addresses(grant.holder),
        context={
            "grant": grant,
            "environment": where,
            "path": reverse("grant_secret", args=[grant.reference, where.slug]),
        },
        message=message,
        subject_reference=grant.reference,
    )
