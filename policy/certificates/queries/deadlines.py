"""Which certificates end when and what replaces them; what a certificate's page says of its name and neighbours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.db.models import Exists

from portal.calendar.deadlines import paris_date

from .. import deposit, expiries, gateways, names, renewal, timeline, uses, x509
from ..expiries import Expiry
from ..gateways import Comparison, Rendering, Sight
from ..lifecycle import State
from ..models import Certificate
from ..names import Name
from ..renewal import Difference, Peer, Stage
from . import watching

PAST, YEAR = timedelta(days=30), timedelta(days=366)
SHOWN = 100


@dataclass(frozen=True)
class Collision:
    """Certificates that a comparison takes for this one: those of the reader, and how many of other services."""

    comparison: Comparison
    own: list[Certificate]
    others: int


@dataclass(frozen=True)
class Neighbours:
    """What came before and comes after a certificate, how the names differ, and where it stands."""

    stage: Stage
    former: Certificate | None
    successor: Certificate | None
    differences: list[Difference]


def deadlines(user: Any, *, at: datetime) -> Any:
    """The declared certificates that the person may see and that end within a year, or ended less than a month ago.

    Each has `is_prepared`: true when another one takes over.
    """
    seen = Certificate.objects.visible_to(user).declared()
    ending = seen.filter(not_after__gt=at - PAST, not_after__lte=at + YEAR)
    return ending.annotate(is_prepared=Exists(watching.replacing())).order_by("not_after", "pk")


def columns(user: Any, servers: Iterable[Expiry] = (), *, at: datetime) -> list[timeline.Column]:
    """The picture of the coming twelve months, with those of servers."""
    rows = deadlines(user, at=at).filter(not_after__gte=at).values_list("not_after", "is_prepared")
    others = [(one.ends, one.is_prepared) for one in servers if one.ends >= at]
    ends = ((paris_date(end), prepared) for end, prepared in chain(rows.iterator(), others))
    return timeline.columns(paris_date(at), ends)


def listed(user: Any, *, at: datetime) -> list[Certificate]:
    """The nearest deadlines, for the table; already over first."""
    return list(deadlines(user, at=at).select_related("service__owner")[:SHOWN])


def servers_ending(user: Any, *, at: datetime) -> list[Expiry]:
    """What else ends in the same time, among what the person may see: the certificates of servers."""
    return expiries.of(user, after=at - PAST, before=at + YEAR)


def name_of(certificate: Certificate) -> Name | None:
    """The subject read again from the certificate; None when its text cannot be opened."""
    try:
        return names.parse(x509.subject_of(deposit.certificate_der(certificate.pem.encode("ascii"))))
    except (ValueError, IndexError, deposit.Unreadable):
        return None


def renderings(certificate: Certificate) -> list[Rendering]:
    """The subject as each family of tools writes it."""
    name = name_of(certificate)
    return gateways.renderings(name) if name is not None else []


def sights(certificate: Certificate) -> list[Sight]:
    """What each comparison of gateways makes of the certificate."""
    name = name_of(certificate)
    return gateways.sights(name, certificate.fingerprint) if name is not None else []


def collisions(certificate: Certificate, user: Any, *, at: datetime) -> list[Collision]:
    """Other valid certificates that comparisons by name would take for this one; another vendor's is only counted."""
    peers = Certificate.objects.declared().valid(at).filter(environment=certificate.environment)
    found = []
    for comparison, alike in (
        (Comparison.RFC4514, peers.filter(dn_digest=certificate.dn_digest)),
        (Comparison.PARTS, peers.filter(parts_digest=certificate.parts_digest).exclude(parts_digest="")),
    ):
        others = alike.exclude(pk=certificate.pk)
        own = list(others.visible_to(user).order_by("pk")[:SHOWN])
        if own or others.exists():
            found.append(Collision(comparison, own, others.count() - len(own)))
    return found


def neighbours(certificate: Certificate, *, at: datetime) -> Neighbours:
    """The certificate before and the one after, of the same service, environment and client."""
    peers = certificate.service.certificates.filter(
        environment=certificate.environment, client_number=certificate.client_number
    ).exclude(pk=certificate.pk)
    former = peers.filter(declared_at__lt=certificate.declared_at).order_by("-declared_at", "-pk").first()
    successor = watching.successors(certificate).first()
    own, before, after = (_peer(one, at) if one else None for one in (certificate, former, successor))
    compared = successor or former
    return Neighbours(
        stage=renewal.stage(
            is_usable=bool(own and own.is_usable),
            is_used=bool(own and own.is_used),
            former=before,
            successor=after,
        ),
        former=former,
        successor=successor,
        differences=_differences(compared, certificate, is_later=compared is successor) if compared else [],
    )


def _peer(certificate: Certificate, at: datetime) -> Peer:
    is_usable = certificate.state == State.DECLARED and certificate.not_before <= at <= certificate.not_after
    return Peer(certificate.reference, is_usable, any(use.is_blocking for use in uses.of(certificate)))


def _differences(other: Certificate, certificate: Certificate, *, is_later: bool) -> list[Difference]:
    pair = (_pairs(certificate), _pairs(other)) if is_later else (_pairs(other), _pairs(certificate))
    return renewal.differences(*pair)


def _pairs(certificate: Certificate) -> Sequence[tuple[str, str]]:
    name = name_of(certificate)
    if name is None:
        return [("Nom", certificate.subject)]
    return [(attribute.label, attribute.text or "") for attribute in names.attributes(name)]
