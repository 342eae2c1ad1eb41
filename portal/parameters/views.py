"""The page « Réglages » and the sheet of one setting."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.calendar.deadlines import paris_date, start_of_day
from portal.lifecycle import registry
from portal.lifecycle.errors import NotPermitted
from portal.parameters import catalogue, operations, queries
from portal.web.access import STAFF, reads, writes
from portal.web.acting import refusals_in

from .catalogue import Group, Setting
from .forms import DecisionForm, ValueForm
from .lifecycle import Move
from .models import Parameter

CONFLICT = 422


@reads(audience=STAFF)
def parameters(request: HttpRequest) -> HttpResponse:
    """Every setting by chapter: its value, since when, where it comes from, what waits for approval."""
    found = queries.all_in_force(at=timezone.now())
    chapters = [(group, [one for one in found if one.setting.group == group]) for group in Group]
    context = {
        "chapters": [(group, rows, sum(one.awaits_confirmation for one in rows)) for group, rows in chapters],
        "pending": queries.pending(),
        "breadcrumb": [("Réglages", "")],
    }
    return render(request, "portal/parameters/parameters.html", context)


@reads(audience=STAFF)
def parameter(request: HttpRequest, key: str) -> HttpResponse:
    """One setting: what applies, its history, the proposal that waits."""
    return render(request, "portal/parameters/parameter.html", _sheet(request, _setting(key)))


@writes(audience=STAFF, step_up=True)
def parameter_set(request: HttpRequest, key: str) -> HttpResponse:
    """Give a setting a new value, or propose it when the setting is sensitive."""
    setting = _setting(key)
    move = Move.PROPOSE if setting.sensitive else Move.SET
    if sentence := registry.of(Parameter).refusal(request.user, move, Parameter(key=key)):
        raise NotPermitted(sentence)
    current = queries.value(key, at=timezone.now())
    form = ValueForm(request.POST or None, setting=setting, current=current)
    if form.is_valid():
        with refusals_in(form):
            made = _set(key, form.cleaned_data, by=request.user)
            messages.success(request, f"{made} : {made.shown}, {made.get_state_display().lower()}.")
            return redirect("parameter", key)
    trail = _trail(setting, ("Nouvelle valeur", ""))
    context = {"setting": setting, "form": form, "breadcrumb": trail, "submit": registry.of(Parameter).edge(move).label}
    return render(request, "portal/parameters/parameter_set.html", context)


def _set(key: str, data: dict[str, Any], *, by: Any) -> Parameter:
    day, now = data["effective_date"], timezone.now()
    effective_at = start_of_day(day) if day and day != paris_date(now) else None  # today means now
    return operations.set_value(key, data["value"], by=by, reason=data["reason"], effective_at=effective_at, at=now)


@require_POST
@writes(audience=STAFF, step_up=True)
def parameter_approve(request: HttpRequest, reference: str) -> HttpResponse:
    """A second administrator approves a proposed value."""
    return _decide(request, reference, operations.approve, "est approuvée")


@require_POST
@writes(audience=STAFF)
def parameter_reject(request: HttpRequest, reference: str) -> HttpResponse:
    """An administrator sets a proposed value aside."""
    return _decide(request, reference, operations.reject, "est écartée")


def _decide(request: HttpRequest, reference: str, operation: Any, said: str) -> HttpResponse:
    found = get_object_or_404(Parameter, reference=reference)
    form = DecisionForm(request.POST)
    form.is_valid()
    with refusals_in(form):
        operation(found, by=request.user)
        messages.success(request, f"La proposition {found} {said}.")
        return redirect("parameter", found.key)
    context = _sheet(request, found.setting) | {"form": form}
    return render(request, "portal/parameters/parameter.html", context, status=CONFLICT)


def _setting(key: str) -> Setting:
    if key not in catalogue.SETTINGS:
        raise Http404
    return catalogue.SETTINGS[key]


def _sheet(request: HttpRequest, setting: Setting) -> dict[str, Any]:
    history = queries.history(setting.key)
    proposed = next((value for value in history if value.state == "proposed"), None)
    entry = registry.of(Parameter)
    move = Move.PROPOSE if setting.sensitive else Move.SET
    return {
        "one": queries.in_force(setting.key, at=timezone.now()),
        "history": history,
        "proposed": proposed,
        "may_set": entry.refusal(request.user, move, Parameter(key=setting.key)) is None,
        "moves": registry.moves_open_to(request.user, proposed) if proposed else [],
        "breadcrumb": _trail(setting),
    }


def _trail(setting: Setting, *steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Réglages", reverse("parameters")), (setting.label, reverse("parameter", args=[setting.key])), *steps]
