"""Pieces joined to a candidacy, and what the vendor keeps confidential; the agency's page where that is read."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from onboarding.candidacies import access, queries
from onboarding.candidacies.forms.pieces import ConfidentialForm, PieceForm
from onboarding.candidacies.lifecycle import Move
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.operations import pieces as verbs
from onboarding.candidacies.queries import contents, readers
from portal.accounts.acting import acting
from portal.documents import operations as documents
from portal.documents.filetypes import SCANS
from portal.lifecycle import registry
from portal.lifecycle.errors import NotPermitted
from portal.parties import access as parties
from portal.web.access import OFFICIAL, VENDOR, reads, writes
from portal.web.acting import posted, refusals_in, status_of
from portal.web.downloads import as_file


@writes(audience=VENDOR)
def pieces(request: HttpRequest, reference: str) -> HttpResponse:
    """Join a piece; take one away by its number."""
    found = access.candidacy_of(request.user, reference)
    form = PieceForm(None)
    if request.method == "POST":
        parties.refuse_early(request.user, Move.JOIN, found)
        number = request.POST.get("retirer", "")
        if number.isdecimal() and number.isascii() and len(number) <= 4:
            return _taken_away(request, found, int(number))
        form = PieceForm(request.POST, request.FILES)
        if form.is_valid():
            with refusals_in(form):
                _join(found, form, by=acting(request))
                messages.success(request, f"« {form.cleaned_data['title']} » est jointe.")
                return redirect("candidacy_pieces", reference)
    return _page(request, found, form)


def _join(found: Candidacy, form: PieceForm, *, by: Any) -> None:
    upload, kept = form.cleaned_data["file"], form.cleaned_data["is_confidential"]
    owner = found.service.owner
    file = documents.deposit(upload.name, upload.read(), by=by, allowed=SCANS, owner=owner, is_confidential=kept)
    verbs.join(found, form.cleaned_data["title"], file, is_confidential=kept, by=by)


def _taken_away(request: HttpRequest, found: Candidacy, number: int) -> HttpResponse:
    form = PieceForm({})
    form.full_clean()
    form.errors.clear()
    with refusals_in(form):
        verbs.take_away(found, number, by=acting(request))
        messages.success(request, "La pièce est retirée.")
        return redirect("candidacy_pieces", found.reference)
    return _page(request, found, form)


def _page(request: HttpRequest, found: Candidacy, form: PieceForm) -> HttpResponse:
    moves = registry.moves_open_to(request.user, found)
    context = {
        "candidacy": found,
        "form": form,
        "pieces": contents.pieces_of(found),
        "may_join": Move.JOIN in moves,
        "cancel": access.page_of(request.user, found),
        "breadcrumb": access.trail(request.user, found, "Pièces jointes"),
    }
    return render(request, "onboarding/candidacies/pieces.html", context, status=status_of(form))


@reads(trace="Téléchargement de la pièce {number} de la candidature {reference}")
def piece_download(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """A joined piece; a confidential one for those only whom the request lets."""
    found = access.candidacy_of(request.user, reference)
    piece = found.pieces.select_related("file__frozen").filter(number=number).first()
    if piece is None:
        raise Http404
    if piece.is_confidential:
        _refuse_others(request, found)
    return as_file(piece.file.content, piece.file.name, piece.file.media_type)


@writes(audience=VENDOR)
def confidential_choose(request: HttpRequest, reference: str) -> HttpResponse:
    """Say which answers are confidential."""
    found = access.candidacy_of(request.user, reference)
    parties.refuse_early(request.user, Move.KEEP_CONFIDENTIAL, found)
    form = ConfidentialForm(posted(request), initial={"names": found.confidential})
    if form.is_valid():
        with refusals_in(form):
            verbs.keep_confidential(found, form.cleaned_data["names"], by=acting(request))
            messages.success(request, "Votre choix est enregistré.")
            return redirect("candidacy", reference)
    context = {
        "candidacy": found,
        "form": form,
        "cancel": access.page_of(request.user, found),
        "breadcrumb": access.trail(request.user, found, "Réponses confidentielles"),
    }
    return render(request, "onboarding/candidacies/confidential_choose.html", context, status=status_of(form))


@reads(trace="Lecture de ce qui est confidentiel dans la candidature {reference}", audience=OFFICIAL)
def confidential(request: HttpRequest, reference: str) -> HttpResponse:
    """What the vendor keeps confidential, for those who handle the request; each opening is traced."""
    found = access.candidacy_of(request.user, reference)
    _refuse_others(request, found)
    context = {
        "candidacy": found,
        "lines": queries.confidential_lines(found),
        "pieces": [piece for piece in contents.pieces_of(found) if piece.is_confidential],
        "cancel": access.page_of(request.user, found),
        "breadcrumb": access.trail(request.user, found, "Confidentiel"),
    }
    return render(request, "onboarding/candidacies/confidential.html", context)


def _refuse_others(request: HttpRequest, found: Candidacy) -> None:
    if not readers.may_read_confidential(request.user, found):
        raise NotPermitted(
            "L’éditeur réserve ceci à l’instructeur du dossier, à ses responsables et aux membres du comité quand la "
            "candidature est à leur ordre du jour."
        )
