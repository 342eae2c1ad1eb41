"""Before a version of the policy is published: which services gain or lose what, over all rights in force."""

from collections.abc import Iterable
from dataclasses import dataclass

from policy.profiles import difference, wording
from policy.profiles.difference import CellChange
from policy.profiles.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Holder:
    """A right in force: its reference, its service, its holder, the codes of its profiles."""

    reference: str
    service: str
    holder: str
    profiles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Services that hold the same profiles, and what changes for all of them."""

    profiles: str
    holders: tuple[Holder, ...]
    changes: tuple[CellChange, ...]

    @property
    def gains(self) -> list[CellChange]:
        """What they may do and could not."""
        return [change for change in self.changes if change.change.gains]

    @property
    def losses(self) -> list[CellChange]:
        """What they could do and no longer may."""
        return [change for change in self.changes if change.change.loses]


@dataclass(frozen=True, slots=True)
class Impact:
    """The groups that something changes for, and the services for which nothing does."""

    groups: tuple[Group, ...]
    unchanged: tuple[Holder, ...]

    @property
    def gaining(self) -> int:
        """How many services gain something."""
        return sum(len(group.holders) for group in self.groups if group.gains)

    @property
    def losing(self) -> int:
        """How many services lose something."""
        return sum(len(group.holders) for group in self.groups if group.losses)


def of(before: Rulebook, after: Rulebook, holders: Iterable[Holder]) -> Impact:
    """What `after` changes for these rights, compared with `before`."""
    by_profiles: dict[frozenset[str], list[Holder]] = {}
    for holder in holders:
        by_profiles.setdefault(holder.profiles, []).append(holder)
    groups = [_group(before, after, profiles, held) for profiles, held in by_profiles.items()]
    unchanged = [holder for group in groups if not group.changes for holder in group.holders]
    return Impact(tuple(group for group in groups if group.changes), tuple(unchanged))


def _group(before: Rulebook, after: Rulebook, profiles: frozenset[str], held: list[Holder]) -> Group:
    changes = difference.of_profiles(before, after, profiles)
    return Group(wording.profiles(profiles), tuple(held), tuple(changes))
