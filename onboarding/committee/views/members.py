"""The members: who sits, the interests they declare, the points from which they stand back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from onboarding.committee import access, operations, queries
from onboarding.committee.access import link, trail
from onboarding.committee.forms.calendar import ConfirmationForm
from onboarding.committee.forms.sittings import InterestsForm, RecusalForm, SeatForm
from onboarding.committee.lifecycle import SessionMove
from onboarding.committee.member_moves import SeatMove
from onboarding.committee.models import Seat
from onboarding.committee.queries import panel
from portal.accounts.acting import acting
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.web.access import STAFF, reads, writes
from portal.web.acting import posted, refusals_in, status_of


@reads(audience=STAFF)
def seats(request: HttpRequest) -> HttpResponse:
    """Who sits at the committee, by organisation."""
    context = {
        "seats": panel.seats(),
        "may_appoint": registry.may(request.user, SeatMove.APPOINT, Seat()),
        "breadcrumb": trail(("Membres", "")),
    }
    return render(request, "onboarding/committee/seats.html", context)


@writes(audience=STAFF)
def seat_appoint(request: HttpRequest) -> HttpResponse:
    """Add a member, or the substitute of one."""
    parties.refuse_early(request.user, SeatMove.APPOINT, Seat())
    titulars = [seat for seat in panel.seats() if seat.substitutes_id is None]
    form = SeatForm(posted(request), people=panel.may_sit(), titulars=titulars)
    if form.is_valid():
        with refusals_in(form):
            seat = operations.appoint(**form.values, by=request.user)
            messages.success(request, f"{seat.user.full_name} siège au comité ({seat.title}).")
            return redirect("seats")
    context = {"form": form, "breadcrumb": trail(("Ajouter un membre", ""))}
    return render(request, "onboarding/committee/seat_appoint.html", context, status=status_of(form))


@writes(audience=STAFF)
def seat_end(request: HttpRequest, reference: str) -> HttpResponse:
    """End a seat, after a confirmation."""
    seat = Seat.objects.visible_to(request.user).select_related("user").filter(reference=reference).first()
    if seat is None:
        raise Http404
    parties.refuse_early(request.user, SeatMove.END, seat)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.end_seat(seat, by=request.user)
            messages.success(request, f"{seat.user.full_name} ne siège plus au comité.")
            return redirect("seats")
    context = {"seat": seat, "form": form, "breadcrumb": trail(("Mettre fin au siège", ""))}
    return render(request, "onboarding/committee/seat_end.html", context, status=status_of(form))


@writes(audience=STAFF)
def session_interests(request: HttpRequest, reference: str) -> HttpResponse:
    """Declare one's interests in every point of a session: the dossiers open afterwards."""
    found = access.session_of(request.user, reference)
    summons = access.called_to(request.user, found)
    parties.refuse_early(request.user, SessionMove.DECLARE, found)
    known = panel.recusals_of(found, request.user)
    items = [item for item in queries.agenda(found) if item.pk not in known]
    form = InterestsForm(posted(request), items=items)
    if form.is_valid():
        with refusals_in(form):
            operations.declare_interests(found, form.interests, by=request.user)
            messages.success(request, "Vos liens d’intérêt sont déclarés ; les autres dossiers vous sont ouverts.")
            return redirect("session", reference)
    context = {
        "session": found,
        "summons": summons,
        "known": list(known.values()),
        "form": form,
        "breadcrumb": trail(link(found), ("Liens d’intérêt", "")),
    }
    return render(request, "onboarding/committee/session_interests.html", context, status=status_of(form))


@writes(audience=STAFF)
def point_recuse(request: HttpRequest, reference: str, candidacy: str) -> HttpResponse:
    """Stand back from one more point: it closes at once."""
    item, found = access.listed_item(request.user, reference, candidacy), access.session_of(request.user, reference)
    access.called_to(request.user, found)
    form = RecusalForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            person = acting(request)
            operations.recuse(item, person, reason=form.cleaned_data["reason"], by=person)
            messages.success(request, f"Vous êtes déporté du point {candidacy}.")
            return redirect("session", reference)
    context = {"item": item, "session": found, "form": form, "breadcrumb": trail(link(found), ("Me déporter", ""))}
    return render(request, "onboarding/committee/point_recuse.html", context, status=status_of(form))
