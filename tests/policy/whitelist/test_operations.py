"""Two persons to admit, one to stop; what was proposed is frozen; every change is published at once."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from pytest_django import Settings

from policy.certificates.environments import Environment
from policy.grants import operations as grants
from policy.grants.lifecycle import State as GrantState
from policy.whitelist import operations as whitelist
from policy.whitelist import publication, queries
from policy.whitelist.lifecycle import State
from policy.whitelist.models import Publication, WhitelistEntry
from portal.accounts.roles import StaffRole
from portal.audit import queries as audit
from portal.audit import signing
from portal.lifecycle.errors import Incomplete, MoveNotAllowed, NotPermitted, Refused
from portal.lifecycle.registry import moves_open_to
from portal.parties.models import ServiceKind
from tests.factories.grants import EG, ConnectionFactory, GrantFactory, agent
from tests.factories.parties import member
from tests.factories.whitelist import approved, certificate, manager, proposed, ready_grant

pytestmark = pytest.mark.django_db
PRODUCTION = Environment.PRODUCTION


def published() -> dict:
    return orjson.loads(bytes(queries.latest_publication(PRODUCTION).body))


def references() -> dict[str, str]:
    return {entry["reference"]: entry["state"] for entry in published()["entries"]}


def test_a_proposal_copies_the_right_and_nothing_is_published(now: datetime) -> None:
    grant = ready_grant()
    entry = proposed(grant, at=now)
    assert (entry.reference, entry.state, entry.url) == ("LB-000001", State.PROPOSED, grant.production_url)
    assert all(getattr(entry, column) == getattr(grant, column) for column in grant.FROZEN)
    assert entry.certificates.get().fingerprint == grant.service.certificates.get().fingerprint
    assert not Publication.objects.exists()


def test_a_change_of_the_right_does_not_change_the_entry(now: datetime) -> None:
    entry = proposed(at=now)
    grants.record_list(
        entry.grant, reference="L-2", digest="c" * 64, establishments=[EG[0]], by=member(entry.grant.holder)
    )
    entry.refresh_from_db()
    assert (entry.list_reference, entry.establishments) == ("L-2026-0001", EG)


def test_a_proposal_that_lacks_something_says_all_that_it_lacks() -> None:
    with pytest.raises(Incomplete) as refused:
        proposed(GrantFactory())
    assert [item.field for item in refused.value.missing] == [
        "charter", "tests", "list", "url", "connection", "certificates",
    ]  # fmt: skip


def test_a_sandbox_entry_waits_for_no_fact(now: datetime) -> None:
    grant = GrantFactory()
    ConnectionFactory(grant=grant, environment=Environment.SANDBOX)
    certificate(grant, environment=Environment.SANDBOX)
    entry = proposed(grant, environment=Environment.SANDBOX, at=now)
    whitelist.approve(entry, by=manager(), at=now)
    grant.refresh_from_db()
    assert grant.state == GrantState.PENDING
    assert queries.latest_publication(Environment.SANDBOX).count == 1


def test_an_approval_publishes_signs_and_opens_production_at_once(now: datetime) -> None:
    entry = proposed(at=now)
    whitelist.approve(entry, by=manager(), at=now)
    issued = queries.latest_publication(PRODUCTION)
    assert (entry.state, entry.in_force_since, entry.published_version) == (State.APPROVED, now, 1)
    assert (issued.version, issued.count, issued.issued_at, issued.expires_at) == (1, 1, now, now + publication.LIFE)
    assert signing.verifies(bytes(issued.body), issued.signature, queries.signer().public)
    assert issued.key_id == queries.signer().key_id
    assert entry.grant.__class__.objects.get(pk=entry.grant_id).state == GrantState.ACTIVE
    assert references() == {entry.reference: "approved"}
    told = [event.action for event in audit.sentences(audit.about(entry.reference))]
    assert told == ["whitelist.propose", "whitelist.approve"]


def test_who_proposed_does_not_approve(now: datetime) -> None:
    alone = manager()
    entry = proposed(by=alone, at=now)
    assert "approve" not in moves_open_to(alone, entry)
    with pytest.raises(NotPermitted, match="une autre personne"):
        whitelist.approve(entry, by=alone, at=now)
    assert not Publication.objects.exists()


def test_another_role_does_not_approve_and_a_vendor_neither() -> None:
    entry = proposed()
    for person in (agent(StaffRole.REVIEWER), agent(StaffRole.SECURITY_OFFICER), member(entry.grant.holder)):
        with pytest.raises(NotPermitted):
            whitelist.approve(entry, by=person)


def test_a_certificate_retired_since_the_proposal_blocks_the_approval(now: datetime) -> None:
    entry = proposed(at=now)
    held = entry.certificates.get().certificate
    held.state, held.retired_at = "retired", now
    held.save()
    with pytest.raises(Refused, match="n’est plus déclaré"):
        whitelist.approve(entry, by=manager(), at=now)


def test_a_certificate_expired_at_its_date_blocks_the_approval(now: datetime) -> None:
    entry = proposed(at=now)
    with pytest.raises(Refused, match="a expiré"):
        whitelist.approve(entry, by=manager(), at=datetime(2029, 1, 1, tzinfo=UTC))


def test_a_certificate_of_another_service_is_not_entered() -> None:
    stranger = certificate(ready_grant())
    with pytest.raises(Refused, match=stranger.reference):
        proposed(ready_grant(), certificates=[stranger.reference])
    with pytest.raises(Refused, match="au moins un certificat"):
        proposed(ready_grant(), certificates=[])


def test_a_proprietary_solution_names_the_establishments_of_each_certificate(now: datetime) -> None:
    grant = ready_grant(service__kind=ServiceKind.PROPRIETARY)
    reference = grant.service.certificates.get().reference
    with pytest.raises(Refused, match="établissements du client"):
        proposed(grant)
    with pytest.raises(Refused, match="n’est pas dans la liste"):
        proposed(grant, narrowed={reference: ["010000024"]})
    entry = proposed(grant, narrowed={reference: [EG[1]]}, at=now)
    whitelist.approve(entry, by=manager(), at=now)
    assert published()["entries"][0]["certificates"][0]["establishments"] == [EG[1]]


def test_one_proposal_at_a_time_waits_for_a_right() -> None:
    grant = ready_grant()
    proposed(grant)
    with pytest.raises(Refused, match="attend déjà une approbation"):
        proposed(grant)


def test_a_new_entry_replaces_the_former_in_the_same_publication(now: datetime) -> None:
    first = approved(ready_grant(), at=now)
    second = proposed(first.grant, url="https://autre.exemple.fr/", at=now)
    plan = queries.plan_of(second)
    assert (plan.replaces, plan.entries_before, plan.entries_after) == (first.reference, 1, 1)
    assert [(change.label, change.after) for change in plan.changes] == [("Adresse", "https://autre.exemple.fr/")]
    whitelist.approve(second, by=manager(), at=now)
    first.refresh_from_db()
    assert (first.state, references()) == (State.WITHDRAWN, {second.reference: "approved"})
    assert queries.latest_version(PRODUCTION) == 2


def test_a_new_entry_does_not_resurrect_a_suspended_one(now: datetime) -> None:
    first = approved(at=now)
    later = proposed(first.grant, at=now)
    whitelist.suspend(first, grounds="Abus constaté", by=manager(), at=now)
    with pytest.raises(Refused):
        whitelist.approve(later, by=manager(), at=now)
    with pytest.raises(Refused):
        proposed(ready_grant(service=first.grant.service, state=GrantState.WITHDRAWN))
    assert references() == {first.reference: "suspended"}


def test_one_person_suspends_at_once_and_gives_grounds(now: datetime) -> None:
    entry, officer = approved(at=now), agent(StaffRole.SECURITY_OFFICER)
    with pytest.raises(Refused, match="motifs"):
        whitelist.suspend(entry, grounds=" ", by=officer, at=now)
    whitelist.suspend(entry, grounds="Certificat compromis", by=officer, at=now)
    assert references() == {entry.reference: "suspended"}
    assert entry.grant.__class__.objects.get(pk=entry.grant_id).state == GrantState.SUSPENDED


def test_lifting_a_suspension_takes_two_persons(now: datetime) -> None:
    entry, first, second = approved(at=now), manager(), manager()
    whitelist.suspend(entry, grounds="Doute", by=first, at=now)
    with pytest.raises(NotPermitted, match="pas encore été proposée"):
        whitelist.reinstate(entry, by=second, at=now)
    whitelist.propose_reinstatement(entry, grounds="Doute levé", by=first, at=now)
    with pytest.raises(NotPermitted, match="une autre personne"):
        whitelist.reinstate(entry, by=first, at=now)
    whitelist.reinstate(entry, by=second, at=now)
    assert references() == {entry.reference: "approved"}
    assert entry.grant.__class__.objects.get(pk=entry.grant_id).state == GrantState.ACTIVE


def test_a_suspension_that_is_kept_may_be_discussed_again_by_the_other_person(now: datetime) -> None:
    entry, first, second = approved(at=now), manager(), manager()
    for grounds in ("Doute", "Doute encore"):
        whitelist.suspend(entry, grounds=grounds, by=first, at=now)
        whitelist.propose_reinstatement(entry, grounds="Levé", by=first, at=now)
        whitelist.keep_suspended(entry, grounds="Pas encore", by=second, at=now)
        whitelist.propose_reinstatement(entry, grounds="Levé", by=second, at=now)
        whitelist.reinstate(entry, by=first, at=now)
    assert entry.state == State.APPROVED


def test_a_withdrawn_entry_leaves_the_list_and_the_right_may_come_back(now: datetime) -> None:
    entry = approved(at=now)
    whitelist.withdraw(entry, grounds="Fin de l’essai", by=manager(), at=now)
    assert (references(), entry.grant.__class__.objects.get(pk=entry.grant_id).state) == ({}, GrantState.PENDING)
    with pytest.raises(MoveNotAllowed):
        whitelist.suspend(entry, grounds="x", by=manager(), at=now)
    again = approved(entry.grant, at=now)
    assert references() == {again.reference: "approved"}


def test_a_withdrawn_right_takes_its_entries_and_proposals_away(now: datetime) -> None:
    entry = approved(at=now)
    waiting = proposed(entry.grant, at=now)
    whitelist.withdraw_right(entry.grant, grounds="Service arrêté", by=manager(), at=now)
    assert (references(), entry.grant.state) == ({}, GrantState.WITHDRAWN)
    states = dict(WhitelistEntry.objects.values_list("reference", "state"))
    assert states == {entry.reference: State.WITHDRAWN, waiting.reference: State.REJECTED}


def test_the_same_content_is_not_issued_again_until_half_its_life(now: datetime) -> None:
    approved(at=now)
    first = whitelist.publish(PRODUCTION, by=None, at=now + timedelta(hours=11))
    assert first.version == 1
    renewed = whitelist.publish(PRODUCTION, by=None, at=now + timedelta(hours=12))
    assert (renewed.version, renewed.digest) == (2, first.digest)
    assert bytes(renewed.body) != bytes(first.body)


def test_the_same_database_gives_the_same_bytes(now: datetime) -> None:
    entry = approved(at=now)
    whitelist.suspend(entry, grounds="Doute", by=manager(), at=now)
    approved(at=now)
    kept = queries.latest_publication(PRODUCTION)
    said, _ = queries.content_now(PRODUCTION, at=now)
    again = publication.document(said, version=kept.version, issued_at=kept.issued_at, expires_at=kept.expires_at)
    assert again == bytes(kept.body)
    assert queries.signer().sign(again) == kept.signature


def test_an_entry_that_the_guard_would_leave_out_is_not_approved(now: datetime) -> None:
    first = approved(at=now)
    subject = first.certificates.get().subject
    grant = GrantFactory(ready=True)
    ConnectionFactory(grant=grant)
    certificate(grant, subject=subject)
    with pytest.raises(Refused, match="écartée de la publication"):
        approved(grant, at=now)
    assert references() == {first.reference: "approved"}


def test_a_bad_row_in_the_database_is_left_out_and_does_not_hold_a_suspension(now: datetime) -> None:
    bad, good = approved(at=now), approved(at=now)
    bad.grant.service.reference = ""
    bad.grant.service.save()
    whitelist.suspend(good, grounds="Urgence", by=manager(), at=now)
    issued = queries.latest_publication(PRODUCTION)
    assert references() == {good.reference: "suspended"}
    assert [row["reference"] for row in issued.set_aside] == [bad.reference]


def test_without_its_key_nothing_is_published_and_the_reason_is_said(now: datetime, settings: Settings) -> None:
    entry = proposed(at=now)
    settings.EMBEDDED, settings.PUBLICATION_KEY_FILE = False, "/nulle/part/publication.pem"
    with pytest.raises(Refused, match="ne peut pas être signée"):
        whitelist.approve(entry, by=manager(), at=now)
    entry.refresh_from_db()
    assert (entry.state, Publication.objects.count()) == (State.PROPOSED, 0)
