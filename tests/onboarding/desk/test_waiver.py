"""The setting of the consumption charter, as the journey tells it: an open step, or one that is not needed."""

from datetime import UTC, datetime

import pytest

from onboarding.desk.queries import journeys
from onboarding.desk.steps import Key, Standing
from portal.accounts.roles import StaffRole
from portal.parameters import operations as parameters
from tests.factories.accounts import AgentFactory
from tests.factories.candidacies import CandidacyFactory
from tests.factories.legaltexts import published

pytestmark = pytest.mark.django_db
BEFORE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("setting", "direction", "for_third_party", "is_asked"),
    [
        ("all", "consumption", False, True),
        ("third_party", "consumption", True, True),
        ("third_party", "consumption", False, False),
        ("third_party", "consumption", None, False),
        ("third_party", "feeding", False, True),
    ],
)
def test_the_charter_is_an_open_step_only_where_it_is_asked(
    setting: str, direction: str, for_third_party: bool | None, is_asked: bool
) -> None:
    published()
    administrator = AgentFactory(roles=[StaffRole.ADMINISTRATOR])
    parameters.set_value(
        "charter.consumption_required", setting, by=administrator, reason="Choix de l’agence.", at=BEFORE
    )
    candidacy = CandidacyFactory(direction=direction, for_third_party=for_third_party)
    [way] = journeys.ways_of([candidacy.service])[candidacy.service.reference]
    [charter] = [step for step in way.journey.steps if step.key is Key.CHARTER]
    assert (charter.standing is Standing.NOT_NEEDED) is not is_asked
    assert is_asked or charter.next_act is None
