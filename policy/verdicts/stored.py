"""An index as bytes: what took seconds to build from the published document is read back in a few hundredths.

A head in JSON (rights, callers, establishments in the order of their numbers), then the compressed sets end to end, as
they are in memory. The whole is sealed with a key of the portal: bytes that were cut, changed or made by somebody else
are no index, and the document is read again.
"""

import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from math import inf
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import orjson
from pyroaring import FrozenBitMap

from policy.profiles.rulebook import Rulebook

from .index import NONE, Index, Right

FORMAT = 5
SEAL = 32  # octets
APART = "\n"  # between the establishments, which are nine letters and figures
_right = cast(Callable[[tuple[Any, ...]], Right], partial(tuple.__new__, Right))

Table = Mapping[str, tuple[Right, ...]]


def packed(held: Index, *, key: bytes, name: str = "") -> bytes:
    """The bytes of an index, its policy excepted; `name` says of which list they are, and must be asked for again."""
    tables = (held.by_fingerprint, held.by_client_id, held.by_name)
    rights = list({id(one): one for table in tables for some in table.values() for one in some}.values())
    ranks = {id(one): rank for rank, one in enumerate(rights)}
    borne = [some for one in rights for some in (one.perimeter, one.barred)]  # certificates of an entry share its own
    sets = list({id(some): some for some in borne if some is not NONE}.values())
    places = {id(one): rank for rank, one in enumerate(sets)}
    entries: dict[tuple[Any, ...], int] = {}
    codes = {some: "".join(sorted(some)) for one in rights for some in (one.profiles, one.shut)}
    of = [entries.setdefault(_shared(one, codes), len(entries)) for one in rights]
    blobs = [one.serialize() for one in sets]
    head = orjson.dumps(
        {
            "format": FORMAT,
            "environment": held.environment,
            "version": held.version,
            "issued_at": held.issued_at,
            "count": held.count,
            "faults": held.faults,
            "numbers": APART.join(held.numbers),
            "sets": [len(blob) for blob in blobs],
            "entries": list(zip(*entries, strict=True)),
            "of": of,
            "closes": [None if one.closes == inf else one.closes for one in rights],  # None: without end
            "places": [places[id(one.perimeter)] for one in rights],
            "barred": [[rank, places[id(one.barred)]] for rank, one in enumerate(rights) if one.barred],
            "callers": [_callers(table, ranks) for table in tables],
            "fragments": dict(held.fragments),
        }
    )
    body = b"".join([len(head).to_bytes(8), head, *blobs])
    return _seal(body, key, name) + body


def _shared(right: Right, codes: Mapping[frozenset[str], str]) -> tuple[Any, ...]:
    """What the rights of an entry have in common; `codes` writes each set of profiles."""
    profiles, shut = codes[right.profiles], codes[right.shut]
    return right.entry, right.service, profiles, right.state, right.opens, right.region, shut


def _callers(table: Table, ranks: Mapping[int, int]) -> list[Any]:
    """The names, the rank of the first right of each, then all ranks of the few names that have several."""
    first = [ranks[id(some[0])] for some in table.values()]
    several = {name: [ranks[id(one)] for one in some] for name, some in table.items() if len(some) > 1}
    return [list(table), first, several]


def unpacked(data: bytes, rulebook: Rulebook, *, key: bytes, name: str = "") -> Index | None:
    """The index; None for bytes that are none, not ours, or those of another list."""
    seal, body = data[:SEAL], memoryview(data)[SEAL:]
    if not hmac.compare_digest(seal, _seal(body, key, name)):
        return None
    length = int.from_bytes(body[:8])
    head = orjson.loads(body[8 : 8 + length])
    if head["format"] != FORMAT:
        return None
    rights = list(_rights(head, list(_sets(head["sets"], data, SEAL + 8 + length))))
    by_fingerprint, by_client_id, by_name = (_table(one, rights) for one in head["callers"])
    numbers = head["numbers"].split(APART) if head["numbers"] else []
    return Index(
        environment=head["environment"],
        version=head["version"],
        issued_at=head["issued_at"],
        rulebook=rulebook,
        by_fingerprint=by_fingerprint,
        by_client_id=by_client_id,
        by_name=by_name,
        numbers=MappingProxyType(dict(zip(numbers, range(len(numbers)), strict=True))),
        count=head["count"],
        faults=tuple(head["faults"]),
        fragments=MappingProxyType(head["fragments"]),
    )


def _sets(lengths: Iterable[int], data: bytes, at: int) -> Iterator[FrozenBitMap]:
    """The sets written one after the other from there on."""
    for length in lengths:
        yield FrozenBitMap.deserialize(data[at : at + length])
        at += length


def _rights(head: Mapping[str, Any], sets: list[FrozenBitMap]) -> Iterator[Right]:
    """The rights, column by column: those of an entry share its texts and its set of profiles."""
    if not head["of"]:
        return iter(())
    entry, service, codes, state, opens, region, closed = head["entries"]
    kept = {one: frozenset(one) for one in {*codes, *closed}}
    profiles, shut = ([kept[one] for one in some] for some in (codes, closed))
    of, closes = head["of"], [inf if one is None else one for one in head["closes"]]
    shared = (map(column.__getitem__, of) for column in (entry, service, profiles, state, opens))
    barred = [NONE] * len(of)
    for rank, place in head["barred"]:
        barred[rank] = sets[place]
    more = (map(region.__getitem__, of), map(sets.__getitem__, head["places"]), map(shut.__getitem__, of), barred)
    return map(_right, zip(*shared, closes, *more, strict=True))


def _table(callers: list[Any], rights: list[Right]) -> Table:
    names, first, several = callers
    table = dict(zip(names, zip(map(rights.__getitem__, first)), strict=True))
    table.update({name: tuple(rights[rank] for rank in ranks) for name, ranks in several.items()})
    return MappingProxyType(table)


def _seal(body: bytes | memoryview, key: bytes, name: str) -> bytes:
    """HMAC of the whole; SHA-256 because processors compute it."""
    made = hmac.new(key, len(name).to_bytes(8) + name.encode(), hashlib.sha256)
    made.update(body)
    return made.digest()


def read(folder: Path, name: str, rulebook: Rulebook, *, key: bytes) -> Index | None:
    """The index kept under this name; None when there is none, or none that is ours."""
    try:
        return unpacked((folder / name).read_bytes(), rulebook, key=key, name=name)
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None


def write(folder: Path, name: str, held: Index, *, key: bytes) -> None:
    """Keeps an index for the next process, and forgets the others of its environment. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{name}.{os.getpid()}"
    try:
        fresh.write_bytes(packed(held, key=key, name=name))
        fresh.replace(folder / name)
    except OSError:  # a full disk keeps no half of an index besides
        fresh.unlink(missing_ok=True)
        raise
    for former in folder.glob(f"{held.environment}-*"):
        if former.name != name:
            former.unlink(missing_ok=True)
