"""The agency's moves on a candidacy: the dossier page holds their forms, which are shown again here when refused."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from onboarding.candidacies import access, effects, operations, queries
from onboarding.candidacies.blocks import of_direction
from onboarding.candidacies.forms.acts import AssignmentForm, CommentForm, ConfirmationForm, GridForm
from onboarding.candidacies.lifecycle import LIFECYCLE, Move
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.queries import grids
from portal.accounts.acting import acting
from portal.mail.operations import Preview
from portal.parties import access as parties
from portal.web.access import OFFICIAL, writes
from portal.web.acting import posted, refusals_in, status_of


@writes(audience=OFFICIAL)
def candidacy_take(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a deposited candidacy in charge."""
    return _confirmed(
        request,
        reference,
        Move.TAKE,
        operations.take,
        said="Vous instruisez la candidature {}.",
        explained="Vous devenez l’instructeur du dossier ; l’éditeur vous lit dans les échanges.",
    )


@writes(audience=OFFICIAL)
def candidacy_assign(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a dossier to a reviewer, oneself included, or back to nobody."""
    found = access.candidacy_of(request.user, reference)
    parties.refuse_early(request.user, Move.ASSIGN, found)
    form = AssignmentForm(posted(request), reviewers=grids.reviewers(found), initial={"reviewer": _handle(found)})
    if form.is_valid():
        with refusals_in(form):
            operations.assign(found, form.chosen, reason=form.cleaned_data["reason"], by=acting(request))
            holder = form.chosen.full_name if form.chosen else "personne"
            messages.success(request, f"La candidature {reference} est confiée à {holder}.")
            return redirect(access.page_of(request.user, found))
    explained = "La personne choisie est prévenue par message, avec votre motif ; l’éditeur ne l’est pas."
    return move_page(request, found, form, Move.ASSIGN, explained=explained)


def _handle(found: Candidacy) -> str:
    return str(found.reviewer.handle) if found.reviewer else ""


@writes(audience=OFFICIAL)
def candidacy_return(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the prepared comments to the vendor."""
    return _confirmed(
        request,
        reference,
        Move.RETURN_TO_VENDOR,
        operations.return_to_vendor,
        said="La candidature {} est renvoyée à l’éditeur, avec vos commentaires.",
        explained="L’éditeur ne pourra changer que ce que vos commentaires visent ; le délai de l’agence s’arrête.",
        foresee=lambda found: effects.foreseen("returned", found, comments=list(found.comments.prepared())),
    )


@writes(audience=OFFICIAL)
def candidacy_complete(request: HttpRequest, reference: str) -> HttpResponse:
    """Declare the candidacy complete."""
    return _confirmed(
        request,
        reference,
        Move.DECLARE_COMPLETE,
        operations.declare_complete,
        said="La candidature {} est déclarée complète.",
        explained="Le dossier pourra être décidé ; le délai d’instruction s’arrête.",
        foresee=lambda found: effects.foreseen("complete", found),
    )


def _confirmed(
    request: HttpRequest,
    reference: str,
    move: Move,
    operation: Callable[..., None],
    *,
    said: str,
    explained: str,
    foresee: Callable[[Candidacy], Preview] | None = None,
) -> HttpResponse:
    """A move without anything to fill in; the mail that it sends is shown before."""
    found = access.candidacy_of(request.user, reference)
    parties.refuse_early(request.user, move, found)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operation(found, by=acting(request))
            messages.success(request, said.format(reference))
            return redirect(access.page_of(request.user, found))
    return move_page(request, found, form, move, explained=explained, mail=foresee(found) if foresee else None)


@writes(audience=OFFICIAL)
def candidacy_comment(request: HttpRequest, reference: str) -> HttpResponse:
    """Prepare a comment on an answer."""
    found = access.candidacy_of(request.user, reference)
    parties.refuse_early(request.user, Move.COMMENT, found)
    initial = {"target": request.GET.get("sur", "")}
    form = CommentForm(posted(request), blocks=of_direction(found.direction), initial=initial)
    if form.is_valid():
        with refusals_in(form):
            operations.comment(found, **form.values, by=acting(request))
            messages.success(request, "Le commentaire est prêt ; il part avec la demande de compléments.")
            return redirect(access.page_of(request.user, found))
    return move_page(request, found, form, Move.COMMENT)


@writes(audience=OFFICIAL)
def comment_drop(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Take a prepared comment away."""
    found = access.candidacy_of(request.user, reference)
    parties.refuse_early(request.user, Move.COMMENT, found)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.drop_comment(found, number, by=acting(request))
            messages.success(request, "Le commentaire est retiré.")
            return redirect(access.page_of(request.user, found))
    return move_page(
        request, found, form, Move.COMMENT, title="Retirer un commentaire", submit="Retirer le commentaire"
    )


@writes(audience=OFFICIAL)
def candidacy_assess(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer the eligibility grid."""
    found = access.candidacy_of(request.user, reference)
    parties.refuse_early(request.user, Move.ASSESS, found)
    form = GridForm(posted(request), lines=queries.grid(found))
    if form.is_valid():
        with refusals_in(form):
            operations.assess(found, form.answers, by=acting(request))
            messages.success(request, "La grille d’éligibilité est enregistrée.")
            return redirect(access.page_of(request.user, found))
    explained = "Le portail propose une réponse quand ses contrôles le permettent ; vous seul répondez."
    return move_page(request, found, form, Move.ASSESS, explained=explained, submit="Enregistrer la grille")


def move_page(request: HttpRequest, found: Candidacy, form: Any, move: Move, **extra: Any) -> HttpResponse:
    """The page of one act on a dossier, with its form."""
    label = LIFECYCLE.moves[move].label
    context = {
        "candidacy": found,
        "form": form,
        "title": label,
        "submit": label,
        "cancel": access.page_of(request.user, found),
        "breadcrumb": access.trail(request.user, found, extra.get("title", label)),
        **extra,
    }
    return render(request, "onboarding/candidacies/move.html", context, status=status_of(form))
