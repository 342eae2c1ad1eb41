"""The moves of legal entities, of invitations to join them, and of their digital services.

A legal entity enters by a claim that an agent verified. Its legal representative then invites his colleagues; another
legal representative never comes by invitation, but by a claim of his own.
"""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SIGNED_IN, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import PREPARERS, MembershipRole

LEGAL_REPRESENTATIVE = MembershipRole.LEGAL_REPRESENTATIVE


class EntityState(LabelledEnum):
    """A legal entity exists once an agent has verified who represents it."""

    REGISTERED = "registered", "Enregistrée"


class EntityMove(LabelledEnum):
    """What happens to a legal entity and to its members."""

    REGISTER = "register"
    APPOINT = "appoint"
    AMEND = "amend"
    DISMISS = "dismiss"


ENTITIES = Lifecycle(
    name="entities",
    title="Personne morale",
    states=EntityState,
    moves={
        EntityMove.REGISTER: Edge(
            NEW,
            EntityState.REGISTERED,
            by=StaffRole.REVIEWER,
            label="Enregistrer",
            trace="{actor} a enregistré la personne morale {subject} ({number})",
        ),
        EntityMove.APPOINT: Edge(
            {EntityState.REGISTERED},
            SAME,
            by=StaffRole.REVIEWER,
            label="Reconnaître un représentant légal",
            trace="{actor} a reconnu {person} représentant légal de {subject}",
        ),
        EntityMove.AMEND: Edge(
            {EntityState.REGISTERED},
            SAME,
            by=LEGAL_REPRESENTATIVE,
            label="Modifier les coordonnées",
            trace="{actor} a modifié les coordonnées de {subject}",
        ),
        EntityMove.DISMISS: Edge(
            {EntityState.REGISTERED},
            SAME,
            by=LEGAL_REPRESENTATIVE,
            label="Mettre fin à un rôle",
            trace="{actor} a mis fin au rôle « {role} » de {person} chez {subject}",
            step_up=True,
        ),
    },
)


class InvitationState(LabelledEnum):
    """Where an invitation stands; past its date an open one is no longer accepted."""

    OPEN = "open", "En attente"
    ACCEPTED = "accepted", "Acceptée"
    WITHDRAWN = "withdrawn", "Annulée"


class InvitationMove(LabelledEnum):
    """What happens to an invitation."""

    INVITE = "invite"
    ACCEPT = "accept"
    WITHDRAW = "withdraw"


INVITATIONS = Lifecycle(
    name="invitations",
    title="Invitation",
    states=InvitationState,
    moves={
        InvitationMove.INVITE: Edge(
            NEW,
            InvitationState.OPEN,
            by=LEGAL_REPRESENTATIVE,
            label="Inviter",
            trace="{actor} a invité {email} à rejoindre {entity} ({role})",
            step_up=True,
        ),
        InvitationMove.ACCEPT: Edge(
            {InvitationState.OPEN},
            InvitationState.ACCEPTED,
            by=SIGNED_IN,
            label="Accepter l’invitation",
            trace="{actor} a rejoint {entity} ({role})",
        ),
        InvitationMove.WITHDRAW: Edge(
            {InvitationState.OPEN},
            InvitationState.WITHDRAWN,
            by=LEGAL_REPRESENTATIVE,
            label="Annuler l’invitation",
            trace="{actor} a annulé l’invitation de {email} à rejoindre {entity}",
        ),
    },
)


class ServiceState(LabelledEnum):
    """A digital service stays open as long as its owner runs it."""

    OPEN = "open", "Ouvert"


class ServiceMove(LabelledEnum):
    """What happens to a digital service."""

    OPEN = "open"
    AMEND = "amend"


SERVICES = Lifecycle(
    name="services",
    title="Service",
    states=ServiceState,
    moves={
        ServiceMove.OPEN: Edge(
            NEW,
            ServiceState.OPEN,
            by=PREPARERS,
            label="Déclarer un service",
            trace="{actor} a déclaré le service « {name} » ({subject})",
        ),
        ServiceMove.AMEND: Edge(
            {ServiceState.OPEN},
            SAME,
            by=PREPARERS,
            label="Modifier le service",
            trace="{actor} a modifié la fiche du service « {name} » ({subject})",
        ),
    },
)
