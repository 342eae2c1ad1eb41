"""Pages of the authorities that certificates are verified with: who is trusted, since when, who depends on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.lifecycle.errors import NotPermitted
from portal.lifecycle.registry import may, moves_open_to
from portal.web.access import STAFF, reads, writes
from portal.web.acting import refusals_in
from portal.web.forms import Form

from .. import operations, queries
from ..forms import AnchorForm, WithdrawalForm
from ..lifecycle import ANCHORS, AnchorMove
from ..models import TrustAnchor

CONFLICT = 422
NOT_A_TRUSTEE = "Seuls la sécurité et l’administration proposent une autorité ou son retrait."
_DECISIONS: dict[str, tuple[AnchorMove, Callable[..., None]]] = {
    "reconnaitre": (AnchorMove.APPROVE, operations.approve_anchor),
    "ecarter": (AnchorMove.REJECT, operations.reject_anchor),
    "retirer": (AnchorMove.WITHDRAW, operations.withdraw_anchor),
    "garder": (AnchorMove.KEEP, operations.keep_anchor),
}
_SOLEMN = {AnchorMove.APPROVE, AnchorMove.WITHDRAW}


@reads(audience=STAFF)
def trust_anchors(request: HttpRequest) -> HttpResponse:
    """Every authority ever trusted or proposed, and how many certificates depend on each."""
    context = {
        "anchors": queries.anchor_rows(at=timezone.now()),
        "may_propose": may(request.user, AnchorMove.PROPOSE, TrustAnchor()),
        "breadcrumb": [("Autorités de certification", "")],
    }
    return render(request, "policy/certificates/trust_anchors.html", context)


@reads(audience=STAFF)
def trust_anchor(request: HttpRequest, reference: str) -> HttpResponse:
    """One authority: fingerprint, dates, addresses of revocation, who depends on it, what waits for a decision."""
    return render(request, "policy/certificates/trust_anchor.html", _sheet(request, _anchor(reference)))


@writes(audience=STAFF)
def trust_anchor_propose(request: HttpRequest) -> HttpResponse:
    """Somebody in charge proposes an authority."""
    if not may(request.user, AnchorMove.PROPOSE, TrustAnchor()):
        raise NotPermitted(NOT_A_TRUSTEE)
    form = AnchorForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            made = operations.propose_anchor(**form.proposal(), by=request.user)
            messages.success(request, f"L’autorité {made.reference} est proposée : une autre personne en décidera.")
            return redirect("trust_anchor", made.reference)
    context = {"form": form, "breadcrumb": [_list_step(), ("Proposer", "")]}
    return render(request, "policy/certificates/trust_anchor_propose.html", context)


@writes(audience=STAFF)
def trust_anchor_withdrawal(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody in charge proposes to stop trusting an authority."""
    found = _anchor(reference)
    if not may(request.user, AnchorMove.PROPOSE_WITHDRAWAL, found):
        raise NotPermitted(NOT_A_TRUSTEE)
    form = WithdrawalForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            operations.propose_withdrawal(found, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, "Le retrait est proposé : une autre personne en décidera.")
            return redirect("trust_anchor", found.reference)
    context = {
        "anchor": found,
        "dependents": queries.dependents(found, at=timezone.now()).count(),
        "form": form,
        "breadcrumb": [_list_step(), (found.name, reverse("trust_anchor", args=[reference])), ("Retirer", "")],
    }
    return render(request, "policy/certificates/trust_anchor_withdrawal.html", context)


@require_POST
@writes(audience=STAFF)
def trust_anchor_decide(request: HttpRequest, reference: str, decision: str) -> HttpResponse:
    """A second person decides what was proposed; recognising and withdrawing ask for a fresh proof of identity."""
    if decision not in _DECISIONS:
        raise Http404
    found, (move, operation) = _anchor(reference), _DECISIONS[decision]
    form = Form(request.POST)
    form.is_valid()
    with refusals_in(form):
        operation(found, by=request.user)
        label = ANCHORS.moves[move].label.lower()
        messages.success(request, f"{found.name} : {label}, c’est fait.")
        return redirect("trust_anchor", found.reference)
    context = _sheet(request, found) | {"form": form}
    return render(request, "policy/certificates/trust_anchor.html", context, status=CONFLICT)


def _anchor(reference: str) -> TrustAnchor:
    return get_object_or_404(TrustAnchor.objects.select_related("proposed_by", "decided_by"), reference=reference)


def _sheet(request: HttpRequest, found: TrustAnchor) -> dict[str, Any]:
    open_moves = moves_open_to(request.user, found)
    dependents = queries.dependents(found, at=timezone.now())
    return {
        "anchor": found,
        "dependents": dependents.visible_to(request.user)
        .select_related("service__owner")
        .order_by("not_after", "pk")[:100],
        "count": dependents.count(),
        "may_leave": AnchorMove.PROPOSE_WITHDRAWAL in open_moves,
        "decisions": [
            (word, ANCHORS.moves[move].label, move in _SOLEMN)
            for word, (move, _) in _DECISIONS.items()
            if move in open_moves
        ],
        "readings": queries.readings_of(found),
        "breadcrumb": [_list_step(), (found.name, "")],
    }


def _list_step() -> tuple[str, str]:
    return "Autorités de certification", reverse("trust_anchors")
