"""Who may register entities, invite members and declare services."""

from typing import Any

from portal.lifecycle import registry

from . import queries
from .lifecycle import ENTITIES, INVITATIONS, SERVICES, InvitationMove
from .models import DigitalService, Invitation, LegalEntity


def roles_on_entity(user: Any, legal_entity: LegalEntity) -> frozenset[str]:
    """Staff roles, and the roles held in the entity."""
    return user.staff_roles | queries.roles_in(user, legal_entity.pk)


def roles_on_invitation(user: Any, invitation: Invitation) -> frozenset[str]:
    """Staff roles, and the roles held in the inviting entity."""
    return user.staff_roles | queries.roles_in(user, invitation.legal_entity_id)


def roles_on_service(user: Any, service: DigitalService) -> frozenset[str]:
    """Staff roles, and the roles held in the owner of the service."""
    return user.staff_roles | queries.roles_in(user, service.owner_id)


def only_the_invited(user: Any, move: str, invitation: Invitation) -> str | None:
    """An invitation is accepted by the owner of the address to which it was sent, and by nobody else."""
    if move == InvitationMove.ACCEPT and user.email.lower() != invitation.email.lower():
        return "Cette invitation est adressée à une autre personne : connectez-vous avec l’adresse qui l’a reçue."
    return None


registry.register(LegalEntity, ENTITIES, roles_on=roles_on_entity)
registry.register(Invitation, INVITATIONS, roles_on=roles_on_invitation, forbids=only_the_invited)
registry.register(DigitalService, SERVICES, roles_on=roles_on_service)
