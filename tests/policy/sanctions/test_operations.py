"""Measures: told, answered, decided by a second person, enforced at once, lifted by two; emergencies regularised."""

from datetime import timedelta

import orjson
import pytest

from policy.certificates.environments import Environment
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant, Restriction
from policy.sanctions import jobs, operations, queries
from policy.sanctions.extent import Extent, Motive, Nature
from policy.sanctions.lifecycle import State
from policy.sanctions.models import Sanction
from policy.whitelist import operations as whitelist
from policy.whitelist import queries as whitelist_read
from policy.whitelist.lifecycle import State as EntryState
from policy.whitelist.models import WhitelistEntry
from portal.audit.queries import verify
from portal.documents.models import StoredDocument
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.mail.models import OutgoingEmail
from portal.outbox.operations import deliver_due
from tests.factories.parties import NOW, member
from tests.factories.sanctions import LATER, envisaged, guard, in_force, in_production, urgent
from tests.factories.whitelist import manager, proposed

pytestmark = pytest.mark.django_db


def published(grant: Grant) -> dict:
    """The right as the last publication of production carries it."""
    made = whitelist_read.latest_publication(Environment.PRODUCTION)
    assert made
    entries = orjson.loads(bytes(made.body))["entries"]
    return next(one for one in entries if one["service"] == grant.service.reference)


def test_the_vendor_is_told_and_heard_before_anything_closes() -> None:
    grant = in_production()
    boss = member(grant.holder)
    made = envisaged(grant)
    grant.refresh_from_db()
    assert (made.state, grant.state, published(grant)["state"]) == (State.NOTIFIED, GrantState.ACTIVE, "approved")
    deliver_due(NOW)
    letter = StoredDocument.objects.get(kind="sanction_notice")
    assert letter in StoredDocument.objects.visible_to(boss)
    mail = OutgoingEmail.objects.get(template="policy/sanctions/mails/news")
    assert "présentez vos observations" in mail.text
    assert mail.attachments.count() == 1


def test_nothing_is_decided_before_the_delay_unless_the_vendor_answered() -> None:
    grant = in_production()
    made, other = envisaged(grant), manager()
    with pytest.raises(Refused, match="attendez ses observations"):
        operations.decide(made, conclusions="Oui.", by=other, at=NOW)
    operations.observe(made, observations="Un script s’est emballé.", by=member(grant.holder), at=NOW)
    operations.decide(made, conclusions="Oui.", by=other, at=NOW)
    assert made.state == State.IN_FORCE
    assert "Un script s’est emballé." in made.observations


def test_who_opens_never_decides_nor_confirms() -> None:
    alone = manager()
    made = envisaged(in_production(), by=alone)
    with pytest.raises(NotPermitted, match="une autre personne"):
        operations.decide(made, conclusions="Oui.", by=alone, at=LATER)
    hasty = urgent(in_production(), by=alone)
    with pytest.raises(NotPermitted, match="une autre personne"):
        operations.confirm(hasty, conclusions="Oui.", by=alone, at=NOW)


def test_the_whole_right_is_suspended_and_comes_back_by_two_persons() -> None:
    grant, first, second = in_production(), manager(), manager()
    made = in_force(grant)
    grant.refresh_from_db()
    assert (grant.state, published(grant)["state"]) == (GrantState.SUSPENDED, "suspended")
    with pytest.raises(NotPermitted, match="pas encore été proposée"):
        operations.lift(made, by=second, at=LATER)
    operations.propose_lifting(made, grounds="Le script est corrigé.", by=first, at=LATER)
    with pytest.raises(NotPermitted, match="une autre personne"):
        operations.lift(made, by=first, at=LATER)
    operations.lift(made, by=second, at=LATER)
    grant.refresh_from_db()
    assert (made.state, grant.state, published(grant)["state"]) == (State.LIFTED, GrantState.ACTIVE, "approved")
    assert not Restriction.objects.standing().exists()
    assert verify().holds


@pytest.mark.parametrize(
    ("extent", "value", "profiles", "establishments"),
    [(Extent.PROFILE, "B", ["A"], 2), (Extent.ESTABLISHMENT, "", ["A", "B"], 1)],
    ids=["one profile", "one establishment"],
)
def test_a_part_is_closed_and_the_rest_works(
    extent: Extent, value: str, profiles: list[str], establishments: int
) -> None:
    grant = in_production()
    aimed = value or grant.establishments[0]
    made = in_force(grant, extent=extent, value=aimed)
    told = published(grant)
    grant.refresh_from_db()
    assert (grant.state, told["state"], told["feeding_profiles"]) == (GrantState.ACTIVE, "approved", profiles)
    assert len(told["establishments"]) == establishments
    assert aimed in told["closed"]["profiles"] + told["closed"]["establishments"]
    operations.propose_lifting(made, grounds="En règle.", by=manager(), at=LATER)
    operations.lift(made, by=manager(), at=LATER)
    assert "closed" not in published(grant)


def test_an_emergency_acts_at_once_and_is_regularised_by_another() -> None:
    grant = in_production()
    made = urgent(grant)
    grant.refresh_from_db()
    assert (made.state, grant.state, published(grant)["state"]) == (State.EMERGENCY, GrantState.SUSPENDED, "suspended")
    assert made.regularise_on
    assert list(queries.to_regularise()) == [made]
    deliver_due(NOW)
    assert StoredDocument.objects.filter(kind="suspension_letter").count() == 1
    operations.confirm(made, conclusions="Risque établi.", by=manager(), at=NOW)
    assert made.state == State.IN_FORCE
    assert not queries.to_regularise().exists()
    deliver_due(NOW)
    assert StoredDocument.objects.filter(kind="suspension_letter").count() == 2


def test_an_emergency_is_documented() -> None:
    with pytest.raises(Refused, match="ce qui fait l’urgence"):
        urgent(in_production(), emergency=" ")


def test_an_emergency_that_nobody_regularised_is_reminded_once() -> None:
    made = urgent(in_production())
    manager()
    assert jobs.remind_emergencies(NOW + timedelta(days=1)) == 0
    assert [jobs.remind_emergencies(NOW + timedelta(days=days)) for days in (12, 13)] == [1, 0]
    deliver_due(NOW + timedelta(days=13))
    mail = OutgoingEmail.objects.get(template="policy/sanctions/mails/to_regularise")
    assert made.opened_by.email not in mail.to


def test_what_is_stopped_from_the_whitelist_is_regularised_too() -> None:
    grant, who = in_production(), manager()
    entry = WhitelistEntry.objects.get(grant=grant)
    whitelist.suspend(entry, grounds="Urgence constatée.", by=who, at=NOW)
    assert jobs.follow_entries(NOW) == 1
    assert jobs.follow_entries(NOW) == 0
    made = Sanction.objects.get()
    assert (made.state, made.opened_by, made.entry) == (State.EMERGENCY, who, entry)
    operations.confirm(made, conclusions="Oui.", by=manager(), at=NOW)
    first = manager()
    operations.propose_lifting(made, grounds="Réglé.", by=first, at=NOW)
    operations.lift(made, by=manager(), at=NOW)
    entry.refresh_from_db()
    grant.refresh_from_db()
    assert (made.state, entry.state, grant.state) == (State.LIFTED, EntryState.APPROVED, GrantState.ACTIVE)


def test_a_suspension_lifted_from_the_whitelist_ends_its_measure() -> None:
    entry = WhitelistEntry.objects.get(grant=in_production())
    whitelist.suspend(entry, grounds="Urgence constatée.", by=manager(), at=NOW)
    jobs.follow_entries(NOW)
    whitelist.propose_reinstatement(entry, grounds="Réglé.", by=manager(), at=NOW)
    whitelist.reinstate(entry, by=manager(), at=NOW)
    assert jobs.follow_entries(NOW) == 1
    assert Sanction.objects.get().state == State.LIFTED


def test_a_lifted_entry_does_not_open_what_a_measure_closes() -> None:
    grant = in_production()
    entry = WhitelistEntry.objects.get(grant=grant)
    whitelist.suspend(entry, grounds="Urgence.", by=manager(), at=NOW)
    in_force(grant)
    whitelist.propose_reinstatement(entry, grounds="Réglé.", by=manager(), at=LATER)
    whitelist.reinstate(entry, by=manager(), at=LATER)
    grant.refresh_from_db()
    assert (grant.state, published(grant)["state"]) == (GrantState.SUSPENDED, "suspended")


def test_no_entry_takes_effect_while_a_measure_stands() -> None:
    grant = in_production()
    waiting = proposed(grant, at=NOW)
    made = urgent(grant)
    with pytest.raises(Refused, match="Une mesure ferme"):
        whitelist.approve(waiting, by=manager(), at=NOW)
    assert published(grant)["state"] == "suspended"
    assert made.state == State.EMERGENCY


def test_a_withdrawal_ends_the_right_and_is_never_lifted() -> None:
    grant = in_production()
    made = envisaged(grant, nature=Nature.WITHDRAWAL)
    with pytest.raises(NotPermitted, match="gestionnaire"):
        operations.decide(made, conclusions="Oui.", by=guard(), at=LATER)
    operations.decide(made, conclusions="Oui.", by=manager(), at=LATER)
    grant.refresh_from_db()
    assert grant.state == GrantState.WITHDRAWN
    with pytest.raises(NotPermitted, match="ne se lève pas"):
        operations.propose_lifting(made, grounds="Non.", by=manager(), at=LATER)
    deliver_due(LATER)
    assert StoredDocument.objects.filter(kind="withdrawal_letter").count() == 1


def test_the_service_is_stopped_in_both_directions() -> None:
    grant = in_production()
    other = in_production()
    Grant.objects.filter(pk=other.pk).update(
        service=grant.service, direction="consumption", feeding_profiles="", access_profile=2
    )
    in_force(grant, extent=Extent.SERVICE)
    assert set(Grant.objects.values_list("state", flat=True)) == {GrantState.SUSPENDED}


def test_a_measure_on_the_service_stands_while_it_closes_another_right() -> None:
    grant, other = in_production(), in_production()
    Grant.objects.filter(pk=other.pk).update(
        service=grant.service, direction="consumption", feeding_profiles="", access_profile=2
    )
    made = in_force(grant, extent=Extent.SERVICE)
    whitelist.withdraw_right(grant, grounds="Arrêt de ce sens.", by=manager(), at=LATER)
    assert jobs.follow_entries(LATER) == 0
    operations.propose_lifting(made, grounds="Réglé.", by=manager(), at=LATER)
    operations.lift(made, by=manager(), at=LATER)
    other.refresh_from_db()
    assert (other.state, Restriction.objects.standing().exists()) == (GrantState.ACTIVE, False)


def test_an_entry_stopped_while_the_same_measure_is_envisaged_waits_for_its_decision(
    caplog: pytest.LogCaptureFixture,
) -> None:
    grant = in_production()
    made = envisaged(grant)
    whitelist.suspend(WhitelistEntry.objects.get(grant=grant), grounds="Urgence.", by=manager(), at=NOW)
    assert (jobs.follow_entries(NOW), caplog.messages) == (0, [])
    operations.drop(made, conclusions="Faite autrement.", by=manager(), at=NOW)
    assert jobs.follow_entries(NOW) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"extent": Extent.PROFILE, "value": "C"}, "value"),
        ({"extent": Extent.PROFILE}, "value"),
        ({"extent": Extent.DIRECTION, "value": "A"}, "value"),
        ({"extent": Extent.ESTABLISHMENT, "value": "750000000"}, "value"),
        ({"grounds": "  "}, "grounds"),
    ],
)
def test_what_the_right_does_not_have_is_not_closed(changes: dict, field: str) -> None:
    with pytest.raises(Refused) as refused:
        envisaged(in_production(), **changes)
    assert refused.value.field == field
    assert not Sanction.objects.exists()


def test_the_only_profile_is_closed_with_its_direction() -> None:
    grant = in_production()
    Grant.objects.filter(pk=grant.pk).update(feeding_profiles="A")
    grant.refresh_from_db()
    with pytest.raises(Refused, match="le seul profil"):
        envisaged(grant, extent=Extent.PROFILE, value="A")


def test_the_same_reach_is_not_opened_twice_and_a_dropped_one_leaves_place() -> None:
    grant = in_production()
    made = envisaged(grant)
    with pytest.raises(Refused, match="même portée"):
        envisaged(grant)
    operations.drop(made, conclusions="L’éditeur a corrigé.", by=made.opened_by, at=NOW)
    deliver_due(NOW)
    assert OutgoingEmail.objects.filter(subject__startswith="Mesure abandonnée").exists()
    assert envisaged(grant, motive=Motive.MISUSE).state == State.NOTIFIED
    with pytest.raises(MoveNotAllowed):
        operations.decide(made, conclusions="Oui.", by=manager(), at=LATER)
