"""What is made sure of, in the transaction that opens a candidacy."""

from onboarding.candidacies.queries import openings
from portal.lifecycle.errors import Refused
from portal.parties.models import DigitalService


def refuse_ending(service: DigitalService) -> None:
    """Raises Refused once the end of the service is accepted. Its row is held: no end is accepted meanwhile."""
    if sentence := openings.ending(DigitalService.objects.select_for_update().get(pk=service.pk)):
        raise Refused(sentence)
