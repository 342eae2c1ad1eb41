"""Whether a renewed certificate may be closed: on evidence that its successor is in use, never the last usable one.

Settled question 27: an overlap ends on evidence; without any, nothing is removed by itself. Only gateways that saw the
former are waited for: each must have seen the successor since.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What a gateway saw of a certificate; `last_at` is aware."""

    gateway: str
    last_at: datetime
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A certificate of the entry in force: whether it may serve now, and what gateways saw of it."""

    reference: str
    is_usable: bool
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether the certificate may be closed, and the French sentence that says why."""

    may_close: bool
    sentence: str


def judge(former: Listed, others: Sequence[Listed]) -> Judgement:
    """Whether `former` may leave an entry that also lists `others`."""
    usable = [one for one in others if one.is_usable]
    if not usable:
        return Judgement(False, "C’est le dernier certificat utilisable de l’inscription : il ne se ferme pas.")
    latest = _latest(usable)
    if not latest:
        return Judgement(
            False, "Aucune passerelle n’a encore vu un autre certificat de l’inscription : rien ne se ferme."
        )
    behind = [seen.gateway for seen in former.seen if latest.get(seen.gateway, seen.last_at) <= seen.last_at]
    if behind:
        return Judgement(False, f"Encore présenté à {', '.join(behind)}, où rien d’autre n’a été vu depuis.")
    names = ", ".join(sorted(latest))
    return Judgement(True, f"Son remplaçant est en service ({names}) et lui n’est plus présenté : il peut se fermer.")


def _latest(usable: Sequence[Listed]) -> dict[str, datetime]:
    """By gateway, when one of these was last seen."""
    found: dict[str, datetime] = {}
    for seen in (seen for one in usable for seen in one.seen):
        found[seen.gateway] = max(found.get(seen.gateway, seen.last_at), seen.last_at)
    return found
