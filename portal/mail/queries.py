"""Readings of mails."""

from .models import OutgoingEmail, OutgoingEmailQuerySet


def for_subject(subject_reference: str) -> OutgoingEmailQuerySet:
    """The mails about a dossier, oldest first, without their bodies."""
    found = OutgoingEmail.objects.filter(subject_reference=subject_reference).order_by("queued_at", "pk")
    return found.defer("text", "html")
