"""Writing, publishing, following up and ending a notice; confirming its reading."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from onboarding.legaltexts import prose
from onboarding.notices import audience, effects, queries
from onboarding.notices.kinds import Audience, Kind
from onboarding.notices.lifecycle import NoticeMove, ReadingMove
from onboarding.notices.models import Notice, NoticeFollowUp, NoticeReading
from portal.audit.record import Event
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue

FIELDS = (
    "kind", "title", "body", "audience", "direction", "profiles", "regions", "services", "is_public", "asks_reading",
    "read_by_date", "parts", "touched", "starts_at", "ends_at", "is_urgent",
)  # fmt: skip


def write(values: Mapping[str, Any], *, by: Any, at: datetime | None = None) -> Notice:
    """A draft. `values` are the fields of a notice, by name. Raises Refused for a blank title, text or audience."""
    notice = Notice(written_by=by)
    with moving(notice, NoticeMove.WRITE, by=by, at=at) as (current, event):
        current.reference = next_reference("AN", event.at)
        _fill(current, values, event)
    return notice


def edit(
    notice: Notice, values: Mapping[str, Any], *, by: Any, seen: int | None = None, at: datetime | None = None
) -> None:
    """Rewrites a draft; `seen` is the version the person read."""
    with moving(notice, NoticeMove.EDIT, by=by, at=at, version=seen) as (current, event):
        _fill(current, values, event)


def _fill(notice: Notice, values: Mapping[str, Any], event: Event) -> None:
    for name in FIELDS:
        if name in values:
            setattr(notice, name, values[name])
    notice.title, notice.body = prose.tidy(notice.title), prose.tidy(notice.body)
    if not Kind(notice.kind).has_window:
        notice.parts, notice.touched, notice.starts_at, notice.ends_at, notice.is_urgent = [], "", None, None, False
    if not notice.asks_reading:
        notice.read_by_date = None
    _check(notice)
    event.note(title=notice.title)


def _check(notice: Notice) -> None:
    for name, sentence in (("title", "Donnez un titre à l’annonce."), ("body", "Écrivez le texte de l’annonce.")):
        if not getattr(notice, name):
            raise Refused(sentence, field=name)
    if lack := audience.lack(
        notice.audience,
        direction=notice.direction,
        profiles=notice.profiles,
        regions=notice.regions,
        services=notice.services,
    ):
        raise Refused(lack[1], field=lack[0])
    if unknown := queries.unknown_services(notice):
        raise Refused(f"Aucun service ne porte la référence {', '.join(unknown)}.", field="services")


def publish(notice: Notice, *, by: Any, at: datetime | None = None) -> None:
    """The notice is shown and sent to each legal entity that it concerns; these are kept with it."""
    with moving(notice, NoticeMove.PUBLISH, by=by, at=at) as (current, event):
        if current.read_by_date and current.read_by_date < paris_date(event.at):
            raise Refused("La date avant laquelle confirmer la lecture est passée.", field="read_by_date")
        current.published_at = event.at
        save(current)
        told = [NoticeReading(notice=current, legal_entity=one, told_at=event.at) for one in queries.concerned(current)]
        if not told and not current.is_public and current.audience != Audience.ALL:
            raise Refused("Cette annonce ne concerne aucun organisme : revoyez ses destinataires.", field="audience")
        for reading in NoticeReading.objects.bulk_create(told):
            enqueue(effects.tell, event=event, reading_id=reading.pk)
        event.note(title=current.title, count=str(len(told)))


def catch_up(notice: Notice, *, at: datetime) -> int:
    """The clock tells those whom a published notice concerns since: new organisations, services, requests or rights."""
    if not (newcomers := queries.not_told(notice)):
        return 0
    with moving(notice, NoticeMove.CATCH_UP, by=None, at=at) as (current, event):
        told = [NoticeReading(notice=current, legal_entity=one, told_at=event.at) for one in newcomers]
        for reading in NoticeReading.objects.bulk_create(told):
            enqueue(effects.tell, event=event, reading_id=reading.pk)
        event.note(count=f"{len(told)} organisme{'s' if len(told) > 1 else ''}")
    return len(newcomers)


def follow_up(notice: Notice, text: str, *, by: Any, at: datetime | None = None) -> None:
    """Says what happened since the publication; those told of the notice are told of it. Raises Refused when blank."""
    with moving(notice, NoticeMove.FOLLOW_UP, by=by, at=at) as (current, event):
        said = NoticeFollowUp(notice=current, text=prose.tidy(text), said_at=event.at, said_by=by)
        if not said.text:
            raise Refused("Dites ce qui s’est passé depuis l’annonce.", field="text")
        save(said)
        for pk in current.readings.order_by("pk").values_list("pk", flat=True):
            enqueue(effects.tell_follow_up, event=event, reading_id=pk, follow_up_id=said.pk)


def end(notice: Notice, *, by: Any, at: datetime | None = None) -> None:
    """The notice is over; the end of an incident, or of a maintenance cut short, is told."""
    with moving(notice, NoticeMove.END, by=by, at=at) as (current, event):
        current.ended_at = event.at
        if current.has_window and by is not None:
            for pk in current.readings.order_by("pk").values_list("pk", flat=True):
                enqueue(effects.tell_end, event=event, reading_id=pk)


def drop(notice: Notice, *, by: Any, at: datetime | None = None) -> None:
    """A draft is given up."""
    with moving(notice, NoticeMove.DROP, by=by, at=at):
        return


def acknowledge(reading: NoticeReading, *, by: Any, at: datetime | None = None) -> None:
    """A person of the legal entity confirms that the notice was read."""
    with moving(reading, ReadingMove.ACKNOWLEDGE, by=by, at=at) as (current, event):
        current.acknowledged_at, current.acknowledged_by = event.at, by
        event.note(entity=current.legal_entity.name, notice=current.notice.reference)


def end_past_window(notice: Notice, *, at: datetime) -> None:
    """The clock ends a maintenance whose announced end is past; nobody is written to."""
    end(notice, by=None, at=at)


def remind(reading: NoticeReading, *, at: datetime) -> None:
    """The clock reminds a legal entity, once, to confirm that it read a notice."""
    with moving(reading, ReadingMove.REMIND, by=None, at=at) as (current, event):
        current.reminded_at = event.at
        event.note(entity=current.legal_entity.name, notice=current.notice.reference)
        enqueue(effects.remind, event=event, reading_id=current.pk)
