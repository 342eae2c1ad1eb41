"""Pages of a name: which service holds it, and how two persons of the agency free it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.lifecycle.errors import NotPermitted
from portal.lifecycle.registry import may, moves_open_to
from portal.web.access import STAFF, reads, writes
from portal.web.acting import refusals_in
from portal.web.forms import Form

from .. import operations, queries
from ..forms import ReleaseForm
from ..lifecycle import HOLDINGS, HoldingMove
from ..models import NameHolding

CONFLICT = 422
NOT_A_KEEPER = "Seuls la gestion de la liste blanche et la sécurité proposent de libérer un nom."
_DECISIONS: dict[str, tuple[HoldingMove, Callable[..., None]]] = {
    "liberer": (HoldingMove.RELEASE, operations.release),
    "garder": (HoldingMove.KEEP, operations.keep_name),
}


@reads(trace="Consultation du titulaire du nom de {reference}", audience=STAFF)
def name_holding(request: HttpRequest, reference: str) -> HttpResponse:
    """Who holds the name, since when, with which certificates, and what waits for a decision."""
    return render(
        request, "policy/certificates/name_holding.html", _sheet(request, _holding(request, reference), reference)
    )


@writes(audience=STAFF)
def name_release_propose(request: HttpRequest, reference: str) -> HttpResponse:
    """A first person proposes to free the name."""
    found = _holding(request, reference)
    if not may(request.user, HoldingMove.PROPOSE_RELEASE, found):
        raise NotPermitted(NOT_A_KEEPER)
    form = ReleaseForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            operations.propose_release(found, grounds=form.cleaned_data["grounds"], by=request.user)
            messages.success(request, "La libération est proposée : une autre personne en décidera.")
            return redirect("name_holding", reference)
    steps = [*_trail(reference), ("Libérer", "")]
    context = {"holding": found, "reference": reference, "form": form, "breadcrumb": steps}
    return render(request, "policy/certificates/name_release_propose.html", context)


@require_POST
@writes(audience=STAFF)
def name_release_decide(request: HttpRequest, reference: str, decision: str) -> HttpResponse:
    """A second person frees the name, after a fresh proof of identity, or keeps it where it is."""
    if decision not in _DECISIONS:
        raise Http404
    found, (move, operation) = _holding(request, reference), _DECISIONS[decision]
    form = Form(request.POST)
    form.is_valid()
    with refusals_in(form):
        operation(found, by=request.user)
        messages.success(request, f"{HOLDINGS.moves[move].label} : c’est fait.")
        return redirect("name_holding", reference)
    context = _sheet(request, found, reference) | {"form": form}
    return render(request, "policy/certificates/name_holding.html", context, status=CONFLICT)


def _holding(request: HttpRequest, reference: str) -> NameHolding:
    found = queries.bears(reference)
    if found is None or not queries.visible_services(request.user).filter(pk=found.service_id).exists():
        raise Http404
    return found


def _sheet(request: HttpRequest, found: NameHolding, reference: str) -> dict[str, Any]:
    open_moves = moves_open_to(request.user, found)
    certificates = list(found.certificates.order_by("-pk").defer("pem", "checks"))
    declared = list(found.declared_names.order_by("-pk"))
    return {
        "holding": found,
        "reference": reference,
        "subject": (certificates or declared)[0].subject,
        "certificates": certificates,
        "declared": declared,
        "may_propose": HoldingMove.PROPOSE_RELEASE in open_moves,
        "decisions": [
            (word, HOLDINGS.moves[move].label, move == HoldingMove.RELEASE)
            for word, (move, _) in _DECISIONS.items()
            if move in open_moves
        ],
        "breadcrumb": [("Certificats", reverse("certificates")), (f"Nom de {reference}", "")],
    }


def _trail(reference: str) -> list[tuple[str, str]]:
    return [
        ("Certificats", reverse("certificates")),
        (f"Nom de {reference}", reverse("name_holding", args=[reference])),
    ]
