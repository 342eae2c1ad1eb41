"""The published list: canonical bytes made of the entries in force, the same for the same entries, and its guard.

Canonical JSON: keys sorted, UTF-8, no floats, instants as ``2026-11-24T13:30:00Z``, lists in a fixed order. A row that
cannot be trusted is left out and named: it is never admitted, and never keeps another from being published. A suspended
entry stays in the list with its state, so that a refusal can say why; only ``"state": "approved"`` admits.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson

from policy.certificates import name_text

SCHEMA = "ror-whitelist/1"
LIFE = timedelta(hours=24)  # a gateway that got nothing newer for that long must raise an alarm
PRODUCTION = "production"
ADMITTING = "approved"
STATES = frozenset({ADMITTING, "suspended"})
REFERENCE = re.compile(r"LB-[0-9]{6,}", re.ASCII)
FINGERPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)
IN_FINESS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LETTERS = frozenset({"A", "B", "AB"})


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate of an entry; `establishments` is None when it serves the whole perimeter of the entry."""

    sha256: str
    subject: str
    not_after: datetime
    establishments: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name of an entry whose certificate nobody saw."""

    subject: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in force, as the database holds it."""

    reference: str
    environment: str
    service: str
    service_name: str
    client_id: str
    url: str
    certificates: Sequence[CertificateRow]
    feeding_profiles: str
    access_profile: int | None
    region: str
    establishments: Sequence[str]
    state: str
    effective_at: datetime
    by_secret: bool = False
    names: Sequence[NameRow] = ()
    closed_profiles: Sequence[str] = ()
    closed_establishments: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row left out, and why (French)."""

    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a publication says: its entries, their digest, and the rows left out of it."""

    environment: str
    policy_version: str
    policy_digest: str
    count: int
    body: bytes  # canonical: what `digest` digests, and what the document holds beside its own dates
    digest: str
    set_aside: Sequence[SetAside]


def content(rows: Iterable[EntryRow], *, environment: str, policy_version: str, policy_digest: str = "") -> Content:
    """The content made of these rows; the order they come in does not matter.

    `policy_digest` is the SHA-256 of the file of the policy it goes with: a number alone does not tell it from a draft.
    """
    given = sorted(rows, key=lambda row: row.reference)
    aside = {row.reference: reason for row in given if (reason := fault(row, environment))}
    aside |= _ambiguous(given)
    entries = [_entry(row) for row in given if row.reference not in aside]
    policy = {"policy_digest": policy_digest, "policy_version": policy_version}
    body = canonical({"environment": environment, "entries": entries} | policy)
    left_out = [SetAside(*item) for item in sorted(aside.items())]
    digest = hashlib.sha256(body).hexdigest()
    return Content(environment, policy_version, policy_digest, len(entries), body, digest, left_out)


def document(said: Content, *, version: int, issued_at: datetime, expires_at: datetime) -> bytes:
    """The bytes to sign and to serve: canonical too, around the entries already written.

    In the order of keys: count, digest, entries, environment, then the dates, policy_digest, policy_version, schema,
    version.
    """
    before = canonical({"count": said.count, "digest": said.digest})
    dates = canonical({"expires_at": instant(expires_at), "issued_at": instant(issued_at)})
    policy = {"policy_digest": said.policy_digest, "policy_version": said.policy_version}
    after = canonical(policy | {"schema": SCHEMA, "version": version})
    own = b"," + canonical(policy)[1:]
    entries = said.body[1 : -len(own)]  # with the environment, without the policy that the dates precede
    return b"".join((before[:-1], b",", entries, b",", dates[1:-1], b",", after[1:]))


def canonical(value: Any) -> bytes:
    """The one JSON text of a value."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def instant(moment: datetime) -> str:
    """An aware instant, in UTC, to the second."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _entry(row: EntryRow) -> dict[str, Any]:
    """`names` is there only when the entry bears unverified ones, which a reader of fingerprints never needs; `closed`
    only when a part of the right is closed for now: it admits nothing, and says why a call is refused."""
    unverified = sorted(name.subject for name in row.names)
    bare = {"names": [{"subject": subject, "verified": False} for subject in unverified]} if unverified else {}
    return (
        _closed(row)
        | bare
        | {
            "reference": row.reference,
            "environment": row.environment,
            "service": row.service,
            "service_name": row.service_name,
            "client_id": row.client_id,
            "url": row.url,
            "certificates": [_certificate(one) for one in sorted(row.certificates, key=lambda one: one.sha256)],
            "feeding_profiles": list(row.feeding_profiles),
            "access_profile": row.access_profile,
            "region": row.region,
            "establishments": sorted(row.establishments),
            "state": row.state,
            "effective_at": instant(row.effective_at),
        }
    )


def _closed(row: EntryRow) -> dict[str, Any]:
    if not row.closed_profiles and not row.closed_establishments:
        return {}
    return {"closed": {"profiles": sorted(row.closed_profiles), "establishments": sorted(row.closed_establishments)}}


def _certificate(row: CertificateRow) -> dict[str, Any]:
    return {
        "sha256": row.sha256,
        "subject": row.subject,
        "not_after": instant(row.not_after),
        "establishments": None if row.establishments is None else sorted(row.establishments),
    }


def fault(row: EntryRow, environment: str) -> str | None:
    """Why a row cannot be published, in French; None when it can."""
    return next((reason for wrong, reason in _faults(row, environment) if wrong), None)


def _faults(row: EntryRow, environment: str) -> Iterator[tuple[bool, str]]:
    yield not REFERENCE.fullmatch(row.reference or ""), "référence illisible"
    yield row.environment != environment, "environnement différent de celui de la liste"
    yield row.state not in STATES, "état qui ne se publie pas"
    yield not _clean(row.service, row.service_name, row.client_id), "service ou identifiant client vide ou illisible"
    yield not _https(row.url), "adresse absente ou sans https"
    yield row.effective_at is None or row.effective_at.tzinfo is None, "date d’effet absente"
    yield not _profiles_fit(row), "profils absents ou contradictoires"
    yield not _legible(row.establishments) or not _legible(row.closed_establishments), "numéro FINESS illisible"
    empty = environment == PRODUCTION and bool(row.feeding_profiles) and not row.establishments
    yield empty, "aucun établissement à alimenter"
    bare = not row.certificates and not row.names
    yield bare and row.access_profile != 0 and not row.by_secret, "aucun certificat"
    yield not all(_is_name(name.subject) for name in row.names), "nom distinctif vide ou illisible"
    yield not all(_sound(one, row.establishments) for one in row.certificates), "certificat illisible"


def _clean(*values: str) -> bool:
    return all(value and value.isprintable() for value in values)


def _is_name(subject: str) -> bool:
    """A name that every consumer of the list reads alike."""
    try:
        return _clean(subject) and bool(name_text.parse(subject))
    except ValueError:
        return False


def _https(url: str) -> bool:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and _clean(url) and " " not in url


def _profiles_fit(row: EntryRow) -> bool:
    if row.access_profile is None:
        return row.feeding_profiles in LETTERS and not row.region
    return row.access_profile in range(6) and not row.feeding_profiles


def _legible(establishments: Sequence[str]) -> bool:
    """Numbers of nine digits or capitals: joined by bars, all at once, every tenth character is a bar and no other."""
    try:
        joined = "|".join(establishments).encode("ascii")
    except (TypeError, UnicodeEncodeError):  # nothing where a number should be, or letters of another alphabet
        return False
    bars = b"|" * (len(establishments) - 1)
    whole = len(joined) == max(0, 10 * len(establishments) - 1)
    return whole and joined[9::10] == bars and joined.translate(None, IN_FINESS) == bars


def _sound(certificate: CertificateRow, perimeter: Sequence[str]) -> bool:
    own = certificate.establishments
    within = own is None or (bool(own) and set(own) <= set(perimeter))
    dated = certificate.not_after is not None and certificate.not_after.tzinfo is not None
    return bool(FINGERPRINT.fullmatch(certificate.sha256 or "")) and _clean(certificate.subject) and dated and within


def _ambiguous(rows: Sequence[EntryRow]) -> dict[str, str]:
    """Rows that share what must name one of them: none of them can be told from the others."""
    references = Counter(row.reference for row in rows)
    clients = Counter(row.client_id for row in rows)
    prints = Counter(print_ for row in rows for print_ in {one.sha256 for one in row.certificates})
    names = Counter(name for row in rows for name in _subjects(row))
    found = {}
    for row in rows:
        if references[row.reference] > 1:
            found[row.reference] = "référence présente deux fois"
        elif clients[row.client_id] > 1:
            found[row.reference] = "identifiant client partagé avec une autre inscription"
        elif any(prints[one.sha256] > 1 for one in row.certificates) or any(names[one] > 1 for one in _subjects(row)):
            found[row.reference] = "certificat ou nom distinctif partagé avec une autre inscription"
    return found


def _subjects(row: EntryRow) -> set[str]:
    return {one.subject for one in row.certificates} | {one.subject for one in row.names}
