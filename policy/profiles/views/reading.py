"""Pages of the access policy: profiles and rules in words, versions, import and publication."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from portal.lifecycle.errors import NotPermitted
from portal.lifecycle.registry import may, moves_open_to
from portal.web.access import STAFF, reads, writes
from portal.web.acting import refusals_in
from portal.web.forms import Form

from . import catalogue, forms, operations, queries, rulebook_file, sheet
from .catalogue import AccessProfile, FeedingProfile
from .lifecycle import Move
from .models import PolicyVersion

TITLE = "Politique d’accès"


@reads
def policy(request: HttpRequest) -> HttpResponse:
    """The policy in force: what each profile opens, rule by rule."""
    return _sheet(request, queries.in_force(timezone.now()), [(TITLE, "")])


@reads
def version(request: HttpRequest, number: str) -> HttpResponse:
    """One version, in force, former, to come, or a draft."""
    found = get_object_or_404(PolicyVersion.objects.visible_to(request.user), number=number)
    return _sheet(request, found, [(TITLE, reverse("policy")), (f"Version {number}", "")])


def _sheet(request: HttpRequest, shown: PolicyVersion | None, breadcrumb: list[tuple[str, str]]) -> HttpResponse:
    profile = request.GET.get("profil", "")
    if profile and profile not in catalogue.CODES:
        raise Http404
    book = queries.rulebook_of(shown)
    context = {
        "version": shown,
        "book": book,
        "profile": catalogue.profile(profile) if profile else None,
        "feeding": sheet.profile_lines(book, FeedingProfile),
        "access": sheet.profile_lines(book, AccessProfile),
        "rules": sheet.rule_lines(book, profile),
        "address": request.path,
        "versions": queries.listed(request.user),
        "moves": moves_open_to(request.user, shown) if shown else [],
        "may_import": _may_import(request.user),
        "now": timezone.now(),
        "breadcrumb": breadcrumb,
    }
    return render(request, "policy/profiles/policy.html", context)


def _may_import(user: Any) -> bool:
    return may(user, Move.IMPORT, PolicyVersion())


@reads
def source(request: HttpRequest, number: str) -> HttpResponse:
    """The file of a version, as it was imported."""
    found = get_object_or_404(PolicyVersion.objects.visible_to(request.user), number=number)
    response = HttpResponse(found.source, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="politique-{found.pk}.toml"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@writes(audience=STAFF)
def import_policy(request: HttpRequest) -> HttpResponse:
    """A file becomes a draft, to be read over before it is published."""
    if not _may_import(request.user):
        raise NotPermitted("Seul le gestionnaire de la politique d’accès importe une politique.")
    sent = request.method == "POST"
    form = forms.ImportForm(request.POST if sent else None, request.FILES if sent else None)
    if form.is_valid():
        data = form.cleaned_data.get("data") or rulebook_file.SHIPPED.read_bytes()
        with refusals_in(form):
            imported = operations.import_rulebook(data, by=request.user)
            messages.success(
                request, f"La version {imported.number} est importée comme projet : relisez-la, puis publiez-la."
            )
            return redirect("policy_version", imported.number)
    context = {"form": form, "breadcrumb": [(TITLE, reverse("policy")), ("Importer une politique", "")]}
    return render(request, "policy/profiles/import.html", context)


@writes(audience=STAFF, step_up=True)
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """A draft becomes the policy, for ever, from its date."""
    found = get_object_or_404(PolicyVersion.objects.visible_to(request.user), number=number)
    if not may(request.user, Move.PUBLISH, found):
        raise NotPermitted("Seul le gestionnaire de la politique d’accès publie une politique.")
    form = Form(request.POST or None)
    if request.method == "POST":
        with refusals_in(form):
            operations.publish(found, by=request.user)
            messages.success(request, f"La version {number} est publiée.")
            return redirect("policy_version", number)
    context = {
        "version": found,
        "book": queries.rulebook_of(found),
        "form": form,
        "breadcrumb": [
            (TITLE, reverse("policy")),
            (f"Version {number}", reverse("policy_version", args=[number])),
            ("Publier", ""),
        ],
    }
    return render(request, "policy/profiles/publish.html", context)
