"""What every page shows: the name of the service, its theme, the menu of the person's side, the account menu."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

SERVICE = "Portail du cercle de confiance du ROR"


@dataclass(frozen=True)
class Entry:
    """A line of the menu: the name of its page, or the lines below it; `roles` keeps it for agents who hold one."""

    label: str
    name: str = ""
    roles: frozenset[str] = frozenset()
    below: tuple["Entry", ...] = ()


@dataclass(frozen=True)
class Link:
    """A line as shown: `current` is "page" on the page itself, "true" around it, "" elsewhere."""

    label: str
    url: str
    current: str
    below: tuple["Link", ...] = ()


PUBLIC = (
    Entry("Accueil", "home"),
    Entry("Textes et chartes", "legal_texts"),
    Entry("Vérifier un document", "document_check"),
)
VENDOR = (
    Entry("Tableau de bord", "dashboard"),
    Entry("Mes organismes", "claims"),
    Entry("Mes services", "services"),
    Entry("Mes tests", "campaigns"),
    Entry("Mes accès", "grants"),
    Entry("Mes documents", "documents"),
    Entry("Textes et chartes", "legal_texts"),
)
ADMINISTRATOR = frozenset({"administrator"})
AGENCY = (
    Entry("Bureau", "desk"),
    Entry("Dossiers", "candidacies"),
    Entry("Rattachements", "claims"),
    Entry("Comité", "committee"),
    Entry("Tests", "campaigns"),
    Entry("Habilitations", "grants"),
    Entry("Liste blanche", "whitelist"),
    Entry(
        "Référence",
        below=(
            Entry("Politique d’accès", "policy"),
            Entry("Simulateur", "simulator"),
            Entry("Textes et chartes", "legal_texts"),
            Entry("Établissements", "register"),
            Entry("Régions", "regions"),
            Entry("Échéances des certificats", "certificate_deadlines"),
            Entry("Autorités de certification", "trust_anchors"),
            Entry("Nomenclatures", "nomenclatures"),
            Entry("Services", "services"),
            Entry("Documents", "documents"),
        ),
    ),
    Entry(
        "Administration",
        below=(
            Entry("Réglages", "parameters"),
            Entry("Comptes et rôles", "accounts", ADMINISTRATOR),
            Entry("Jetons d’API", "tokens", ADMINISTRATOR),
        ),
    ),
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
    return AGENCY if getattr(user, "is_agent", False) else VENDOR


def _leaves(entries: Iterable[Entry]) -> Iterable[Entry]:
    for entry in entries:
        yield from _leaves(entry.below) if entry.below else [entry]


def navigation(user: Any, path: str) -> list[Link]:
    """The menu of a person: only pages that exist for him, the present one marked."""
    entries = _entries(user)
    held = {str(role) for role in user.staff_roles} if user.is_authenticated else set()
    inside = max(
        (url for leaf in _leaves(entries) if (url := address(leaf.name)) and path.startswith(url)), key=len, default=""
    )
    return list(_links(entries, path, inside, held))


def _links(entries: Iterable[Entry], path: str, inside: str, held: set[str]) -> Iterable[Link]:
    for entry in entries:
        if entry.roles and not entry.roles & held:
            continue
        below = tuple(_links(entry.below, path, inside, held))
        url = address(entry.name) if entry.name else ""
        if url:
            yield Link(entry.label, url, "page" if url == path else "true" if url == inside != "/" else "")
        elif below:
            yield Link(entry.label, "", "true" if any(link.current for link in below) else "", below)


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
