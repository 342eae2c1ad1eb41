"""The verbs on rights: who may, what is kept, what is refused."""

from datetime import UTC, datetime

import pytest

from policy.certificates.environments import Environment
from policy.grants import operations as grants
from policy.grants import queries
from policy.grants.direction import Direction
from policy.grants.lifecycle import State
from policy.grants.models import ConnectionData, Grant
from policy.grants.readiness import Fact, Origin
from portal.accounts.roles import StaffRole
from portal.audit import queries as audit
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.parties import operations as parties
from tests.factories.grants import EG, GrantFactory, agent
from tests.factories.parties import DigitalServiceFactory, member

pytestmark = pytest.mark.django_db
URLS = {"token_url": "https://auth.fr/token", "api_url": "https://api.fr/"}


def granted(**changes: object) -> Grant:
    given = {
        "direction": Direction.FEEDING,
        "feeding_profiles": ["B", "A"],
        "decision_reference": "D-2026-0007",
        "decided_at": datetime(2026, 3, 3, 8, 0, tzinfo=UTC),
        "by": agent(StaffRole.SECRETARY),
    }
    return grants.grant(DigitalServiceFactory(), **(given | changes))


def test_a_decision_opens_a_right_with_its_own_reference_and_frozen_name(now: datetime) -> None:
    grant = granted(at=now)
    assert (grant.reference, grant.state, grant.feeding_profiles) == ("H-2026-0001", State.PENDING, "AB")
    assert (grant.service_name, grant.holder) == (grant.service.name, grant.service.owner)
    (told,) = audit.sentences(audit.about("H-2026-0001"))
    assert told.action == "grants.grant"
    assert "profils d’alimentation A et B (décision D-2026-0007)" in told.sentence


def test_a_charter_signed_before_the_decision_comes_with_the_right(now: datetime) -> None:
    assert Fact.CHARTER not in queries.lacking_facts(granted(charter_signed_at=now))


@pytest.mark.parametrize(
    "changes",
    [{"feeding_profiles": []}, {"region": "53"}, {"access_profile": 3}, {"direction": Direction.CONSUMPTION}],
)
def test_a_decision_that_contradicts_itself_opens_nothing(changes: dict) -> None:
    with pytest.raises(Refused):
        granted(**changes)
    assert not Grant.objects.exists()


def test_no_right_opens_on_a_service_that_ended_since_it_was_read(now: datetime) -> None:
    service = DigitalServiceFactory()
    parties.end_service(type(service).objects.get(pk=service.pk), now.date(), change="CH-2026-0001", by=None, at=now)
    given = {
        "direction": Direction.FEEDING,
        "feeding_profiles": ["A"],
        "decision_reference": "D-2026-0007",
        "decided_at": now,
    }
    with pytest.raises(Refused, match="a pris fin"):
        grants.grant(service, **given, by=agent(StaffRole.SECRETARY), at=now)
    with pytest.raises(Refused, match="a pris fin"):
        grants.take_over(
            service,
            **given,
            production_url="https://a.fr/",
            source="Essai",
            by=agent(StaffRole.WHITELIST_MANAGER),
            at=now,
        )
    assert not Grant.objects.exists()


def test_only_the_secretary_grants() -> None:
    with pytest.raises(NotPermitted):
        granted(by=agent(StaffRole.REVIEWER))


def test_a_service_gets_no_second_living_right_for_one_direction() -> None:
    first = granted()
    with pytest.raises(Refused, match="déjà une habilitation"):
        grants.grant(
            first.service, direction=Direction.FEEDING, feeding_profiles=["A"], decision_reference="D-2026-0008",
            decided_at=first.decided_at, by=agent(StaffRole.SECRETARY),
        )  # fmt: skip


def test_each_fact_is_written_by_its_own_role_and_then_production_waits_for_nothing(now: datetime) -> None:
    grant = GrantFactory()
    signer, verifier = member(grant.holder), agent(StaffRole.TEST_VERIFIER)
    assert queries.lacking_facts(grant) == [Fact.CHARTER, Fact.TESTS, Fact.LIST]
    grants.record_charter(grant, signed_at=now, by=signer)
    grants.record_tests(grant, by=verifier, at=now)
    grants.record_list(grant, reference="L-2026-0003", digest="b" * 64, establishments=[*EG, EG[0]], by=signer)
    assert queries.lacking_facts(grant) == []
    assert grant.establishments == sorted(EG)
    assert (grant.tests_verified_at, grant.tests_verified_by) == (now, verifier)


def test_a_stranger_writes_no_fact() -> None:
    grant = GrantFactory()
    stranger = member(GrantFactory().holder)
    with pytest.raises(NotPermitted):
        grants.record_charter(grant, signed_at=grant.decided_at, by=stranger)
    with pytest.raises(NotPermitted):
        grants.record_tests(grant, by=member(grant.holder))
    with pytest.raises(NotPermitted):
        grants.record_list(grant, reference="L", digest="b" * 64, establishments=EG, by=stranger)


def test_a_list_without_establishment_is_refused() -> None:
    grant = GrantFactory()
    with pytest.raises(Refused, match="au moins un établissement"):
        grants.record_list(grant, reference="L", digest="b" * 64, establishments=[], by=member(grant.holder))


def test_a_fact_stands_in_with_its_evidence_and_not_without() -> None:
    grant, manager = GrantFactory(), agent(StaffRole.POLICY_MANAGER)
    given = {"fact": Fact.TESTS, "origin": Origin.TAKEN_OVER, "by": manager}
    with pytest.raises(Refused):
        grants.stand_in(grant, evidence=" ", **given)
    grants.stand_in(grant, evidence="Reprise du tableau de 2023", **given)
    assert Fact.TESTS not in queries.lacking_facts(grant)
    assert grant.tests_evidence == "Reprise du tableau de 2023"
    with pytest.raises(Refused):
        grants.stand_in(grant, evidence="x", fact=Fact.TESTS, origin=Origin.ESTABLISHED, by=manager)


def test_an_address_of_production_is_https() -> None:
    grant = GrantFactory()
    with pytest.raises(Refused, match="https"):
        grants.record_production_url(grant, url="http://lits.fr", by=member(grant.holder))
    grants.record_production_url(grant, url="https://lits.fr/", by=member(grant.holder))
    assert grant.production_url == "https://lits.fr/"


def test_connection_data_are_handed_over_per_environment_and_replaced_when_given_again(now: datetime) -> None:
    grant, by = GrantFactory(), agent(StaffRole.TEST_VERIFIER)
    grants.hand_over(grant, environment=Environment.SANDBOX, client_id="essai", by=by, at=now, **URLS)
    grants.hand_over(grant, environment=Environment.SANDBOX, client_id="essai-2", by=by, at=now, **URLS)
    data = ConnectionData.objects.get(grant=grant)
    assert (data.client_id, data.environment, data.handed_over_at) == ("essai-2", "sandbox", now)


def test_connection_data_that_do_not_fit_are_refused_at_their_field() -> None:
    grant, by = GrantFactory(), agent(StaffRole.WHITELIST_MANAGER)
    with pytest.raises(Refused) as refused:
        grants.hand_over(grant, environment="production", client_id="", by=by, **URLS)
    assert refused.value.field == "client_id"
    grants.hand_over(grant, environment="production", client_id="pris", by=by, **URLS)
    with pytest.raises(Refused, match="déjà"):
        grants.hand_over(GrantFactory(), environment="production", client_id="pris", by=by, **URLS)


def test_a_withdrawn_right_moves_no_more() -> None:
    grant, manager = GrantFactory(), agent(StaffRole.WHITELIST_MANAGER)
    with pytest.raises(Refused, match="motifs"):
        grants.withdraw(grant, grounds=" ", by=manager)
    grants.withdraw(grant, grounds="Fin de service", by=manager)
    with pytest.raises(MoveNotAllowed):
        grants.hand_over(grant, environment="production", client_id="x", by=manager, **URLS)
