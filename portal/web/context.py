"""What every page shows: the name of the service, its theme, the menu of the person's side, the account menu."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
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
    Entry("Orientation", "orientation"),
    Entry("Le parcours", "public_journey"),
    Entry("Textes et chartes", "legal_texts"),
    Entry("Services du cercle", "circle"),
    Entry("Vérifier un document", "document_check"),
    Entry("État du service", "status"),
)
VENDOR = (
    Entry("Tableau de bord", "dashboard"),
    Entry("Mes organismes", "claims"),
    Entry("Mes services", "services"),
    Entry("Mes tests", "campaigns"),
    Entry("Mes accès", "grants"),
    Entry("Mes changements", "changes"),
    Entry("Mes documents", "documents"),
    Entry("Textes et chartes", "legal_texts"),
    Entry(
        "Annonces",
        below=(Entry("Annonces", "notices"), Entry("Signalements", "reports"), Entry("État du service", "status")),
    ),
)
REGIONAL = (Entry("Espace régional", "regional_space"), Entry("Textes et chartes", "legal_texts"))
ADMINISTRATOR = frozenset({"administrator"})
WHITELIST_MANAGER = frozenset({"whitelist_manager"})
AGENCY = (
    Entry("Bureau", "desk"),
    Entry("Dossiers", "candidacies"),
    Entry("Rattachements", "claims"),
    Entry("Comité", "committee"),
    Entry("Tests", "campaigns"),
    Entry("Habilitations", "grants"),
    Entry("Liste blanche", "whitelist"),
    Entry(
        "Annonces",
        below=(Entry("Annonces", "notices"), Entry("Signalements", "reports"), Entry("État du service", "status")),
    ),
    Entry(
        "Suivi",
        below=(
            Entry("Changements déclarés", "changes"),
            Entry("Manquements", "breaches"),
            Entry("Mesures", "sanctions"),
            Entry("Confirmations annuelles", "confirmations"),
        ),
    ),
    Entry(
        "Référence",
        below=(
            Entry("Chiffres", "figures"),
            Entry("Modèles de courrier", "letter_models"),
            Entry("Politique d’accès", "policy"),
            Entry("Simulateur", "simulator"),
            Entry("Diagnostic de connexion", "why"),
            Entry("Textes et chartes", "legal_texts"),
            Entry("Établissements", "register"),
            Entry("Régions", "regions"),
            Entry("Certificats", "certificates"),
            Entry("Autorités de certification", "trust_anchors"),
            Entry("Nomenclatures", "nomenclatures"),
            Entry("Formulaires officiels", "official_forms"),
            Entry("Règles d’orientation", "orientation_rules"),
            Entry("Services", "services"),
            Entry("Contacts douteux", "doubtful_contacts"),
            Entry("Documents", "documents"),
        ),
    ),
    Entry(
        "Administration",
        below=(
            Entry("Réglages", "parameters"),
            Entry("Reprise de l’existant", "takeovers", WHITELIST_MANAGER),
            Entry("Comptes et rôles", "accounts", ADMINISTRATOR),
            Entry("Jetons d’API", "tokens", ADMINISTRATOR),
        ),
    ),
)


def address(name: str) -> str:
    """The address of a page by its name; empty when no such page exists. Looked for once."""
    return _address(settings.ROOT_URLCONF, name)


@cache
def _address(urlconf: str, name: str) -> str:
    try:
        return reverse(name, urlconf)
    except NoReverseMatch:
        return ""


def _entries(user: Any) -> tuple[Entry, ...]:
    if not user.is_authenticated:
        return PUBLIC
    if getattr(user, "is_agent", False):
        return AGENCY
    return REGIONAL if getattr(user, "is_staff_member", False) else VENDOR


def _leaves(entries: Iterable[Entry]) -> Iterable[Entry]:
    for entry in entries:
        yield from _leaves(entry.below) if entry.below else [entry]


def navigation(user: Any, path: str) -> tuple[Link, ...]:
    """The menu of a person: only pages that exist for him, the present one marked."""
    entries, urlconf = _entries(user), settings.ROOT_URLCONF
    held = {str(role) for role in user.staff_roles} if user.is_authenticated else set()
    around = (url for url in _addresses(urlconf, entries) if path.startswith(url))
    inside = max(around, key=len, default="")
    return _menu(urlconf, entries, inside, inside == path, _keeping(entries) & held)


@cache
def _keeping(entries: tuple[Entry, ...]) -> frozenset[str]:
    """The roles for which a menu keeps some of its lines: the others do not change it."""
    return frozenset().union(*(leaf.roles for leaf in _leaves(entries)))


@cache
def _addresses(urlconf: str, entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """The addresses of the pages of a menu that exist."""
    return tuple(url for leaf in _leaves(entries) if (url := _address(urlconf, leaf.name)))


@lru_cache(maxsize=512)
def _menu(
    urlconf: str, entries: tuple[Entry, ...], inside: str, is_page: bool, held: frozenset[str]
) -> tuple[Link, ...]:
    """The menu as it is inside one of its pages, or on that page itself: there are few, each is made once."""
    return tuple(_links(entries, inside if is_page else "", inside, held))


def _links(entries: Iterable[Entry], path: str, inside: str, held: frozenset[str]) -> Iterable[Link]:
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
        "PROVIDER": settings.PROCONNECT_NAME if settings.PROCONNECT_CLIENT_ID else "",
        "navigation": cache(lambda: navigation(user, request.path)) if user is not None else [],
    }
