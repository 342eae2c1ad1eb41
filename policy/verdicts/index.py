"""An immutable index over one publication of the whitelist: who is calling, with what right, on which establishments.

Built once per publication and swapped as a whole. Establishments are numbered, and each perimeter is a compressed set
of numbers, so that ten thousand entries of thousands of establishments stay in a few tens of megabytes. A row that
cannot be read admits nobody; it is named in `faults` and the others stand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import inf
from types import MappingProxyType
from typing import Any, NamedTuple

from pyroaring import FrozenBitMap

from policy.profiles import catalogue
from policy.profiles.rulebook import Rulebook

APPROVED = "approved"
SUSPENDED = "suspended"


class DocumentRefused(ValueError):
    """The document is no publication; nothing can be decided from it."""


class Right(NamedTuple):
    """What one caller holds by one entry. `opens` and `closes` are POSIX instants; `closes` ends the certificate.

    `perimeter` numbers the establishments that the caller may write to; `region` is empty for the national space.
    """

    entry: str
    service: str
    profiles: frozenset[str]
    state: str
    opens: float
    closes: float
    region: str
    perimeter: FrozenBitMap


@dataclass(frozen=True, eq=False)
class Index:
    """What `decide` reads. A caller may hold several rights: the most favourable answers."""

    environment: str
    version: int
    issued_at: str
    rulebook: Rulebook
    by_fingerprint: Mapping[str, tuple[Right, ...]]
    by_client_id: Mapping[str, tuple[Right, ...]]
    numbers: Mapping[str, int]
    count: int
    faults: tuple[str, ...] = ()


def empty(environment: str, rulebook: Rulebook) -> Index:
    """The index of an environment where nothing was published: it knows no caller (version 0)."""
    return Index(environment, 0, "", rulebook, MappingProxyType({}), MappingProxyType({}), MappingProxyType({}), 0)


def build(document: Mapping[str, Any], rulebook: Rulebook) -> Index:
    """The index of a publication's parsed body. Raises DocumentRefused when it is none, or is incomplete."""
    environment, version, entries = _frame(document)
    making = _Making()
    for rank, entry in enumerate(entries):
        making.add(rank, entry)
    return Index(
        environment=environment,
        version=version,
        issued_at=str(document.get("issued_at", "")),
        rulebook=rulebook,
        by_fingerprint=MappingProxyType(making.by_fingerprint),
        by_client_id=MappingProxyType(making.by_client_id),
        numbers=MappingProxyType(making.numbers),
        count=len(entries),
        faults=tuple(making.faults),
    )


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


class _Making:
    """The tables while they are filled."""

    def __init__(self) -> None:
        self.by_fingerprint: dict[str, tuple[Right, ...]] = {}
        self.by_client_id: dict[str, tuple[Right, ...]] = {}
        self.numbers: dict[str, int] = {}
        self.faults: list[str] = []

    def add(self, rank: int, entry: Any) -> None:
        """Reads one entry; one that cannot be read admits nobody."""
        try:
            base = self._right(entry)
            keyed = [
                (self._fingerprint(certificate), self._of_certificate(base, certificate))
                for certificate in entry["certificates"]
            ]
            client = entry.get("client_id") or ""
            _require(isinstance(client, str), "client_id")
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            self.faults.append(f"inscription n° {rank + 1} illisible ({type(error).__name__} : {error})")
            return
        for fingerprint, right in keyed:
            self.by_fingerprint[fingerprint] = (*self.by_fingerprint.get(fingerprint, ()), right)
        if client:
            self.by_client_id[client] = (*self.by_client_id.get(client, ()), base)

    def _right(self, entry: Mapping[str, Any]) -> Right:
        """The right of the entry as a whole, as a `client_id` holds it."""
        reference = entry["reference"]
        _require(isinstance(reference, str) and bool(reference), "reference")
        return Right(
            entry=reference,
            service=_text(entry.get("service")),
            profiles=_profiles(entry),
            state=_text(entry["state"]),
            opens=_instant(entry["effective_at"]),
            closes=inf,
            region=_text(entry.get("region")),
            perimeter=self._perimeter(entry["establishments"]),
        )

    def _of_certificate(self, base: Right, certificate: Mapping[str, Any]) -> Right:
        """The right that one certificate gives: its own establishments when it has any of its own."""
        own = certificate.get("establishments")
        perimeter = base.perimeter if own is None else FrozenBitMap(self._perimeter(own) & base.perimeter)
        return base._replace(closes=_instant(certificate["not_after"]), perimeter=perimeter)

    def _perimeter(self, establishments: Iterable[str]) -> FrozenBitMap:
        _require(isinstance(establishments, list), "establishments")
        numbers = self.numbers
        return FrozenBitMap([numbers.setdefault(_finess(finess), len(numbers)) for finess in establishments])

    @staticmethod
    def _fingerprint(certificate: Mapping[str, Any]) -> str:
        text = certificate["sha256"]
        _require(len(text) == 64 and set(text) <= set("0123456789abcdef"), "sha256")
        return str(text)


def _profiles(entry: Mapping[str, Any]) -> frozenset[str]:
    feeding, access = entry.get("feeding_profiles") or (), entry.get("access_profile")
    return catalogue.codes(list(feeding)) | catalogue.codes([] if access is None else [access])


def _finess(value: Any) -> str:
    _require(isinstance(value, str) and len(value) == 9, "establishments")
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
