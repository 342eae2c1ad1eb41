"""Reads which establishment a feeding call writes to, from its request line; refuses what could be read in two ways.

Rule: settled practice of the trust circle and public documentation of the API, « Mise à jour du capacitaire »: the
only writing call is ``PATCH …/Location?identifier=<1 + FINESS>/<service>``. The query is decoded once; a repeated,
empty, chained, doubly encoded or unparsable identifier, an encoded slash, and any other path or method are refused.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from portal.lifecycle.table import LabelledEnum

METHOD = "PATCH"
RESOURCE = "Location"
PARAMETER = "identifier"
MAX_CHARACTERS = 2048
_TARGET = re.compile(r"(?:https?://[^/?#\s]+)?(?P<path>/[^?#\s]*)\?(?P<query>[^?#\s]+)")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_IDENTIFIER = re.compile(r"1(?P<finess>[0-9A-Z]{9})/(?P<service>[A-Za-z0-9][A-Za-z0-9._-]{0,63})")


class PathFault(LabelledEnum):
    """Why a request line was refused, with its French sentence."""

    UNREADABLE = "path_unreadable", "La ligne de requête est illisible : attendu « PATCH /…/Location?identifier=… »."
    METHOD = "path_method", "Seule la méthode PATCH permet d’écrire dans le ROR."
    RESOURCE = "path_resource", "Seul le chemin « …/Location » permet d’écrire dans le ROR."
    PARAMETERS = "path_parameters", "L’appel doit porter le seul paramètre « identifier », une seule fois."
    ENCODED = "path_encoded", "L’identifiant contient une barre oblique encodée, ou un codage double ou incorrect."
    IDENTIFIER = "path_identifier", "L’identifiant doit s’écrire « 1 + FINESS de l’établissement / code du service »."


@dataclass(frozen=True, slots=True)
class FeedingCall:
    """What a feeding call addresses: the FINESS of the establishment (nine characters) and the code of its service."""

    finess: str
    service: str


def read(line: object) -> FeedingCall | PathFault:
    """The call stated by a request line (``PATCH /…``, HTTP version optional), or what is wrong with it. Total."""
    if not isinstance(line, str) or len(line) > MAX_CHARACTERS or not (line.isascii() and line.isprintable()):
        return PathFault.UNREADABLE
    method, _, rest = line.partition(" ")
    target, _, version = rest.partition(" ")
    if not method.isalpha() or version not in ("", "HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/2.0", "HTTP/3"):
        return PathFault.UNREADABLE
    if method != METHOD:
        return PathFault.METHOD
    return _read_target(target)


def _read_target(target: str) -> FeedingCall | PathFault:
    parts = _TARGET.fullmatch(target)
    if parts is None:
        return PathFault.PARAMETERS if "?" not in target else PathFault.UNREADABLE
    *parents, last = parts["path"][1:].split("/")
    if last != RESOURCE or not all(_SEGMENT.fullmatch(part) and part.strip(".") for part in parents):
        return PathFault.RESOURCE
    return _read_query(parts["query"])


def _read_query(query: str) -> FeedingCall | PathFault:
    """The identifier of a one-parameter query; only ``&`` separates: ``;`` and ``+`` stay in the value and fail."""
    name, equals, value = query.partition("=")
    if "&" in query or not equals or name != PARAMETER:
        return PathFault.PARAMETERS
    if "%2f" in value.lower() or "%25" in value or _ESCAPE.search(value):
        return PathFault.ENCODED
    found = _IDENTIFIER.fullmatch(unquote(value, errors="replace"))
    return FeedingCall(found["finess"], found["service"]) if found else PathFault.IDENTIFIER
