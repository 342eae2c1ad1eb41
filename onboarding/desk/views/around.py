"""What agents keep around a dossier: notes that the vendor never reads, and following it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from onboarding.candidacies import access
from onboarding.candidacies.models import Candidacy
from onboarding.desk.forms import ConfirmationForm, NoteForm
from onboarding.workbench import operations, queries
from onboarding.workbench.lifecycle import FollowMove, NoteMove
from onboarding.workbench.models import Follow, Note
from portal.accounts.acting import acting
from portal.parties import access as parties
from portal.web.access import STAFF, writes
from portal.web.acting import posted, refusals_in, status_of


@writes(audience=STAFF)
def dossier_follow(request: HttpRequest, reference: str) -> HttpResponse:
    """Follow a dossier, or no longer."""
    found = access.candidacy_of(request.user, reference)
    held = queries.follow_of(request.user, found)
    parties.refuse_early(request.user, FollowMove.STOP if held else FollowMove.FOLLOW, held or Follow())
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            if held:
                operations.stop_following(held, by=acting(request))
            else:
                operations.follow(found, by=acting(request))
            said = (
                "Vous ne suivez plus ce dossier." if held else "Vous suivez ce dossier : le bureau dira ce qui change."
            )
            messages.success(request, said)
            return redirect("dossier", reference)
    return _page(request, found, form, "Ne plus suivre" if held else "Suivre")


@writes(audience=STAFF)
def note_write(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a note that agents alone read."""
    found = access.candidacy_of(request.user, reference)
    parties.refuse_early(request.user, NoteMove.WRITE, Note())
    form = NoteForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.write_note(found, form.cleaned_data["body"], by=acting(request))
            messages.success(request, "Votre note est enregistrée.")
            return redirect(_exchanges(found))
    return _page(request, found, form, "Écrire une note interne")


@writes(audience=STAFF)
def note_withdraw(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Take one's note away."""
    found = access.candidacy_of(request.user, reference)
    note = queries.note_of(request.user, found, number)
    if note is None:
        raise Http404
    parties.refuse_early(request.user, NoteMove.WITHDRAW, note)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.withdraw_note(note, by=acting(request))
            messages.success(request, "Votre note est retirée.")
            return redirect(_exchanges(found))
    return _page(request, found, form, "Retirer la note")


def _exchanges(found: Candidacy) -> str:
    return reverse("dossier_tab", args=[found.reference, "echanges"]) + "#notes"


def _page(request: HttpRequest, found: Candidacy, form: Any, title: str) -> HttpResponse:
    dossier = reverse("dossier", args=[found.reference])
    context = {
        "form": form,
        "title": title,
        "submit": title,
        "explained": f"Dossier {found.reference}, {found.service.name}. L’éditeur n’en est pas informé.",
        "cancel": dossier,
        "breadcrumb": [("Dossiers", reverse("candidacies")), (found.reference, dossier), (title, "")],
    }
    return render(request, "onboarding/desk/act.html", context, status=status_of(form))
