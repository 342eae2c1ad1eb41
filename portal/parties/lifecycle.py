"""The moves of legal entities, of invitations to join them, and of their digital services.

A legal entity enters by a claim that an agent verified. Its legal representative then invites his colleagues; another
legal representative never comes by invitation, but by a claim of his own.
"""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SIGNED_IN, SYSTEM, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import PREPARERS, MembershipRole

MEMBERS = frozenset(MembershipRole)

LEGAL_REPRESENTATIVE = MembershipRole.LEGAL_REPRESENTATIVE


class EntityState(LabelledEnum):
    """A legal entity exists once an agent has verified who represents it."""

    REGISTERED = "registered", "Enregistrée"


class EntityMove(LabelledEnum):
    """What happens to a legal entity and to its members."""

    REGISTER = "register"
    TAKE_OVER = "take_over"
    APPOINT = "appoint"
    ADMIT = "admit"
    AMEND = "amend"
    CONFIRM_MAILBOX = "confirm_mailbox"
    DISMISS = "dismiss"
    HAND_OVER = "hand_over"
    RETIRE = "retire"


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
        EntityMove.TAKE_OVER: Edge(
            NEW,
            EntityState.REGISTERED,
            by=StaffRole.WHITELIST_MANAGER,
            label="Reprendre une personne morale",
            trace="{actor} a repris la personne morale {subject} ({number}) : {source}",
        ),
        EntityMove.APPOINT: Edge(
            {EntityState.REGISTERED},
            SAME,
            by=StaffRole.REVIEWER,
            label="Reconnaître un représentant légal",
            trace="{actor} a reconnu {person} représentant légal de {subject}",
        ),
        EntityMove.ADMIT: Edge(
            {EntityState.REGISTERED},
            SAME,
            by=LEGAL_REPRESENTATIVE,
            label="Accueillir une personne",
            trace="{actor} a accueilli {person} chez {subject} ({role})",
            step_up=True,
        ),
        EntityMove.AMEND: Edge(
            {EntityState.REGISTERED},
            SAME,
            by=LEGAL_REPRESENTATIVE,
            label="Modifier les coordonnées",
            trace="{actor} a modifié les coordonnées de {subject}",
        ),
        EntityMove.CONFIRM_MAILBOX: Edge(
            {EntityState.REGISTERED},
            SAME,
            by=MEMBERS,
            label="Confirmer la boîte générique",
            trace="{actor} a confirmé la boîte générique de {subject} ({mailbox})",
        ),
        EntityMove.DISMISS: Edge(
            {EntityState.REGISTERED},
            SAME,
            by=LEGAL_REPRESENTATIVE,
            label="Mettre fin à un rôle",
            trace="{actor} a mis fin au rôle « {role} » de {person} chez {subject}",
            step_up=True,
        ),
        EntityMove.HAND_OVER: Edge(
            {EntityState.REGISTERED},
            SAME,
            by=LEGAL_REPRESENTATIVE,
            label="Organiser un départ",
            trace="{actor} a enregistré le départ de {person} de {subject} : {successor}",
            step_up=True,
        ),
        EntityMove.RETIRE: Edge(
            {EntityState.REGISTERED},
            SAME,
            by=StaffRole.REVIEWER,
            label="Remplacer un représentant légal",
            trace="{actor} a mis fin au rôle de représentant légal de {person} chez {subject}, remplacé",
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
    RESEND = "resend"
    REMIND = "remind"
    LAPSE = "lapse"
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
        InvitationMove.RESEND: Edge(
            {InvitationState.OPEN},
            SAME,
            by=LEGAL_REPRESENTATIVE,
            label="Renvoyer l’invitation",
            trace="{actor} a renvoyé l’invitation de {email} à rejoindre {entity}",
        ),
        InvitationMove.REMIND: Edge(
            {InvitationState.OPEN},
            SAME,
            by=SYSTEM,
            label="Rappeler l’invitation",
            trace="{actor} a rappelé l’invitation de {email} à rejoindre {entity}, bientôt expirée",
        ),
        InvitationMove.LAPSE: Edge(
            {InvitationState.OPEN},
            SAME,
            by=SYSTEM,
            label="Signaler l’expiration",
            trace="{actor} a signalé que l’invitation de {email} à rejoindre {entity} a expiré",
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
            by={LEGAL_REPRESENTATIVE, SYSTEM},
            label="Annuler l’invitation",
            trace="{actor} a annulé l’invitation de {email} à rejoindre {entity}",
        ),
    },
)


class ServiceState(LabelledEnum):
    """A digital service stays open as long as its owner runs it; once ended it asks for nothing any more."""

    OPEN = "open", "Ouvert"
    ENDED = "ended", "Arrêté"


class ServiceMove(LabelledEnum):
    """What happens to a digital service."""

    OPEN = "open"
    TAKE_OVER = "take_over"
    AMEND = "amend"
    APPLY = "apply"
    TRANSFER = "transfer"
    PLAN_END = "plan_end"
    KEEP = "keep"
    END = "end"


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
        ServiceMove.TAKE_OVER: Edge(
            NEW,
            ServiceState.OPEN,
            by=StaffRole.WHITELIST_MANAGER,
            label="Reprendre un service",
            trace="{actor} a repris le service « {name} » ({subject}) : {source}",
        ),
        ServiceMove.AMEND: Edge(
            {ServiceState.OPEN},
            SAME,
            by=PREPARERS,
            label="Modifier le service",
            trace="{actor} a modifié la fiche du service « {name} » ({subject})",
        ),
        ServiceMove.APPLY: Edge(
            {ServiceState.OPEN},
            SAME,
            by={StaffRole.REVIEWER, StaffRole.WHITELIST_MANAGER},
            label="Appliquer un changement déclaré",
            trace="{actor} a appliqué à la fiche du service « {name} » ({subject}) le changement déclaré {change}",
        ),
        ServiceMove.TRANSFER: Edge(
            {ServiceState.OPEN},
            SAME,
            by=StaffRole.WHITELIST_MANAGER,
            label="Rattacher le service à l’organisme repreneur",
            trace="{actor} a rattaché le service « {name} » ({subject}) à {entity} "
            "selon le changement déclaré {change}",
        ),
        ServiceMove.PLAN_END: Edge(
            {ServiceState.OPEN},
            SAME,
            by={StaffRole.REVIEWER, StaffRole.WHITELIST_MANAGER},
            label="Prévoir la fin du service",
            trace="{actor} a fixé au {day} la fin du service « {name} » ({subject}) selon le changement déclaré "
            "{change}",
        ),
        ServiceMove.KEEP: Edge(
            {ServiceState.OPEN},
            SAME,
            by={LEGAL_REPRESENTATIVE, StaffRole.REVIEWER, StaffRole.WHITELIST_MANAGER, SYSTEM},
            label="Renoncer à la fin du service",
            trace="{actor} a maintenu ouvert le service « {name} » ({subject}) : la fin déclarée {change} est annulée",
        ),
        ServiceMove.END: Edge(
            {ServiceState.OPEN},
            ServiceState.ENDED,
            by={StaffRole.WHITELIST_MANAGER, SYSTEM},
            label="Mettre fin au service",
            trace="{actor} a mis fin au service « {name} » ({subject}) selon le changement déclaré {change}",
        ),
    },
)
