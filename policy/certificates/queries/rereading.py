"""Certificates in force as the night reads them again: plain values, by bounded lists, and what others hold of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, TextField, Window
from django.db.models.functions import Cast, RowNumber

from portal.parties.models import DigitalService

from ..environments import Environment
from ..lifecycle import ReviewState, State
from ..models import Certificate, CertificateQuerySet, CertificateReview
from ..question import Twin
from ..rereading import Kept
from .watching import watched

REVIEWED = 1000
TWINS = 6


class Held(NamedTuple):
    """One certificate in force: its columns, those of its service and of the vendor; no object is made of them."""

    pk: int
    pem: str
    environment: str
    key_digest: str
    fault: str
    said: str  # its checks, as the database writes them
    basis: str
    judged_at: datetime | None
    fingerprint: str
    client_label: str
    client_number: str
    service_id: int
    owner_id: int
    owner_name: str
    owner_siren: str
    owner_siret: str
    owner_finess: str

    def kept(self) -> Kept:
        """What is judged, and compared with what is found."""
        return Kept(self.pem, Environment(self.environment), self.key_digest, self.fault, self.said)


_OWNER = ("pk", "name", "siren", "siret", "finess_ej")
_COLUMNS = (*Held._fields[:-5], *(f"service__owner__{column}" for column in _OWNER))


def to_review(at: datetime, *, after: int = 0, size: int = REVIEWED) -> Iterator[list[Held]]:
    """The certificates in force with their services and vendors, by bounded lists, whatever changes meanwhile.

    `after` is the key after which to begin.
    """
    rows = watched(at).annotate(said=Cast("checks", TextField())).order_by("pk").values_list(*_COLUMNS)
    last = after
    while found := [Held._make(row) for row in rows.filter(pk__gt=last)[:size]]:
        yield found
        last = found[-1].pk


def twins_of(certificates: Sequence[Held]) -> dict[int, tuple[Twin, ...]]:
    """By key, the other certificates that bear the same public key, in two queries; few of each service and state."""
    alike: dict[str, list[Certificate]] = defaultdict(list)
    for row in of_keys(_shared(certificates), at_least=2):
        alike[row.key_digest].append(row)
    return {one.pk: _twins(one, alike[one.key_digest]) for one in certificates if one.key_digest in alike}


def _shared(certificates: Sequence[Held]) -> set[str]:
    """The public keys of a list, in the order of its keys, that another certificate bears too: very few."""
    others = Certificate.objects.filter(key_digest=OuterRef("key_digest")).exclude(pk=OuterRef("pk"))
    rows = Certificate.objects.filter(pk__gte=certificates[0].pk, pk__lte=certificates[-1].pk)
    return set(rows.filter(Exists(others)).exclude(key_digest="").values_list("key_digest", flat=True))


def _twins(one: Held, bearers: Iterable[Certificate]) -> tuple[Twin, ...]:
    others = (other for other in bearers if other.fingerprint != one.fingerprint)
    return tuple(_twin(other, one.service_id, one.owner_id) for other in others)


def of_keys(digests: Iterable[str], *, at_least: int = 1) -> CertificateQuerySet:
    """The certificates of these public keys, the first ones of each service in each state: a key that thousands share
    is told as well by a few of them. `at_least` leaves out the keys that fewer certificates bear.
    """
    rank = Window(RowNumber(), partition_by=["key_digest", "service_id", "state"], order_by="pk")
    bearers = Window(Count("pk"), partition_by="key_digest")
    rows = Certificate.objects.filter(key_digest__in=list(digests)).annotate(rank=rank, bearers=bearers)
    return (
        rows.filter(rank__lte=TWINS, bearers__gte=at_least)
        .select_related("service")
        .defer("pem", "checks")
        .order_by("pk")
    )


def twin(other: Certificate, service: DigitalService) -> Twin:
    """What another certificate of the same key is to a service; another vendor's is not named."""
    return _twin(other, service.pk, service.owner_id)


def _twin(other: Certificate, service_id: int, owner_id: int) -> Twin:
    same_service, same_owner = other.service_id == service_id, other.service.owner_id == owner_id
    return Twin(other.reference if same_owner else "", same_service, same_owner, other.state == State.REVOKED)


def last_review() -> CertificateReview | None:
    """The last nightly reading of all certificates that came to its end."""
    return CertificateReview.objects.filter(state=ReviewState.RECORDED).order_by("-started_at", "-pk").first()


def review_under_way() -> CertificateReview | None:
    """The reading of all certificates that has begun and not ended."""
    return CertificateReview.objects.filter(state=ReviewState.UNDER_WAY).first()
