"""The list of dossiers: filtered, searched, sorted, and paged by keyset."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import CharField, Count, DateTimeField, F, Field, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from onboarding.campaigns.models import TestCampaign
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, CandidacyQuerySet
from onboarding.committee import queries as committee
from onboarding.committee.models import AgendaItem, Decision
from onboarding.desk import keyset, needle
from onboarding.desk.columns import DEFAULT, Column, names
from onboarding.desk.filters import STATES_OF, Agenda, Filters, Reviewer, Sort, Turn
from onboarding.desk.keyset import Cursor
from onboarding.desk.needle import Needle, Sought
from onboarding.desk.queries import clocks
from onboarding.establishments.models import LIVING as LIVING_LISTS
from onboarding.establishments.models import EstablishmentList, ListLine
from onboarding.legaltexts.models import Signature
from onboarding.vendors.models import EntityClaim
from onboarding.workbench import queries as workbench
from policy.certificates.models import Certificate
from policy.grants.models import Grant
from policy.servers.models import ServerCertificate
from policy.whitelist.models import WhitelistEntry
from portal.accounts.queries import reader
from portal.documents.models import StoredDocument
from portal.parties import queries as parties
from portal.parties.models import DigitalService, LegalEntity
from portal.reference.spaces import SpaceKind
from portal.statements.queries import Given, statement

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Page:
    """One page of dossiers, each as a mapping of what its columns read; `before` and `after` are the cursors of its
    neighbours, empty where there is none.
    """

    rows: list[dict[str, Any]]
    before: str
    after: str

    @property
    def references(self) -> list[str]:
        """The references of the page."""
        return [row["reference"] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Order:
    """A sort: its field, whether it goes down, how a cursor's text becomes a value again, and of which kind."""

    field: str
    descending: bool
    parse: Callable[[str], Any]
    kind: "Field[Any, Any]"


ORDERS: Mapping[Sort, Order] = {
    Sort.RECENT: Order("received_at", True, datetime.fromisoformat, DateTimeField()),
    Sort.OLDEST: Order("received_at", False, datetime.fromisoformat, DateTimeField()),
    Sort.REFERENCE: Order("reference", False, str, CharField()),
    Sort.SERVICE: Order("service__name", False, str, CharField()),
    Sort.OWNER: Order("service__owner__name", False, str, CharField()),
}


@dataclass(frozen=True)
class Search:
    """The condition that a search sets, and the values that it takes where the statement is written once.

    Other searches bring their values in their condition: those statements are not kept.
    """

    condition: Q
    given: Mapping[str, Any] | None = None


NO_SEARCH = Search(Q(), {})


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page begins: its direction, and whether a cursor bounds it."""

    backwards: bool = False
    is_bounded: bool = False


def page(
    user: Any,
    filters: Filters,
    cursor: Cursor | None = None,
    *,
    columns: Sequence[Column] = DEFAULT,
    size: int = PAGE_SIZE,
    sought: Search | None = None,
) -> Page:
    """The page of dossiers that begins after a cursor (or ends before it), with what these columns read; one query.

    `sought` is what `searched` said of the same filters: it spares asking twice which names hold the words.
    """
    search = sought or searched(filters)
    order, backwards = ORDERS[filters.sort], bool(cursor and cursor.backwards)
    mark = _value(order, cursor) if cursor else None
    start = Start(backwards, mark is not None)
    shape = (reader(user), _unsaid(filters), search.condition, tuple(columns), size, start)
    written = _page.once(*shape) if search.given is None else _page(*shape)
    rows = written.rows(**_given(user, filters, search), mark=mark, key=cursor.key if cursor else None)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_before, has_after = (more, True) if backwards else (cursor is not None, more)
    return Page(
        rows,
        before=_cursor(rows[0], order, backwards=True) if rows and has_before else "",
        after=_cursor(rows[-1], order, backwards=False) if rows and has_after else "",
    )


@statement
def _page(
    user: Any, filters: Filters, condition: Q, columns: tuple[Column, ...], size: int, start: Start
) -> "QuerySet[Candidacy, dict[str, Any]]":
    order, shown = ORDERS[filters.sort], _shown(Column.COMMITTEE in columns)
    found = narrowed(user, filters, condition, found=shown, late=Given("late", many=True))
    if start.is_bounded:
        found = _after(found, order, backwards=start.backwards)
    read = found.order_by(*_marks(order, down=order.descending is not start.backwards))
    return read.values("pk", order.field, *names(columns))[: size + 1]


def _unsaid(filters: Filters) -> Filters:
    """The filters less the words searched: they are a condition of their own."""
    return replace(filters, search="")


def _given(user: Any, filters: Filters, search: Search) -> dict[str, Any]:
    late = list(clocks.late(now=timezone.now())) if filters.turn is Turn.LATE else []
    return {"reader": user.pk, "late": late, **(search.given or {})}


def _marks(order: Order, *, down: bool) -> list[Any]:
    return [F(name).desc() if down else F(name).asc() for name in (order.field, "pk")]


def every(user: Any, filters: Filters, columns: Sequence[Column]) -> Iterator[dict[str, Any]]:
    """All dossiers of the list in its order, read by portions, for an export."""
    order = ORDERS[filters.sort]
    shown = _shown(Column.COMMITTEE in columns)
    found = narrowed(user, filters, found=shown).order_by(*_marks(order, down=order.descending))
    yield from found.values("pk", *names(columns)).iterator(chunk_size=500)


def references(user: Any, filters: Filters, *, limit: int) -> list[str]:
    """The references of the first dossiers of the list, in its order."""
    order = ORDERS[filters.sort]
    found = _received(narrowed(user, filters)).order_by(*_marks(order, down=order.descending))
    return list(found.values_list("reference", flat=True)[:limit])


def narrowed(
    user: Any,
    filters: Filters,
    condition: Q | None = None,
    *,
    found: CandidacyQuerySet | None = None,
    late: Any = None,
) -> CandidacyQuerySet:
    """The dossiers that this person may see, of those found (all of them by default), less what the filters leave out.

    `condition` is that of the search and `late` the keys of the dossiers that are, when they are known.
    """
    found = (Candidacy.objects.all() if found is None else found).visible_to(user)
    if filters.states:
        found = found.filter(state__in=filters.states)
    if filters.direction:
        found = found.filter(direction=filters.direction)
    if filters.turn:
        found = found.filter(state__in=sorted(STATES_OF[filters.turn]))
    if filters.turn is Turn.LATE:
        found = found.filter(pk__in=list(clocks.late(now=timezone.now())) if late is None else late)
    if filters.reviewer:
        found = _held(found, filters.reviewer, user)
    if filters.agenda:
        found = _on_agenda(found, filters.agenda)
    return found.filter(matching(needle.read(filters.search)) if condition is None else condition)


def searched(filters: Filters) -> Search:
    """The condition that the search sets, as few queries as it takes."""
    sought = needle.read(filters.search)
    if sought.sought is Sought.NOTHING:
        return NO_SEARCH
    return _words_given(sought.value) if sought.sought is Sought.WORDS else Search(matching(sought))


def _held(found: CandidacyQuerySet, reviewer: Reviewer, user: Any) -> CandidacyQuerySet:
    if reviewer is Reviewer.FOLLOWED:
        return found.filter(pk__in=workbench.followed_by(user))
    return found.filter(reviewer=user.pk if reviewer is Reviewer.ME else None)


def _on_agenda(found: CandidacyQuerySet, agenda: Agenda) -> CandidacyQuerySet:
    waiting = AgendaItem.objects.filter(decisions=None).values("candidacy_id")
    if agenda is Agenda.WAITING:
        return found.filter(pk__in=waiting)
    return found.filter(state=State.COMPLETE, space=SpaceKind.NATIONAL).exclude(pk__in=waiting)


def counts_by_state(user: Any, filters: Filters, sought: Search | None = None) -> dict[str, int]:
    """How many dossiers in each state, under the other filters."""
    search = sought or searched(filters)
    shape = (reader(user), replace(_unsaid(filters), states=(), sort=Sort.RECENT), search.condition)
    written = _counts.once(*shape) if search.given is None else _counts(*shape)
    return dict(written.rows(**_given(user, filters, search)))


@statement
def _counts(user: Any, filters: Filters, condition: Q) -> "QuerySet[Candidacy, tuple[str, int]]":
    found = narrowed(user, filters, condition, late=Given("late", many=True))
    return found.order_by().values_list("state").annotate(number=Count("pk"))


def _received(found: CandidacyQuerySet) -> CandidacyQuerySet:
    """With the instant of arrival, by which an index is sorted."""
    return found.annotate(received_at=Coalesce("submitted_at", "opened_at"))


@cache
def _shown(with_committee: bool) -> CandidacyQuerySet:
    """All, with what no column of the table holds: the arrival, the session that waits and the latest decision.

    Prepared once: what is asked of it differs by its filters only.
    """
    found = _received(Candidacy.objects.all())
    if not with_committee:
        return found
    waiting = AgendaItem.objects.filter(candidacy=OuterRef("pk"), decisions=None)
    return committee.latest_on(found.annotate(session_reference=Subquery(waiting.values("session__reference")[:1])))


def _after(found: CandidacyQuerySet, order: Order, *, backwards: bool) -> CandidacyQuerySet:
    """Beyond the cursor: first a bound that the index follows, then its ties."""
    value, sign = Given("mark", order.kind), "lt" if order.descending is not backwards else "gt"
    bound, ties = Q(**{f"{order.field}__{sign}e": value}), Q(**{f"pk__{sign}": Given("key")})
    return found.filter(bound & (Q(**{f"{order.field}__{sign}": value}) | ties))


def _value(order: Order, cursor: Cursor) -> Any:
    """The cursor's value, or None when it was made for another order."""
    try:
        value = order.parse(cursor.value)
    except ValueError:
        return None
    return None if isinstance(value, datetime) and value.tzinfo is None else value


def _cursor(row: Mapping[str, Any], order: Order, *, backwards: bool) -> str:
    value = row[order.field]
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return keyset.encode(Cursor(text, row["pk"], backwards))


def matching(sought: Needle) -> Q:
    """The condition on candidacies that a search sets."""
    return _MATCHES[sought.sought](sought.value)


def _reference(value: str) -> Q:
    """The dossier itself, or those of the service, the session or the entity which the reference belongs to."""
    prefix = value.split("-")[0]
    if prefix in _OF_SERVICE:
        return Q(service__in=_OF_SERVICE[prefix](value))
    own = {
        "C": Q(reference=value),
        "S": Q(service__reference=value),
        "PM": Q(service__owner__reference=value),
        "CS": Q(agenda_items__session__reference=value),
        "R": Q(service__owner__in=EntityClaim.objects.filter(reference=value).values("legal_entity_id")),
        "D": Q(pk__in=Decision.objects.filter(reference=value).values("item__candidacy_id")),
    }
    return own.get(prefix, Q(pk__in=[]))


_OF_SERVICE: Mapping[str, Callable[[str], "QuerySet[Any, Any]"]] = {
    "H": lambda value: Grant.objects.filter(reference=value).values("service_id"),
    "LB": lambda value: WhitelistEntry.objects.filter(reference=value).values("grant__service_id"),
    "SV": lambda value: ServerCertificate.objects.filter(reference=value).values("service_id"),
    "CE": lambda value: Certificate.objects.filter(reference=value).values("service_id"),
    "L": lambda value: EstablishmentList.objects.filter(reference=value).values("service_id"),
    "T": lambda value: TestCampaign.objects.filter(reference=value).values("grant__service_id"),
    "SG": lambda value: Signature.objects.filter(reference=value).values("service_id"),
    "DOC": lambda value: StoredDocument.objects.filter(reference=value).values("service_id"),
}


def services_of(value: str) -> Q:
    """The condition on services that a reference of something of theirs sets: a right, an entry, a certificate…"""
    rows = _OF_SERVICE.get(value.split("-")[0])
    return Q(pk__in=rows(value) if rows else [])


def _number(value: str) -> Q:
    """The services of the entity of that number, or of a list that names that establishment."""
    if len(value) == SIRET:
        owners = LegalEntity.objects.filter(siren=value[:9], siret=value)
    else:
        owners = LegalEntity.objects.filter(Q(siren=value) | Q(finess_ej=value))
    owned = DigitalService.objects.filter(owner__in=list(owners.values_list("pk", flat=True))).values_list("pk")
    lines = ListLine.objects.good().filter(finess=value, list__state__in=LIVING_LISTS).values_list("list__service_id")
    return Q(service__in=[key for (key,) in owned.order_by().union(lines.order_by())])


def _fingerprint(value: str) -> Q:
    return Q(service__in=Certificate.objects.filter(fingerprint=value).values("service_id"))


def subject_is(value: str) -> Q:
    """The condition on certificates that a distinguished name sets, whole or in part, in either common writing."""
    compact = ",".join(part.strip() for part in value.split(","))
    return Q(subject__icontains=compact) | Q(subject_openssl__icontains=value)


def _name(value: str) -> Q:
    return Q(service__in=Certificate.objects.filter(subject_is(value)).values("service_id"))


def serials(value: str) -> list[str]:
    """A serial number in hexadecimal, and as some tools print it in decimal."""
    return sorted({value, f"{int(value):X}"} if value.isdecimal() else {value})


def _serial(value: str) -> Q:
    return Q(service__in=Certificate.objects.filter(serial__in=serials(value)).values("service_id"))


def _words(value: str) -> Q:
    """Words of a name; a part of a reference is looked for only when it could be one.

    Few names are given by their keys; many are compared along the list, which stops at the end of the page.
    """
    keys = parties.services_named(value, limit=FEW)
    if keys is None:
        named = parties.named("service__", value) | parties.named("service__owner__", value)
    else:
        named = Q(service__in=keys)
    return named | Q(reference__icontains=value) if _PART.fullmatch(value) else named


def _words_given(value: str) -> Search:
    """The same for a statement written once."""
    keys, words = parties.services_named(value, limit=FEW), parties.given_words(value)
    named = _compared(len(words)) if keys is None else Q(service__in=Given("named", many=True))
    if _PART.fullmatch(value):
        named |= Q(reference__icontains=Given("part", CharField()))
    return Search(named, {"named": keys, "part": value, **words})


def _compared(words: int) -> Q:
    return parties.named_as_given("service__", words) | parties.named_as_given("service__owner__", words)


FEW = 500
SIRET = 14
_PART = re.compile(r"[CcDd-]*[0-9-]{3,}")
_MATCHES: Mapping[Sought, Callable[[str], Q]] = {
    Sought.NOTHING: lambda value: Q(),
    Sought.REFERENCE: _reference,
    Sought.NUMBER: _number,
    Sought.FINGERPRINT: _fingerprint,
    Sought.SERIAL: _serial,
    Sought.NAME: _name,
    Sought.WORDS: _words,
}
