"""The guard against a list that empties itself: what it would lose by no act, whether that is too much, what to keep.

An entry suspended or withdrawn by an act, or cut because revoked, leaves at once and is never counted here: what is
counted are the entries in force that can no longer be read, and those whose row is gone (requirement WL-06).
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from .publication import ADMITTING, Content, EntryRow, canonical

FLOOR, SHARE = 10, 20  # ten entries, or one in twenty
_REFERENCE = re.compile(rb'"reference":"([^"\\]+)"')  # no quote stands bare within a text of JSON
VANISHED = "ligne disparue de la base"


@dataclass(frozen=True, slots=True)
class Loss:
    """What a list would lose by no act: each entry as it was last published, and why it is lost."""

    reasons: Mapping[str, str]
    entries: Mapping[str, dict[str, Any]]

    @property
    def references(self) -> frozenset[str]:
        """The references of the entries."""
        return frozenset(self.reasons)

    def without(self, accepted: Collection[str]) -> "Loss":
        """The same, less what two persons accepted to lose."""
        kept = [one for one in self.reasons if one not in accepted]
        return Loss({one: self.reasons[one] for one in kept}, {one: self.entries[one] for one in kept})


def is_possible(content: Content, last: bytes) -> bool:
    """Whether the list may have lost entries by no act: judged without reading the last document whole."""
    return bool(content.set_aside) or bool(_named(last) - _named(content.body))


def _named(document: bytes) -> frozenset[bytes]:
    return frozenset(_REFERENCE.findall(document))


def loss_between(last: bytes, content: Content, *, closed: Collection[str]) -> Loss:
    """What the last document published and this content does not say; `closed` left by an act."""
    former = {entry["reference"]: entry for entry in orjson.loads(last)["entries"]}
    present = {entry["reference"] for entry in orjson.loads(content.body)["entries"]}
    aside = {row.reference: row.reason for row in content.set_aside}
    lost = sorted(former.keys() - present - frozenset(closed))
    return Loss({one: aside.get(one, VANISHED) for one in lost}, {one: former[one] for one in lost})


def is_excessive(loss: Loss, before: int, *, alone: bool, held: Collection[str] = ()) -> bool:
    """Whether people must decide: more than ten entries and than one in twenty, or a holder `alone` with none left.

    What is `held` back already waits for them, however little of it remains.
    """
    return alone or not loss.references.isdisjoint(held) or len(loss.reasons) > max(FLOOR, before // SHARE)


def several(loss: Loss, holders: Mapping[str, int], owners: Mapping[str, int]) -> frozenset[int]:
    """Who loses more than one entry: the holder of each by its reference, or the owner of its service if it is gone."""
    lost = Counter(holders.get(one) or owners.get(entry["service"]) for one, entry in loss.entries.items())
    return frozenset(holder for holder, number in lost.items() if holder and number > 1)


def prints_of(loss: Loss) -> frozenset[str]:
    """The SHA-256 of every certificate of the entries lost, in hexadecimal."""
    return frozenset(one["sha256"] for entry in loss.entries.values() for one in entry["certificates"])


def services_of(loss: Loss) -> frozenset[str]:
    """The references of the services of the entries lost."""
    return frozenset(entry["service"] for entry in loss.entries.values())


def keeping(content: Content, loss: Loss, rows: Iterable[EntryRow], stopped: Collection[str] = ()) -> Content:
    """The content with the entries lost as they were; one suspended, cut or narrowed since then admits nobody.

    Nor does one whose row is gone when a certificate of it, or its service, is among the `stopped`.
    """
    now = {row.reference: row for row in rows if row.reference in loss.reasons}
    said = orjson.loads(content.body)
    kept = [_as_it_was(entry, now.get(one), stopped) for one, entry in loss.entries.items()]
    said["entries"] = sorted([*said["entries"], *kept], key=lambda entry: entry["reference"])
    body = canonical(said)
    aside = [row for row in content.set_aside if row.reference not in loss.reasons]
    digest = hashlib.sha256(body).hexdigest()
    return replace(content, count=len(said["entries"]), body=body, digest=digest, set_aside=aside)


def _as_it_was(entry: dict[str, Any], row: EntryRow | None, stopped: Collection[str]) -> dict[str, Any]:
    """Whatever stopped it in part stops it whole: what it still opens can no longer be read."""
    prints = {one["sha256"] for one in entry["certificates"]}
    if row is None:
        stands = prints.isdisjoint(stopped) and entry["service"] not in stopped
    else:
        closed = bool(row.closed_profiles or row.closed_establishments)
        stands = row.state == ADMITTING and not closed and prints <= {one.sha256 for one in row.certificates}
    return entry if stands else {**entry, "state": "suspended"}
