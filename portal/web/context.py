"""What every page shows: the name of the service, its theme, the menu of the person's side, the account menu."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

SERVICE = "Portail du cercle de confiance du ROR"


@dataclass(frozen=True)
class Entry:
    """A line of the menu; `roles` empties it for agents who hold none of them (no role named: every agent)."""

    label: str
    name: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Link:
    """A line as shown: `current` is "page" on the page itself, "true" below it, "" elsewhere."""

    label: str
    url: str
    current: str


PUBLIC = (
    Entry("Accueil", "home"),
    Entry("Vérifier un document", "document_check"),
)
VENDOR = (
    Entry("Tableau de bord", "dashboard"),
    Entry("Mes services", "services"),
    Entry("Mes documents", "documents"),
)
AGENCY = (
    Entry("Bureau", "desk"),
    Entry("Dossiers", "candidacies"),
    Entry("Comité", "committee"),
    Entry("Tests", "campaigns"),
    Entry("Liste blanche", "whitelist"),
    Entry("Organismes", "claims"),
    Entry("Comptes et rôles", "accounts", frozenset({"administrator"})),
)


def address(name: str) -> str:
    """The address of a page by its name; empty when no such page exists."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _entries(user: Any) -> Sequence[Entry]:
    if not user.is_authenticated:
        return PUBLIC
    if not getattr(user, "is_agent", False):
        return VENDOR
    held = {str(role) for role in user.staff_roles}
    return [entry for entry in AGENCY if not entry.roles or entry.roles & held]


def navigation(user: Any, path: str) -> list[Link]:
    """The menu of a person: only pages that exist, the present one marked."""
    found = [(entry.label, url) for entry in _entries(user) if (url := address(entry.name))]
    inside = max(
        (url for _, url in found if path.startswith(url) and url != "/"),
        key=len,
        default=None,
    )
    return [Link(label, url, "page" if url == path else "true" if url == inside else "") for label, url in found]


def bare() -> dict[str, Any]:
    """What a page shows when nothing of the request can be trusted."""
    return {"SERVICE": SERVICE, "THEME": settings.THEME, "DEMO": settings.DEMO}


def site(request: HttpRequest) -> dict[str, Any]:
    """The context processor; lazy where a query may be needed."""
    user = getattr(request, "user", None)
    return {
        **bare(),
        "navigation": (lambda: navigation(user, request.path)) if user is not None else [],
    }
