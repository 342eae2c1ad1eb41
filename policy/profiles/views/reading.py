"""Reading the policy: versions and rules in words, a profile in plain French, two profiles side by side."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.lifecycle.registry import may, moves_open_to
from portal.reference import queries as reference
from portal.web.access import reads

from .. import catalogue, choices, forms, matrix, portrait, queries, sheet
from ..catalogue import AccessProfile, FeedingProfile
from ..lifecycle import Move
from ..models import PolicyVersion
from ..rulebook import Rulebook
from .finding import TITLE, trail, version_of


@reads
def policy(request: HttpRequest) -> HttpResponse:
    """The policy in force: what each profile opens, rule by rule."""
    shown = queries.in_force(timezone.now())
    return _sheet(request, shown, queries.rulebook_of(shown), [(TITLE, "")])


@reads
def version(request: HttpRequest, number: str) -> HttpResponse:
    """One version, in force, former, to come, or a draft."""
    found, book = version_of(request, number)
    return _sheet(request, found, book, [*trail(), (f"Version {number}", "")])


def _sheet(
    request: HttpRequest, shown: PolicyVersion | None, book: Rulebook, path: list[tuple[str, str]]
) -> HttpResponse:
    profile = request.GET.get("profil", "")
    if profile and profile not in catalogue.CODES:
        raise Http404
    moves = moves_open_to(request.user, shown) if shown else []
    context = {
        "version": shown,
        "book": book,
        "profile": catalogue.profile(profile) if profile else None,
        "feeding": sheet.profile_lines(book, FeedingProfile),
        "access": sheet.profile_lines(book, AccessProfile),
        "groups": sheet.rule_groups(book, profile),
        "rule_count": len(sheet.rules_of(book, profile)),
        "choices": list(book.choices.values()),
        "cases": portrait.of(book, "1").cases,
        "address": request.path,
        "versions": queries.listed(request.user),
        "moves": moves,
        "may_edit": Move.EDIT in moves,
        "may_import": may(request.user, Move.IMPORT, PolicyVersion()),
        "now": timezone.now(),
        "breadcrumb": path,
    }
    return render(request, "policy/profiles/policy.html", context)


@reads
def source(request: HttpRequest, number: str) -> HttpResponse:
    """The file of a version, as it was imported or written."""
    found, _ = version_of(request, number)
    response = HttpResponse(found.source, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="politique-{found.number}.toml"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@reads
def profile(request: HttpRequest, code: str) -> HttpResponse:
    """A profile in plain French: what it opens, under which condition, what it never opens, for whom."""
    if code not in catalogue.CODES:
        raise Http404
    found, book = _asked(request)
    made, labels = portrait.of(book, code), choices.role_labels(book, reference.labels_of("TRE_R78"))
    context = {
        "version": found,
        "portrait": made,
        "roles": [(role, labels.get(role, "")) for role in made.roles],
        "others": matrix.labels(),
        "address": request.path,
        "breadcrumb": [*trail(), (f"Profil {code}", "")],
    }
    return render(request, "policy/profiles/profile.html", context)


def _asked(request: HttpRequest) -> tuple[PolicyVersion | None, Rulebook]:
    """The version named in the address, else the one in force."""
    if number := request.GET.get("version", ""):
        return version_of(request, number)
    found = queries.in_force(timezone.now())
    return found, queries.rulebook_of(found)


@reads
def comparison(request: HttpRequest) -> HttpResponse:
    """Two profiles side by side, element by element."""
    form = forms.CompareForm(request.GET or None)
    found, book = _asked(request)
    context: dict[str, Any] = {
        "form": form,
        "version": found,
        "breadcrumb": [*trail(), ("Comparer deux profils", "")],
    }
    if form.is_valid():
        pair = [portrait.of(book, form.cleaned_data[name]) for name in ("a", "b")]
        context |= {"pair": pair, "rows": portrait.side_by_side(*pair)}
    return render(request, "policy/profiles/comparison.html", context)
