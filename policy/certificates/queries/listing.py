"""The list of certificates, cut and searched, and how many stand in each part of it."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Q

from portal.parties import queries as parties

from ..environments import Environment
from ..lifecycle import State
from ..models import Certificate, CertificateQuerySet
from ..revocation import Standing
from ..shelves import Shelf
from . import watching


def on_shelf(
    user: Any, shelf: Shelf, *, at: datetime, environment: Environment | None = None, words: str = ""
) -> CertificateQuerySet:
    """Those that the person may see in a part of the list, the nearest end first; `is_prepared` when replaced."""
    rows = _searched(Certificate.objects.visible_to(user), words).filter(_condition(shelf, at))
    if environment:
        rows = rows.filter(environment=environment)
    later = Exists(watching.replacing())
    return (
        rows.select_related("service__owner")
        .defer("pem", "checks")
        .annotate(is_prepared=later)
        .order_by(*(["-not_after", "-pk"] if shelf in (Shelf.ALL, Shelf.ENDED, Shelf.RETIRED) else ["not_after", "pk"]))
    )


def cut(rows: CertificateQuerySet, shelf: Shelf, *, at: datetime) -> CertificateQuerySet:
    """Those of these certificates that stand in a part of the list."""
    return rows.filter(_condition(shelf, at))


def counts(
    user: Any, *, at: datetime, environment: Environment | None = None, words: str = ""
) -> list[tuple[Shelf, int]]:
    """How many stand in each part, in one query."""
    rows = _searched(Certificate.objects.visible_to(user), words)
    if environment:
        rows = rows.filter(environment=environment)
    numbers = {shelf.name: Count("pk", filter=_condition(shelf, at)) for shelf in Shelf}
    found = rows.order_by().aggregate(**numbers)
    return [(shelf, found[shelf.name]) for shelf in Shelf]


def _condition(shelf: Shelf, at: datetime) -> Q:
    declared = Q(state=State.DECLARED)
    living = declared & Q(not_after__gte=at)
    conditions = {
        Shelf.ALL: Q(),
        Shelf.IN_FORCE: living,
        Shelf.ENDING: living & Q(not_after__lte=at + timedelta(days=watching.ENDING)),
        Shelf.ENDED: declared & Q(not_after__lt=at),
        Shelf.FAULTY: living & ~Q(fault=""),
        Shelf.UNKNOWN: living & Q(revocation=Standing.UNKNOWN),
        Shelf.REVOKED: Q(state=State.REVOKED),
        Shelf.RETIRED: Q(state=State.RETIRED),
    }
    return conditions[shelf]


def _searched(rows: CertificateQuerySet, words: str) -> CertificateQuerySet:
    """By reference, name, service, vendor, client, serial number, or fingerprint with or without separators."""
    if not words:
        return rows
    plain = words.replace(":", "").replace(" ", "")
    return rows.filter(
        Q(reference__iexact=words)
        | Q(subject__icontains=words)
        | parties.named("service__", words)
        | parties.named("service__owner__", words)
        | Q(client_label__icontains=words)
        | Q(client_number=plain)
        | Q(serial=plain.upper())
        | Q(fingerprint=plain.lower())
    )
