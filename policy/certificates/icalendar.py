"""A deadline as a calendar file (RFC 5545): one all-day event, with alarms."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

MEDIA_TYPE = "text/calendar"
_FOLD = 75  # octets of a line, RFC 5545 §3.1


def event(
    uid: str, *, day: date, title: str, text: str, url: str, written_at: datetime, alarm_days: Iterable[int] = ()
) -> bytes:
    """A calendar of one event on a day; the same `uid` replaces the former event. `written_at` is aware."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Portail ROR//FR",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{written_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(title)}",
        f"DESCRIPTION:{_escaped(text)}",
        f"URL:{url}",
        "TRANSP:TRANSPARENT",
        *(line for days in alarm_days for line in _alarm(days, title)),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _alarm(days: int, title: str) -> list[str]:
    return ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(title)}", f"TRIGGER:-P{days}D", "END:VALARM"]


def _escaped(text: str) -> str:
    for character in "\\;,":
        text = text.replace(character, f"\\{character}")
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """At most 75 octets a line, never in the middle of a character."""
    parts: list[bytes] = []
    current = b""
    for character in line:
        octets = character.encode("utf-8")
        if len(current) + len(octets) > _FOLD - (1 if parts else 0):
            parts.append(current)
            current = b""
        current += octets
    return b"\r\n ".join([*parts, current])
