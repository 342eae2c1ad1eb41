"""The moves of an account: opened by an administrator or by its owner's sign-up, given roles, closed, reopened.

A role, and that two accounts are one person's, is proposed by one administrator and confirmed by another (requirement
AZ-06); withdrawing a role is at once, and closing an account ends those that it held.
"""

from portal.lifecycle.table import NEW, SAME, SIGNED_IN, SYSTEM, Edge, LabelledEnum, Lifecycle

from .roles import StaffRole


class AccountState(LabelledEnum):
    """A closed account keeps its history and can no longer sign in."""

    ACTIVE = "active", "Actif"
    CLOSED = "closed", "Fermé"


class AccountMove(LabelledEnum):
    """What an administrator does with an account; and the one thing its owner does, which ends his other sessions."""

    OPEN = "open"
    ASSIGN = "assign"
    WITHDRAW = "withdraw"
    END_SESSIONS = "end_sessions"
    LINK = "link"
    UNLINK = "unlink"
    PROPOSE_TIE = "propose_tie"
    TIE = "tie"
    DROP_TIE = "drop_tie"
    CLOSE = "close"
    REOPEN = "reopen"
    SECURE = "secure"


ACCOUNTS = Lifecycle(
    name="accounts",
    title="Compte",
    states=AccountState,
    moves={
        AccountMove.OPEN: Edge(
            NEW,
            AccountState.ACTIVE,
            by={StaffRole.ADMINISTRATOR, SYSTEM},
            label="Ouvrir un compte",
            trace="{actor} a ouvert le compte de {person}",
            step_up=True,
        ),
        AccountMove.ASSIGN: Edge(
            {AccountState.ACTIVE},
            SAME,
            by=SYSTEM,
            label="Attribuer un rôle",
            trace="{actor} a attribué le rôle « {role} » à {person}",
        ),
        AccountMove.WITHDRAW: Edge(
            {AccountState.ACTIVE},
            SAME,
            by=StaffRole.ADMINISTRATOR,
            label="Retirer un rôle",
            trace="{actor} a retiré le rôle « {role} » à {person}",
            step_up=True,
        ),
        AccountMove.END_SESSIONS: Edge(
            {AccountState.ACTIVE, AccountState.CLOSED},
            SAME,
            by=SYSTEM,
            label="Fermer les sessions",
            trace="{actor} a fermé les sessions de {person}, dont un rôle a pris fin",
        ),
        AccountMove.LINK: Edge(
            {AccountState.ACTIVE},
            SAME,
            by=SIGNED_IN,
            label="Rattacher une identité",
            trace="{actor} a rattaché à son compte l’identité {provider}",
        ),
        AccountMove.UNLINK: Edge(
            {AccountState.ACTIVE},
            SAME,
            by=SIGNED_IN,
            label="Détacher une identité",
            trace="{actor} a détaché de son compte l’identité {provider}",
            step_up=True,
        ),
        AccountMove.PROPOSE_TIE: Edge(
            {AccountState.ACTIVE, AccountState.CLOSED},
            SAME,
            by=StaffRole.ADMINISTRATOR,
            label="Déclarer la même personne",
            trace="{actor} a proposé de tenir les comptes {person} et {other} pour ceux d’une même personne",
            step_up=True,
        ),
        AccountMove.TIE: Edge(
            {AccountState.ACTIVE, AccountState.CLOSED},
            SAME,
            by=StaffRole.ADMINISTRATOR,
            label="Confirmer la même personne",
            trace="{actor} a confirmé que les comptes {person} et {other} sont ceux d’une même personne",
            step_up=True,
        ),
        AccountMove.DROP_TIE: Edge(
            {AccountState.ACTIVE, AccountState.CLOSED},
            SAME,
            by=StaffRole.ADMINISTRATOR,
            label="Écarter la même personne",
            trace="{actor} a écarté que les comptes {person} et {other} soient ceux d’une même personne",
        ),
        AccountMove.CLOSE: Edge(
            {AccountState.ACTIVE},
            AccountState.CLOSED,
            by=StaffRole.ADMINISTRATOR,
            label="Fermer le compte",
            trace="{actor} a fermé le compte de {person}, dont les rôles prennent fin : {roles}",
            step_up=True,
        ),
        AccountMove.REOPEN: Edge(
            {AccountState.CLOSED},
            AccountState.ACTIVE,
            by=StaffRole.ADMINISTRATOR,
            label="Rouvrir le compte",
            trace="{actor} a rouvert le compte de {person}",
            step_up=True,
        ),
        AccountMove.SECURE: Edge(
            {AccountState.ACTIVE},
            SAME,
            by=SIGNED_IN,
            label="Changer ses moyens de connexion",
            trace="{actor} a changé ses moyens de connexion ({what}) ; ses autres sessions sont fermées",
        ),
    },
)


class RoleState(LabelledEnum):
    """Where the proposal of a role stands; before it is confirmed it gives nothing."""

    PROPOSED = "proposed", "À confirmer"
    CONFIRMED = "confirmed", "Confirmé"
    REJECTED = "rejected", "Écarté"


class RoleMove(LabelledEnum):
    """What happens to the proposal of a role."""

    PROPOSE = "propose"
    CONFIRM = "confirm"
    REJECT = "reject"
    GIVE_ALONE = "give_alone"


ROLES = Lifecycle(
    name="roles",
    title="Rôle proposé",
    states=RoleState,
    moves={
        RoleMove.PROPOSE: Edge(
            NEW,
            RoleState.PROPOSED,
            by=StaffRole.ADMINISTRATOR,
            label="Proposer un rôle",
            trace="{actor} a proposé de donner à {person} le rôle « {role} » ({subject})",
            step_up=True,
        ),
        RoleMove.CONFIRM: Edge(
            {RoleState.PROPOSED},
            RoleState.CONFIRMED,
            by=StaffRole.ADMINISTRATOR,
            label="Confirmer le rôle",
            trace="{actor} a confirmé pour {person} le rôle « {role} », proposé par {proposer} ({subject})",
            step_up=True,
        ),
        RoleMove.REJECT: Edge(
            {RoleState.PROPOSED},
            RoleState.REJECTED,
            by=StaffRole.ADMINISTRATOR,
            label="Écarter",
            trace="{actor} a écarté le rôle « {role} » proposé pour {person} ({subject})",
        ),
        RoleMove.GIVE_ALONE: Edge(
            NEW,
            RoleState.CONFIRMED,
            by=StaffRole.ADMINISTRATOR,
            label="Donner un rôle sans seconde personne",
            trace="{actor} a donné seul à {person} le rôle « {role} », faute d’un second administrateur : {reason} "
            "({subject})",
            step_up=True,
        ),
    },
)
