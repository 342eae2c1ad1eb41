"""The vendor's verbs: open, edit, deposit, withdraw; what is refused, what is frozen, what follows."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies import queries
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, CandidacyVersion
from policy.grants.direction import Direction
from portal.audit.queries import about, sentences
from portal.lifecycle.errors import Incomplete, MoveNotAllowed, NotPermitted, Refused, Stale, StepUpRequired
from portal.outbox.models import OutboxMessage
from portal.parties.roles import MembershipRole
from tests.factories.accounts import PersonFactory
from tests.factories.candidacies import (
    CandidacyFactory,
    FieldCommentFactory,
    fillable,
    representative,
    reviewer,
    secretary,
)
from tests.factories.grants import GrantFactory, TermsFactory
from tests.factories.panel import authority
from tests.factories.parties import DigitalServiceFactory, long_after_the_proof, member

pytestmark = pytest.mark.django_db


def effects() -> list[str]:
    return sorted(OutboxMessage.objects.values_list("effect", flat=True))


@pytest.mark.parametrize(
    "role", [MembershipRole.LEGAL_REPRESENTATIVE, MembershipRole.DELEGATE, MembershipRole.CONTRIBUTOR]
)
def test_those_who_prepare_open_a_national_feeding_draft(now: datetime, role: MembershipRole) -> None:
    service = DigitalServiceFactory()
    person = member(service.owner, role)
    candidacy = candidacies.open(service, by=person, at=now)
    assert (candidacy.reference, candidacy.state, candidacy.version) == ("C-2026-0001", State.DRAFT, 1)
    assert (candidacy.direction, candidacy.space, candidacy.opened_by) == ("feeding", "national", person)
    assert "a ouvert la candidature C-2026-0001" in sentences(about("C-2026-0001"))[0].sentence


def test_nobody_else_opens_one(now: datetime) -> None:
    service = DigitalServiceFactory()
    for person in (member(service.owner, MembershipRole.READER), PersonFactory(), reviewer()):
        with pytest.raises(NotPermitted):
            candidacies.open(service, by=person, at=now)
    assert not Candidacy.objects.exists()


def test_a_service_has_one_open_candidacy_per_direction(now: datetime) -> None:
    candidacy = CandidacyFactory()
    boss = representative(candidacy)
    with pytest.raises(Refused, match="déjà une candidature en cours"):
        candidacies.open(candidacy.service, by=boss, at=now)
    other = candidacies.open(candidacy.service, direction=Direction.CONSUMPTION, by=boss, at=now)
    assert other.direction == "consumption"


def test_feeding_is_always_national(now: datetime) -> None:
    service = DigitalServiceFactory()
    boss = member(service.owner)
    with pytest.raises(Refused, match="toujours de l’espace national"):
        candidacies.open(service, space="regional", by=boss, at=now)
    assert candidacies.open(service, direction="consumption", space="regional", by=boss, at=now).space == "regional"


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN])
def test_a_new_candidacy_follows_the_closed_one_and_takes_its_answers(now: datetime, state: State) -> None:
    former = CandidacyFactory(filled=True, state=state, submitted_at=now)
    made = candidacies.open(former.service, by=representative(former), at=now)
    assert made.follows == former
    assert (made.purpose, made.region_routes, made.technical_email) == (
        former.purpose,
        former.region_routes,
        former.technical_email,
    )


def test_another_service_of_the_owner_takes_the_contacts_only(now: datetime) -> None:
    former = CandidacyFactory(filled=True)
    service = DigitalServiceFactory(owner=former.service.owner)
    made = candidacies.open(service, by=representative(former), at=now)
    assert (made.follows, made.technical_email, made.purpose) == (None, former.technical_email, "")


def test_a_block_is_saved_with_its_errors(now: datetime) -> None:
    candidacy = CandidacyFactory()
    values = {"technical_name": "", "technical_email": "pas une adresse"}
    candidacies.edit(candidacy, Block.CONTACTS, values, by=representative(candidacy), at=now)
    candidacy.refresh_from_db()
    assert (candidacy.technical_email, candidacy.version) == ("pas une adresse", 2)
    assert "a modifié « Contacts »" in sentences(about(candidacy.reference))[0].sentence


def test_the_journal_keeps_what_a_block_held_before_and_after(now: datetime) -> None:
    candidacy = CandidacyFactory(filled=True)
    candidacies.edit(candidacy, Block.SOLUTION, {"region_routes": {"11": "eai"}}, by=representative(candidacy), at=now)
    changes = {name: (old, new) for name, old, new in sentences(about(candidacy.reference))[0].changes}
    assert changes["region_routes"] == ({"11": "direct", "84": "eai"}, {"11": "eai"})


def test_a_stale_block_overwrites_nothing_and_shows_what_is_there(now: datetime) -> None:
    candidacy = CandidacyFactory()
    boss, seen = representative(candidacy), queries.seen(candidacy, Block.PURPOSE)
    candidacies.edit(candidacy, Block.PURPOSE, {"purpose": "other"}, by=boss, at=now, seen=seen)
    with pytest.raises(Stale) as stale:
        candidacies.edit(candidacy, Block.PURPOSE, {"purpose": "bed-availability"}, by=boss, at=now, seen=seen)
    assert stale.value.current.purpose == "other"
    candidacy.refresh_from_db()
    assert candidacy.purpose == "other"


def test_two_people_in_two_blocks_do_not_disturb_each_other(now: datetime) -> None:
    candidacy = CandidacyFactory()
    boss = representative(candidacy)
    purpose, contacts = queries.seen(candidacy, Block.PURPOSE), queries.seen(candidacy, Block.CONTACTS)
    candidacies.edit(candidacy, Block.PURPOSE, {"purpose": "other"}, by=boss, at=now, seen=purpose)
    candidacies.edit(candidacy, Block.CONTACTS, {"technical_name": "D."}, by=boss, at=now, seen=contacts)
    candidacy.refresh_from_db()
    assert (candidacy.purpose, candidacy.technical_name) == ("other", "D.")


@pytest.mark.parametrize("trait", ["submitted", "under_review", "complete"])
def test_a_candidacy_in_the_agencys_hands_does_not_change(now: datetime, trait: str) -> None:
    candidacy = CandidacyFactory(**{trait: True})
    with pytest.raises(MoveNotAllowed):
        candidacies.edit(candidacy, Block.PURPOSE, {"purpose": "other"}, by=representative(candidacy), at=now)


def test_after_a_return_only_what_is_commented_changes(now: datetime) -> None:
    candidacy = fillable(state=State.RETURNED, submitted_at=now)
    FieldCommentFactory(candidacy=candidacy, sent=True, block=Block.PURPOSE, field="purpose_details")
    boss = representative(candidacy)
    with pytest.raises(Refused, match="n’a pas demandé de corriger « Finalité principale »"):
        candidacies.edit(candidacy, Block.PURPOSE, {"purpose": "other"}, by=boss, at=now)
    with pytest.raises(Refused):
        candidacies.edit(candidacy, Block.CONTACTS, {"technical_name": "X"}, by=boss, at=now)
    unchanged = {"purpose": candidacy.purpose, "purpose_details": "Tous les services de médecine."}
    candidacies.edit(candidacy, Block.PURPOSE, unchanged, by=boss, at=now)
    candidacy.refresh_from_db()
    assert candidacy.purpose_details == "Tous les services de médecine."


def test_a_comment_on_a_whole_block_opens_it_and_so_does_a_gap(now: datetime) -> None:
    candidacy = fillable(state=State.RETURNED, submitted_at=now, technical_email="fausse")
    FieldCommentFactory(candidacy=candidacy, sent=True, block=Block.PURPOSE, field="")
    allowed = queries.open_fields(candidacy)
    assert allowed[Block.PURPOSE] == {"purpose", "purpose_details"}
    assert allowed[Block.CONTACTS] == {"technical_email"}
    assert allowed[Block.PROFILES] == frozenset()


def test_a_deposit_freezes_a_version_whose_digest_is_that_of_its_bytes(now: datetime) -> None:
    candidacy = fillable()
    boss = representative(candidacy)
    version = candidacies.submit(candidacy, by=boss, at=now)
    assert (candidacy.state, candidacy.submitted_at) == (State.SUBMITTED, now)
    assert (version.number, version.deposited_by, version.deposited_at) == (1, boss, now)
    assert version.sha256 == hashlib.sha256(version.content.encode()).hexdigest()
    assert version.data["answers"]["purpose"] == "bed-availability"
    assert version.data["service"]["name"] == candidacy.service.name
    assert version.data["establishments"]["count"] == 1
    assert version.data["deposit"] == {
        "number": 1,
        "deposited_at": now.isoformat(),
        "deposited_by": boss.full_name,
    }
    assert effects() == ["onboarding.candidacies.issue_receipt"]


def test_a_frozen_version_can_be_neither_changed_nor_deleted(now: datetime) -> None:
    candidacy = fillable()
    version = candidacies.submit(candidacy, by=representative(candidacy), at=now)
    for write in (
        lambda: CandidacyVersion.objects.filter(pk=version.pk).update(content="{}"),
        lambda: connection.cursor().execute("DELETE FROM onboarding_candidacyversion"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_an_incomplete_candidacy_is_not_deposited_and_says_all_that_is_missing(now: datetime) -> None:
    candidacy = CandidacyFactory()
    with pytest.raises(Incomplete) as incomplete:
        candidacies.submit(candidacy, by=representative(candidacy), at=now)
    fields = {item.field for item in incomplete.value.missing}
    assert fields >= {"purpose", "region_routes", "requested_profiles", "technical_email", "establishments"}
    assert all(item.url for item in incomplete.value.missing)
    assert not CandidacyVersion.objects.exists()
    assert effects() == []


@pytest.mark.parametrize(
    "role", [MembershipRole.DELEGATE, MembershipRole.CONTRIBUTOR, MembershipRole.TECHNICAL_CONTACT]
)
def test_only_the_legal_representative_deposits(now: datetime, role: MembershipRole) -> None:
    candidacy = fillable()
    with pytest.raises(NotPermitted):
        candidacies.submit(candidacy, by=member(candidacy.service.owner, role), at=now)


def test_depositing_asks_for_a_fresh_proof_of_identity(now: datetime) -> None:
    candidacy = fillable()
    with long_after_the_proof(), pytest.raises(StepUpRequired):
        candidacies.submit(candidacy, by=representative(candidacy), at=now)


def test_a_second_deposit_of_the_same_draft_does_nothing(now: datetime) -> None:
    candidacy = fillable()
    boss = representative(candidacy)
    candidacies.submit(candidacy, by=boss, at=now)
    for _ in range(3):
        with pytest.raises(MoveNotAllowed):
            candidacies.submit(Candidacy.objects.get(pk=candidacy.pk), by=boss, at=now)
    assert CandidacyVersion.objects.count() == len(effects()) == 1
    assert about(candidacy.reference).filter(action="candidacies.submit").count() == 1


def test_a_new_deposit_closes_the_comments_and_keeps_both_versions(now: datetime) -> None:
    candidacy = fillable()
    boss, agent = representative(candidacy), reviewer()
    candidacies.submit(candidacy, by=boss, at=now)
    candidacies.take(candidacy, by=agent, at=now)
    candidacies.comment(candidacy, block=Block.PURPOSE, kind="incomplete", text="Précisez.", by=agent, at=now)
    candidacies.return_to_vendor(candidacy, by=agent, at=now)
    with pytest.raises(Incomplete, match="Répondez au commentaire"):
        candidacies.submit(candidacy, by=boss, at=now)
    candidacies.answer(candidacy, 1, "C’est fait.", by=boss, at=now)
    candidacies.edit(candidacy, Block.PURPOSE, {"purpose_details": "Médecine."}, by=boss, at=now)
    later = now + timedelta(days=1)
    version = candidacies.submit(candidacy, by=boss, at=later)
    assert version.number == 2
    assert candidacy.comments.get().closed_at == later
    told = queries.deposits(candidacy)
    assert [deposit.version.number for deposit in told] == [2, 1]
    assert [one.sentence for one in told[0].differences] == [
        "Précisions sur la finalité : « non renseigné » devient « Médecine. »."
    ]


def test_a_deferred_candidacy_is_completed_and_deposited_again(now: datetime) -> None:
    candidacy = fillable(state=State.DEFERRED, submitted_at=now, completed_at=now)
    boss = representative(candidacy)
    candidacies.edit(candidacy, Block.PURPOSE, {"purpose_details": "Plus précis."}, by=boss, at=now)
    candidacies.submit(candidacy, by=boss, at=now)
    assert candidacy.state == State.SUBMITTED


@pytest.mark.parametrize(
    ("trait", "told"), [("filled", []), ("complete", ["onboarding.candidacies.acknowledge_withdrawal"])]
)
def test_a_withdrawal_closes_and_tells_when_something_was_deposited(now: datetime, trait: str, told: list[str]) -> None:
    candidacy = CandidacyFactory(**{trait: True})
    boss = representative(candidacy)
    candidacies.withdraw(candidacy, by=boss, at=now)
    assert (candidacy.state, candidacy.closed_at, effects()) == (State.WITHDRAWN, now, told)
    candidacies.open(candidacy.service, by=boss, at=now)


def test_a_delegate_withdraws_nothing(now: datetime) -> None:
    candidacy = CandidacyFactory()
    with pytest.raises(NotPermitted):
        candidacies.withdraw(candidacy, by=member(candidacy.service.owner, MembershipRole.DELEGATE), at=now)


@pytest.mark.parametrize(
    ("verb", "state", "closed"),
    [
        (candidacies.admit, State.ADMITTED, True),
        (candidacies.refuse, State.REFUSED, True),
        (candidacies.defer, State.DEFERRED, False),
    ],
)
def test_the_secretary_moves_a_complete_candidacy(now: datetime, verb: Any, state: State, closed: bool) -> None:
    candidacy = CandidacyFactory(complete=True)
    verb(candidacy, by=secretary(), at=now)
    assert (candidacy.state, candidacy.closed_at) == (state, now if closed else None)


def test_a_decision_of_the_committee_excludes_the_opposite_one(now: datetime) -> None:
    candidacy, keeper = CandidacyFactory(complete=True), secretary()
    candidacies.admit(candidacy, by=keeper, at=now)
    with pytest.raises(MoveNotAllowed):
        candidacies.refuse(candidacy, by=keeper, at=now)
    with pytest.raises(NotPermitted):
        candidacies.admit(CandidacyFactory(complete=True), by=reviewer(), at=now)


@pytest.mark.parametrize("region", ["", "53"])
def test_a_change_goes_to_the_authority_of_the_right_whoever_was_asked_last(region, now) -> None:
    """A right taken over may follow a request refused elsewhere: that region never decides on it."""
    grant = GrantFactory(consumption=True, region=region)
    CandidacyFactory(
        service=grant.service,
        direction="consumption",
        space="regional",
        region_routes={"11": "unknown"},
        state=State.REFUSED,
        submitted_at=now,
    )
    by = member(grant.holder, MembershipRole.LEGAL_REPRESENTATIVE)
    opened = candidacies.open_amendment(grant, [Block.PROFILES], by=by, at=now)
    assert opened.space == ("regional" if region else "national")
    assert not region or opened.regions == [region]
    Candidacy.objects.filter(pk=opened.pk).update(state=State.UNDER_REVIEW, submitted_at=now)
    assert not Candidacy.objects.visible_to(authority("11")).filter(pk=opened.pk).exists()


@pytest.mark.parametrize("taken_over", [False, True])
def test_a_change_follows_and_starts_from_what_is_in_force(taken_over, now) -> None:
    """Neither what was refused since, nor, for a right taken over, what was admitted for a former right."""
    service = DigitalServiceFactory()
    asked = {"filled": True, "service": service, "direction": "consumption", "submitted_at": now}
    admitted = CandidacyFactory(
        **asked,
        state=State.ADMITTED,
        purpose="orientation",
        requested_profiles=["4"],
        acknowledged_duties={"by": "X"},
    )
    late = now + timedelta(days=9)
    CandidacyFactory(**asked, opened_at=late, state=State.REFUSED, purpose="other", requested_profiles=["3"])
    grant = GrantFactory(consumption=True, service=service)
    if not taken_over:
        TermsFactory(grant=grant)
    opened = candidacies.open_amendment(grant, [Block.CONTACTS, Block.THIRD_PARTY], by=member(grant.holder), at=late)
    assert opened.requested_profiles == ["2"]
    assert opened.follows == (None if taken_over else admitted)
    assert opened.purpose == ("" if taken_over else "orientation")
    assert opened.acknowledged_duties == ({} if taken_over else {"by": "X"})
    assert opened.technical_name == "Dominique Technique"


@pytest.mark.parametrize(
    ("given", "profiles"),
    [({"feeding_profiles": "AB"}, ["A", "B"]), ({"consumption": True, "access_profile": 0}, ["0"])],
)
def test_a_change_asks_for_the_profiles_of_the_right(given, profiles, now) -> None:
    grant = GrantFactory(**given)
    opened = candidacies.open_amendment(grant, [Block.PROFILES], by=member(grant.holder), at=now)
    assert opened.requested_profiles == profiles
