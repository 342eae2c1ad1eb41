"""What an approval will change, said before it is given: line by line, with counts."""

from collections.abc import Iterator
from dataclasses import dataclass

from policy.grants import wording

from .publication import EntryRow

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Change:
    """One line that differs: its French label, what is in force (— for a new entry), what will be."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The effects of one entry taking force. Counts compare with the entry it replaces, if there is one."""

    replaces: str
    changes: tuple[Change, ...]
    establishments: int
    establishments_added: int
    establishments_removed: int
    certificates_added: int
    certificates_removed: int
    entries_before: int
    entries_after: int


def of(after: EntryRow, before: EntryRow | None, *, entries: int) -> Plan:
    """The plan of `after` taking the place of `before`, in a list that now counts `entries`."""
    former = set(before.establishments) if before else set()
    prints = {one.sha256 for one in before.certificates} if before else set()
    wanted, wanted_prints = set(after.establishments), {one.sha256 for one in after.certificates}
    return Plan(
        replaces=before.reference if before else "",
        changes=tuple(_changes(after, before)),
        establishments=len(wanted),
        establishments_added=len(wanted - former),
        establishments_removed=len(former - wanted),
        certificates_added=len(wanted_prints - prints),
        certificates_removed=len(prints - wanted_prints),
        entries_before=entries,
        entries_after=entries if before else entries + 1,
    )


def _changes(after: EntryRow, before: EntryRow | None) -> Iterator[Change]:
    for label, value, former in (
        ("Adresse", after.url, before.url if before else NOTHING),
        ("Identifiant client", after.client_id, before.client_id if before else NOTHING),
        ("Profils", _profiles(after), _profiles(before)),
        ("Espace", wording.space(after.region), wording.space(before.region) if before else NOTHING),
        ("Établissements", str(len(after.establishments)), str(len(before.establishments)) if before else NOTHING),
        ("Certificats", str(len(after.certificates)), str(len(before.certificates)) if before else NOTHING),
    ):
        if value != former:
            yield Change(label, former, value)


def _profiles(row: EntryRow | None) -> str:
    return wording.profiles(row.feeding_profiles, row.access_profile) if row else NOTHING
