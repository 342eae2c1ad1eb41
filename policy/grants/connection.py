"""Whether connection data fit the right they are handed over for.

Source: API documentation of the ROR: a consumer receives four header values with its client id, which a write call must
not carry; every exchange is over https.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.reference import user_roles

from .direction import Direction

HEADERS = (
    "Ror-Profil-Utilisateur-Code",
    "Ror-Profil-Utilisateur-System",
    "Ror-Role-Metier-Code",
    "Ror-Role-Metier-System",
)
USER_CODE, USER_SYSTEM, ROLE_CODE, ROLE_SYSTEM = HEADERS
ROLE_SYSTEM_VALUE = "1.2.250.1.213.1.1.4.6"  # TRE_A00-ProducteurDocNonPS, whose AUTOMATE is for machine calls
MAX_CLIENT_ID = 80
SECRET_LENGTHS = (16, 256)


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
    direction: Direction,
    *,
    client_id: str,
    token_url: str,
    api_url: str,
    headers: Mapping[str, str],
    access_profile: int | None = None,
) -> list[Problem]:
    """Everything that forbids handing these data over; empty when they fit."""
    found = [*_addresses(token_url, api_url), *_client(client_id), *_headers(direction, headers)]
    if direction is Direction.CONSUMPTION and access_profile is not None and not found:
        found = [*_values(headers, access_profile)]
    return found


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


def header_field(name: str) -> str:
    """The form field of a header: ``ror_role_metier_code``."""
    return name.lower().replace("-", "_")


EXPECTED = {USER_SYSTEM: user_roles.SYSTEM, ROLE_CODE: "AUTOMATE", ROLE_SYSTEM: ROLE_SYSTEM_VALUE}


def role_choices(access_profile: int, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """The user roles to choose from for a profile, as (code, words); a blank choice first when there are several.

    `labels` are those that the policy in force gives, by code; a role that it does not name keeps its own.
    """
    roles = user_roles.of_profile(access_profile)
    fitting = [(role.code, f"{role.code} – {labels.get(role.code, role.label)}") for role in roles]
    return fitting if len(fitting) == 1 else [("", "Choisir"), *fitting]


def _values(headers: Mapping[str, str], access_profile: int) -> Iterator[Problem]:
    """The four values against the profile granted: the user role goes with it, the systems are those of the policy."""
    fitting = {role.code: role for role in user_roles.of_profile(access_profile)}
    if headers[USER_CODE] not in fitting:
        known = user_roles.label_of(headers[USER_CODE])
        expected = ", ".join(fitting)
        sentence = f"Le rôle « {known} » ne va pas avec le profil d’accès {access_profile} : {expected}."
        yield Problem(header_field(USER_CODE), sentence)
    for name, value in ((USER_SYSTEM, user_roles.SYSTEM), (ROLE_SYSTEM, ROLE_SYSTEM_VALUE)):
        if headers[name] != value:
            yield Problem(header_field(name), f"La valeur attendue est {value}.")
    if not headers[ROLE_CODE].isprintable() or " " in headers[ROLE_CODE]:
        yield Problem(header_field(ROLE_CODE), "Indiquez un code sans espace, par exemple AUTOMATE.")


def secret_problem(secret: str) -> str:
    """Why a text cannot be a client secret (French); empty when it can."""
    least, most = SECRET_LENGTHS
    if not least <= len(secret) <= most or any(c.isspace() or not c.isprintable() for c in secret):
        return f"Un secret compte de {least} à {most} caractères, sans espace."
    return ""
