"""Registering a request received on paper."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from onboarding.candidacies.forms.paper import PaperForm
from onboarding.candidacies.lifecycle import Move
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.operations import paper
from onboarding.candidacies.queries import openings
from portal.accounts.acting import acting
from portal.parties import access as parties
from portal.web.access import STAFF, writes
from portal.web.acting import posted, refusals_in, status_of

TITLE = "Enregistrer une demande reçue sur papier"


@writes(audience=STAFF)
def candidacy_register(request: HttpRequest, reference: str) -> HttpResponse:
    """Register, for its signer, a request that came on paper."""
    service = parties.service_of(request.user, reference)
    parties.refuse_early(request.user, Move.REGISTER, Candidacy(service=service))
    form = PaperForm(posted(request), request.FILES or None, directions=openings.directions_left(service))
    if form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            made = paper.register(
                service,
                direction=data["direction"],
                received_date=data["received_date"],
                signer=data["signer"],
                quality=data["quality"],
                scan_name=data["scan"].name,
                scan=data["scan"].read(),
                by=acting(request),
            )
            messages.success(
                request, f"La candidature {made} est enregistrée ; l’éditeur reçoit récépissé et invitation."
            )
            return redirect("dossier", made.reference)
    trail = [("Services", reverse("services")), (service.name, reverse("service", args=[reference])), (TITLE, "")]
    context = {"form": form, "title": TITLE, "service": service, "breadcrumb": trail}
    return render(request, "onboarding/candidacies/register.html", context, status=status_of(form))
