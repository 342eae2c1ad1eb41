"""« Corrections »: only what the agency commented, each with its answer, then one redeposit."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from onboarding.candidacies import access, operations, queries
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.forms.corrections import CorrectionForm
from onboarding.candidacies.lifecycle import Move
from onboarding.candidacies.models import Candidacy, FieldComment
from onboarding.candidacies.queries import offers
from onboarding.candidacies.views.files import deposited
from portal.accounts.acting import acting
from portal.lifecycle import registry
from portal.lifecycle.errors import Stale
from portal.parties import access as parties
from portal.web.access import VENDOR, writes
from portal.web.acting import refusals_in


@writes(audience=VENDOR)
def corrections(request: HttpRequest, reference: str) -> HttpResponse:
    """What the agency asks to correct, point by point; the point sent is the one whose button was pressed."""
    found = access.candidacy_of(request.user, reference)
    parties.refuse_early(request.user, Move.ANSWER, found)
    comments = list(FieldComment.objects.of_this_round(found).select_related("author", "answered_by"))
    sent = request.POST.get("point", "")
    comment = next((one for one in comments if str(one.number) == sent), None)
    if comment is None:
        return _page(request, found, comments)
    form = _form(found, comment, request.POST, request.FILES or None)
    if form.is_valid():
        try:
            with refusals_in(form):
                values = form.values(**deposited(form, found, by=acting(request)))
                text, seen = form.cleaned_data["answer"], form.cleaned_data["seen"] or None
                operations.correct(found, comment.number, values, text, by=acting(request), seen=seen)
                messages.success(request, f"« {comment.label} » : votre correction et votre réponse sont enregistrées.")
                return redirect(f"{reverse('candidacy_corrections', args=[reference])}#point-{comment.number}")
        except Stale as stale:
            return _stale_page(request, stale, comments, comment, form)
    return _page(request, found, comments, form)


def _form(found: Candidacy, comment: FieldComment, *sent: Any) -> CorrectionForm:
    return CorrectionForm(
        *sent,
        candidacy=found,
        comment=comment,
        opened=queries.commented_fields(found, comment),
        seen=queries.seen(found, Block(comment.block)),
        **offers.offered(Block(comment.block)),
    )


def _stale_page(
    request: HttpRequest, stale: Stale, comments: list[FieldComment], comment: FieldComment, typed: CorrectionForm
) -> HttpResponse:
    """The point as it was typed, beside what somebody else saved meanwhile; sending it again keeps the typing."""
    current, block = stale.current, Block(comment.block)
    data = request.POST.copy()
    data[typed.add_prefix("seen")] = queries.seen(current, block)
    form = _form(current, comment, data)
    form.is_valid()
    values = typed.values()
    saved = {name: value for name, value in queries.values_of(current, block).items() if name in values}
    told = {"stale": stale.sentence, "differences": queries.changes(saved, values)}
    return _page(request, current, comments, form, status=stale.status, **told)


def _page(
    request: HttpRequest,
    found: Candidacy,
    comments: list[FieldComment],
    bound: CorrectionForm | None = None,
    *,
    status: int = 0,
    **told: Any,
) -> HttpResponse:
    sent = bound.comment.number if bound else None
    facts = queries.facts_of(found)
    points = [
        {
            "comment": comment,
            "form": bound if bound and comment.number == sent else _form(found, comment),
            "was": queries.was_deposited(found, comment),
            "elsewhere": queries.page_elsewhere(found, comment, facts),
        }
        for comment in comments
    ]
    context = {
        "candidacy": found,
        "points": points,
        "bound": bound,
        "handled": sum(comment.answered_at is not None for comment in comments),
        "missing": access.within_reach(request.user, found, queries.missing(found)),
        "moves": registry.moves_open_to(request.user, found),
        "cancel": access.page_of(request.user, found),
        "breadcrumb": access.trail(request.user, found, "Corriger"),
        **told,
    }
    code = status or (422 if bound is not None and bound.errors else 200)
    return render(request, "onboarding/candidacies/corrections.html", context, status=code)
