"""The row of a service is locked first: before its candidacies are opened, decided or ended, and before its rights.

One order for all, so that none waits for another that waits for it.
"""

from collections.abc import Iterable

from onboarding.candidacies.queries import openings
from portal.lifecycle.errors import Refused
from portal.parties.models import DigitalService


def refuse_ending(service: DigitalService, *, carried_on: bool = False) -> None:
    """Raises Refused once the end of the service is accepted, or has come where another organisation carries it on.

    Its row is held: no end is accepted meanwhile.
    """
    held = DigitalService.objects.select_for_update().get(pk=service.pk)
    if sentence := openings.ending(held, carried_on=carried_on):
        raise Refused(sentence)


def hold_services(services: Iterable[int]) -> None:
    """Locks services, by their keys, for who is about to decide on their candidacies: none of them ends meanwhile."""
    rows = DigitalService.objects.select_for_update(no_key=True).filter(pk__in=set(services)).order_by("pk")
    list(rows.values_list("pk", flat=True))
