"""Whom a certificate may name: the vendor, the third party it acts for, or the client of a proprietary service."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from portal.parties.models import DigitalService
from portal.reference import queries as reference
from portal.reference.models import Establishment

from ..identity import Client, Holder, is_number
from ..models import ThirdParty
from .rereading import Held


def holders(service: DigitalService, client: Client | None = None) -> tuple[Holder, ...]:
    """Whom a certificate of the service may name: its client when one is given; otherwise the vendor itself, or a third
    party for which it declared to act.
    """
    clients = [client] if client else []
    thirds = [] if client else third_parties([service.pk]).get(service.pk, [])
    known = _Known([*clients, *(one.as_client() for one in thirds)])
    return (known.holder(client),) if client else (_vendor(service), *(_third(one, known) for one in thirds))


def holders_of(certificates: Sequence[Held]) -> dict[int, tuple[Holder, ...]]:
    """The same for many certificates, by key, in three queries; their services and vendors are already read."""
    clients = {one.pk: Client(one.client_label, one.client_number) for one in certificates if one.client_number}
    thirds = third_parties({one.service_id for one in certificates if one.pk not in clients})
    named = [one.as_client() for each in thirds.values() for one in each]
    known = _Known([*clients.values(), *named])
    named_by = {
        one.service_id: (_owner(one), *(_third(third, known) for third in thirds.get(one.service_id, [])))
        for one in {one.service_id: one for one in certificates}.values()
    }
    return {
        one.pk: (known.holder(clients[one.pk]),) if one.pk in clients else named_by[one.service_id]
        for one in certificates
    }


def third_parties(services: Iterable[int]) -> Mapping[int, list[ThirdParty]]:
    """The third parties for which services (keys) declared to act, by service."""
    found: dict[int, list[ThirdParty]] = defaultdict(list)
    for one in ThirdParty.objects.filter(service__in=list(services)).order_by("pk"):
        found[one.service_id].append(one)
    return found


def client_of(number: str) -> Client | None:
    """The client that a number designates, named after the register where it is there; None for a false number."""
    if not is_number(number):
        return None
    row = reference.establishments([number]).get(number)
    return Client(row.name if row else number, number)


def establishments_of(client: Client) -> list[str]:
    """The establishments (FINESS EG) of a client of the register: itself, or those of the legal entity it is."""
    return _Known([client]).establishments(client)


class _Known:
    """What the register says of these clients: two queries for them all."""

    def __init__(self, clients: Sequence[Client]) -> None:
        numbers = {client.number for client in clients}
        self._rows: dict[str, Establishment] = reference.establishments(numbers) if numbers else {}
        entities = numbers - self._rows.keys()
        self._of_entities = reference.establishments_of_legal_entities(entities) if entities else {}

    def establishments(self, client: Client) -> list[str]:
        """Itself, or those of the legal entity it is."""
        return [client.number] if client.number in self._rows else self._of_entities.get(client.number, [])

    def holder(self, client: Client) -> Holder:
        """A client is known by any of its numbers: its SIRET, its legal entity's FINESS, one of its establishments'."""
        own, row = client.as_holder(), self._rows.get(client.number)
        numbers = own.finess | frozenset(self.establishments(client)) | frozenset([row.finess_ej] if row else [])
        return Holder(own.label, siren=own.siren, siret=own.siret or (row.siret or "" if row else ""), finess=numbers)


def _vendor(service: DigitalService) -> Holder:
    owner = service.owner
    return Holder(owner.name, siren=owner.siren, siret=owner.siret, finess=frozenset({owner.finess_ej}))


def _owner(held: Held) -> Holder:
    return Holder(
        held.owner_name, siren=held.owner_siren, siret=held.owner_siret, finess=frozenset({held.owner_finess})
    )


def _third(third: ThirdParty, known: _Known) -> Holder:
    return known.holder(third.as_client())
