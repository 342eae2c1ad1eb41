"""Agents' pages of the reference data: the FINESS register, the regions."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from portal.accounts.models import User
from portal.lifecycle import registry
from portal.lifecycle.errors import NotPermitted
from portal.reference import operations, queries
from portal.web.access import STAFF, reads, writes
from portal.web.acting import refusals_in

from .forms import NomenclatureForm, RegionForm, SearchForm
from .lifecycle import NomenclatureMove, RegionMove
from .models import Nomenclature, Region
from .spaces import FeedingRoute

SHEET = ("ars_name", "ars_email", "grades_name", "grades_email", "feeding_route", "route_since_date", "version")


@reads(audience=STAFF)
def register(request: HttpRequest) -> HttpResponse:
    """Search the FINESS register of establishments, page by page."""
    form = SearchForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "region": ""}
    page = queries.search(asked["q"], region=asked["region"], after=request.GET.get("apres", "")[:9])
    context = {
        "form": form,
        "page": page,
        "version": queries.version_in_force(),
        "next_query": urlencode({**asked, "apres": page.next_after}) if page.next_after else "",
        "asked": asked,
        "breadcrumb": [("Registre FINESS", "")],
    }
    return render(request, "portal/reference/register.html", context)


@reads(audience=STAFF)
def regions(request: HttpRequest) -> HttpResponse:
    """The regions, their contacts and how they feed the ROR."""
    context = {
        "regions": queries.regions(),
        "may_describe": registry.may(request.user, RegionMove.DESCRIBE, Region()),
        "breadcrumb": [("Régions", "")],
    }
    return render(request, "portal/reference/regions.html", context)


@writes(audience=STAFF)
def region(request: HttpRequest, code: str) -> HttpResponse:
    """Describe a region."""
    found = get_object_or_404(Region, code=code)
    if sentence := registry.of(Region).refusal(request.user, RegionMove.DESCRIBE, found):
        raise NotPermitted(sentence)
    form = RegionForm(request.POST or None, initial={name: getattr(found, name) for name in SHEET})
    if form.is_valid():
        with refusals_in(form):
            _described(found, form.cleaned_data, by=request.user)
            messages.success(request, f"La fiche de la région {found} est enregistrée.")
            return redirect("regions")
    trail = [("Régions", reverse("regions")), (found.name, "")]
    return render(request, "portal/reference/region.html", {"region": found, "form": form, "breadcrumb": trail})


def _described(found: Region, data: dict[str, Any], *, by: Any) -> None:
    contacts = {name: data[name] for name in ("ars_name", "ars_email", "grades_name", "grades_email")}
    operations.describe_region(
        found,
        by=by,
        version=data["version"],
        feeding_route=FeedingRoute(data["feeding_route"]),
        route_since_date=data["route_since_date"],
        contacts=contacts,
    )


@reads
def nomenclatures(request: HttpRequest) -> HttpResponse:
    """The nomenclatures in force, with their versions."""
    context = {
        "nomenclatures": queries.nomenclatures(),
        "may_import": registry.may(request.user, NomenclatureMove.IMPORT, Nomenclature()),
        "breadcrumb": [("Nomenclatures", "")],
    }
    return render(request, "portal/reference/nomenclatures.html", context)


@reads
def nomenclature(request: HttpRequest, table: str) -> HttpResponse:
    """The codes of a nomenclature in force, and the versions that came before."""
    found = queries.nomenclature(table)
    if found is None:
        raise Http404
    context = {
        "nomenclature": found,
        "concepts": list(found.concepts.all()),
        "versions": queries.nomenclature_versions(table),
        "breadcrumb": [("Nomenclatures", reverse("nomenclatures")), (found.name, "")],
    }
    return render(request, "portal/reference/nomenclature.html", context)


@writes(audience=STAFF)
def nomenclature_import(request: HttpRequest) -> HttpResponse:
    """Load the file of a nomenclature."""
    if sentence := registry.of(Nomenclature).refusal(request.user, NomenclatureMove.IMPORT, Nomenclature()):
        raise NotPermitted(sentence)
    sent = request.method == "POST"
    form = NomenclatureForm(request.POST if sent else None, request.FILES if sent else None)
    if form.is_valid():
        file, person = form.cleaned_data["file"], cast(User, request.user)
        with refusals_in(form):
            loaded = operations.import_nomenclature(file.read(), source_name=file.name, by=person)
            messages.success(request, f"La nomenclature {loaded} est en vigueur.")
            return redirect("nomenclature", loaded.name)
    trail = [("Nomenclatures", reverse("nomenclatures")), ("Charger", "")]
    return render(request, "portal/reference/nomenclature_import.html", {"form": form, "breadcrumb": trail})
