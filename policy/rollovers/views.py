"""Pages of the campaigns that follow the change of an authority."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from policy.certificates.models import TrustAnchor
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import NotPermitted
from portal.lifecycle.registry import may, moves_open_to
from portal.web.access import STAFF, reads, writes
from portal.web.acting import refusals_in

from . import operations, progress, queries
from .forms import ExtensionForm, OpeningForm
from .lifecycle import Move
from .models import Rollover

NOT_A_LEADER = "Seules la sécurité, l’administration et la gestion de la liste blanche mènent une campagne."


@reads
def rollovers(request: HttpRequest) -> HttpResponse:
    """The campaigns that concern the person, with how far each has come."""
    now = timezone.now()
    rows = [(row, queries.progress_of(row, at=now)) for row in queries.listed(request.user)]
    context = {"rows": rows, "breadcrumb": [_certificates(), ("Changements d’autorité", "")]}
    return render(request, "policy/rollovers/rollovers.html", context)


@reads(trace="Consultation de la campagne {reference}")
def rollover(request: HttpRequest, reference: str) -> HttpResponse:
    """How far a campaign has come, and who must still act; a vendor sees its own certificates."""
    found, now = _rollover(request, reference), timezone.now()
    followed = queries.followed(found, at=now, user=request.user)
    is_agent = request.user.is_agent  # type: ignore[union-attr]
    context = {
        "rollover": found,
        "followed": followed,
        "progress": progress.of(one.standing for one in followed),
        "late_comers": queries.late_comers(found, at=now).count() if is_agent else 0,
        "moves": moves_open_to(request.user, found),
        "is_agent": is_agent,
        "is_over": found.ends_on < paris_date(now),
        "breadcrumb": [*_steps(), (found.reference, "")],
    }
    return render(request, "policy/rollovers/rollover.html", context)


@writes(audience=STAFF)
def rollover_open(request: HttpRequest, reference: str) -> HttpResponse:
    """Opens the campaign of an authority."""
    anchor = get_object_or_404(TrustAnchor, reference=reference)
    if not may(request.user, Move.OPEN, Rollover(anchor=anchor)):
        raise NotPermitted(NOT_A_LEADER)
    form = OpeningForm(request.POST or None, anchor=anchor)
    if form.is_valid():
        with refusals_in(form):
            made = operations.open_rollover(anchor, **form.cleaned_data, by=request.user)
            messages.success(
                request, f"La campagne {made.reference} est ouverte : les éditeurs concernés sont prévenus."
            )
            return redirect("rollover", made.reference)
    rows = queries.affected(anchor, at=timezone.now())
    context = {
        "anchor": anchor,
        "count": rows.count(),
        "vendors": rows.values("service__owner").distinct().count(),
        "form": form,
        "breadcrumb": [*_steps(), ("Ouvrir", "")],
    }
    return render(request, "policy/rollovers/rollover_open.html", context)


@writes(audience=STAFF)
def rollover_extend(request: HttpRequest, reference: str) -> HttpResponse:
    """Changes the end of the parallel period."""
    found = _rollover(request, reference)
    if not may(request.user, Move.EXTEND, found):
        raise NotPermitted(NOT_A_LEADER)
    form = ExtensionForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            operations.extend(found, **form.cleaned_data, by=request.user)
            messages.success(request, "La fin de la période parallèle est changée.")
            return redirect("rollover", found.reference)
    page = (found.reference, reverse("rollover", args=[reference]))
    context = {"rollover": found, "form": form, "breadcrumb": [*_steps(), page, ("Changer la fin", "")]}
    return render(request, "policy/rollovers/rollover_extend.html", context)


@require_POST
@writes(audience=STAFF)
def rollover_act(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """Reminds those who have something left, or closes the campaign."""
    acts: dict[str, tuple[Any, str]] = {
        "relancer": (operations.remind, "Les éditeurs qui ont encore à faire sont relancés."),
        "clore": (operations.close, "La campagne est close."),
    }
    if act not in acts:
        raise Http404
    found = _rollover(request, reference)
    operation, done = acts[act]
    operation(found, by=request.user)
    messages.success(request, done)
    return redirect("rollover", found.reference)


def _rollover(request: HttpRequest, reference: str) -> Rollover:
    rows = Rollover.objects.visible_to(request.user).select_related("anchor", "successor", "opened_by")
    return get_object_or_404(rows, reference=reference)


def _certificates() -> tuple[str, str]:
    return "Certificats", reverse("certificates")


def _steps() -> list[tuple[str, str]]:
    return [_certificates(), ("Changements d’autorité", reverse("rollovers"))]
