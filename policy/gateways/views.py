"""The page where an overlap of certificates ends: what gateways saw of each, and the act that closes the former."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from policy.whitelist import queries as whitelist
from policy.whitelist.lifecycle import Move
from policy.whitelist.models import WhitelistEntry
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.web.access import STAFF, writes
from portal.web.acting import posted, refusals_in, status_of
from portal.web.forms import Form

from . import operations, queries


@writes(audience=STAFF)
def overlap(request: HttpRequest, reference: str) -> HttpResponse:
    """The certificates of an entry in force, what gateways saw, and the closing of one on that evidence."""
    rows = WhitelistEntry.objects.visible_to(request.user).select_related("grant__service", "grant__holder")
    entry, now = get_object_or_404(rows, reference=reference), timezone.now()
    if request.method == "POST":
        parties.refuse_early(request.user, Move.PROPOSE, entry)
    form = Form(posted(request))
    if form.is_valid():
        with refusals_in(form):
            asked = request.POST.get("certificate", "")
            proposal = operations.propose_closing(entry, asked, by=request.user, at=now)
            messages.success(
                request, f"{proposal.reference} est proposée sans {asked} : une autre personne l’approuve."
            )
            return redirect("entry", proposal.reference)
    context: dict[str, Any] = {
        "entry": entry,
        "rows": queries.rows_of(entry, at=now) if entry.is_in_force else [],
        "gateways": queries.applied(entry.environment, at=now),
        "latest": whitelist.latest_version(entry.environment),
        "may_propose": registry.may(request.user, Move.PROPOSE, entry),
        "form": form,
        "breadcrumb": [
            ("Liste blanche", reverse("whitelist")),
            (entry.reference, reverse("entry", args=[entry.reference])),
            ("Passerelles et renouvellement", ""),
        ],
    }
    return render(request, "policy/gateways/overlap.html", context, status=status_of(form))
