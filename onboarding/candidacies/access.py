"""Finding the candidacy a page is about, and what every page of it shares."""

from typing import Any

from django.http import Http404
from django.urls import reverse

from . import queries
from .models import Candidacy


def candidacy_of(user: Any, reference: str) -> Candidacy:
    """The candidacy of that reference, if this person may see it; otherwise 404."""
    candidacy = queries.in_full().visible_to(user).filter(reference=reference).first()
    if candidacy is None:
        raise Http404
    return candidacy


def page_of(user: Any, candidacy: Candidacy) -> str:
    """Where an act leads back: the dossier of an agent, that of a regional space, or the candidacy of the vendor."""
    side = "dossier" if user.is_agent else "regional_dossier" if user.is_staff_member else "candidacy"
    return reverse(side, args=[candidacy.reference])


def trail(user: Any, candidacy: Candidacy, title: str = "") -> list[tuple[str, str]]:
    """The breadcrumb: the service, the candidacy, and the page when it is another one."""
    service = candidacy.service
    if user.is_staff_member and not user.is_agent:
        links = [("Espace régional", reverse("regional_space")), (candidacy.reference, page_of(user, candidacy))]
        return [*links, (title, "")] if title else links
    links = [
        (service.name, reverse("service", args=[service.reference])),
        (f"Candidature {candidacy.reference}", page_of(user, candidacy)),
    ]
    return [*links, (title, "")] if title else links
