"""Two short lives: a version is published, a signature is given; neither ever changes afterwards."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, Edge, LabelledEnum, Lifecycle
from portal.parties.roles import MembershipRole


class VersionState(LabelledEnum):
    """A version exists once published."""

    PUBLISHED = "published", "Publiée"


class VersionMove(LabelledEnum):
    """What happens to a version."""

    PUBLISH = "publish"


VERSIONS = Lifecycle(
    name="legaltexts",
    title="Version",
    states=VersionState,
    moves={
        VersionMove.PUBLISH: Edge(
            NEW,
            VersionState.PUBLISHED,
            by={StaffRole.ADMINISTRATOR, StaffRole.POLICY_MANAGER},
            label="Publier",
            trace="{actor} a publié « {title} », version {number} ({act}), empreinte {sha256}",
            step_up=True,
        )
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
            by=MembershipRole.LEGAL_REPRESENTATIVE,
            label="Signer",
            trace="{actor} a signé « {text} » pour {entity}, service {service} ({subject}, empreinte {sha256})",
            step_up=True,
        )
    },
)
