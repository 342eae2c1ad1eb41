"""People, legal entities and services of a filling."""

from datetime import datetime, timedelta

from onboarding.vendors.models import ServiceSheet
from portal.accounts.models import StaffAssignment, User
from portal.accounts.roles import StaffRole
from portal.parties.models import DigitalService, LegalEntity, Membership, ServiceKind
from portal.parties.roles import MembershipRole

from . import numbers
from .world import BATCH, HISTORY, World

AGENTS = {
    "reviewer": StaffRole.REVIEWER,
    "secretary": StaffRole.SECRETARY,
    "verifier": StaffRole.TEST_VERIFIER,
    "proposer": StaffRole.WHITELIST_MANAGER,
    "approver": StaffRole.WHITELIST_MANAGER,
    "auditor": StaffRole.AUDITOR,
    "administrator": StaffRole.ADMINISTRATOR,
}
_NO_PASSWORD = "!"  # noqa: S105 (what marks an account without a password)


def fill(world: World) -> None:
    """Agents, then vendors with their representative and delegate, then the services they own."""
    first = world.now - HISTORY
    _agents(world, first)
    _vendors(world, first)
    _services(world, first)


def _agents(world: World, at: datetime) -> None:
    users = User.objects.bulk_create(
        User(
            email=f"{key}@agence.invalid",
            first_name="Agent",
            last_name=key.capitalize(),
            password=_NO_PASSWORD,
            date_joined=at,
        )
        for key in AGENTS
    )
    world.agents = dict(zip(AGENTS, users, strict=True))
    StaffAssignment.objects.bulk_create(
        StaffAssignment(user=user, role=AGENTS[key], since=at) for key, user in world.agents.items()
    )


def _vendors(world: World, first: datetime) -> None:
    opened = numbers.instants(world.rnd, world.sizes.vendors, first=first, last=first + HISTORY * 0.9)
    world.entities = LegalEntity.objects.bulk_create(
        (_entity(world, rank, at) for rank, at in enumerate(opened)), batch_size=BATCH
    )
    roles = (MembershipRole.LEGAL_REPRESENTATIVE, MembershipRole.DELEGATE)
    users = User.objects.bulk_create(
        (_member(rank, role, at) for rank, at in enumerate(opened) for role in roles), batch_size=BATCH
    )
    memberships = []
    for rank, (entity, at) in enumerate(zip(world.entities, opened, strict=True)):
        pair = users[2 * rank : 2 * rank + 2]
        world.representatives[entity.pk] = pair[0]
        memberships += [
            Membership(user=user, legal_entity=entity, role=role, since=at)
            for user, role in zip(pair, roles, strict=True)
        ]
        world.tell("entities.register", entity, by=world.agents["reviewer"], at=at, number=entity.siren)
    Membership.objects.bulk_create(memberships, batch_size=BATCH)


def _entity(world: World, rank: int, at: datetime) -> LegalEntity:
    siren = numbers.siren(rank + 1)
    return LegalEntity(
        reference=world.reference("PM", at),
        siren=siren,
        siret=f"{siren}00000",
        name=f"Éditeur fictif {rank + 1:05d}",
        address=f"{rank % 200 + 1} rue de l’Exemple",
        postcode=f"{rank % 95 + 1:02d}000",
        city=f"Commune fictive {rank % 997}",
    )


def _member(rank: int, role: MembershipRole, at: datetime) -> User:
    return User(
        email=f"{role.value.replace('_', '.')}.{rank + 1}@editeur.invalid",
        first_name="Personne",
        last_name=f"Fictive {rank + 1:05d}",
        password=_NO_PASSWORD,
        date_joined=at,
    )


def _services(world: World, first: datetime) -> None:
    opened = numbers.instants(
        world.rnd, world.sizes.services, first=first + timedelta(days=30), last=world.now - timedelta(days=2)
    )
    kinds = list(ServiceKind)
    world.services = DigitalService.objects.bulk_create(
        (
            DigitalService(
                reference=world.reference("S", at),
                owner=world.entities[world.sizes.owner_of(rank)],
                name=f"Service fictif {rank + 1:05d}",
                kind=kinds[rank % 4 % 3],
                url=f"https://service-{rank + 1:05d}.exemple.fr",
                version=1,
                opened_at=at,
            )
            for rank, at in enumerate(opened)
        ),
        batch_size=BATCH,
    )
    ServiceSheet.objects.bulk_create(
        (
            ServiceSheet(service=service, software_version="1.0", hosting="Hébergeur fictif")
            for service in world.services
        ),
        batch_size=BATCH,
    )
    for service in world.services:
        owner = world.representatives[service.owner_id]
        world.tell("services.open", service, by=owner, at=service.opened_at, name=service.name)
