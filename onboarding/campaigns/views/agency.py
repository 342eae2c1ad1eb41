"""Pages of campaigns for the agency: opening, accepting results, answering."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from onboarding.campaigns import access, operations, queries
from onboarding.campaigns.forms import AcceptanceForm, BlankForm, OpeningForm, RedoForm, VersionForm
from onboarding.campaigns.lifecycle import Move
from onboarding.campaigns.models import TestCampaign
from policy.grants.models import Grant
from portal.web.access import STAFF, writes
from portal.web.acting import posted, refusals_in

CONNECTION = ("client_id", "token_url", "api_url", "tested_version")


@writes(audience=STAFF)
def campaign_open(request: HttpRequest, reference: str) -> HttpResponse:
    """Open the tests of a right, and hand over what it takes to connect to the sandbox."""
    grant = access.grant_of(request.user, reference)
    access.refuse_early(request.user, Move.OPEN, TestCampaign(grant=grant))
    form = OpeningForm(request.POST or None, grant=grant)
    if form.is_valid():
        with refusals_in(form):
            made = _opened(grant, form, request)
            messages.success(request, f"La campagne {made} est ouverte ; l’éditeur reçoit ses données de connexion.")
            return redirect("campaign", made.reference)
    context = {
        "grant": grant,
        "form": form,
        "missing": queries.missing_to_open(grant, at=timezone.now()),
        "breadcrumb": [
            ("Tests", reverse("campaigns")),
            (f"Habilitation {grant}", reverse("grant", args=[reference])),
            ("Ouvrir les tests", ""),
        ],
    }
    return render(request, "onboarding/campaigns/campaign_open.html", context)


def _opened(grant: Grant, form: OpeningForm, request: HttpRequest) -> TestCampaign:
    data = form.cleaned_data
    return operations.open_campaign(
        grant,
        platform=form.platforms[data["platform"]],
        headers=form.headers(),
        by=request.user,
        **{name: data[name] for name in CONNECTION},
    )


@require_POST
@writes(audience=STAFF)
def accept_conforming(request: HttpRequest, reference: str) -> HttpResponse:
    """Accept at once every conforming result."""
    found = access.campaign_of(request.user, reference)
    form = BlankForm(request.POST)
    form.is_valid()
    with refusals_in(form):
        accepted = operations.accept_conforming(found, by=request.user)
        messages.success(request, f"Résultats conformes acceptés : {accepted}.")
        return redirect("campaign", reference)
    context = {"campaign": found, "form": form, "breadcrumb": access.trail(found, ("Accepter", ""))}
    return render(request, "onboarding/campaigns/refused.html", context, status=422)


@writes(audience=STAFF)
def result_accept(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Accept one result, with a comment when it does not conform."""
    found = access.campaign_of(request.user, reference)
    result = access.result_of(found, number)
    access.refuse_early(request.user, Move.ACCEPT, found)
    form = AcceptanceForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.accept(result, by=request.user, comment=form.cleaned_data["comment"])
            messages.success(request, f"Le résultat « {result.name} » est accepté.")
            return redirect("campaign", reference)
    trail = access.trail(found, (result.name, ""))
    context = {"campaign": found, "result": result, "form": form, "breadcrumb": trail}
    return render(request, "onboarding/campaigns/result_accept.html", context)


@writes(audience=STAFF)
def campaign_verify(request: HttpRequest, reference: str) -> HttpResponse:
    """Validate the tests."""
    found = access.campaign_of(request.user, reference)
    access.refuse_early(request.user, Move.VERIFY, found)
    form = VersionForm(request.POST or None, initial={"version": found.version})
    if form.is_valid():
        with refusals_in(form):
            operations.verify(found, by=request.user, version=form.cleaned_data["version"])
            messages.success(request, "Les tests sont validés ; l’éditeur reçoit son attestation.")
            return redirect("campaign", reference)
    trail = access.trail(found, ("Valider les tests", ""))
    context = {"campaign": found, "form": form, "progress": queries.progress(found), "breadcrumb": trail}
    return render(request, "onboarding/campaigns/campaign_verify.html", context)


@writes(audience=STAFF)
def campaign_redo(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the tests back, saying what to redo."""
    found = access.campaign_of(request.user, reference)
    access.refuse_early(request.user, Move.ASK_REDO, found)
    initial = {"version": found.version, "redo": queries.suggested_redo(found)}
    form = RedoForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            operations.ask_redo(found, redo=data["redo"], by=request.user, version=data["version"])
            messages.success(request, "L’éditeur reçoit ce qui est à reprendre.")
            return redirect("campaign", reference)
    trail = access.trail(found, ("Demander une reprise", ""))
    return render(
        request, "onboarding/campaigns/campaign_redo.html", {"campaign": found, "form": form, "breadcrumb": trail}
    )
