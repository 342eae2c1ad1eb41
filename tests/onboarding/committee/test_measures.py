"""Measures and later decisions agree: what is granted under one stays closed, what is granted again ends it."""

from datetime import timedelta

import orjson
import pytest

from onboarding.committee import operations, queries
from onboarding.committee.models import AgendaItem, Decision
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from policy.certificates.environments import Environment
from policy.grants.models import Grant, Restriction
from policy.sanctions import jobs
from policy.sanctions import operations as sanctions
from policy.sanctions import queries as measures
from policy.sanctions.extent import Extent, Nature
from policy.sanctions.lifecycle import State
from policy.sanctions.models import Sanction
from policy.whitelist import jobs as whitelist_jobs
from policy.whitelist import operations as whitelist_acts
from policy.whitelist import queries as whitelist
from portal.accounts.roles import StaffRole
from portal.audit import queries as audit
from portal.lifecycle.errors import Refused
from tests.factories.candidacies import CandidacyFactory
from tests.factories.committee import AgendaItemFactory
from tests.factories.establishments import ListFactory
from tests.factories.grants import agent
from tests.factories.panel import setting
from tests.factories.parties import NOW
from tests.factories.sanctions import LATER, envisaged, in_force, in_production
from tests.factories.whitelist import manager, ready_grant

pytestmark = pytest.mark.django_db

AFTER = LATER + timedelta(days=20)
AB = Ruling(Outcome.ADMIT, Profiles(frozenset("AB")))
TWO = Ruling(Outcome.ADMIT, Profiles(access=2))


def asked(grant: Grant, *, direction: str = "feeding", amends: Grant | None = None) -> AgendaItem:
    """A complete request of the right's service, on an agenda."""
    profiles = ["A", "B"] if direction == "feeding" else ["2"]
    candidacy = CandidacyFactory(
        complete=True, service=grant.service, direction=direction, requested_profiles=profiles, amends=amends
    )
    return AgendaItemFactory(candidacy=candidacy)


def foretold(item: AgendaItem, ruling: Ruling) -> str:
    """What the person deciding reads of consequences."""
    return " ".join(queries.forecast(item, ruling, decided_on=AFTER.date(), at=AFTER).consequences)


def admitted(item: AgendaItem, ruling: Ruling) -> Grant:
    """The right that the decision opened or amended."""
    operations.record_decision(item, ruling=ruling, by=agent(StaffRole.SECRETARY), at=AFTER)
    return Grant.objects.living().get(service=item.candidacy.service, direction=item.candidacy.direction)


def closed(grant: Grant) -> list[tuple[str, str]]:
    return list(Restriction.objects.standing().filter(grant=grant).values_list("scope", "value"))


def test_a_right_granted_under_a_suspension_of_the_service_is_closed_until_it_is_lifted() -> None:
    grant = in_production()
    measure = in_force(grant, extent=Extent.SERVICE)
    item = asked(grant, direction="consumption")
    assert f"La mesure {measure}" in foretold(item, TWO)
    made = admitted(item, TWO)
    assert closed(made) == [("right", "")]
    assert any(measure.reference in one.label for one in whitelist.missing_for(made, Environment.PRODUCTION, at=AFTER))
    assert measure in measures.living_on(made)
    sanctions.propose_lifting(measure, grounds="En règle.", by=manager(), at=AFTER)
    sanctions.lift(measure, by=manager(), at=AFTER)
    assert closed(made) == []


def test_the_clock_closes_what_a_suspension_of_the_service_missed() -> None:
    grant = in_production()
    in_force(grant, extent=Extent.SERVICE)
    other = ready_grant(service=grant.service, direction="consumption", feeding_profiles="", access_profile=2)
    assert closed(other) == []
    assert (jobs.cover_rights(AFTER), closed(other)) == (1, [("right", "")])
    assert jobs.cover_rights(AFTER) == 0


def test_a_withdrawn_profile_granted_again_is_published_again() -> None:
    grant = in_production()
    measure = in_force(grant, nature=Nature.WITHDRAWAL, extent=Extent.PROFILE, value="B")
    item = asked(grant, amends=grant)
    assert "met fin à cette partie du retrait" in foretold(item, AB)
    assert "retrait" not in foretold(item, Ruling(Outcome.ADMIT, Profiles(frozenset("A")), "Reste A."))
    amended = admitted(item, AB)
    measure.refresh_from_db()
    assert (closed(amended), measure.state) == ([], State.LIFTED)
    whitelist_jobs.renew_publications(AFTER)
    made = whitelist.latest_publication(Environment.PRODUCTION)
    assert made
    entries = orjson.loads(bytes(made.body))["entries"]
    assert next(one for one in entries if one["service"] == grant.service.reference)["feeding_profiles"] == ["A", "B"]


def test_an_amendment_that_does_not_grant_it_leaves_the_withdrawal() -> None:
    grant = in_production()
    measure = in_force(grant, nature=Nature.WITHDRAWAL, extent=Extent.PROFILE, value="B")
    only = Ruling(Outcome.ADMIT, Profiles(frozenset("A")), "Le profil B reste retiré.")
    amended = admitted(asked(grant, amends=grant), only)
    measure.refresh_from_db()
    assert (closed(amended), measure.state) == ([("profile", "B")], State.IN_FORCE)


def test_a_suspended_profile_granted_again_stays_suspended() -> None:
    grant = in_production()
    measure = in_force(grant, extent=Extent.PROFILE, value="B")
    item = asked(grant, amends=grant)
    assert f"La mesure {measure} (suspension : le profil B) demeure" in foretold(item, AB)
    assert closed(admitted(item, AB)) == [("profile", "B")]


def test_a_withdrawn_establishment_is_granted_again_with_the_list_decided_on() -> None:
    grant = in_production()
    aimed = grant.establishments[0]
    measure = in_force(grant, nature=Nature.WITHDRAWAL, extent=Extent.ESTABLISHMENT, value=aimed)
    item = asked(grant, amends=grant)
    assert "retrait" not in foretold(item, AB)  # no list of the service names it
    ListFactory(service=grant.service, numbers=[aimed])
    assert f"l’établissement {aimed}" in foretold(item, AB)
    assert closed(admitted(item, AB)) == []
    measure.refresh_from_db()
    assert measure.state == State.LIFTED


def test_a_service_withdrawn_in_both_directions_is_granted_again_one_after_the_other() -> None:
    grant = in_production()
    ready_grant(service=grant.service, direction="consumption", feeding_profiles="", access_profile=2)
    measure = in_force(grant, nature=Nature.WITHDRAWAL, extent=Extent.SERVICE)
    first, second = asked(grant), asked(grant, direction="consumption")
    assert "met fin à cette partie du retrait" in foretold(first, AB)
    made = admitted(first, AB)
    measure.refresh_from_db()
    assert (closed(made), measures.living_on(made), measure.state) == ([], [], State.IN_FORCE)
    admitted(second, TWO)
    assert Sanction.objects.get().state == State.LIFTED


def test_a_correction_gives_no_withdrawn_right_back_nor_ends_the_withdrawal() -> None:
    grant = in_production()
    item = asked(grant, direction="consumption")
    made = admitted(item, TWO)
    measure = in_force(made, nature=Nature.WITHDRAWAL, at=AFTER)
    words = Ruling(Outcome.ADMIT, Profiles(access=2), "Une faute de frappe.")
    with pytest.raises(Refused, match="seule une nouvelle candidature le redemande"):
        operations.correct_decision(Decision.objects.get(), ruling=words, by=agent(StaffRole.SECRETARY), at=AFTER)
    measure.refresh_from_db()
    assert (measure.state, Grant.objects.living().get()) == (State.IN_FORCE, grant)


def test_a_withdrawal_decided_under_embargo_is_not_ended_by_the_release() -> None:
    setting("committee.embargo", True)
    grant, keeper = in_production(), agent(StaffRole.SECRETARY)
    opened = envisaged(grant, nature=Nature.WITHDRAWAL, extent=Extent.PROFILE, value="B")
    session = operations.plan_session(held_on=NOW.date(), cut_off=NOW.date(), by=keeper, at=NOW)
    item = asked(grant, amends=grant)
    item.session = session
    item.save()
    former = operations.record_decision(item, ruling=AB, by=keeper, at=NOW + timedelta(days=1))
    sanctions.decide(opened, conclusions="Les faits sont établis.", by=manager(), at=LATER)
    words = Ruling(Outcome.ADMIT, Profiles(frozenset("AB")), "Une faute de frappe.")
    operations.correct_decision(former, ruling=words, by=keeper, at=AFTER)  # which does not know of it either
    session.attendance = [{"organisation": "ANS", "people": ""}]
    session.save()
    operations.close_session(session, by=keeper, at=AFTER)
    assert operations.release(session, by=keeper, at=AFTER) == 1
    opened.refresh_from_db()
    assert (closed(grant), opened.state) == ([("profile", "B")], State.IN_FORCE)


def test_a_decision_says_that_it_opens_a_direction_to_a_service_withdrawn_in_whole() -> None:
    grant = in_production()
    measure = in_force(grant, nature=Nature.WITHDRAWAL, extent=Extent.SERVICE)
    told = f"Le retrait {measure} a fermé tout le service ; cette décision ouvre un sens qu’il n’avait pas encore."
    assert told in foretold(asked(grant, direction="consumption"), TWO)
    assert told not in foretold(asked(grant), AB)


def test_a_right_that_ended_otherwise_is_no_part_of_the_withdrawal_of_the_service() -> None:
    grant = in_production()
    other = ready_grant(service=grant.service, direction="consumption", feeding_profiles="", access_profile=2)
    whitelist_acts.withdraw_right(other, grounds="Fin du contrat.", by=manager(), at=NOW)
    measure = in_force(grant, nature=Nature.WITHDRAWAL, extent=Extent.SERVICE)
    assert "retrait" not in foretold(asked(grant, direction="consumption"), TWO)
    admitted(asked(grant), AB)
    measure.refresh_from_db()
    assert measure.state == State.LIFTED


@pytest.mark.parametrize("amends", [True, False])
def test_a_release_leaves_what_a_withdrawal_has_overtaken(amends: bool) -> None:
    setting("committee.embargo", True)
    grant, keeper = in_production(), agent(StaffRole.SECRETARY)
    opened = envisaged(grant, nature=Nature.WITHDRAWAL, extent=Extent.SERVICE)
    session = operations.plan_session(held_on=NOW.date(), cut_off=NOW.date(), by=keeper, at=NOW)
    item = asked(grant, amends=grant) if amends else asked(grant, direction="consumption")
    item.session = session
    item.save()
    former = operations.record_decision(item, ruling=AB if amends else TWO, by=keeper, at=NOW + timedelta(days=1))
    sanctions.decide(opened, conclusions="Les faits sont établis.", by=manager(), at=LATER)
    session.attendance = [{"organisation": "ANS", "people": ""}]
    session.save()
    operations.close_session(session, by=keeper, at=AFTER)
    assert operations.release(session, by=keeper, at=AFTER) == 0
    assert not Grant.objects.living().exists()
    told = audit.sentences(audit.about(session.reference))
    assert any(f"sans {former} : un retrait décidé depuis l’emporte" in one.sentence for one in told)
    other = operations.plan_session(held_on=AFTER.date(), cut_off=AFTER.date(), by=keeper, at=AFTER)
    operations.enter_on_agenda(other, item.candidacy, by=keeper, at=AFTER)
