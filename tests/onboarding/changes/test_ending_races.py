"""The end of a service and a committee that admits its candidacy, at one instant: one after the other, never a deadlock.

Both lock the service before its candidacies. A deadlock shows on PostgreSQL only, where rows are locked one by one.
"""

import pytest
from django.utils import timezone

from onboarding.candidacies.lifecycle import State as CandidacyState
from onboarding.candidacies.models import Candidacy
from onboarding.changes.kinds import Kind
from onboarding.changes.models import ChangeDeclaration
from onboarding.changes.operations import declaring
from onboarding.committee import operations as committee
from onboarding.committee.models import AgendaItem
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from portal.audit.queries import verify
from portal.lifecycle.errors import Refusal
from portal.parties.models import DigitalService
from tests.factories.at_once import at_once
from tests.factories.candidacies import CandidacyFactory, secretary
from tests.factories.changes import in_production, manager
from tests.factories.committee import AgendaItemFactory
from tests.onboarding.changes.test_endings import DAY, THEN, accepted

pytestmark = pytest.mark.django_db(transaction=True)
ADMIT = Ruling(Outcome.ADMIT, Profiles(access=2))
ROUNDS = 12


def test_an_end_and_an_admission_at_once_follow_each_other() -> None:
    for _ in range(ROUNDS):
        grant, _entry = in_production()
        asked = CandidacyFactory(
            service=grant.service, complete=True, direction="consumption", requested_profiles=["2"]
        )
        item = AgendaItemFactory(candidacy=asked)
        row = accepted(grant, Kind.END_OF_SERVICE, "Remplacé par Lits 2", day=DAY)
        raised = at_once(
            lambda row=row: declaring.apply(ChangeDeclaration.objects.get(pk=row.pk), by=manager(), at=THEN),
            lambda item=item: committee.record_decision(
                AgendaItem.objects.get(pk=item.pk), ruling=ADMIT, by=secretary(), at=timezone.now()
            ),
        )
        assert all(isinstance(failure, Refusal) for failure in raised), raised
        assert len(raised) <= 1
        service = DigitalService.objects.get(pk=grant.service_id)
        living = Grant.objects.filter(service=service).exclude(state=GrantState.WITHDRAWN)
        ended = not any("end" in str(failure) for failure in raised) and service.is_ended
        assert (not living.exists()) == ended
        assert Candidacy.objects.get(pk=asked.pk).state in (CandidacyState.WITHDRAWN, CandidacyState.ADMITTED)
    assert verify().holds
