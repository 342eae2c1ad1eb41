"""Notices: the public page of the status, one's own notices, and the agency's work on them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from onboarding.notices import audience, queries
from onboarding.notices.forms import ConfirmationForm, FollowUpForm, NoticeForm
from onboarding.notices.lifecycle import NOTICES, NoticeMove
from onboarding.notices.models import Notice
from onboarding.notices.operations import notices as operations
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.reference import queries as reference
from portal.web.access import STAFF, VENDOR, public, reads, writes
from portal.web.acting import posted, refusals_in, status_of

PAGE = 25
TRAIL = "Annonces"


@public
def status(request: HttpRequest) -> HttpResponse:
    """What is under way, what is announced, what is over: for anyone, and more for those who are told more."""
    context = {
        "status": queries.status(request.user, now=timezone.now()),
        "now": timezone.now(),
        "breadcrumb": [("État du service", "")],
    }
    return render(request, "onboarding/notices/status.html", context)


@reads
def notice_list(request: HttpRequest) -> HttpResponse:
    """One's notices; those whose reading is still to confirm come first."""
    page = Paginator(queries.listed(request.user), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "to_read": [] if _is_agent(request) else queries.to_read(request.user),
        "may_write": registry.may(request.user, NoticeMove.WRITE, Notice()),
        "breadcrumb": [(TRAIL, "")],
    }
    return render(request, "onboarding/notices/notice_list.html", context)


def _is_agent(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.is_agent)


@reads
def notice(request: HttpRequest, reference: str) -> HttpResponse:
    """One notice, what followed, who was told and who confirmed."""
    found = _found(request, reference)
    return _page(request, found)


def _page(request: HttpRequest, found: Notice, *, status: int = 200, **bound: Any) -> HttpResponse:
    readings = queries.readings_of(found, request.user)
    context = {
        "notice": found,
        "now": timezone.now(),
        "audience": _audience(found),
        "readings": readings,
        "mine": [] if _is_agent(request) else [one for one in readings if registry.moves_open_to(request.user, one)],
        "unread": [one for one in readings if one.state == "told"],
        "moves": registry.moves_open_to(request.user, found) if _is_agent(request) else [],
        "follow_up": FollowUpForm(),
        "breadcrumb": [(TRAIL, reverse("notices")), (found.reference, "")],
        **bound,
    }
    return render(request, "onboarding/notices/notice.html", context, status=status)


def _audience(found: Notice) -> str:
    return audience.words(
        found.audience,
        direction=found.direction,
        profiles=found.profiles,
        regions=found.regions,
        services=found.services,
        names=reference.region_names(),
    )


def _found(request: HttpRequest, reference: str) -> Notice:
    found = queries.in_full(request.user, reference)
    if found is None:
        raise Http404
    return found


@writes(audience=STAFF)
def notice_write(request: HttpRequest) -> HttpResponse:
    """Write a draft."""
    parties.refuse_early(request.user, NoticeMove.WRITE, Notice())
    form = NoticeForm(request.POST or None, initial={"kind": "information", "audience": "all"})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = operations.write(form.cleaned_data, by=request.user)
            messages.success(request, f"Le brouillon {made} est enregistré : relisez-le, puis publiez-le.")
            return redirect("notice", made.reference)
    return _form_page(request, form, "Écrire une annonce", reverse("notices"))


@writes(audience=STAFF)
def notice_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Rewrite a draft."""
    found = _found(request, reference)
    parties.refuse_early(request.user, NoticeMove.EDIT, found)
    initial = {name: getattr(found, name) for name in operations.FIELDS} | {"services": "\n".join(found.services)}
    form = NoticeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            operations.edit(found, form.cleaned_data, by=request.user)
            messages.success(request, f"Le brouillon {found} est enregistré.")
            return redirect("notice", reference)
    return _form_page(request, form, f"Modifier le brouillon {reference}", reverse("notice", args=[reference]))


def _form_page(request: HttpRequest, form: NoticeForm, title: str, cancel: str) -> HttpResponse:
    trail = [(TRAIL, reverse("notices")), (title, "")]
    context = {"form": form, "title": title, "cancel": cancel, "breadcrumb": trail}
    return render(request, "onboarding/notices/notice_form.html", context, status=status_of(form))


@writes(audience=STAFF)
def notice_publish(request: HttpRequest, reference: str) -> HttpResponse:
    """Show and send a notice, after seeing whom it reaches."""
    found = _found(request, reference)
    count = queries.concerned(found).count()
    said = f"L’annonce {found} est publiée ; {count} organisme{'s sont prévenus' if count > 1 else ' est prévenu'}."
    return _confirmed(request, found, NoticeMove.PUBLISH, operations.publish, said, count=count)


@writes(audience=STAFF)
def notice_end(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that a notice is over."""
    found = _found(request, reference)
    return _confirmed(request, found, NoticeMove.END, operations.end, f"L’annonce {found} est terminée.")


@writes(audience=STAFF)
def notice_drop(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a draft up."""
    found = _found(request, reference)
    return _confirmed(request, found, NoticeMove.DROP, operations.drop, f"Le brouillon {found} est abandonné.")


def _confirmed(
    request: HttpRequest, found: Notice, move: NoticeMove, operation: Callable[..., None], said: str, **more: Any
) -> HttpResponse:
    parties.refuse_early(request.user, move, found)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operation(found, by=request.user)
            messages.success(request, said)
            return redirect("notice", found.reference)
    label = NOTICES.moves[move].label
    context = {
        "notice": found,
        "form": form,
        "move": move.value,
        "label": label,
        "audience": _audience(found),
        "cancel": reverse("notice", args=[found.reference]),
        "breadcrumb": [
            (TRAIL, reverse("notices")),
            (found.reference, reverse("notice", args=[found.reference])),
            (label, ""),
        ],
        **more,
    }
    return render(request, "onboarding/notices/notice_confirm.html", context, status=status_of(form))


@writes(audience=STAFF)
def notice_follow_up(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what happened since."""
    found = _found(request, reference)
    parties.refuse_early(request.user, NoticeMove.FOLLOW_UP, found)
    form = FollowUpForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.follow_up(found, form.cleaned_data["text"], by=request.user)
            messages.success(request, "La suite est publiée et envoyée.")
            return redirect("notice", reference)
    if not form.is_bound:
        return redirect("notice", reference)
    return _page(request, found, status=422, follow_up=form)


@require_POST
@writes(audience=VENDOR)
def notice_acknowledge(request: HttpRequest, reference: str) -> HttpResponse:
    """Confirm having read a notice, for one's legal entities that were told."""
    found = _found(request, reference)
    mine = [one for one in queries.readings_of(found, request.user) if registry.moves_open_to(request.user, one)]
    if not mine:
        raise Http404
    for reading in mine:
        operations.acknowledge(reading, by=request.user)
    messages.success(request, f"Votre lecture de l’annonce {found} est confirmée.")
    return redirect("notice", reference)
