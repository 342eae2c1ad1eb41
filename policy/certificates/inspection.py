"""Everything that opens an untrusted certificate, in one call: its facts and its chain; and their passage between
processes.

Run in the portal's own process by tests and demonstrations, and as a bounded child by `isolation` for what people
deposit.
"""

import json
import resource
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cryptography.x509 import Certificate

from . import deposit, x509
from .environments import Hierarchy
from .keys import KeyFacts
from .trust import Anchor, AnchorKind, Chain, Fault, Trusted
from .x509 import ExtensionFacts, Facts, NameFacts


@dataclass(frozen=True)
class Inspection:
    """What was read, and the chain found."""

    facts: Facts
    chain: Chain


@dataclass(frozen=True)
class Limits:
    """What the child may spend: processor seconds, octets of address space, and seconds on the wall."""

    cpu_seconds: int = 2
    memory: int = 256 * 1024 * 1024
    wall_seconds: float = 10.0


def inspect(data: bytes, anchors: Sequence[Anchor], *, at: datetime) -> Inspection:
    """Facts and chain of the only certificate in `data`, at an aware instant. Raises deposit.Unreadable."""
    facts, certificate = x509.opened(deposit.certificate_der(data))
    return _chained(facts, certificate, Trusted(anchors), at)


def again(pem: str, trusted: Trusted, *, at: datetime) -> Inspection:
    """The same for a certificate that the portal wrote itself: nobody's private key is looked for.

    Raises deposit.Unreadable.
    """
    facts, certificate = _opened(pem)
    return _chained(facts, certificate, trusted, at)


def all_again(pems: Iterable[str], trusted: Trusted, *, at: datetime) -> list[Inspection | deposit.Unreadable]:
    """The same for many: all are read, then all are verified, since the processor does better one kind of thing at a
    time. What cannot be read has its refusal in place of its inspection.
    """
    read = [_opened_or_refused(pem) for pem in pems]
    return [one if isinstance(one, deposit.Unreadable) else _chained(*one, trusted, at) for one in read]


def _opened_or_refused(pem: str) -> tuple[Facts, Certificate] | deposit.Unreadable:
    try:
        return _opened(pem)
    except deposit.Unreadable as refusal:
        return refusal


def _opened(pem: str) -> tuple[Facts, Certificate]:
    try:
        body = pem.removeprefix("-----BEGIN CERTIFICATE-----\n").removesuffix("-----END CERTIFICATE-----\n")
        encoding = b64decode(body)
    except ValueError as error:
        raise deposit.refuse("unreadable") from error
    return x509.opened(encoding, pem)


def _chained(facts: Facts, certificate: Certificate, trusted: Trusted, at: datetime) -> Inspection:
    return Inspection(facts, trusted.chain_of(certificate, (facts.not_before, facts.not_after), at=at))


def question(data: bytes, anchors: Sequence[Anchor], *, at: datetime, limits: Limits) -> bytes:
    """What the child is asked, as JSON."""
    return json.dumps(
        {
            "data": b64encode(data).decode("ascii"),
            "anchors": [asdict(anchor) for anchor in anchors],
            "at": at.isoformat(),
            "limits": asdict(limits),
        }
    ).encode("ascii")


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """What the child answers: an inspection, or the code of a refusal."""
    anchors = [_anchor(value) for value in asked["anchors"]]
    try:
        found = inspect(b64decode(asked["data"]), anchors, at=datetime.fromisoformat(asked["at"]))
    except deposit.Unreadable as refusal:
        return {"refused": refusal.reason.code}
    return asdict(found)


def understood(text: bytes) -> Inspection:
    """The child's answer. Raises deposit.Unreadable for a refusal; ValueError, KeyError or TypeError otherwise."""
    value = json.loads(text)
    if "refused" in value:
        raise deposit.refuse(value["refused"])
    return Inspection(_facts(value["facts"]), _chain(value["chain"]))


def main() -> None:
    """The child: limits itself, reads one question on its input, writes one answer."""
    asked = json.load(sys.stdin.buffer)
    _restrain(Limits(**asked["limits"]))
    json.dump(answer(asked), sys.stdout, default=_plain)


def _restrain(limits: Limits) -> None:
    """No core, no file, no child, and bounded time and memory, before a single untrusted octet is decoded."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _anchor(value: dict[str, Any]) -> Anchor:
    return Anchor(**{**value, "hierarchy": Hierarchy(value["hierarchy"]), "kind": AnchorKind(value["kind"])})


def _facts(value: dict[str, Any]) -> Facts:
    read = {
        "issuer": _name(value["issuer"]),
        "subject": _name(value["subject"]),
        "not_before": datetime.fromisoformat(value["not_before"]),
        "not_after": datetime.fromisoformat(value["not_after"]),
        "key": KeyFacts(**value["key"]),
        "extensions": ExtensionFacts(**_tuples(value["extensions"])),
    }
    return Facts(**{**value, **read})


def _name(value: dict[str, Any]) -> NameFacts:
    return NameFacts(**{**value, "attributes": tuple((label, text) for label, text in value["attributes"])})


def _chain(value: dict[str, Any]) -> Chain:
    return Chain(
        hierarchy=Hierarchy(value["hierarchy"]) if value["hierarchy"] else None,
        is_demo=value["is_demo"],
        authorities=tuple(value["authorities"]),
        fault=Fault(value["fault"]) if value["fault"] else None,
    )


def _tuples(value: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(item) if isinstance(item, list) else item for key, item in value.items()}
