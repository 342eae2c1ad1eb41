"""A version of the questionnaire is published, and never changes afterwards."""

from portal.accounts.roles import StaffRole
from portal.lifecycle.table import NEW, Edge, LabelledEnum, Lifecycle


class State(LabelledEnum):
    """A version exists once published."""

    PUBLISHED = "published", "Publiée"


class Move(LabelledEnum):
    """What happens to a version."""

    PUBLISH = "publish"


LIFECYCLE = Lifecycle(
    name="orientation",
    title="Questionnaire d’orientation",
    states=State,
    moves={
        Move.PUBLISH: Edge(
            NEW,
            State.PUBLISHED,
            by={StaffRole.ADMINISTRATOR, StaffRole.POLICY_MANAGER},
            label="Publier",
            trace="{actor} a publié le {subject} : {reason} ({paths} chemins vérifiés, empreinte {sha256})",
            step_up=True,
        )
    },
)
