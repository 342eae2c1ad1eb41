"""Pages of the REST API's lists: by key, never by offset, so that a page costs the same wherever it is.

``?after=<reference of the last row seen>&limit=<1 to 200>``; any other parameter is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.lifecycle.errors import Refusal

LARGEST = 200
USUAL = 50


class BadRequest(Refusal):
    """A list asked for with parameters that mean nothing."""

    status = 400


@dataclass(frozen=True, slots=True)
class Paging:
    """What was asked: rows after a reference (empty: from the first), and how many."""

    after: str
    limit: int


def read(parameters: Mapping[str, str], *, others: Iterable[str] = ()) -> Paging:
    """The paging of a query string; `others` are the parameters the view reads itself. Raises BadRequest."""
    if unknown := sorted(set(parameters) - {"after", "limit", *others}):
        raise BadRequest(f"Paramètre inconnu : {unknown[0][:40]}.")
    text = parameters.get("limit", str(USUAL))
    limit = int(text) if text.isdecimal() and text.isascii() and len(text) <= 4 else 0
    if not 1 <= limit <= LARGEST:
        raise BadRequest(f"« limit » est un nombre de 1 à {LARGEST}.", field="limit")
    after = parameters.get("after", "")
    if len(after) > 40 or not after.isprintable():
        raise BadRequest("« after » est la référence du dernier élément lu.", field="after")
    return Paging(after, limit)
