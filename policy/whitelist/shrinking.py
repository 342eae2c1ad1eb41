"""The guard against a list that empties itself: what it would lose by no act, whether that is too much, what to keep.

An entry suspended or withdrawn by an act, or cut because revoked, leaves at once and is never counted here: what is
counted are the entries in force that can no longer be read, and those whose row is gone (requirement WL-06).
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from .publication import ADMITTING, Content, EntryRow, canonical

FLOOR, SHARE = 10, 20  # ten entries, or one in twenty
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


def is_possible(content: Content, before: int) -> bool:
    """Whether the list may have lost entries by no act: judged without reading the last one again."""
    return bool(content.set_aside) or before - content.count > FLOOR


def loss_between(last: bytes, content: Content, *, closed: Collection[str]) -> Loss:
    """What the last document published and this content does not say; `closed` left by an act."""
    former = {entry["reference"]: entry for entry in orjson.loads(last)["entries"]}
    present = {entry["reference"] for entry in orjson.loads(content.body)["entries"]}
    aside = {row.reference: row.reason for row in content.set_aside}
    lost = sorted(former.keys() - present - frozenset(closed))
    return Loss({one: aside.get(one, VANISHED) for one in lost}, {one: former[one] for one in lost})


def is_excessive(loss: Loss, before: int, *, alone: bool) -> bool:
    """Whether people must decide: more than ten entries and than one in twenty, or a holder `alone` with none left."""
    return alone or len(loss.reasons) > max(FLOOR, before // SHARE)


def keeping(content: Content, loss: Loss, rows: Iterable[EntryRow]) -> Content:
    """The content with the entries lost as they were; one suspended, cut or narrowed since then admits nobody."""
    now = {row.reference: row for row in rows if row.reference in loss.reasons}
    said = orjson.loads(content.body)
    kept = [_as_it_was(entry, now.get(one)) for one, entry in loss.entries.items()]
    said["entries"] = sorted([*said["entries"], *kept], key=lambda entry: entry["reference"])
    body = canonical(said)
    aside = [row for row in content.set_aside if row.reference not in loss.reasons]
    digest = hashlib.sha256(body).hexdigest()
    return replace(content, count=len(said["entries"]), body=body, digest=digest, set_aside=aside)


def _as_it_was(entry: dict[str, Any], row: EntryRow | None) -> dict[str, Any]:
    """Whatever stopped it in part stops it whole: what it still opens can no longer be read."""
    if row is None:
        return entry
    prints = {one.sha256 for one in row.certificates}
    whole = all(one["sha256"] in prints for one in entry["certificates"])
    closed = bool(row.closed_profiles or row.closed_establishments)
    return entry if row.state == ADMITTING and whole and not closed else {**entry, "state": "suspended"}
