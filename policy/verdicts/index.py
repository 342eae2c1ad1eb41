"""An immutable index over one publication of the whitelist: who is calling, with what right, on which establishments.

Built once per publication and swapped as a whole. Establishments are numbered, and each perimeter is a compressed set
of numbers, so that ten thousand entries of thousands of establishments stay in a few tens of megabytes. A row that
cannot be read admits nobody; it is named in `faults` and the others stand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from types import MappingProxyType
from typing import Any, NamedTuple

from pyroaring import FrozenBitMap

from policy.certificates import name_text
from policy.certificates import names as distinguished
from policy.profiles import catalogue
from policy.profiles.rulebook import Rulebook

from . import fragments
from .fragments import DocumentRefused as DocumentRefused

APPROVED = "approved"
SUSPENDED = "suspended"
NONE = FrozenBitMap()


class Right(NamedTuple):
    """What one caller holds by one entry. `opens` and `closes` are POSIX instants; `closes` ends the certificate.

    `perimeter` numbers the establishments that the caller may write to; `region` is empty for the national space.
    `shut` and `barred` name the profiles and the establishments closed for now: they open nothing, and say why.
    """

    entry: str
    service: str
    profiles: frozenset[str]
    state: str
    opens: float
    closes: float
    region: str
    perimeter: FrozenBitMap
    shut: frozenset[str] = frozenset()
    barred: FrozenBitMap = NONE


@dataclass(frozen=True, eq=False)
class Index:
    """What `decide` reads. A caller may hold several rights: the most favourable answers.

    `by_name` holds, by digest of the name, what entries give to names whose certificate nobody has seen yet: a
    certificate that bears such a name passes by it; a bare fingerprint cannot. `fragments` gives the entry that each
    piece of the document stated, by the digest of the piece, for the next list to be built from this one.
    """

    environment: str
    version: int
    issued_at: str
    rulebook: Rulebook
    by_fingerprint: Mapping[str, tuple[Right, ...]]
    by_client_id: Mapping[str, tuple[Right, ...]]
    numbers: Mapping[str, int]
    count: int
    by_name: Mapping[str, tuple[Right, ...]] = field(default_factory=lambda: MappingProxyType({}))
    faults: tuple[str, ...] = ()
    fragments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def empty(environment: str, rulebook: Rulebook) -> Index:
    """The index of an environment where nothing was published: it knows no caller (version 0)."""
    return Index(environment, 0, "", rulebook, MappingProxyType({}), MappingProxyType({}), MappingProxyType({}), 0)


def build(document: Mapping[str, Any], rulebook: Rulebook) -> Index:
    """The index of a publication's parsed body. Raises DocumentRefused when it is none, or is incomplete."""
    environment, version, entries = _frame(document)
    making = _Making()
    for rank, entry in enumerate(entries):
        making.add(rank, entry)
    return making.index(environment, version, str(document.get("issued_at", "")), rulebook, len(entries))


def rebuild(body: bytes, rulebook: Rulebook, former: Index | None = None) -> Index:
    """The same from the bytes of the body: what `former` already read of the same bytes is not read again."""
    pieces = fragments.cut(body)
    if pieces is None:
        return build(fragments.whole(body), rulebook)
    environment, version, entries = _frame({**pieces.frame, "count": len(pieces.entries), "entries": pieces.entries})
    making, known = _Making(former), former.fragments if former else {}
    held = _by_reference(former) if former else {}
    digests: dict[str, list[str]] = {}
    for rank, piece in enumerate(entries):
        digest = fragments.digest(piece)
        read = held.get(known.get(digest, ""))
        reference = making.take(read) if read else making.add(rank, fragments.read(piece))
        digests.setdefault(reference, []).append(digest)
    # what cannot be read, or stands there twice, is read again each time
    making.fragments = {each[0]: reference for reference, each in digests.items() if reference and len(each) == 1}
    return making.index(environment, version, str(pieces.frame.get("issued_at", "")), rulebook, len(entries))


def _by_reference(former: Index) -> dict[str, "_Read"]:
    """What each entry of an index gave, by its reference."""
    found: dict[str, _Read] = {}
    for kind, table in enumerate((former.by_fingerprint, former.by_name, former.by_client_id)):
        for name, rights in table.items():
            for right in rights:
                found.setdefault(right.entry, ([], [], []))[kind].append((name, right))
    return found


def _frame(document: Any) -> tuple[str, int, list[Any]]:
    """Environment, version and entries; a count that differs from the entries means that some were lost."""
    if not isinstance(document, Mapping):
        raise DocumentRefused("la publication n’est pas un document")
    environment, version, entries = (document.get(key) for key in ("environment", "version", "entries"))
    if not isinstance(environment, str) or type(version) is not int or not isinstance(entries, list):
        raise DocumentRefused("la publication n’a pas d’environnement, de version ou d’inscriptions lisibles")
    if document.get("count", len(entries)) != len(entries):
        raise DocumentRefused("la publication n’a pas le nombre d’inscriptions qu’elle annonce")
    return environment, version, entries


_Read = tuple[list[tuple[str, Right]], list[tuple[str, Right]], list[tuple[str, Right]]]


class _Making:
    """The tables while they are filled; the establishments keep the numbers that a former index gave them."""

    def __init__(self, former: Index | None = None) -> None:
        self.by_fingerprint: dict[str, tuple[Right, ...]] = {}
        self.by_client_id: dict[str, tuple[Right, ...]] = {}
        self.by_name: dict[str, tuple[Right, ...]] = {}
        self.numbers: dict[str, int] = dict(former.numbers) if former else {}
        self.faults: list[str] = []
        self.fragments: dict[str, str] = {}

    def index(self, environment: str, version: int, issued_at: str, rulebook: Rulebook, count: int) -> Index:
        """What was filled, for good."""
        return Index(
            environment=environment,
            version=version,
            issued_at=issued_at,
            rulebook=rulebook,
            by_fingerprint=MappingProxyType(self.by_fingerprint),
            by_client_id=MappingProxyType(self.by_client_id),
            by_name=MappingProxyType(self.by_name),
            numbers=MappingProxyType(self.numbers),
            count=count,
            faults=tuple(self.faults),
            fragments=MappingProxyType(self.fragments),
        )

    def add(self, rank: int, entry: Any) -> str:
        """Reads one entry and gives its reference; one that cannot be read admits nobody, and has none."""
        try:
            base = self._right(entry)
            keyed = [
                (self._fingerprint(certificate), self._of_certificate(base, certificate))
                for certificate in entry["certificates"]
            ]
            bare = [(_digest(name), base) for name in entry.get("names", ())]
            client = entry.get("client_id") or ""
            _require(isinstance(client, str), "client_id")
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            self.faults.append(f"inscription n° {rank + 1} illisible ({type(error).__name__} : {error})")
            return ""
        return self.take((keyed, bare, [(client, base)] if client else []))

    def take(self, read: _Read) -> str:
        """Files what an entry gives, and gives its reference."""
        reference = ""
        for table, given in zip((self.by_fingerprint, self.by_name, self.by_client_id), read, strict=True):
            for name, right in given:
                table[name] = (*table.get(name, ()), right)
                reference = right.entry
        return reference

    def _right(self, entry: Mapping[str, Any]) -> Right:
        """The right of the entry as a whole, as a `client_id` holds it."""
        reference = entry["reference"]
        _require(isinstance(reference, str) and bool(reference), "reference")
        closed = entry.get("closed") or {}
        return Right(
            entry=reference,
            service=_text(entry.get("service")),
            profiles=_profiles(entry),
            state=_text(entry["state"]),
            opens=_instant(entry["effective_at"]),
            closes=inf,
            region=_text(entry.get("region")),
            perimeter=self._perimeter(entry["establishments"]),
            shut=catalogue.codes(closed["profiles"]) if closed else frozenset(),
            barred=self._perimeter(closed["establishments"]) if closed else NONE,
        )

    def _of_certificate(self, base: Right, certificate: Mapping[str, Any]) -> Right:
        """The right that one certificate gives: its own establishments when it has any of its own."""
        own = certificate.get("establishments")
        perimeter = base.perimeter if own is None else FrozenBitMap(self._perimeter(own) & base.perimeter)
        return base._replace(closes=_instant(certificate["not_after"]), perimeter=perimeter)

    def _perimeter(self, establishments: Iterable[str]) -> FrozenBitMap:
        _require(isinstance(establishments, list), "establishments")
        numbers = self.numbers
        try:  # nearly all have been met before
            return FrozenBitMap(list(map(numbers.__getitem__, establishments)))
        except KeyError:
            return FrozenBitMap([numbers.setdefault(_finess(finess), len(numbers)) for finess in establishments])

    @staticmethod
    def _fingerprint(certificate: Mapping[str, Any]) -> str:
        text = certificate["sha256"]
        _require(len(text) == 64 and set(text) <= set("0123456789abcdef"), "sha256")
        return str(text)


def _profiles(entry: Mapping[str, Any]) -> frozenset[str]:
    feeding, access = entry.get("feeding_profiles") or (), entry.get("access_profile")
    return catalogue.codes(list(feeding)) | catalogue.codes([] if access is None else [access])


def _digest(name: Mapping[str, Any]) -> str:
    """The digest of a name published as text (RFC 4514), as that of a certificate that bears it is computed."""
    return distinguished.digest(name_text.parse(name["subject"]))


def _finess(value: Any) -> str:
    _require(isinstance(value, str) and len(value) == 9 and value.isascii() and value.isalnum(), "establishments")
    return str(value)


def _text(value: Any) -> str:
    _require(value is None or isinstance(value, str), "texte")
    return value or ""


def _instant(value: Any) -> float:
    instant = datetime.fromisoformat(value)
    _require(instant.tzinfo is not None, "instant sans fuseau")
    return instant.timestamp()


def _require(fine: bool, what: str) -> None:
    if not fine:
        raise ValueError(what)
