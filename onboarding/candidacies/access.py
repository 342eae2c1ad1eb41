"""Finding the candidacy a page is about, and what every page of it shares."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from portal.accounts.models import User

from . import queries
from .models import Candidacy


def candidacy_of(user: Any, reference: str) -> Candidacy:
    """The candidacy of that reference, if this person may see it; otherwise 404."""
    candidacy = queries.in_full().visible_to(user).filter(reference=reference).first()
    if candidacy is None:
        raise Http404
    return candidacy


def page_of(user: Any, candidacy: Candidacy) -> str:
    """Where an act on a candidacy leads back: the dossier for an agent, the candidacy for its vendor."""
    name = "dossier" if user.is_agent else "candidacy"
    return reverse(name, args=[candidacy.reference])


def trail(user: Any, candidacy: Candidacy, title: str = "") -> list[tuple[str, str]]:
    """The breadcrumb: the service, the candidacy, and the page when it is another one."""
    service = candidacy.service
    links = [
        (service.name, reverse("service", args=[service.reference])),
        (f"Candidature {candidacy.reference}", page_of(user, candidacy)),
    ]
    return [*links, (title, "")] if title else links


def acting(request: HttpRequest) -> User:
    """The person who acts; @writes lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def posted(request: HttpRequest) -> Any:
    """What was sent, even empty; None when the form is only shown."""
    return request.POST if request.method == "POST" else None
