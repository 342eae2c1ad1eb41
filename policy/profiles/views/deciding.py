"""From a draft to the policy: what stands in the way, what changes, approval by a second person, publication."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from portal.lifecycle.registry import moves_open_to
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in
from portal.web.forms import Form

from .. import forms, matrix, operations, queries
from ..lifecycle import Move
from ..models import PolicyVersion
from .finding import require, trail, version_of


@writes(audience=STAFF)
def findings(request: HttpRequest, number: str) -> HttpResponse:
    """What is to be mended or confirmed in a draft; when nothing stands in the way, it is declared checked."""
    found, _ = version_of(request, number)
    form = Form(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.check(found, by=request.user)
            messages.success(request, "Le projet est vérifié : une autre personne peut l’approuver.")
            return redirect("policy_version", number)
    said = queries.findings_of(found)
    context = {
        "version": found,
        "form": form,
        "blocking": [finding for finding in said if finding.blocking],
        "remarks": [finding for finding in said if not finding.blocking],
        "may_check": Move.CHECK in moves_open_to(request.user, found),
        "breadcrumb": trail(number, ("Vérification", "")),
    }
    return render(request, "policy/profiles/findings.html", context)


@reads
def differences(request: HttpRequest, number: str) -> HttpResponse:
    """What a version changes to another, in sentences and as a coloured matrix."""
    found, book = version_of(request, number)
    asked = request.GET.get("avec", "")
    other = queries.compared_with(found, request.user, asked, now=timezone.now())
    difference = queries.difference_of(other.digest if other else "", found.digest)
    others = [one.number for one in queries.listed(request.user) if one.pk != found.pk]
    asked_for = {"avec": other.number if other else "", **request.GET.dict()}
    form = forms.MatrixForm(asked_for, book=book, versions=others)
    view = replace(form.view(), only_changes=True)
    context = {
        "version": found,
        "other": other,
        "difference": difference,
        "others": others,
        "form": form,
        "view": view,
        "rows": matrix.rows(book, view, difference),
        "profiles": view.profiles,
        "breadcrumb": trail(number, ("Différences", "")),
    }
    return render(request, "policy/profiles/differences.html", context)


@writes(audience=STAFF)
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Take a checked or approved version back to the drawing board."""
    return _decide(request, number, Move.REOPEN, operations.reopen, "reopen", "Le projet est de nouveau en rédaction.")


@writes(audience=STAFF, step_up=True)
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """A second person approves a checked draft."""
    said = f"La version {number} est approuvée : elle peut être publiée."
    return _decide(request, number, Move.APPROVE, operations.approve, "approve", said)


@writes(audience=STAFF, step_up=True)
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """An approved version becomes the policy, for ever, from its date."""
    return _decide(request, number, Move.PUBLISH, operations.publish, "publish", f"La version {number} est publiée.")


def _decide(
    request: HttpRequest, number: str, move: str, act: Callable[..., None], page: str, done: str
) -> HttpResponse:
    """One act on a version, confirmed on its own page that says what it changes."""
    found, book = version_of(request, number)
    require(request.user, move, found)
    form = Form(posted(request))
    if form.is_valid():
        with refusals_in(form):
            act(found, by=request.user)
            messages.success(request, done)
            return redirect("policy_version", number)
    context = {"version": found, "book": book, "form": form, **_stakes(request, found)}
    labels = {"reopen": "Reprendre", "approve": "Approuver", "publish": "Publier"}
    return render(request, f"policy/profiles/{page}.html", {**context, "breadcrumb": trail(number, (labels[page], ""))})


def _stakes(request: HttpRequest, found: PolicyVersion) -> dict[str, Any]:
    """What the version changes to the one in force."""
    other = queries.compared_with(found, request.user, now=timezone.now())
    return {"other": other, "difference": queries.difference_of(other.digest if other else "", found.digest)}
