"""Finding the caller whom a person names in the simulator: client id, fingerprint, reference of entry or service."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from policy.profiles import catalogue

from .index import Index, Right
from .question import PATCH, normalised_fingerprint


class Caller(NamedTuple):
    """A caller as a question names it: one of the two is empty."""

    fingerprint: str = ""
    client_id: str = ""


def find(index: Index, text: str, operation: str = "") -> Caller:
    """The caller meant by a text; one that the index does not know is kept as it was written, and will be refused.

    Of the callers of a service that both feeds and consumes, the one whose right the operation concerns.
    """
    wanted = text.strip()
    if wanted in index.by_client_id:
        return Caller(client_id=wanted)
    if (fingerprint := normalised_fingerprint(wanted)) in index.by_fingerprint:
        return Caller(fingerprint=fingerprint)
    return _named(index, wanted.upper(), operation) or Caller(client_id=wanted)


def _named(index: Index, reference: str, operation: str) -> Caller | None:
    """The caller of an entry or of a service: its client id, or its first certificate when it has none."""
    direction = "feeding" if operation == PATCH else "consumption"
    found = [*_of(index.by_client_id, reference), *_of(index.by_fingerprint, reference)]
    fitting = [name for name, right in found if catalogue.direction(right.profiles) == direction]
    name = next(iter([*fitting, *(name for name, _ in found)]), None)
    if name is None:
        return None
    return Caller(client_id=name) if name in index.by_client_id else Caller(fingerprint=name)


def _of(table: Mapping[str, tuple[Right, ...]], reference: str) -> Iterator[tuple[str, Right]]:
    for name, rights in table.items():
        for right in rights:
            if reference in (right.entry, right.service):
                yield name, right


def regions(index: Index, text: str) -> frozenset[str]:
    """The regions to which the rights of the caller meant by a text are bound; none when one is bound to no region."""
    caller = find(index, text)
    rights = index.by_client_id.get(caller.client_id, ()) or index.by_fingerprint.get(caller.fingerprint, ())
    bound = frozenset(right.region for right in rights)
    return frozenset() if "" in bound else bound


def known(index: Index) -> Sequence[tuple[str, str]]:
    """(client id, entry) of every caller, by entry: what the simulator proposes."""
    pairs = [(client_id, right.entry) for client_id, rights in index.by_client_id.items() for right in rights]
    return sorted(pairs, key=lambda pair: pair[1])


def without(index: Index, entries: Collection[str]) -> Index:
    """The same index, which knows nothing of these entries (references)."""
    if not entries:
        return index

    def kept(table: Mapping[str, tuple[Right, ...]]) -> dict[str, tuple[Right, ...]]:
        left = ((name, tuple(one for one in rights if one.entry not in entries)) for name, rights in table.items())
        return {name: rights for name, rights in left if rights}

    return replace(
        index,
        by_fingerprint=kept(index.by_fingerprint),
        by_client_id=kept(index.by_client_id),
        by_name=kept(index.by_name),
    )
