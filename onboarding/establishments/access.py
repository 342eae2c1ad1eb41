"""Finding what a page of lists is about, and saying no before a form is filled."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from portal.lifecycle import registry
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted
from portal.parties.models import DigitalService

from .models import EstablishmentList, ListLine

RANK_MAX = 2**31 - 1


def service_of(user: Any, reference: str) -> DigitalService:
    """The service of that reference, if this person may see it; otherwise 404."""
    rows = DigitalService.objects.visible_to(user).select_related("owner")
    return get_object_or_404(rows, reference=reference)


def list_of(user: Any, reference: str) -> EstablishmentList:
    """The list of that reference, if this person may see it; otherwise 404."""
    rows = EstablishmentList.objects.visible_to(user).select_related("service__owner", "uploaded_by", "confirmed_by")
    return get_object_or_404(rows, reference=reference)


def line_of(held: EstablishmentList, rank: int) -> ListLine:
    """The line of a visible list; otherwise 404."""
    if rank > RANK_MAX:
        raise Http404
    line = get_object_or_404(ListLine, list=held, rank=rank)
    line.list = held
    return line


def refuse_early(user: Any, move: str, held: EstablishmentList) -> None:
    """Says now what the operation would say on the locked row. Raises NotPermitted or MoveNotAllowed."""
    entry = registry.of(EstablishmentList)
    if sentence := entry.refusal(user, move, held):
        raise NotPermitted(sentence)
    edge = entry.edge(move)
    if not edge.creates and not edge.leaves(held.state):
        raise MoveNotAllowed(
            f"« {edge.label} » n’est plus possible : la liste {held} est remplacée ou déjà en vigueur."
        )
