"""The same whitelist for every bench: ten thousand entries, two certificates each on average, establishments by rank.

Deterministic. `real` spreads the establishments of an entry log-uniformly from 1 to 5,000 (5.8 million pairs in all);
`max` gives 5,000 to each (50 million pairs); `lean` gives three. Each takes a stretch of one shuffled register.
"""

import hashlib
import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from policy.profiles import rulebook_file
from policy.profiles.rulebook import Rulebook
from tests.bench.sizes import ENTRIES, ESTABLISHMENTS, LONGEST

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
EXPIRES = "2030-01-01T00:00:00Z"


def rulebook() -> Rulebook:
    """The policy delivered with the portal."""
    return rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Asked:
    """One question of a gateway; `finess` is None for a reading."""

    fingerprint: str
    operation: str
    element: str
    finess: str | None


@cache
def finess_numbers(count: int = ESTABLISHMENTS) -> list[str]:
    """Nine-character numbers, sorted, all different."""
    pick = random.Random(7)
    found: set[str] = set()
    while len(found) < count:
        found.add(f"{pick.randint(1, 95):02d}0{pick.randint(0, 999_999):06d}")
    return sorted(found)


def entries(mode: str = "real", count: int = ENTRIES) -> list[dict[str, Any]]:
    """The entries of a publication; `index`es of their establishments are strings shared by all."""
    pick, numbers = random.Random(7), finess_numbers()
    return [_entry(pick, rank, mode, numbers) for rank in range(count)]


def _entry(pick: random.Random, rank: int, mode: str, numbers: list[str]) -> dict[str, Any]:
    feeding = pick.random() < 0.6
    sizes = {"real": int(math.exp(pick.uniform(0, math.log(LONGEST)))), "max": LONGEST, "lean": 3}
    start, ranks = pick.randrange(len(numbers)), _shuffled(len(numbers))
    chosen = sorted(ranks[start : start + sizes[mode]])
    return {
        "reference": f"LB-{rank:06d}",
        "environment": "production",
        "service": f"S-2026-{rank:05d}",
        "service_name": f"Logiciel {rank:05d}",
        "client_id": f"ror-client-{rank:05d}",
        "url": f"https://service-{rank}.exemple.fr/",
        "certificates": [_certificate(rank, each) for each in range(pick.choice((1, 1, 2, 2, 3)))],
        "feeding_profiles": [pick.choice("AB")] if feeding else [],
        "access_profile": None if feeding else pick.randint(1, 5),
        "region": "",
        "establishments": [numbers[at] for at in chosen],
        "state": "approved" if pick.random() < 0.97 else "suspended",
        "effective_at": "2026-01-01T00:00:00Z",
    }


@cache
def _shuffled(count: int) -> list[int]:
    """The ranks of a register in any order, twice over, so that a stretch may begin anywhere."""
    ranks = list(range(count))
    random.Random(13).shuffle(ranks)
    return ranks + ranks


def _certificate(rank: int, each: int) -> dict[str, Any]:
    return {
        "sha256": hashlib.sha256(f"certificate {rank}/{each}".encode()).hexdigest(),
        "subject": f"CN=editeur{rank:05d}-{each},OU=3{rank:014d},O=EDITEUR {rank:05d},ST=Paris (75),C=FR",
        "not_after": EXPIRES,
        "establishments": None,
    }


def document(listed: list[dict[str, Any]]) -> dict[str, Any]:
    """A publication of these entries, as the whitelist writes it."""
    head = {"schema": "ror-whitelist/1", "environment": "production", "version": 1, "policy_version": "1"}
    dates = {"issued_at": "2026-11-20T00:00:00Z", "expires_at": "2026-11-21T00:00:00Z"}
    return {**head, **dates, "count": len(listed), "entries": listed}


def questions(listed: list[dict[str, Any]], book: Rulebook, count: int = 20_000) -> list[Asked]:
    """About four in five allowed; the others have an unknown certificate, a stranger's establishment or element."""
    pick, numbers, elements = random.Random(11), finess_numbers(), sorted(book.elements)
    return [_asked(pick, pick.choice(listed), numbers, elements) for _ in range(count)]


def _asked(pick: random.Random, entry: dict[str, Any], numbers: list[str], elements: list[str]) -> Asked:
    fingerprint, chance = pick.choice(entry["certificates"])["sha256"], pick.random()
    if chance < 0.05:
        fingerprint = hashlib.sha256(str(chance).encode()).hexdigest()
    if not entry["feeding_profiles"]:
        return Asked(fingerprint, "read", pick.choice(elements), None)
    finess = pick.choice(numbers) if chance > 0.9 else pick.choice(entry["establishments"])
    return Asked(fingerprint, "patch", "Location", finess)


def fresh(asked: list[Asked]) -> list[Asked]:
    """The same questions with strings nobody has hashed yet, as a request brings them."""
    return [Asked(_new(q.fingerprint), _new(q.operation), _new(q.element), _new(q.finess)) for q in asked]  # type: ignore[arg-type]


def _new(text: str | None) -> str | None:
    return None if text is None else "".join([text[:1], text[1:]])
