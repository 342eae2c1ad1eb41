"""The vendor's pages: open a candidacy, fill its blocks, deposit it, answer the agency, withdraw."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from onboarding.candidacies import access, operations, queries
from onboarding.candidacies.blocks import OF_SLUG, Block, of_direction
from onboarding.candidacies.forms.acts import ConfirmationForm, DirectionForm, MessageForm
from onboarding.candidacies.forms.blocks import BlockForm
from onboarding.candidacies.forms.supports import FORMS
from onboarding.candidacies.lifecycle import Move
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.queries import contents, offers, openings
from onboarding.candidacies.queries.threads import ranked
from onboarding.candidacies.views.agency import move_page
from onboarding.candidacies.views.files import JOINED, deposited
from portal.accounts.acting import acting
from portal.documents import queries as issued
from portal.lifecycle import registry
from portal.lifecycle.errors import Stale
from portal.parties import access as parties
from portal.parties import queries as members
from portal.web.access import VENDOR, reads, writes
from portal.web.acting import posted, refusals_in, status_of


@writes(audience=VENDOR)
def candidacy_open(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a candidacy for a service, in one direction."""
    service = parties.service_of(request.user, reference)
    parties.refuse_early(request.user, Move.OPEN, Candidacy(service=service))
    directions = openings.directions_left(service)
    form = DirectionForm(posted(request), directions=directions, wanted=request.GET.get("sens", ""))
    if form.is_valid():
        with refusals_in(form):
            candidacy = operations.open(service, direction=form.cleaned_data["direction"], by=acting(request))
            messages.success(
                request, f"La candidature {candidacy} est ouverte. Remplissez ses blocs dans l’ordre voulu."
            )
            return redirect("candidacy", candidacy.reference)
    context = {
        "form": form,
        "service": service,
        "directions": directions,
        "ending": openings.ending(service),
        "under_way": openings.under_way(service),
        "former": openings.predecessors(service),
        "cancel": parties.page_of_service(service),
        "breadcrumb": [(service.name, parties.page_of_service(service)), ("Ouvrir une candidature", "")],
    }
    return render(request, "onboarding/candidacies/open.html", context, status=status_of(form))


@reads(trace="Consultation de la candidature {reference}")
def candidacy(request: HttpRequest, reference: str) -> HttpResponse:
    """The working page of a candidacy: blocks with their state, what is missing, exchanges, deposit.

    An agent is led to the dossier, a regional actor to that of his space: the same request, with what is done of it.
    """
    found = access.candidacy_of(request.user, reference)
    if request.user.is_staff_member:  # type: ignore[union-attr]
        return redirect(access.page_of(request.user, found))
    return candidacy_page(request, found)


def candidacy_page(request: HttpRequest, found: Candidacy, *, status: int = 200, **bound: Any) -> HttpResponse:
    """The working page; `bound` holds the form just refused (`message`)."""
    moves = registry.moves_open_to(request.user, found)
    told = queries.dossier(found)
    context = {
        "candidacy": found,
        "dossier": told,
        "missing": access.within_reach(request.user, found, told.missing),
        "closed": {part.block for part in told.blocks if not access.may_mend(request.user, found, part.url)},
        "handled": [comment for comment in told.round if comment.answered_at],
        "moves": moves,
        "representatives": members.legal_representatives(found.service.owner),
        "documents": list(issued.for_subject(found.reference, request.user)),
        "message": MessageForm(),
        "breadcrumb": [*access.trail(request.user, found)[:1], (f"Candidature {found.reference}", "")],
        **bound,
    }
    return render(request, "onboarding/candidacies/candidacy.html", context, status=status)


@writes(audience=VENDOR)
def block(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """Fill one block. What was typed is never lost: not by an error, not by somebody who saved before."""
    found, which = access.candidacy_of(request.user, reference), OF_SLUG.get(slug)
    if which not in FORMS or which not in of_direction(found.direction):
        raise Http404
    parties.refuse_early(request.user, Move.EDIT, found)
    form = _block_form(request, found, which)
    if form.is_valid():
        try:
            with refusals_in(form):
                values = form.values() | deposited(form, found, by=acting(request))
                operations.edit(found, which, values, by=acting(request), seen=form.cleaned_data["seen"] or None)
                messages.success(request, f"« {which.label} » est enregistré.")
                return redirect("candidacy", reference)
        except Stale as stale:
            return _stale_page(request, stale, form, which)
    return _block_page(request, found, form)


def _block_form(request: HttpRequest, found: Candidacy, which: Block, data: Any = None) -> BlockForm:
    return FORMS[which](
        data if data is not None else posted(request),
        request.FILES or None,
        candidacy=found,
        open_fields=queries.open_fields(found)[which],
        seen=queries.seen(found, which),
        **offers.offered(which),
    )


def _stale_page(request: HttpRequest, stale: Stale, typed: BlockForm, which: Block) -> HttpResponse:
    """The form as it was typed, with what somebody else saved meanwhile; sending it again keeps the typing."""
    current: Candidacy = stale.current
    data = request.POST.copy()
    data["seen"] = queries.seen(current, which)
    form = _block_form(request, current, which, data)
    form.is_valid()
    differences = queries.changes(queries.values_of(current, which) | dict.fromkeys(JOINED.values()), typed.values())
    return _block_page(request, current, form, status=stale.status, stale=stale.sentence, differences=differences)


def _block_page(
    request: HttpRequest, found: Candidacy, form: BlockForm, *, status: int = 0, **extra: Any
) -> HttpResponse:
    shown = next(one for one in queries.blocks(found) if one.block is form.block)
    context = {
        "candidacy": found,
        "form": form,
        "part": shown,
        "cancel": access.page_of(request.user, found),
        "breadcrumb": access.trail(request.user, found, form.block.label),
        **extra,
    }
    return render(request, "onboarding/candidacies/block.html", context, status=status or status_of(form))


@writes(step_up=True, audience=VENDOR)
def candidacy_submit(request: HttpRequest, reference: str) -> HttpResponse:
    """Read everything again, then deposit."""
    found = access.candidacy_of(request.user, reference)
    parties.refuse_early(request.user, Move.SUBMIT, found)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            version = operations.submit(found, by=acting(request))
            messages.success(
                request, f"Candidature {reference} déposée, version {version.number}. Le récépissé arrive par message."
            )
            return redirect("candidacy", reference)
    context = {
        "candidacy": found,
        "form": form,
        "missing": queries.missing(found),
        "sections": contents.sections(found),
        "changes": contents.changed_since_deposit(found),
        "cancel": access.page_of(request.user, found),
        "breadcrumb": access.trail(request.user, found, "Déposer"),
    }
    return render(request, "onboarding/candidacies/submit.html", context, status=status_of(form))


@writes(audience=VENDOR)
def candidacy_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Withdraw the candidacy, after a confirmation."""
    found = access.candidacy_of(request.user, reference)
    parties.refuse_early(request.user, Move.WITHDRAW, found)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.withdraw(found, by=acting(request))
            messages.success(request, f"La candidature {reference} est retirée.")
            return redirect("candidacy", reference)
    context = {
        "candidacy": found,
        "form": form,
        "cancel": access.page_of(request.user, found),
        "breadcrumb": access.trail(request.user, found, "Retirer"),
    }
    return render(request, "onboarding/candidacies/withdraw.html", context, status=status_of(form))


@writes
def message_write(request: HttpRequest, reference: str) -> HttpResponse:
    """Write to the other side."""
    found = access.candidacy_of(request.user, reference)
    parties.refuse_early(request.user, Move.WRITE, found)
    form = MessageForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            answered = ranked(found, form.cleaned_data["reply_to"])
            operations.write(found, form.cleaned_data["body"], reply_to=answered, by=acting(request))
            messages.success(request, "Votre message est envoyé.")
            return redirect(access.page_of(request.user, found) + "#echanges")
    if not form.is_bound:
        return redirect(access.page_of(request.user, found))
    if request.user.is_staff_member:  # type: ignore[union-attr]
        return move_page(request, found, form, Move.WRITE)
    return candidacy_page(request, found, status=422, message=form)
