"""Sessions, points and decisions of the committee."""

from datetime import date

import factory

from onboarding.committee.models import AgendaItem, CommitteeSession, Decision
from onboarding.committee.outcomes import Outcome
from policy.grants.direction import Direction
from tests.factories.accounts import AgentFactory
from tests.factories.candidacies import CandidacyFactory
from tests.factories.parties import NOW, SINCE

HELD_ON = date(2026, 3, 3)


class SessionFactory(factory.django.DjangoModelFactory):
    """A session planned on the day of the tests, with those who attend; of two on one day there is only one."""

    class Meta:
        model = CommitteeSession
        django_get_or_create = ("held_on",)

    reference = factory.Sequence(lambda n: f"CS-2026-{n + 1000}")
    held_on = HELD_ON
    cut_off = date(2026, 2, 20)
    place = "Salle Ségur"
    attendance = factory.LazyFunction(lambda: [{"organisation": "Agence", "people": "Claire Aubry"}])


class AgendaItemFactory(factory.django.DjangoModelFactory):
    """A complete feeding candidacy that asks for profile A, and waits for its decision. Trait: `consumption`."""

    class Meta:
        model = AgendaItem

    class Params:
        consumption = factory.Trait(
            candidacy=factory.SubFactory(
                CandidacyFactory, complete=True, direction=Direction.CONSUMPTION, requested_profiles=["2"]
            )
        )

    session = factory.SubFactory(SessionFactory)
    candidacy = factory.SubFactory(CandidacyFactory, complete=True, direction=Direction.FEEDING)
    position = factory.Sequence(lambda n: n + 1)
    entered_at = SINCE
    entered_by = factory.SubFactory(AgentFactory)


class DecisionFactory(factory.django.DjangoModelFactory):
    """A favourable decision that grants profile A, as asked. Traits: `refused`, `deferred`."""

    class Meta:
        model = Decision

    class Params:
        refused = factory.Trait(
            outcome=Outcome.REFUSE, feeding_profiles="", follows_request=False, grounds="Hors périmètre."
        )
        deferred = factory.Trait(
            outcome=Outcome.DEFER, feeding_profiles="", follows_request=False, grounds="Pièce attendue : mandat."
        )

    reference = factory.Sequence(lambda n: f"D-2026-{n + 1000}")
    item = factory.SubFactory(AgendaItemFactory)
    outcome = Outcome.ADMIT
    feeding_profiles = "A"
    requested_feeding_profiles = "A"
    follows_request = True
    decided_on = HELD_ON
    recorded_at = NOW
    recorded_by = factory.SubFactory(AgentFactory)
