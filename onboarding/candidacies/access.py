"""Finding the candidacy a page is about, and what every page of it shares."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import Http404
from django.urls import resolve, reverse

from portal.lifecycle import registry
from portal.lifecycle.errors import Missing
from portal.parties.lifecycle import EntityMove

from . import queries
from .lifecycle import Move
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


def may_mend(user: Any, candidacy: Candidacy, page: str) -> bool:
    """Whether this person fills what is missing on that page: some is the legal representative's alone."""
    own = {"entity_edit": (EntityMove.AMEND, candidacy.service.owner), "legal_text_sign": (Move.SUBMIT, candidacy)}
    return registry.may(user, *own.get(resolve(page.partition("#")[0]).url_name or "", (Move.EDIT, candidacy)))


def within_reach(user: Any, candidacy: Candidacy, missing: Iterable[Missing]) -> list[Missing]:
    """What a deposit waits for, with links only to the pages where this person mends it."""
    return [one if may_mend(user, candidacy, one.url) else replace(one, url="") for one in missing]
