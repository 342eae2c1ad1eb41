"""The list of dossiers: filtered, searched, sorted, and paged by keyset."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from onboarding.campaigns.models import TestCampaign
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, CandidacyQuerySet
from onboarding.committee import queries as committee
from onboarding.committee.models import AgendaItem, Decision
from onboarding.desk import keyset, needle
from onboarding.desk.filters import STATES_OF, Agenda, Filters, Reviewer, Sort
from onboarding.desk.keyset import Cursor
from onboarding.desk.needle import Needle, Sought
from onboarding.establishments.models import EstablishmentList, ListLine
from onboarding.legaltexts.models import Signature
from onboarding.vendors.models import EntityClaim
from policy.certificates.models import Certificate
from policy.grants.models import Grant
from policy.whitelist.models import WhitelistEntry
from portal.documents.models import StoredDocument

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Page:
    """One page of dossiers; `before` and `after` are the cursors of its neighbours, empty where there is none."""

    rows: list[Candidacy]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Order:
    """A sort: its field, whether it goes down, and how a cursor's text becomes a value again."""

    field: str
    descending: bool
    parse: Callable[[str], Any]


ORDERS: Mapping[Sort, Order] = {
    Sort.RECENT: Order("received_at", True, datetime.fromisoformat),
    Sort.OLDEST: Order("received_at", False, datetime.fromisoformat),
    Sort.REFERENCE: Order("reference", False, str),
    Sort.SERVICE: Order("service__name", False, str),
}


def page(user: Any, filters: Filters, cursor: Cursor | None = None, *, size: int = PAGE_SIZE) -> Page:
    """The page of dossiers that begins after a cursor (or ends before it), with what the list shows; three queries."""
    order, backwards = ORDERS[filters.sort], bool(cursor and cursor.backwards)
    found = _after(_shown(narrowed(user, filters)), order, cursor)
    down = order.descending is not backwards
    marks = [F(name).desc() if down else F(name).asc() for name in (order.field, "pk")]
    rows = list(found.order_by(*marks)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_before, has_after = (more, True) if backwards else (cursor is not None, more)
    return Page(
        rows,
        before=_cursor(rows[0], order, backwards=True) if rows and has_before else "",
        after=_cursor(rows[-1], order, backwards=False) if rows and has_after else "",
    )


def narrowed(user: Any, filters: Filters) -> CandidacyQuerySet:
    """The dossiers that this person may see, less what the filters leave out."""
    found = Candidacy.objects.visible_to(user)
    if filters.states:
        found = found.filter(state__in=filters.states)
    if filters.direction:
        found = found.filter(direction=filters.direction)
    if filters.turn:
        found = found.filter(state__in=sorted(STATES_OF[filters.turn]))
    if filters.reviewer:
        found = found.filter(reviewer=user.pk if filters.reviewer is Reviewer.ME else None)
    if filters.agenda:
        found = _on_agenda(found, filters.agenda)
    return found.filter(matching(needle.read(filters.search))) if filters.search else found


def _on_agenda(found: CandidacyQuerySet, agenda: Agenda) -> CandidacyQuerySet:
    waiting = AgendaItem.objects.filter(decisions=None).values("candidacy_id")
    if agenda is Agenda.WAITING:
        return found.filter(pk__in=waiting)
    return found.filter(state=State.COMPLETE).exclude(pk__in=waiting)


def counts_by_state(user: Any, filters: Filters) -> dict[str, int]:
    """How many dossiers in each state, under the other filters."""
    others = Filters(filters.search, (), filters.direction, filters.turn, filters.reviewer, filters.agenda)
    return dict(narrowed(user, others).order_by().values_list("state").annotate(number=Count("pk")))


def _shown(found: CandidacyQuerySet) -> CandidacyQuerySet:
    """With service, owner and reviewer, the instant of arrival, the session that waits and the latest decision."""
    waiting = AgendaItem.objects.filter(candidacy=OuterRef("pk"), decisions=None)
    return committee.latest_on(
        found.with_parties().annotate(
            received_at=Coalesce("submitted_at", "opened_at"),
            session_reference=Subquery(waiting.values("session__reference")[:1]),
        )
    )


def _after(found: CandidacyQuerySet, order: Order, cursor: Cursor | None) -> CandidacyQuerySet:
    value = _value(order, cursor) if cursor else None
    if cursor is None or value is None:
        return found
    sign = "lt" if order.descending is not cursor.backwards else "gt"
    beyond = Q(**{f"{order.field}__{sign}": value}) | Q(**{order.field: value, f"pk__{sign}": cursor.key})
    return found.filter(beyond)


def _value(order: Order, cursor: Cursor) -> Any:
    """The cursor's value, or None when it was made for another order."""
    try:
        value = order.parse(cursor.value)
    except ValueError:
        return None
    return None if isinstance(value, datetime) and value.tzinfo is None else value


def _cursor(row: Candidacy, order: Order, *, backwards: bool) -> str:
    value: Any = row
    for name in order.field.split("__"):
        value = getattr(value, name)
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return keyset.encode(Cursor(text, row.pk, backwards))


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
    "CE": lambda value: Certificate.objects.filter(reference=value).values("service_id"),
    "L": lambda value: EstablishmentList.objects.filter(reference=value).values("service_id"),
    "T": lambda value: TestCampaign.objects.filter(reference=value).values("grant__service_id"),
    "SG": lambda value: Signature.objects.filter(reference=value).values("service_id"),
    "DOC": lambda value: StoredDocument.objects.filter(reference=value).values("service_id"),
}


def _number(value: str) -> Q:
    owner = Q(service__owner__siren=value) | Q(service__owner__siret=value) | Q(service__owner__finess_ej=value)
    lines = ListLine.objects.good().filter(finess=value, list__in=EstablishmentList.objects.living())
    return owner | Q(service__in=lines.values("list__service_id"))


def _fingerprint(value: str) -> Q:
    return Q(service__in=Certificate.objects.filter(fingerprint=value).values("service_id"))


def _name(value: str) -> Q:
    """A distinguished name, whole or in part, in either of the two common writings."""
    compact = ",".join(part.strip() for part in value.split(","))
    written = Q(subject__icontains=compact) | Q(subject_openssl__icontains=value)
    return Q(service__in=Certificate.objects.filter(written).values("service_id"))


def _words(value: str) -> Q:
    named = Q(service__name__icontains=value) | Q(service__owner__name__icontains=value)
    return named | Q(reference__icontains=value)


_MATCHES: Mapping[Sought, Callable[[str], Q]] = {
    Sought.NOTHING: lambda value: Q(),
    Sought.REFERENCE: _reference,
    Sought.NUMBER: _number,
    Sought.FINGERPRINT: _fingerprint,
    Sought.NAME: _name,
    Sought.WORDS: _words,
}
