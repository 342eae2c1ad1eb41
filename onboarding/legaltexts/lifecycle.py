"""A version is published and a signature given, for ever; between them, a call to sign lives until it is answered."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, SAME, SYSTEM, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import SIGNATORIES


class VersionState(LabelledEnum):
    """A version exists once published; one with a date to come waits for it."""

    ANNOUNCED = "announced", "À venir"
    PUBLISHED = "published", "Publiée"
    REPLACED = "replaced", "Remplacée avant sa date"


class VersionMove(LabelledEnum):
    """What happens to a version."""

    PUBLISH = "publish"
    ANNOUNCE = "announce"
    TAKE_EFFECT = "take_effect"
    REPLACE = "replace"


PUBLISHERS = frozenset({StaffRole.ADMINISTRATOR, StaffRole.POLICY_MANAGER})

VERSIONS = Lifecycle(
    name="legaltexts",
    title="Version",
    states=VersionState,
    moves={
        VersionMove.PUBLISH: Edge(
            NEW,
            VersionState.PUBLISHED,
            by=PUBLISHERS,
            label="Publier",
            trace="{actor} a publié « {title} », version {number} ({act}), empreinte {sha256}",
            step_up=True,
        ),
        VersionMove.ANNOUNCE: Edge(
            NEW,
            VersionState.ANNOUNCED,
            by=PUBLISHERS,
            label="Publier pour plus tard",
            trace="{actor} a publié « {title} », version {number} ({act}), en vigueur le {effective}, "
            "empreinte {sha256}",
            step_up=True,
        ),
        VersionMove.TAKE_EFFECT: Edge(
            {VersionState.ANNOUNCED},
            VersionState.PUBLISHED,
            by=SYSTEM,
            label="Entrer en vigueur",
            trace="{actor} a mis en vigueur « {title} », version {number}",
        ),
        VersionMove.REPLACE: Edge(
            {VersionState.ANNOUNCED},
            VersionState.REPLACED,
            by=PUBLISHERS,
            label="Remplacer avant sa date",
            trace="{actor} a remplacé « {title} », version {number}, avant son entrée en vigueur",
        ),
    },
)


class SignatureState(LabelledEnum):
    """A signature exists once given."""

    SIGNED = "signed", "Signée"


class SignatureMove(LabelledEnum):
    """What happens to a signature."""

    SIGN = "sign"


SIGNATURES = Lifecycle(
    name="signatures",
    title="Signature",
    states=SignatureState,
    moves={
        SignatureMove.SIGN: Edge(
            NEW,
            SignatureState.SIGNED,
            by=SIGNATORIES,
            label="Signer",
            trace="{actor} a signé « {text} » pour {entity}, service {service} ({subject}, empreinte {sha256})",
            step_up=True,
        )
    },
)


class DeliveryState(LabelledEnum):
    """A delivery exists once the legal entity is told."""

    TOLD = "told", "Informé"


class DeliveryMove(LabelledEnum):
    """What happens to a delivery."""

    TELL = "tell"


AS_PUBLISHED = PUBLISHERS | {SYSTEM}  # at once, or by the clock on the day of a version to come
DELIVERIES = Lifecycle(
    name="text_deliveries",
    title="Information d’un organisme",
    states=DeliveryState,
    moves={
        DeliveryMove.TELL: Edge(
            NEW,
            DeliveryState.TOLD,
            by=AS_PUBLISHED,
            label="Informer",
            trace="{actor} a informé {entity} de « {text} » ({subject})",
        )
    },
)


class CallState(LabelledEnum):
    """Where a call to sign a new version stands."""

    AWAITED = "awaited", "À signer"
    OVERDUE = "overdue", "En retard"
    SIGNED = "signed", "Signée"
    LAPSED = "lapsed", "Sans objet"


class CallMove(LabelledEnum):
    """What happens to a call."""

    CALL = "call"
    REMIND = "remind"
    ESCALATE = "escalate"
    FULFIL = "fulfil"
    LAPSE = "lapse"


OPEN_CALLS = frozenset({CallState.AWAITED, CallState.OVERDUE})
CALLS = Lifecycle(
    name="signature_calls",
    title="Appel à signature",
    states=CallState,
    moves={
        CallMove.CALL: Edge(
            NEW,
            CallState.AWAITED,
            by=AS_PUBLISHED,
            label="Demander la signature",
            trace="{actor} a demandé à {entity} de signer « {text} » pour {service} avant le {due}",
        ),
        CallMove.REMIND: Edge(
            {CallState.AWAITED},
            SAME,
            by=SYSTEM,
            label="Rappeler",
            trace="{actor} a rappelé à {entity} de signer « {text} » pour {service} avant le {due}",
        ),
        CallMove.ESCALATE: Edge(
            {CallState.AWAITED},
            CallState.OVERDUE,
            by=SYSTEM,
            label="Signaler à l’agence",
            trace="{actor} a signalé à l’agence que {entity} n’a pas signé « {text} » pour {service} avant le {due}",
        ),
        CallMove.FULFIL: Edge(
            OPEN_CALLS,
            CallState.SIGNED,
            by=SIGNATORIES,
            label="Répondre en signant",
            trace="{actor} a signé « {text} » pour {service}, comme demandé à {entity} avant le {due}",
        ),
        CallMove.LAPSE: Edge(
            OPEN_CALLS,
            CallState.LAPSED,
            by=AS_PUBLISHED,
            label="Rendre sans objet",
            trace="{actor} a rendu sans objet l’appel à signer « {text} » pour {service} ({entity}, {due})",
        ),
    },
)
