"""Reservations: lifted on evidence."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from onboarding.committee import access, operations
from onboarding.committee.access import trail_of
from onboarding.committee.forms.sittings import LiftingForm
from onboarding.committee.lifecycle import ReservationMove
from portal.parties import access as parties
from portal.web.access import writes
from portal.web.acting import posted, refusals_in, status_of


@writes
def reservation_lift(request: HttpRequest, reference: str) -> HttpResponse:
    """Lift a reservation: what it blocked opens, the holder is told."""
    found = access.reservation_of(request.user, reference)
    parties.refuse_early(request.user, ReservationMove.LIFT, found)
    form = LiftingForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.lift_reservation(found, evidence=form.cleaned_data["evidence"], by=request.user)
            messages.success(request, f"La réserve {found} est levée ; le titulaire en est prévenu.")
            return redirect("decision", found.decision.reference)
    context = {
        "reservation": found,
        "form": form,
        "breadcrumb": [*trail_of(request.user, found.decision), (f"Lever la réserve {found}", "")],
    }
    return render(request, "onboarding/committee/reservation_lift.html", context, status=status_of(form))
