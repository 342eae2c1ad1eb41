"""Readings of mails, and of the addresses that refuse them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower

from .models import BouncedAddress, DigestLine, MailPreferences, OutgoingEmail, OutgoingEmailQuerySet
from .topics import Choice, Topic


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a mail goes: the addresses it leaves to at once, and the persons (keys) who read it in their summary."""

    at_once: list[str]
    daily: list[int]


def routed(addresses: Sequence[str], topic: Topic) -> Routed:
    """The addresses of a mail by what their owners chose; a generic mailbox chose nothing, and is always written to."""
    if topic.is_mandatory:
        return Routed(list(addresses), [])
    kept = MailPreferences.objects.annotate(address=Lower("user__email"))
    chosen = {
        row.address: (row.user_id, row.choice(topic))
        for row in kept.filter(address__in=[address.lower() for address in addresses])
    }
    at_once = [one for one in addresses if chosen.get(one.lower(), (0, Choice.AT_ONCE))[1] is Choice.AT_ONCE]
    return Routed(at_once, [user for user, choice in chosen.values() if choice is Choice.DAILY])


def preferences_of(user: Any) -> MailPreferences:
    """What a person chose; nothing yet, when he never did."""
    return MailPreferences.objects.filter(user_id=user.pk).first() or MailPreferences(user_id=user.pk)


def lines_due(at: datetime) -> "QuerySet[DigestLine]":
    """What was held back and is to be sent by now, oldest first."""
    due = DigestLine.objects.filter(sent_at=None, due_at__lte=at).select_related("email", "user")
    return due.order_by("pk")


def by_topic(lines: Iterable[DigestLine]) -> list[tuple[Topic, list[DigestLine]]]:
    """The lines of a summary, by topic, in the order of the topics."""
    held = list(lines)
    groups = [(topic, [line for line in held if line.topic == topic]) for topic in Topic]
    return [(topic, found) for topic, found in groups if found]


def bounced(addresses: Iterable[str]) -> dict[str, datetime]:
    """Since when each of these addresses (in lower case) has been refusing mail; one query."""
    asked = {address.lower() for address in addresses}
    return dict(BouncedAddress.objects.filter(address__in=asked).values_list("address", "since"))


def for_subject(subject_reference: str) -> OutgoingEmailQuerySet:
    """The mails about a dossier, oldest first, without their bodies."""
    found = OutgoingEmail.objects.filter(subject_reference=subject_reference).order_by("queued_at", "pk")
    return found.defer("text", "html")


def refused_for_good() -> "QuerySet[BouncedAddress]":
    """The addresses that mail servers refuse for good, the latest first."""
    return BouncedAddress.objects.order_by("-since", "pk")


def unaddressed(*, since: datetime) -> OutgoingEmailQuerySet:
    """The mails that had nobody to go to, since an instant, the latest first, without their bodies."""
    found = OutgoingEmail.objects.filter(state="unaddressed", queued_at__gte=since).order_by("-queued_at", "-pk")
    return found.defer("text", "html")
