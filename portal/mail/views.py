"""« Mes messages »: which mails a person receives, and when."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portal.web.access import writes
from portal.web.acting import posted, refusals_in, status_of

from . import operations, queries, topics
from .forms import PreferencesForm


@writes
def mail_preferences(request: HttpRequest) -> HttpResponse:
    """Choose when to receive which mails."""
    preferences = queries.preferences_of(request.user)
    form = PreferencesForm(posted(request), preferences=preferences)
    if form.is_valid():
        with refusals_in(form):
            operations.choose(form.choices, by=request.user)
            messages.success(request, "Vos choix sont enregistrés.")
            return redirect("mail_preferences")
    context = {
        "form": form,
        "always": topics.mandatory(),
        "breadcrumb": [("Mon compte", reverse("account")), ("Mes messages", "")],
    }
    return render(request, "portal/mail/preferences.html", context, status=status_of(form))
