"""Whom a notice concerns, what a person has to read, what is under way now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Lower

from onboarding.candidacies.models import Candidacy
from policy.grants.models import Grant
from policy.profiles.catalogue import AccessProfile, FeedingProfile
from portal.accounts.queries import reader
from portal.calendar.deadlines import paris_date
from portal.mail import queries as mails
from portal.mail.models import BouncedAddress
from portal.parties.models import DigitalService, LegalEntity, Membership
from portal.parties.roles import MembershipRole
from portal.statements.queries import statement

from .contacts import Doubt
from .kinds import Audience, Kind, Part, Touched
from .lifecycle import NoticeState, ReadingState
from .models import MalfunctionReport, Notice, NoticeFollowUp, NoticeQuerySet, NoticeReading, ReportMessage

EVERYWHERE = (Touched.BOTH.value, "")
NEWS = timedelta(days=90)  # how long what asks for no answer is still news to a newcomer


def concerned(notice: Notice) -> QuerySet[LegalEntity]:
    """The legal entities that a notice is for, by name; those of its services, living rights or open requests."""
    entities = LegalEntity.objects.order_by("name", "pk")
    if notice.audience == Audience.ALL:
        return entities
    return entities.filter(Exists(_services(notice).filter(owner=OuterRef("pk"))))


def _services(notice: Notice) -> QuerySet[DigitalService]:
    services = DigitalService.objects.all()
    if notice.audience == Audience.SERVICES:
        return services.filter(reference__in=notice.services)
    rights = Grant.objects.living().filter(service=OuterRef("pk"))
    requests = Candidacy.objects.open().filter(service=OuterRef("pk"))
    if notice.audience == Audience.DIRECTION:
        of = {"direction": notice.direction}
        return services.filter(Exists(rights.filter(**of)) | Exists(requests.filter(**of)))
    if notice.audience == Audience.PROFILE:
        return services.filter(Exists(rights.filter(_holding(notice.profiles))))
    return services.filter(Q(pk__in=_in_regions(notice.regions)) | Exists(rights.filter(region__in=notice.regions)))


def _holding(profiles: list[str]) -> Q:
    """The rights that hold one of these profiles."""
    held = Q(access_profile__in=[int(code) for code in profiles if code in set(AccessProfile)])
    for letter in set(profiles) & set(FeedingProfile):
        held |= Q(feeding_profiles__contains=letter)
    return held


def _in_regions(regions: list[str]) -> list[int]:
    """The services whose requests, neither refused nor withdrawn, name one of these regions."""
    wanted = set(regions)
    rows = Candidacy.objects.exclude(state__in=["refused", "withdrawn"]).values_list("service_id", "region_routes")
    return [service for service, routes in rows if wanted & set(routes)]


def listed(user: Any) -> NoticeQuerySet:
    """The notices of a person, drafts first; with the counts of who was told and who confirmed."""
    asked = Count("readings", distinct=True)
    read = Count("readings", filter=Q(readings__state=ReadingState.ACKNOWLEDGED), distinct=True)
    return Notice.objects.visible_to(user).newest_first().annotate(told_count=asked, read_count=read)


def in_full(user: Any, reference: str) -> Notice | None:
    """A notice with its follow-ups, if this person may read it."""
    follow_ups = Prefetch("follow_ups", queryset=NoticeFollowUp.objects.select_related("said_by"))
    return Notice.objects.visible_to(user).filter(reference=reference).prefetch_related(follow_ups).first()


def readings_of(notice: Notice, user: Any) -> list[NoticeReading]:
    """Who was told, as far as this person may see: those still to confirm first."""
    rows = notice.readings.visible_to(user).select_related("legal_entity", "acknowledged_by")
    return list(rows.order_by("-state", "legal_entity__name"))


def to_read(user: Any) -> list[NoticeReading]:
    """The readings that this person's legal entities have still to confirm, the most urgent first."""
    return _waiting(reader(user)).rows(reader=user.pk)


@statement
def _waiting(user: Any) -> "QuerySet[NoticeReading]":
    waiting = NoticeReading.objects.visible_to(user).waiting().select_related("notice", "legal_entity")
    return waiting.order_by(F("notice__read_by_date").asc(nulls_last=True), "pk")


@dataclass(frozen=True, slots=True)
class Status:
    """What anyone may know of the ROR's services now: under way, announced, over."""

    under_way: list[Notice]
    coming: list[Notice]
    past: list[Notice]


RECENT = 10


def status(user: Any, *, now: datetime) -> Status:
    """Incidents and maintenances that this person may read: those under way, those to come, the last ones over."""
    follow_ups = Prefetch("follow_ups", queryset=NoticeFollowUp.objects.select_related("said_by"))
    windows = Notice.objects.visible_to(user).windows().exclude(published_at=None).prefetch_related(follow_ups)
    living = list(windows.published().filter(Q(ends_at=None) | Q(ends_at__gt=now)).order_by("starts_at", "pk"))
    over = windows.filter(Q(state=NoticeState.ENDED) | Q(ends_at__lte=now)).order_by("-starts_at", "-pk")
    return Status(
        under_way=[one for one in living if one.is_under_way(now)],
        coming=[one for one in living if not one.is_under_way(now)],
        past=list(over[:RECENT]),
    )


def windows_open(user: Any, *, environment: str, at: datetime) -> list[Notice]:
    """The maintenances and incidents under way in an environment that a person may read, the oldest first."""
    mine = _under_way(Notice.objects.visible_to(user), at)
    return list(mine.filter(touched__in=[environment, *EVERYWHERE]).order_by("starts_at"))


def _under_way(notices: NoticeQuerySet, at: datetime) -> NoticeQuerySet:
    begun = notices.published().windows().filter(starts_at__lte=at)
    return begun.filter(Q(ends_at=None) | Q(ends_at__gt=at))


def excuses(column: str, *, at: datetime) -> Exists:
    """Whether a window under way excuses a silence in the environment that a column names (settled question 33).

    Whoever was told of it: what is out of order is so for every gateway.
    What touches only the test platform, or only this portal, excuses no gateway.
    """
    windows = _under_way(Notice.objects.all(), at).exclude(parts__in=[[Part.TESTS.value], [Part.PORTAL.value]])
    return Exists(windows.filter(Q(touched=OuterRef(column)) | Q(touched__in=EVERYWHERE)))


def current(*, at: datetime) -> list[Notice]:
    """The published notices that a newcomer must still know of: windows not over, readings asked, recent ones."""
    today = paris_date(at)
    window = Q(kind__in=[kind for kind in Kind if kind.has_window])
    lasting = window & (Q(ends_at=None) | Q(ends_at__gt=at))
    asked = ~window & Q(asks_reading=True) & (Q(read_by_date=None) | Q(read_by_date__gte=today))
    recent = ~window & Q(published_at__gt=at - NEWS)
    return list(Notice.objects.published().filter(lasting | asked | recent).order_by("pk"))


def not_told(notice: Notice) -> list[LegalEntity]:
    """The legal entities that a notice concerns today and that were not told of it."""
    return list(concerned(notice).exclude(pk__in=notice.readings.values("legal_entity_id")))


def reports(user: Any) -> "QuerySet[MalfunctionReport]":
    """The reports of a person, those that wait first, then the newest."""
    rows = MalfunctionReport.objects.visible_to(user).select_related("service__owner", "taken_by", "reported_by")
    return rows.order_by("-state", "-reported_at", "-pk")


def report_in_full(user: Any, reference: str) -> MalfunctionReport | None:
    """A report with its exchange, if this person may see it."""
    messages = Prefetch("messages", queryset=ReportMessage.objects.select_related("author"))
    return reports(user).filter(reference=reference).prefetch_related(messages).first()


def unknown_services(notice: Notice) -> list[str]:
    """The references that a notice names and no service bears."""
    known = set(DigitalService.objects.filter(reference__in=notice.services).values_list("reference", flat=True))
    return sorted(set(notice.services) - known)


def contacts_in_doubt(closed: Collection[int] = ()) -> list[Doubt]:
    """The addresses that mail servers refuse for good, with whom they belong to; a constant number of queries.

    `closed` are the keys of legal entities closed to the reader: they are left out, as are then the addresses that
    belong to nobody known, for nothing says whose dossier cites them.
    """
    refused = list(mails.refused_for_good())
    addresses = [one.address for one in refused]
    roles = Membership.objects.active().annotate(lower=Lower("user__email")).filter(lower__in=addresses)
    held: dict[str, dict[int, LegalEntity]] = {}
    names: dict[str, str] = {}
    for role in roles.select_related("user", "legal_entity"):
        address = role.user.email.lower()
        held.setdefault(address, {})[role.legal_entity_id] = role.legal_entity
        names[address] = role.user.full_name
    for entity in LegalEntity.objects.annotate(lower=Lower("mailbox")).filter(lower__in=addresses):
        held.setdefault(entity.mailbox.lower(), {})[entity.pk] = entity
    reachable = _reachable({pk for entities in held.values() for pk in entities}, set(addresses))
    if closed:
        held = {address: {pk: one for pk, one in mine.items() if pk not in closed} for address, mine in held.items()}
        refused = [one for one in refused if held.get(one.address)]
    return [_doubt(one, names.get(one.address, ""), held.get(one.address, {}), reachable) for one in refused]


def _reachable(entities: set[int], refused: set[str]) -> set[int]:
    """Those of these legal entities for which another representative, or the mailbox, still takes mail."""
    representatives = Membership.objects.active().filter(
        legal_entity__in=entities, role=MembershipRole.LEGAL_REPRESENTATIVE
    )
    boxes = LegalEntity.objects.filter(pk__in=entities).exclude(mailbox="").values_list("pk", "mailbox")
    known = [*representatives.values_list("legal_entity_id", "user__email"), *boxes]
    return {pk for pk, address in known if address.lower() not in refused}


def _doubt(one: BouncedAddress, name: str, entities: dict[int, LegalEntity], reachable: set[int]) -> Doubt:
    by_name = sorted(entities.values(), key=lambda entity: entity.name)
    return Doubt(
        address=one.address,
        since=one.since,
        reason=one.reason,
        person=name or ("Boîte générique" if entities else "Contact cité dans un dossier"),
        entities=tuple((entity.reference, entity.name) for entity in by_name),
        alone=tuple(entity.name for entity in by_name if entity.pk not in reachable),
    )
