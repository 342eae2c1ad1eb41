"""What the guard of the list holds back, and the key that signs it: each decided by two persons."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.audit.signing import KeyUnavailable, Signer
from portal.lifecycle import registry
from portal.lifecycle.errors import NotPermitted
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in
from portal.web.forms import Form

from .. import operations, queries
from ..forms import GroundsForm
from ..lifecycle import KEYS, LOSSES, KeyMove, KeyState, LossMove
from ..models import ListLoss, SigningKey, WhitelistEntry

CONFLICT = 422
WHITELIST = "Liste blanche"
_LOSS: dict[str, tuple[LossMove, Callable[..., None]]] = {
    "accepter": (LossMove.ACCEPT, operations.accept_loss),
    "ecarter": (LossMove.REFUSE, operations.refuse_loss),
}
_KEY: dict[str, tuple[KeyMove, Callable[..., None]]] = {
    "mettre-en-vigueur": (KeyMove.ENFORCE, operations.enforce_key),
    "ecarter": (KeyMove.REJECT, operations.reject_key),
}


@reads(trace="Consultation de la perte retenue {reference}", audience=STAFF)
def list_loss(request: HttpRequest, reference: str) -> HttpResponse:
    """The entries that the list would have lost, why, and who decides."""
    return render(request, "policy/whitelist/list_loss.html", _loss_sheet(request, _loss(reference)))


@writes(audience=STAFF)
def list_loss_propose(request: HttpRequest, reference: str) -> HttpResponse:
    """A first person proposes to let the entries go, and says why."""
    found = _loss(reference)
    if sentence := registry.of(ListLoss).refusal(request.user, LossMove.PROPOSE, found):
        raise NotPermitted(sentence)
    form = GroundsForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.propose_loss(found, grounds=form.cleaned_data["grounds"], by=request.user)
            messages.success(request, "L’acceptation est proposée : une autre personne en décidera.")
            return redirect("list_loss", reference)
    context = {"loss": found, "form": form, "label": LOSSES.moves[LossMove.PROPOSE].label}
    trail = [*_trail(found.reference, reverse("list_loss", args=[reference])), (context["label"], "")]
    return render(request, "policy/whitelist/list_loss_propose.html", context | {"breadcrumb": trail})


@require_POST
@writes(step_up=True, audience=STAFF)
def list_loss_decide(request: HttpRequest, reference: str, decision: str) -> HttpResponse:
    """Another person lets the entries go, or the proposal is set aside."""
    if decision not in _LOSS:
        raise Http404
    found, (move, operation) = _loss(reference), _LOSS[decision]
    form = Form(request.POST)
    form.is_valid()
    with refusals_in(form):
        operation(found, by=request.user)
        messages.success(request, f"{LOSSES.moves[move].label} : c’est fait.")
        return redirect("list_loss", reference)
    context = _loss_sheet(request, found) | {"form": form}
    return render(request, "policy/whitelist/list_loss.html", context, status=CONFLICT)


@reads(audience=STAFF)
def signing_keys(request: HttpRequest) -> HttpResponse:
    """The key in force, the one installed to follow it, and every change decided by two persons."""
    return render(request, "policy/whitelist/signing_keys.html", _keys_sheet(request))


@writes(step_up=True, audience=STAFF)
def signing_key_propose(request: HttpRequest) -> HttpResponse:
    """A first person proposes to sign with the key installed."""
    if sentence := registry.of(SigningKey).refusal(request.user, KeyMove.PROPOSE, SigningKey()):
        raise NotPermitted(sentence)
    form = GroundsForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            made = operations.propose_key(grounds=form.cleaned_data["grounds"], by=request.user)
            messages.success(request, f"La clé {made.key_id} est proposée : une autre personne la mettra en vigueur.")
            return redirect("signing_keys")
    label = KEYS.moves[KeyMove.PROPOSE].label
    trail = [*_trail("Clé de signature", reverse("signing_keys")), (label, "")]
    context = {"form": form, "label": label, "following": _installed()[1], "breadcrumb": trail}
    return render(request, "policy/whitelist/signing_key_propose.html", context)


@require_POST
@writes(step_up=True, audience=STAFF)
def signing_key_decide(request: HttpRequest, reference: str, decision: str) -> HttpResponse:
    """Another person puts the key in force, or it is set aside."""
    if decision not in _KEY:
        raise Http404
    found, (move, operation) = get_object_or_404(SigningKey, reference=reference), _KEY[decision]
    form = Form(request.POST)
    form.is_valid()
    with refusals_in(form):
        operation(found, by=request.user)
        messages.success(request, f"{KEYS.moves[move].label} : c’est fait.")
        return redirect("signing_keys")
    context = _keys_sheet(request) | {"form": form}
    return render(request, "policy/whitelist/signing_keys.html", context, status=CONFLICT)


def _loss(reference: str) -> ListLoss:
    return get_object_or_404(ListLoss.objects.select_related("proposed_by", "decided_by"), reference=reference)


def _loss_sheet(request: HttpRequest, loss: ListLoss) -> dict[str, Any]:
    seen = WhitelistEntry.objects.visible_to(request.user).filter(reference__in=loss.references)
    known = {entry.reference: entry for entry in seen.select_related("grant__holder").defer("establishments")}
    moves = registry.moves_open_to(request.user, loss)
    return {
        "loss": loss,
        "rows": [(row["reference"], row["reason"], known.get(row["reference"])) for row in loss.entries],
        "may_propose": LossMove.PROPOSE in moves,
        "decisions": [(word, LOSSES.moves[move].label) for word, (move, _) in _LOSS.items() if move in moves],
        "refusal": registry.of(ListLoss).refusal(request.user, LossMove.ACCEPT, loss),
        "breadcrumb": _trail(loss.reference),
    }


def _keys_sheet(request: HttpRequest) -> dict[str, Any]:
    keys = list(SigningKey.objects.select_related("proposed_by", "decided_by").order_by("-proposed_at", "-pk"))
    proposed = next((key for key in keys if key.state == KeyState.PROPOSED), None)
    moves = registry.moves_open_to(request.user, proposed) if proposed else []
    current, following, trouble = _installed()
    return {
        "current": current,
        "following": following,
        "trouble": trouble,
        "keys": keys,
        "proposed": proposed,
        "may_propose": bool(following) and not proposed and registry.may(request.user, KeyMove.PROPOSE, SigningKey()),
        "decisions": [(word, KEYS.moves[move].label) for word, (move, _) in _KEY.items() if move in moves],
        "refusal": registry.of(SigningKey).refusal(request.user, KeyMove.ENFORCE, proposed) if proposed else "",
        "breadcrumb": _trail("Clé de signature"),
    }


def _installed() -> tuple[Signer | None, Signer | None, str]:
    """The key that signs, the one that would follow it, and what keeps either from being read."""
    found: list[Signer | None] = []
    trouble = ""
    for read in (queries.signer, queries.next_signer):
        one = None
        try:
            one = read()
        except KeyUnavailable as error:
            trouble = str(error)
        found.append(one)
    return found[0], found[1], trouble


def _trail(title: str, url: str = "") -> list[tuple[str, str]]:
    return [(WHITELIST, reverse("whitelist")), (title, url)]
