"""Drafting: a file or a former version becomes a draft, edited on the matrix, choice by choice, as a whole."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from portal.lifecycle.registry import moves_open_to
from portal.web.access import STAFF, reads, writes
from portal.web.acting import refusals_in

from .. import catalogue, cell_edit, forms, matrix, openness, operations, queries, rulebook_file, wording
from ..cell_edit import Cell
from ..lifecycle import Move
from ..models import PolicyVersion
from ..rulebook import Rule, Rulebook
from .finding import require, trail, version_of

NOTICE = timedelta(days=30)  # proposed between a new draft and its day


@writes(audience=STAFF)
def import_policy(request: HttpRequest) -> HttpResponse:
    """A file becomes a draft, to be read over before it is published."""
    require(request.user, Move.IMPORT, PolicyVersion())
    sent = request.method == "POST"
    form = forms.ImportForm(request.POST if sent else None, request.FILES if sent else None)
    if form.is_valid():
        data = form.cleaned_data.get("data") or rulebook_file.SHIPPED.read_bytes()
        with refusals_in(form):
            imported = operations.import_rulebook(data, by=request.user)
            messages.success(
                request,
                f"La version {imported.number} est importée comme projet : relisez-la, puis faites-la vérifier.",
            )
            return redirect("policy_version", imported.number)
    context = {"form": form, "breadcrumb": trail("", ("Importer une politique", ""))}
    return render(request, "policy/profiles/import.html", context)


@writes(audience=STAFF)
def new_draft(request: HttpRequest, number: str) -> HttpResponse:
    """A draft that says what a version says, to be changed."""
    found, book = version_of(request, number)
    require(request.user, Move.IMPORT, PolicyVersion())
    wished = max(book.effective_date, timezone.localdate() + NOTICE)
    form = forms.DraftForm(request.POST or None, initial={"effective_on": wished})
    if form.is_valid():
        with refusals_in(form):
            draft = operations.draft_from(found, **form.cleaned_data, by=request.user)
            messages.success(request, f"Le projet de version {draft.number} est ouvert.")
            return redirect("policy_matrix", draft.number)
    context = {"form": form, "version": found, "breadcrumb": trail(number, ("Nouveau projet", ""))}
    return render(request, "policy/profiles/new_draft.html", context)


@writes(audience=STAFF)
def describe(request: HttpRequest, number: str) -> HttpResponse:
    """Title, summary and effective date of a draft."""
    found, book = version_of(request, number)
    require(request.user, Move.EDIT, found)
    given = {
        "title": book.title,
        "summary": book.summary,
        "effective_on": book.effective_date,
        "version": found.version,
    }
    form = forms.SheetForm(request.POST or None, initial=given)
    if form.is_valid():
        data = dict(form.cleaned_data)
        with refusals_in(form):
            operations.describe(found, seen=data.pop("version"), **data, by=request.user)
            messages.success(request, "La fiche du projet est enregistrée.")
            return redirect("policy_version", number)
    context = {"form": form, "version": found, "breadcrumb": trail(number, ("Fiche", ""))}
    return render(request, "policy/profiles/describe.html", context)


@writes(audience=STAFF)
def choice(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Settle a contradiction of the sources: the reading retained changes the rules that hold."""
    found, book = version_of(request, number)
    if code not in book.choices:
        raise Http404
    require(request.user, Move.EDIT, found)
    asked = book.choices[code]
    given = {"option": asked.chosen, "confirmed": asked.confirmed, "version": found.version}
    form = forms.ChoiceForm(request.POST or None, choice=asked, initial=given)
    if form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            operations.settle_choice(
                found, code, data["option"], confirmed=data["confirmed"], seen=data["version"], by=request.user
            )
            messages.success(request, "Le choix est enregistré.")
            return redirect(f"{reverse('policy_version', args=[number])}#choix")
    rules = [(rule.option, rule.id, wording.sentence(book, rule)) for rule in book.all_rules() if rule.choice == code]
    context = {
        "form": form,
        "version": found,
        "choice": asked,
        "rules": [(asked.options[option], identifier, sentence) for option, identifier, sentence in rules],
        "breadcrumb": trail(number, ("Choix", "")),
    }
    return render(request, "policy/profiles/choice.html", context)


@reads
def show_matrix(request: HttpRequest, number: str) -> HttpResponse:
    """The matrix of a version: profiles across, elements down; each cell of a draft leads to its form."""
    found, book = version_of(request, number)
    others = [one.number for one in queries.listed(request.user) if one.pk != found.pk]
    form = forms.MatrixForm(request.GET or None, book=book, versions=others)
    view = form.view()
    number_of = form.cleaned_data.get("avec", "") if form.is_valid() else ""
    other = queries.compared_with(found, request.user, number_of, now=timezone.now()) if number_of else None
    difference = queries.difference_of(other.digest, found.digest) if other else None
    context = {
        "version": found,
        "book": book,
        "form": form,
        "view": view,
        "family": matrix.FAMILIES[view.family],
        "operation": wording.operation(book, view.operation),
        "rows": matrix.rows(book, view, difference),
        "profiles": view.profiles,
        "prohibitions": _prohibitions(book, view),
        "compared": other,
        "may_edit": Move.EDIT in moves_open_to(request.user, found),
        "breadcrumb": trail(number, ("Matrice", "")),
    }
    return render(request, "policy/profiles/matrix.html", context)


def _prohibitions(book: Rulebook, view: matrix.View) -> list[str]:
    """The prohibitions of the whole policy that bear on what is shown."""
    shown = {profile.value for profile in view.profiles}
    general = (rule for rule in book.rules if openness.is_general(book, rule))
    return [
        wording.sentence(book, rule)
        for rule in general
        if view.operation in rule.operations and not shown.isdisjoint(rule.profiles)
    ]


@writes(audience=STAFF)
def cell(request: HttpRequest, number: str, element: str, profile: str) -> HttpResponse:
    """Edit one cell of a draft: what a profile may do to an element, under which conditions."""
    found, book = version_of(request, number)
    if element not in book.elements or profile not in catalogue.CODES:
        raise Http404
    require(request.user, Move.EDIT, found)
    asked = request.GET.get("operation", "")
    form = _cell_form(request, found, book, profile, element, asked if asked in book.operations else "read")
    if form.is_valid():
        with refusals_in(form):
            operations.set_cell(
                found, form.cell(profile, element), form.asked(), seen=form.cleaned_data["version"], by=request.user
            )
            messages.success(request, f"Profil {profile}, « {book.elements[element].label} » : enregistré au projet.")
            family = matrix.FEEDING if profile in "AB" else matrix.ACCESS
            query = urlencode({"operation": form.cleaned_data["operations"][0], "famille": family})
            return redirect(f"{reverse('policy_matrix', args=[number])}?{query}#{element}")
    context = {
        "form": form,
        "version": found,
        "profile": catalogue.profile(profile),
        "element": book.elements[element],
        "breadcrumb": trail(number, ("Matrice", reverse("policy_matrix", args=[number])), ("Cellule", "")),
    }
    return render(request, "policy/profiles/cell.html", context)


def _cell_form(
    request: HttpRequest, found: PolicyVersion, book: Rulebook, profile: str, element: str, operation: str
) -> forms.CellForm:
    """The form with what the cell says now, for every operation that says the same; one condition more is offered."""
    here = openness.of_cell(book, {profile}, operation, element)
    alike = [
        code
        for code in book.operations
        if openness.of_cell(book, {profile}, code, element) == here and _kin(code, operation)
    ]
    rules = list(cell_edit.rules_at(book, Cell(profile, element, frozenset({operation}))))
    alternatives = openness.simplest(tuple(each for rule in rules for each in (rule.when or ((),))))
    written = tuple(each for each in alternatives if each)
    initial: dict[str, Any] = {
        "operations": alike,
        "opening": here.degree.value,
        "version": found.version,
        **_foundation(rules),
        **forms.conditions_of(written),
    }
    return forms.CellForm(request.POST or None, book=book, conditions=len(written) + 1, initial=initial)


def _kin(code: str, operation: str) -> bool:
    """Reading operations go together; writing stands alone."""
    return (code == "patch") == (operation == "patch")


def _foundation(rules: list[Rule]) -> dict[str, str]:
    """Source, article and doubt of the first rule of the cell."""
    if not rules:
        return {}
    return {"source": rules[0].source, "article": rules[0].article, "doubt": rules[0].doubt}
