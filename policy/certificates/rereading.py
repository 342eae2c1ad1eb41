"""A certificate read again as it is kept: its checks of now, and the digest of all that they rest on.

The judgement never rests on memory alone. As long as the digest is the same, what it would find is the same: the stored
bytes of the certificate, the code that judges and the libraries under it, the authorities and which of their dates have
come, what its environment accepts, whom it may name, who else bears its key, and the checks as the database gives them
back. The dates of the certificate and its revocation are in no digest: they are judged whenever they are shown.
"""

import hashlib
import platform
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from importlib.metadata import version
from operator import itemgetter
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import orjson
from cryptography.hazmat.backends.openssl import backend

from . import checks, deposit, inspection, trust
from .checks import Check, Outcome
from .environments import Environment
from .identity import Holder
from .inspection import Inspection
from .question import Places, Question, Twin
from .trust import Anchor, Trusted

ELSEWHERE = frozenset(["validity", "revocation"])  # the checks that the clock and the sources keep
_OURS = ("policy.", "portal.")
_said = itemgetter(*Check._fields)
_LIBRARIES = ("cryptography", "python-stdnum")


class Kept(NamedTuple):
    """What the database keeps of a certificate, as it gives it back: its bytes, and what was last found of it."""

    pem: str
    environment: Environment
    key_digest: str
    fault: str
    checks: str


class Case(NamedTuple):
    """A certificate as it is kept, whom it may name, and who else bears its key."""

    kept: Kept
    holders: tuple[Holder, ...]
    twins: tuple[Twin, ...] = ()


class Found(NamedTuple):
    """What a reading finds: the digest of the key, the lasting checks, and the names of those that must be mended.

    `dated` are those judged elsewhere, kept beside them to be shown at their place.
    """

    key_digest: str
    checks: tuple[Check, ...]
    fault: str
    dated: Callable[[], tuple[Check, ...]]

    def is_of(self, kept: Kept) -> bool:
        """True when this is what is already kept, but for the checks that are judged elsewhere."""
        if (self.key_digest, self.fault) != (kept.key_digest, kept.fault):
            return False
        before = map(_said, orjson.loads(kept.checks))
        return [said for said in before if said[0] not in ELSEWHERE] == list(self.checks)

    def as_json(self) -> list[dict[str, str]]:
        """All the checks, as the database keeps them."""
        return [check.as_json() for check in self.dated()]


class Bench:
    """What every certificate of one night is judged with: an instant, authorities, what each place accepts."""

    def __init__(self, at: datetime, anchors: Sequence[Anchor], places: Mapping[Environment, Places]) -> None:
        self.at, self.trusted, self.places = at, Trusted(anchors), places
        said = (code(), [_trusted(anchor) for anchor in anchors], trust.dates(anchors, at=at))
        self._common = {environment: f"{_digest(repr((said, _taken(here))))}\n" for environment, here in places.items()}

    def basis(self, case: Case) -> str:
        """The digest of all that the checks of this certificate rest on.

        What is kept comes last, each part on its own lines: no part can pass for another.
        """
        kept = case.kept
        about = repr((_whom(case.holders), case.twins, kept.key_digest, kept.fault))
        return _digest(f"{self._common[kept.environment]}{about}\n{kept.checks}\n{kept.pem}")

    def judge(self, cases: Sequence[Case]) -> list[Found]:
        """Everything is judged; one that cannot be read any more has one bad check."""
        read = inspection.all_again([case.kept.pem for case in cases], self.trusted, at=self.at)
        return [self._found(case, one) for case, one in zip(cases, read, strict=True)]

    def _found(self, case: Case, read: Inspection | deposit.Unreadable) -> Found:
        where, key_digest = case.kept.environment, case.kept.key_digest
        if isinstance(read, deposit.Unreadable):
            alone = (Check("format", "Format", Outcome.BAD, read.reason.sentence, read.reason.remedy),)
            return Found(key_digest, alone, _fault(alone), lambda: alone)
        question = Question(where, self.at, case.holders, twins=case.twins, places=self.places[where])
        found = checks.lasting(read.facts, read.chain, question)
        return Found(
            read.facts.key.digest, found, _fault(found), lambda: checks.judge(read.facts, read.chain, question)
        )


@cache
def code() -> str:
    """The digest of what judges: every module of the portal that this one stands on, and the libraries under them."""
    sources = [(one.__name__, Path(str(one.__file__)).read_bytes()) for one in modules()]
    libraries = [version(name) for name in _LIBRARIES]
    return _digest(repr((sources, libraries, backend.openssl_version_text(), platform.python_version())))


def modules() -> list[ModuleType]:
    """The modules of the portal that this one stands on, itself included, in the order of their names."""
    found: dict[str, ModuleType] = {}
    waiting = [__name__]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = sys.modules[name]
            waiting.extend(_named(found[name]))
    return [found[name] for name in sorted(found)]


def _named(module: ModuleType) -> Iterator[str]:
    for value in vars(module).values():
        name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
        if isinstance(name, str) and name.startswith(_OURS):
            yield name


@lru_cache(maxsize=1024)
def _whom(holders: tuple[Holder, ...]) -> str:
    """Whom a certificate may name, in one text that does not depend on any order of sets."""
    return repr([(one.label, one.siren, one.siret, sorted(one.finess)) for one in holders])


def _trusted(anchor: Anchor) -> tuple[str, ...]:
    return (anchor.name, anchor.hierarchy, anchor.kind, anchor.pem, str(anchor.is_demo))


def _taken(places: Places) -> str:
    return repr([(place, sorted(taken)) for place, taken in places])


def _fault(found: Iterable[Check]) -> str:
    return ", ".join(check.label.lower() for check in found if check.outcome is Outcome.BAD)[:300]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
