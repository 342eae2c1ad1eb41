"""The list « Certificats »: all of them, cut by what they need and searched."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.web.access import reads

from .. import queries, shelves
from ..environments import Environment, from_slug
from ..forms import SearchForm

PAGE = 50


@reads
def certificates(request: HttpRequest) -> HttpResponse:
    """The certificates that the person may see; chips say how many need something."""
    now, shelf = timezone.now(), shelves.of(request.GET.get("etat", ""))
    environment, where = _environment(request)
    if shelf is None:
        raise Http404
    form = SearchForm(request.GET)
    words = form.cleaned_data["mots"] if form.is_valid() else ""
    rows = queries.on_shelf(request.user, shelf, at=now, environment=environment, words=words)
    context = {
        "form": form,
        "words": words,
        "shelf": shelf,
        "chips": queries.counts(request.user, at=now, environment=environment, words=words),
        "where": where,
        "environments": list(Environment),
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "query": urlencode({"etat": shelf.value, "environnement": where, "mots": words}),
        "is_agent": request.user.is_agent,  # type: ignore[union-attr]
        "now": now,
        "breadcrumb": [("Certificats", "")],
    }
    return render(request, "policy/certificates/certificates.html", context)


def _environment(request: HttpRequest) -> tuple[Environment | None, str]:
    """The environment of the address, and its word; both empty for the two together."""
    word = request.GET.get("environnement", "")
    found = from_slug(word)
    if word and found is None:
        raise Http404
    return found, word
