"""Models of letters: list, text with history and preview, and the draft that one gives for a dossier."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from onboarding.candidacies import access
from onboarding.candidacies.models import Candidacy
from onboarding.letters import operations, queries, wording
from onboarding.letters.forms import ConfirmationForm, LetterForm, ModelForm
from onboarding.letters.lifecycle import LetterMove, Move
from onboarding.letters.models import Letter, LetterModel
from portal.accounts.acting import acting
from portal.lifecycle import registry
from portal.parties import access as parties
from portal.web.access import OFFICIAL, STAFF, reads, writes
from portal.web.acting import posted, refusals_in, status_of


@reads(audience=STAFF)
def letter_models(request: HttpRequest) -> HttpResponse:
    """The models offered to every agent."""
    context = {
        "models": queries.offered(request.user),
        "may_write": registry.may(request.user, Move.WRITE, LetterModel()),
        "breadcrumb": [("Modèles de courrier", "")],
    }
    return render(request, "onboarding/letters/models.html", context)


@reads(audience=STAFF)
def letter_model(request: HttpRequest, reference: str) -> HttpResponse:
    """A model: its text, what it gives on an example, its history."""
    model = _model(request, reference)
    context = {
        "model": model,
        "example": wording.fill(model.body, wording.EXAMPLE),
        "versions": queries.versions_of(model),
        "moves": registry.moves_open_to(request.user, model),
        "breadcrumb": [*_trail(), (model.title, "")],
    }
    return render(request, "onboarding/letters/model.html", context)


@writes(audience=STAFF)
def letter_model_write(request: HttpRequest) -> HttpResponse:
    """Write a new model, seen on an example before it is kept."""
    parties.refuse_early(request.user, Move.WRITE, LetterModel())
    form = ModelForm(posted(request))
    if form.is_valid() and "voir" not in request.POST:
        with refusals_in(form):
            made = operations.write(form.cleaned_data["title"], form.cleaned_data["body"], by=acting(request))
            messages.success(request, f"Le modèle « {made.title} » est proposé à tous les agents.")
            return redirect("letter_model", made.reference)
    return _form_page(request, form, "Écrire un modèle", reverse("letter_models"))


@writes(audience=STAFF)
def letter_model_rewrite(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a model another text: a new version, the former ones stay."""
    model = _model(request, reference)
    parties.refuse_early(request.user, Move.REWRITE, model)
    initial = {"title": model.title, "body": model.body, "seen": model.version}
    form = ModelForm(posted(request), initial=initial)
    if form.is_valid() and "voir" not in request.POST:
        with refusals_in(form):
            data = form.cleaned_data
            operations.rewrite(
                model, data["title"], data["body"], reason=data["reason"], by=acting(request), version=data["seen"]
            )
            messages.success(request, f"Version {model.number} enregistrée.")
            return redirect("letter_model", reference)
    return _form_page(request, form, "Modifier le modèle", reverse("letter_model", args=[reference]))


@writes(audience=STAFF)
def letter_model_retire(request: HttpRequest, reference: str) -> HttpResponse:
    """Offer a model no more."""
    model = _model(request, reference)
    parties.refuse_early(request.user, Move.RETIRE, model)
    form = ConfirmationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            operations.retire(model, by=acting(request))
            messages.success(request, f"Le modèle « {model.title} » n’est plus proposé.")
            return redirect("letter_models")
    told = "Le modèle ne sera plus proposé dans les dossiers. Ses versions et les courriers partis restent lisibles."
    cancel = reverse("letter_model", args=[reference])
    return _form_page(request, form, f"Retirer « {model.title} »", cancel, told=told, submit="Retirer le modèle")


@reads(trace="Préparation d’un courrier pour le dossier {reference}", audience=OFFICIAL)
def letter_draft(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter that a model gives for a dossier, to be read and changed before it is sent; and those already sent."""
    found = access.candidacy_of(request.user, reference)
    asked = request.GET.get("modele", "")
    model = _model(request, asked) if asked else None
    draft = queries.draft(model, found, now=timezone.now()) if model else None
    initial = {"title": model.title, "body": draft.text, "model": model.reference} if model and draft else {}
    return _draft_page(request, found, LetterForm(initial=initial), model=model, draft=draft)


@writes(audience=OFFICIAL)
def letter_send(request: HttpRequest, reference: str) -> HttpResponse:
    """See the letter as it will be printed, then send it: a sealed document, and a mail with its link."""
    found = access.candidacy_of(request.user, reference)
    parties.refuse_early(request.user, LetterMove.SEND, Letter(candidacy=found))
    form = LetterForm(posted(request))
    asked = form["model"].value() or ""
    model = _model(request, asked) if asked else None
    if form.is_valid() and "voir" not in request.POST:
        with refusals_in(form):
            data = form.cleaned_data
            sent = operations.send(found, title=data["title"], body=data["body"], model=model, by=acting(request))
            messages.success(request, f"Le courrier {sent} est scellé ; l’éditeur en reçoit le lien.")
            return redirect("letter_draft", reference)
    return _draft_page(request, found, form, model=model, seen="voir" in request.POST and form.is_valid())


def _draft_page(
    request: HttpRequest, found: Candidacy, form: LetterForm, *, model: LetterModel | None, **extra: Any
) -> HttpResponse:
    context = {
        "candidacy": found,
        "models": queries.offered(request.user),
        "model": model,
        "form": form,
        "sent": queries.sent_on(found),
        "authority": queries.authority_of(found, request.user),
        "cancel": access.page_of(request.user, found),
        "may_send": registry.may(request.user, LetterMove.SEND, Letter(candidacy=found)),
        "breadcrumb": access.trail(request.user, found, "Préparer un courrier"),
        **extra,
    }
    return render(request, "onboarding/letters/draft.html", context, status=status_of(form))


def _model(request: HttpRequest, reference: str) -> LetterModel:
    """The model of that reference; otherwise 404. No reference holds a null character, and PostgreSQL fails on it."""
    model = None if "\x00" in reference else queries.model_of(request.user, reference)
    if model is None:
        raise Http404
    return model


def _trail() -> list[tuple[str, str]]:
    return [("Modèles de courrier", reverse("letter_models"))]


def _form_page(request: HttpRequest, form: Any, title: str, cancel: str, **said: str) -> HttpResponse:
    body = form.data.get("body", "") if form.is_bound else ""
    context = {
        "form": form,
        "title": title,
        "cancel": cancel,
        "variables": wording.VARIABLES,
        "example": wording.fill(body, wording.EXAMPLE) if body and "voir" in request.POST else None,
        "breadcrumb": [*_trail(), (title, "")],
        **said,
    }
    return render(request, "onboarding/letters/edit.html", context, status=status_of(form))
