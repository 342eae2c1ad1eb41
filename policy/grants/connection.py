"""Whether connection data fit the right they are handed over for.

Source: API documentation of the ROR: a consumer receives four header values with its client id, which a write call must
not carry; every exchange is over https.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from .direction import Direction

HEADERS = (
    "Ror-Profil-Utilisateur-Code",
    "Ror-Profil-Utilisateur-System",
    "Ror-Role-Metier-Code",
    "Ror-Role-Metier-System",
)
MAX_CLIENT_ID = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """Why connection data cannot be handed over: the field to mend and the sentence beside it."""

    field: str
    sentence: str


def is_https(url: str) -> bool:
    """True for an absolute https address with a host, and without identifiers or spaces in it."""
    try:
        parts = urlsplit(url)
        port_is_readable = parts.port is None or parts.port > 0
    except ValueError:
        return False
    clean = not any(character.isspace() or ord(character) < 32 for character in url)
    return parts.scheme == "https" and bool(parts.hostname) and not parts.username and clean and port_is_readable


def problems(
    direction: Direction, *, client_id: str, token_url: str, api_url: str, headers: Mapping[str, str]
) -> list[Problem]:
    """Everything that forbids handing these data over; empty when they fit."""
    return [*_addresses(token_url, api_url), *_client(client_id), *_headers(direction, headers)]


def _addresses(token_url: str, api_url: str) -> Iterator[Problem]:
    for field, url in (("token_url", token_url), ("api_url", api_url)):
        if not is_https(url):
            yield Problem(field, "Indiquez une adresse complète commençant par https://.")


def _client(client_id: str) -> Iterator[Problem]:
    if not client_id or len(client_id) > MAX_CLIENT_ID or any(c.isspace() or not c.isprintable() for c in client_id):
        yield Problem("client_id", f"Indiquez l’identifiant client, sans espace ({MAX_CLIENT_ID} caractères au plus).")


def _headers(direction: Direction, headers: Mapping[str, str]) -> Iterator[Problem]:
    given = {name for name, value in headers.items() if value}
    if direction is Direction.FEEDING and given:
        yield Problem("headers", "Un service qui alimente le ROR n’envoie aucun en-tête Ror-* : laissez-les vides.")
    if direction is Direction.CONSUMPTION and given != set(HEADERS):
        yield Problem("headers", "Un service qui consomme le ROR reçoit les quatre valeurs d’en-tête Ror-*.")
