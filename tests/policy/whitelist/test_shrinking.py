"""The guard of the list: what it would lose by no act, whether that is too much, what it keeps, who lets it go (WL-06)."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from policy.certificates.environments import Environment
from policy.whitelist import operations as whitelist
from policy.whitelist import publication, queries, shrinking
from policy.whitelist.lifecycle import LossState
from policy.whitelist.models import ListLoss, WhitelistEntry
from portal.lifecycle.errors import NotPermitted, Refused
from portal.mail.models import OutgoingEmail
from portal.outbox.operations import deliver_due
from portal.parties.models import DigitalService
from tests.factories.accounts import entered
from tests.factories.grants import ConnectionFactory
from tests.factories.parties import DigitalServiceFactory
from tests.factories.whitelist import approved, certificate, certificate_row, manager, ready_grant, row

PRODUCTION = Environment.PRODUCTION


def said(*rows: publication.EntryRow) -> publication.Content:
    return publication.content(rows, environment="production", policy_version="1")


def document(content: publication.Content) -> bytes:
    now = datetime.fromisoformat("2026-11-20T10:00:00+00:00")
    return publication.document(content, version=1, issued_at=now, expires_at=now + timedelta(hours=24))


@pytest.mark.parametrize(
    ("before", "lost", "excessive"),
    [(20, 10, False), (20, 11, True), (400, 20, False), (400, 21, True)],
)
def test_ten_entries_or_one_in_twenty_may_be_lost(before: int, lost: int, excessive: bool) -> None:
    loss = shrinking.Loss({str(number): "" for number in range(lost)}, {str(number): {} for number in range(lost)})
    assert shrinking.is_excessive(loss, before, alone=False) is excessive
    assert shrinking.is_excessive(loss, before, alone=True)


def test_a_loss_is_what_neither_an_act_nor_the_new_list_tells() -> None:
    former = said(row(1), row(2), row(3), row(4))
    after = said(row(1), row(2, url="http://sans.exemple.fr"))
    loss = shrinking.loss_between(document(former), after, closed={"LB-000004"})
    assert dict(loss.reasons) == {"LB-000002": "adresse absente ou sans https", "LB-000003": shrinking.VANISHED}
    assert loss.without({"LB-000003"}).references == {"LB-000002"}


def test_what_is_kept_is_as_it_was_and_stops_with_whatever_stopped_it() -> None:
    former = said(*(row(number) for number in range(1, 7)))
    bad: dict[str, Any] = {"url": ""}
    rows = [
        row(1, **bad),
        row(2, **bad, state="suspended"),
        row(3, **bad, certificates=[certificate_row(9)]),
        row(4, **bad, closed_profiles=["A"]),
        row(5),
    ]
    after = said(*rows)
    loss = shrinking.loss_between(document(former), after, closed=())
    kept = shrinking.keeping(after, loss, rows)
    found = json.loads(kept.body)["entries"]
    was = {entry["reference"]: entry for entry in json.loads(former.body)["entries"]}
    assert [entry["state"] for entry in found] == ["approved", *["suspended"] * 3, "approved", "approved"]
    assert [entry["url"] for entry in found] == [was[entry["reference"]]["url"] for entry in found]
    assert (kept.count, list(kept.set_aside)) == (6, [])
    assert kept.body == publication.canonical(json.loads(kept.body))


def test_entries_that_come_do_not_hide_those_that_go() -> None:
    former = said(*(row(number) for number in range(1, 15)))
    after = said(*(row(number) for number in range(12, 30)))
    assert after.count > former.count
    assert shrinking.is_possible(after, document(former))
    assert not shrinking.is_possible(said(*(row(number) for number in range(1, 16))), document(former))


def test_what_is_held_stays_held_however_little_remains() -> None:
    loss = shrinking.Loss({"LB-000001": ""}, {"LB-000001": {}})
    assert shrinking.is_excessive(loss, 100, alone=False, held=["LB-000001", "LB-000002"])
    assert not shrinking.is_excessive(loss, 100, alone=False, held=["LB-000002"])


def test_a_kept_entry_whose_row_is_gone_stops_with_its_certificate_or_its_service() -> None:
    former, after = said(*(row(number) for number in (1, 2, 3))), said()
    loss = shrinking.loss_between(document(former), after, closed=())
    was = {entry["reference"]: entry for entry in json.loads(former.body)["entries"]}
    stopped = {was["LB-000001"]["certificates"][0]["sha256"], was["LB-000002"]["service"]}
    kept = json.loads(shrinking.keeping(after, loss, [], stopped).body)["entries"]
    prints = {one: {each["sha256"] for each in was[one]["certificates"]} for one in was}
    expected = {one: bool(prints[one] & stopped) or was[one]["service"] in stopped for one in was}
    assert {entry["reference"]: entry["state"] == "suspended" for entry in kept} == expected


def test_who_loses_several_is_known_without_its_rows() -> None:
    entries = {f"LB-{number}": {"service": f"S-{number}"} for number in range(1, 5)}
    loss = shrinking.Loss(dict.fromkeys(entries, ""), entries)
    assert shrinking.several(loss, {"LB-1": 7}, {"S-2": 7, "S-3": 8}) == {7}


def listed() -> dict[str, str]:
    last = queries.latest_publication(PRODUCTION)
    assert last is not None
    return {entry["reference"]: entry["state"] for entry in json.loads(bytes(last.body))["entries"]}


def broken(*entries: WhitelistEntry) -> None:
    """Nobody did anything: rows of the database can no longer be read."""
    for number, entry in enumerate(entries):
        DigitalService.objects.filter(pk=entry.grant.service_id).update(reference=f"illisible\t{number}")


@pytest.fixture
def lost(db: None, now: datetime) -> list[WhitelistEntry]:
    """Two entries of one holder, which had no other, lost at once."""
    service = DigitalServiceFactory()
    found = [
        approved(ready_grant(holder=service.owner, service=one), at=now)
        for one in (service, DigitalServiceFactory(owner=service.owner))
    ]
    approved(at=now)
    broken(*found)
    return found


def test_a_list_that_empties_itself_keeps_its_entries_and_says_so(lost: list[WhitelistEntry], now: datetime) -> None:
    before, guard = listed(), manager()
    whitelist.publish(PRODUCTION, by=None, at=now)
    assert listed() == before
    loss = ListLoss.objects.get()
    assert (loss.state, set(loss.references)) == (LossState.HELD, {entry.reference for entry in lost})
    whitelist.publish(PRODUCTION, by=None, at=now)
    assert ListLoss.objects.count() == 1
    deliver_due(now, limit=50)
    assert any(guard.email in mail.to for mail in OutgoingEmail.objects.filter(subject__contains=loss.reference))


def test_what_people_stop_goes_out_through_the_guard(lost: list[WhitelistEntry], now: datetime) -> None:
    whitelist.publish(PRODUCTION, by=None, at=now)
    whitelist.suspend(WhitelistEntry.objects.get(pk=lost[0].pk), grounds="Urgence.", by=manager(), at=now)
    assert listed()[lost[0].reference] == "suspended"
    whitelist.withdraw(WhitelistEntry.objects.get(pk=lost[0].pk), grounds="Fin.", by=manager(), at=now)
    assert lost[0].reference not in listed()
    fresh = approved(at=now)
    assert listed()[fresh.reference] == "approved"


def test_two_persons_let_the_entries_go(lost: list[WhitelistEntry], now: datetime) -> None:
    first, second = manager(), manager()
    whitelist.publish(PRODUCTION, by=None, at=now)
    loss = ListLoss.objects.get()
    with pytest.raises(Refused, match="motifs"):
        whitelist.propose_loss(loss, grounds=" ", by=first, at=now)
    whitelist.propose_loss(loss, grounds="Fin d’essai.", by=first, at=now)
    with pytest.raises(NotPermitted, match="une autre personne"):
        whitelist.accept_loss(loss, by=first, at=now)
    whitelist.accept_loss(loss, by=second, at=now)
    assert len(listed()) == 1
    whitelist.publish(PRODUCTION, by=None, at=now)
    assert [one.state for one in ListLoss.objects.all()] == [LossState.ACCEPTED]


def test_rows_mended_end_the_loss_and_a_refused_proposal_leaves_it(lost: list[WhitelistEntry], now: datetime) -> None:
    before = listed()
    whitelist.publish(PRODUCTION, by=None, at=now)
    loss = ListLoss.objects.get()
    whitelist.propose_loss(loss, grounds="Fin d’essai.", by=manager(), at=now)
    whitelist.refuse_loss(loss, by=manager(), at=now)
    assert (loss.state, loss.proposed_by) == (LossState.HELD, None)
    for entry in lost:
        DigitalService.objects.filter(pk=entry.grant.service_id).update(reference=entry.grant.service.reference)
    whitelist.publish(PRODUCTION, by=None, at=now)
    loss.refresh_from_db()
    assert (loss.state, listed()) == (LossState.ENDED, before)


@pytest.mark.django_db
def test_one_bad_row_is_left_out_alone(now: datetime) -> None:
    bad, good = approved(at=now), approved(at=now)
    broken(bad)
    whitelist.publish(PRODUCTION, by=None, at=now)
    assert listed().keys() == {good.reference}
    assert not ListLoss.objects.exists()


def test_the_page_of_a_loss_offers_each_his_act(lost: list[WhitelistEntry], now: datetime) -> None:
    first, second = manager(), manager()
    whitelist.publish(PRODUCTION, by=None, at=now)
    loss = ListLoss.objects.get()
    path = f"/liste-blanche/pertes/{loss}/"
    assert f"{path}proposer/" in entered(first).get(path).content.decode()
    whitelist.propose_loss(loss, grounds="Fin d’essai.", by=first, at=now)
    mine, other = (entered(one).get(path).content.decode() for one in (first, second))
    assert ("une autre personne doit en décider" in mine, f"{path}decision/accepter/" in mine) == (True, False)
    assert f"{path}decision/accepter/" in other
    assert lost[0].reference in other
    assert loss.reference in entered(second).get("/liste-blanche/").content.decode()


@pytest.mark.django_db
def test_the_database_refuses_one_pair_of_eyes(now: datetime) -> None:
    one = manager()
    with pytest.raises(IntegrityError), transaction.atomic():
        ListLoss.objects.create(
            reference="LR-1999-0001",
            environment="sandbox",
            state="accepted",
            held_at=now,
            proposed_by=one,
            decided_by=one,
        )


def test_an_entry_of_the_sandbox_does_not_make_up_for_those_of_production(
    lost: list[WhitelistEntry], now: datetime
) -> None:
    grant = lost[0].grant
    other = ready_grant(holder=grant.holder, service=DigitalServiceFactory(owner=grant.holder))
    ConnectionFactory(grant=other, environment=Environment.SANDBOX)
    certificate(other, environment=Environment.SANDBOX)
    approved(other, at=now, environment=Environment.SANDBOX)
    before = listed()
    whitelist.publish(PRODUCTION, by=None, at=now)
    assert listed() == before


def test_a_loss_of_eleven_mended_in_part_waits_for_two_persons_still(db: None, now: datetime) -> None:
    entries = [approved(at=now) for _ in range(14)]
    names = {entry.pk: entry.grant.service.reference for entry in entries}
    broken(*entries[:11])
    whitelist.publish(PRODUCTION, by=None, at=now)
    assert len(listed()) == 14
    DigitalService.objects.filter(pk=entries[0].grant.service_id).update(reference=names[entries[0].pk])
    whitelist.publish(PRODUCTION, by=None, at=now)
    assert len(listed()) == 14
    assert len(ListLoss.objects.open().get().references) == 10
