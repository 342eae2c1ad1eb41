"""Reservations: what each blocks, its deadline, its lifting."""

from datetime import timedelta

import pytest
from django.urls import reverse

from onboarding.committee import jobs, operations
from onboarding.committee.models import Decision, Reservation
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Blocks, Reserve
from policy.certificates.environments import Environment
from policy.grants import queries as grants
from policy.grants.models import Grant, Restriction
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.outbox.models import OutboxMessage
from tests.factories.accounts import entered
from tests.factories.candidacies import representative, secretary
from tests.factories.committee import AgendaItemFactory, SessionFactory
from tests.factories.parties import proved

pytestmark = pytest.mark.django_db

A, AB = Profiles(frozenset("A")), Profiles(frozenset("AB"))


def reserved(now, *reserves: Reserve, granted: Profiles = A) -> Decision:
    """A decision with these reservations, on a request for these profiles."""
    codes = sorted(granted.feeding)
    item = AgendaItemFactory(session=SessionFactory(held_on=now.date()), candidacy__requested_profiles=codes)
    ruling = Ruling(Outcome.ADMIT_WITH_RESERVATIONS, granted, reservations=reserves)
    return operations.record_decision(item, ruling=ruling, by=secretary(), at=now)


def blocked(environment: str) -> list[str]:
    """What restrictions keep closed at the door of an environment."""
    missing = grants.missing_for(Grant.objects.get(), environment)
    return [one.label for one in missing if one.field == "restriction"]


CASES = [(Blocks.NOTHING, 0, 0), (Blocks.TESTS, 1, 0), (Blocks.PRODUCTION, 0, 1)]


@pytest.mark.parametrize(("blocks", "sandbox", "production"), CASES)
def test_reservation_blocks_what_it_says_until_it_is_lifted(blocks, sandbox, production, now) -> None:
    reserved(now, Reserve("Fournir le rapport", blocks))
    assert (len(blocked(Environment.SANDBOX)), len(blocked(Environment.PRODUCTION))) == (sandbox, production)
    row = Reservation.objects.get()
    sheet = entered(secretary()).get(reverse("grant", args=[Grant.objects.get().reference])).content.decode()
    assert (row.reference in sheet) is (blocks is not Blocks.NOTHING)
    operations.lift_reservation(row, evidence="Rapport reçu le 4 mars", by=secretary(), at=now)
    assert (row.state, row.lifted_at) == ("lifted", now)
    assert not blocked(Environment.SANDBOX)
    assert not blocked(Environment.PRODUCTION)
    with pytest.raises(MoveNotAllowed):
        operations.lift_reservation(row, evidence="Encore", by=secretary(), at=now)
    assert OutboxMessage.objects.filter(effect="onboarding.committee.announce_lifting").count() == 1


def test_reservation_on_one_profile_leaves_the_other_open(now) -> None:
    reserved(now, Reserve("Justifier le lien", Blocks.PROFILE, "B"), granted=AB)
    restriction = Restriction.objects.get()
    assert (restriction.scope, restriction.value) == ("profile", "B")
    assert not blocked(Environment.PRODUCTION)  # A is left


def test_correction_frees_what_the_former_reservations_blocked(now) -> None:
    former = reserved(now, Reserve("Fournir le rapport", Blocks.PRODUCTION))
    operations.correct_decision(
        former, ruling=Ruling(Outcome.ADMIT, A, "Le rapport était joint."), by=secretary(), at=now
    )
    assert not blocked(Environment.PRODUCTION)
    assert not Reservation.objects.open().exists()


def test_reservation_is_lifted_on_evidence_by_those_entitled(now) -> None:
    decision = reserved(now, Reserve("Fournir le rapport", Blocks.PRODUCTION))
    row = Reservation.objects.get()
    with pytest.raises(Refused, match="pièce ou le constat"):
        operations.lift_reservation(row, evidence=" ", by=secretary(), at=now)
    vendor = representative(decision.item.candidacy)
    with pytest.raises(NotPermitted):
        operations.lift_reservation(row, evidence="Je l’ai fait", by=vendor, at=now)
    page = entered(vendor).get(reverse("decision", args=[decision.reference])).content.decode()
    assert row.reference in page
    assert "Lever" not in page
    url = reverse("reservation_lift", args=[row.reference])
    assert entered(vendor).post(url, {"evidence": "Je l’ai fait"}).status_code == 403
    assert proved(secretary()).post(url, {"evidence": "Rapport reçu"}).status_code == 302


def test_deadline_is_reminded_once(now) -> None:
    reserved(now, Reserve("Fournir le rapport", Blocks.NOTHING, due_on=now.date() + timedelta(days=40)))
    assert jobs.remind_holders(now) == 0
    later = now + timedelta(days=30)
    assert jobs.remind_holders(later) == 1
    assert jobs.remind_holders(later) == 0
    assert Reservation.objects.late(now.date() + timedelta(days=41)).count() == 1
