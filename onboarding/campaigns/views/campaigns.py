"""Pages of campaigns that vendor and agency share: the list, one campaign, importing, declaring the end."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from onboarding.campaigns import access, operations, queries
from onboarding.campaigns.forms import ReportForm, VersionForm
from onboarding.campaigns.lifecycle import Move, State
from onboarding.campaigns.results import Status
from portal.lifecycle import registry
from portal.web.access import reads, writes
from portal.web.acting import refusals_in
from portal.web.lists import by_state

PAGE = 50


@reads
def campaigns(request: HttpRequest) -> HttpResponse:
    """The campaigns that the person may see, filtered by state; what waits for the agency comes first."""
    context = by_state(request, State, queries.listed, size=PAGE) | {"breadcrumb": [("Tests", "")]}
    return render(request, "onboarding/campaigns/campaigns.html", context)


@reads(trace="Consultation de la campagne de tests {reference}")
def campaign(request: HttpRequest, reference: str) -> HttpResponse:
    """One campaign: coverage by priority, scenarios, runs, what may be done."""
    found = access.campaign_of(request.user, reference)
    status = request.GET.get("resultat", "")
    status = status if status in set(Status) else ""
    page = queries.page_of_results(found, status=status, after=_positive(request.GET.get("apres", "")))
    following = {"resultat": status, "apres": page.next_after} if status else {"apres": page.next_after}
    progress = queries.progress(found)
    context = {
        "campaign": found,
        "progress": progress,
        "filters": [(one, progress.counts[one]) for one in Status if progress.counts[one]],
        "status": status,
        "page": page,
        "next_query": urlencode(following) if page.next_after else "",
        "runs": queries.runs_of(found),
        "moves": registry.moves_open_to(request.user, found),
        "breadcrumb": access.trail(found),
    }
    return render(request, "onboarding/campaigns/campaign.html", context)


def _positive(text: str) -> int:
    return min(int(text), access.NUMBER_MAX) if text.isascii() and text.isdigit() and len(text) < 11 else 0


@writes
def report_import(request: HttpRequest, reference: str) -> HttpResponse:
    """Import a session report."""
    found = access.campaign_of(request.user, reference)
    access.refuse_early(request.user, Move.IMPORT_REPORT, found)
    form = ReportForm(request.POST, request.FILES) if request.method == "POST" else ReportForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        with refusals_in(form):
            run = operations.import_report(found, name=file.name, data=file.read(), by=request.user)
            messages.success(request, f"Rapport importé (passage {run.number}) : {run.case_count} scénarios.")
            return redirect("campaign", reference)
    context = {"campaign": found, "form": form, "breadcrumb": access.trail(found, ("Importer un rapport", ""))}
    return render(request, "onboarding/campaigns/report_import.html", context)


@writes
def campaign_declare(request: HttpRequest, reference: str) -> HttpResponse:
    """The vendor declares the end of his tests."""
    found = access.campaign_of(request.user, reference)
    access.refuse_early(request.user, Move.DECLARE_END, found)
    form = VersionForm(request.POST or None, initial={"version": found.version})
    if form.is_valid():
        with refusals_in(form):
            operations.declare_end(found, by=request.user, version=form.cleaned_data["version"])
            messages.success(request, "La fin des tests est déclarée. L’agence vous répond par mail.")
            return redirect("campaign", reference)
    trail = access.trail(found, ("Déclarer la fin des tests", ""))
    context = {"campaign": found, "form": form, "progress": queries.progress(found), "breadcrumb": trail}
    return render(request, "onboarding/campaigns/campaign_declare.html", context)
