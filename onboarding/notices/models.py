"""Notices of the agency and who was told; malfunctions reported by vendors and the answers."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from onboarding.legaltexts import prose
from policy.certificates.environments import Environment
from policy.grants.direction import Direction
from portal.calendar.deadlines import paris_date
from portal.parties.models import DigitalService, LegalEntity

from . import kinds
from .kinds import Audience, Kind, Touched
from .lifecycle import OPEN_REPORTS, NoticeState, ReadingState, ReportState

SHOWN = (NoticeState.PUBLISHED, NoticeState.ENDED)


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Readings of notices."""

    def visible_to(self, user: Any) -> "NoticeQuerySet":
        """Agents see all but those told only to entities closed to them; members the published ones that concern them;
        anyone the public ones."""
        if not user.is_authenticated:
            return self.open_to_all()
        if user.is_agent:
            return self.exclude(_told_only_to(LegalEntity.objects.closed_to(user)))
        told = NoticeReading.objects.filter(notice=models.OuterRef("pk"), legal_entity__in=_mine(user))
        return self.filter(Q(is_public=True) | Q(audience=Audience.ALL) | models.Exists(told), state__in=SHOWN)

    def open_to_all(self) -> "NoticeQuerySet":
        """Those that anyone reads on the page of the status."""
        return self.filter(is_public=True, state__in=SHOWN)

    def published(self) -> "NoticeQuerySet":
        """Those in force."""
        return self.filter(state=NoticeState.PUBLISHED)

    def windows(self) -> "NoticeQuerySet":
        """Maintenances and incidents."""
        return self.filter(kind__in=[kind for kind in Kind if kind.has_window])

    def newest_first(self) -> "NoticeQuerySet":
        """Drafts, then the last published."""
        return self.order_by(F("published_at").desc(nulls_first=True), "-pk")


def _mine(user: Any) -> models.QuerySet[LegalEntity]:
    return LegalEntity.objects.filter(memberships__user_id=user.pk, memberships__until=None)


def _told_only_to(entities: models.QuerySet[LegalEntity]) -> Q:
    """Notices to chosen services whose readings are all of these entities."""
    told = NoticeReading.objects.filter(notice=models.OuterRef("pk"))
    among = told.filter(legal_entity__in=entities)
    return Q(models.Exists(among), ~models.Exists(told.exclude(legal_entity__in=entities)), audience=Audience.SERVICES)


class Notice(models.Model):
    """Something that the agency tells vendors. A window has instants; an incident under way has no end yet.

    `profiles`, `regions`, `services` (references) and `direction` say the audience, by its kind; `parts` lists codes of
    `kinds.Part`. A window is never shown as a suspension (settled question 33).
    """

    reference = models.CharField("référence", max_length=20)
    kind = models.CharField("nature", max_length=12, choices=Kind.choices())
    title = models.CharField("titre", max_length=160)
    body = models.TextField("texte", max_length=10_000)
    audience = models.CharField("destinataires", max_length=10, choices=Audience.choices(), default=Audience.ALL)
    direction = models.CharField("sens", max_length=12, choices=Direction.choices(), blank=True)
    profiles = models.JSONField("profils", default=list, blank=True)
    regions = models.JSONField("régions", default=list, blank=True)
    services = models.JSONField("services", default=list, blank=True)
    is_public = models.BooleanField("visible de tous", default=False)
    asks_reading = models.BooleanField("lecture à confirmer", default=False)
    read_by_date = models.DateField("à confirmer avant le", null=True, blank=True)
    parts = models.JSONField("parties touchées", default=list, blank=True)
    touched = models.CharField("environnement", max_length=12, choices=Touched.choices(), blank=True)
    starts_at = models.DateTimeField("début", null=True, blank=True)
    ends_at = models.DateTimeField("fin", null=True, blank=True)
    is_urgent = models.BooleanField("urgente", default=False)
    state = models.CharField("état", max_length=10, choices=NoticeState.choices(), default=NoticeState.DRAFT)
    version = models.PositiveIntegerField(default=0)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="notice_reference_once"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at=None) | Q(ends_at__gt=F("starts_at")),
                name="notice_window_ends_after",
                violation_error_message="La fin suit le début.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.MAINTENANCE) | Q(starts_at__isnull=False, ends_at__isnull=False),
                name="notice_maintenance_is_dated",
                violation_error_message="Une maintenance a un début et une fin annoncés.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.INCIDENT) | Q(starts_at__isnull=False),
                name="notice_incident_is_dated",
                violation_error_message="Un incident a un début.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "ended"]) | Q(published_at__isnull=False),
                name="notice_published_is_dated",
                violation_error_message="Une annonce publiée porte sa date.",
            ),
        ]
        indexes = [models.Index(fields=["state", "-published_at"], name="notice_by_state")]

    def __str__(self) -> str:
        return self.reference

    @property
    def blocks(self) -> list[prose.Block]:
        """The text for pages."""
        return prose.blocks(self.body)

    @property
    def has_window(self) -> bool:
        """Whether it is a maintenance or an incident."""
        return Kind(self.kind).has_window

    @property
    def parts_in_words(self) -> str:
        """What is touched."""
        return kinds.words(self.parts)

    def is_under_way(self, now: datetime) -> bool:
        """Whether its window is open at that instant."""
        begun = self.starts_at is not None and self.starts_at <= now
        return begun and self.state == NoticeState.PUBLISHED and (self.ends_at is None or now < self.ends_at)


class NoticeFollowUp(models.Model):
    """What was said after the publication; the last one ends the notice when it says so."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="follow_ups")
    text = models.TextField("suite", max_length=5000)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["said_at", "pk"]

    def __str__(self) -> str:
        return f"suite de {self.notice} du {self.said_at:%d/%m/%Y}"


class NoticeReadingQuerySet(models.QuerySet["NoticeReading"]):
    """Readings of readings."""

    def visible_to(self, user: Any) -> "NoticeReadingQuerySet":
        """Agents see all, but for entities closed to them; members those of their legal entities."""
        if user.is_agent:
            return self.exclude(legal_entity__in=LegalEntity.objects.closed_to(user))
        return self.filter(legal_entity__in=_mine(user))

    def waiting(self) -> "NoticeReadingQuerySet":
        """Those asked for, and not yet confirmed, of notices in force."""
        asked = self.filter(notice__asks_reading=True, notice__state=NoticeState.PUBLISHED)
        return asked.filter(state=ReadingState.TOLD)


class NoticeReading(models.Model):
    """A legal entity told of a notice, when it was published or once concerned; `reminded_at` is the one reminder."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="readings")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("état", max_length=14, choices=ReadingState.choices(), default=ReadingState.TOLD)
    told_at = models.DateTimeField("informé le")
    reminded_at = models.DateTimeField("relancé le", null=True, blank=True)
    acknowledged_at = models.DateTimeField("confirmée le", null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = NoticeReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "legal_entity"], name="notice_reading_once"),
            models.CheckConstraint(
                condition=~Q(state=ReadingState.ACKNOWLEDGED) | Q(acknowledged_at__isnull=False),
                name="notice_reading_is_dated",
                violation_error_message="Une lecture confirmée porte sa date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} lue par {self.legal_entity}"

    @property
    def read_by_date(self) -> date | None:
        """The day before which to confirm; None where there is none, or when it was past before they were told."""
        asked = self.notice.read_by_date
        return asked if asked and paris_date(self.told_at) <= asked else None


class MalfunctionReportQuerySet(models.QuerySet["MalfunctionReport"]):
    """Readings of reports."""

    def visible_to(self, user: Any) -> "MalfunctionReportQuerySet":
        """Agents see all, but for entities closed to them; members those of their services; others nothing."""
        if user.is_agent:
            return self.exclude(service__in=DigitalService.objects.closed_to(user))
        return self.filter(service__owner__in=_mine(user))

    def open(self) -> "MalfunctionReportQuerySet":
        """Those not closed."""
        return self.filter(state__in=sorted(OPEN_REPORTS))

    def to_answer(self) -> "MalfunctionReportQuerySet":
        """Those that wait for the agency, the oldest first."""
        return self.filter(state__in=[ReportState.REPORTED, ReportState.IN_PROGRESS]).order_by("reported_at", "pk")


class MalfunctionReport(models.Model):
    """Something that does not work, said by a vendor about one of his services; `messages` hold the exchange."""

    reference = models.CharField("référence", max_length=20)
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="malfunctions")
    environment = models.CharField("environnement", max_length=12, choices=Environment.choices())
    part = models.CharField("partie touchée", max_length=14, choices=kinds.Part.choices())
    title = models.CharField("objet", max_length=160)
    noticed_at = models.DateTimeField("constaté le", null=True, blank=True)
    state = models.CharField("état", max_length=12, choices=ReportState.choices(), default=ReportState.REPORTED)
    version = models.PositiveIntegerField(default=0)
    reported_at = models.DateTimeField("signalé le")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField("clos le", null=True, blank=True)

    objects = MalfunctionReportQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference"], name="malfunction_reference_once")]
        indexes = [models.Index(fields=["state", "reported_at"], name="malfunction_by_state")]

    def __str__(self) -> str:
        return self.reference


class ReportMessage(models.Model):
    """What one side said about a report; the first one is the description."""

    report = models.ForeignKey(MalfunctionReport, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    from_agency = models.BooleanField()
    text = models.TextField("message", max_length=5000)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"message sur {self.report}"
