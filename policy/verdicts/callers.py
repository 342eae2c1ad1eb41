"""Finding the caller that a person names in the simulator: a client id, a fingerprint or the reference of an entry."""

from collections.abc import Sequence
from typing import NamedTuple

from .index import Index
from .question import normalised_fingerprint


class Caller(NamedTuple):
    """A caller as a question names it: one of the two is empty."""

    fingerprint: str = ""
    client_id: str = ""


def find(index: Index, text: str) -> Caller:
    """The caller meant by a text; one that the index does not know is kept as it was written, and will be refused."""
    wanted = text.strip()
    if wanted in index.by_client_id:
        return Caller(client_id=wanted)
    if (fingerprint := normalised_fingerprint(wanted)) in index.by_fingerprint:
        return Caller(fingerprint=fingerprint)
    return _of_entry(index, wanted.upper()) or Caller(client_id=wanted)


def _of_entry(index: Index, reference: str) -> Caller | None:
    """The caller of an entry: its client id, or its first certificate when it has none."""
    for client_id, rights in index.by_client_id.items():
        if any(right.entry == reference for right in rights):
            return Caller(client_id=client_id)
    for fingerprint, rights in index.by_fingerprint.items():
        if any(right.entry == reference for right in rights):
            return Caller(fingerprint=fingerprint)
    return None


def known(index: Index) -> Sequence[tuple[str, str]]:
    """(client id, entry) of every caller, by entry: what the simulator proposes."""
    pairs = [(client_id, right.entry) for client_id, rights in index.by_client_id.items() for right in rights]
    return sorted(pairs, key=lambda pair: pair[1])
