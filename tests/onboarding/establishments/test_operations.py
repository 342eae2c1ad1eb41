"""Lists over their life: sent, mended, confirmed, replaced; the feeding right follows."""

import hashlib
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from onboarding.establishments import difference, queries
from onboarding.establishments import operations as lists
from onboarding.establishments.lifecycle import State
from onboarding.establishments.models import EstablishmentList, ListLine
from onboarding.establishments.verdicts import LineVerdict
from policy.grants.direction import Direction
from policy.grants.models import Grant
from policy.grants.readiness import Origin
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.audit.models import AuditEvent
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused, Stale
from portal.outbox.models import OutboxMessage
from portal.parties.models import DigitalService
from portal.parties.roles import MembershipRole
from tests.factories.establishments import BEFORE, ListFactory, ServiceFactory, agent, member
from tests.factories.reference import LEGAL_NUMBER, EstablishmentFactory, VersionFactory, number

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> DigitalService:
    VersionFactory()
    return ServiceFactory()


@pytest.fixture
def representative(service: DigitalService) -> User:
    return member(service.owner)


@pytest.fixture
def known() -> list[str]:
    return sorted(row.finess for row in EstablishmentFactory.create_batch(4))


def send(service: DigitalService, by: User, *numbers: str, at: datetime | None = None) -> EstablishmentList:
    return lists.upload(service, name="liste.csv", data="\n".join(["FINESS", *numbers]).encode(), by=by, at=at)


def verdicts(held: EstablishmentList) -> list[str]:
    return [line.verdict for line in held.lines.order_by("rank")]


def feeding_grant(service: DigitalService) -> Grant:
    return Grant.objects.create(
        reference="H-2026-0001",
        service=service,
        holder=service.owner,
        service_name=service.name,
        direction=Direction.FEEDING,
        feeding_profiles="A",
        state="pending",
        decision_reference="D-2026-0001",
        decided_at=BEFORE,
    )


def test_upload_keeps_good_lines_and_lists_bad_ones(
    service: DigitalService, representative: User, known: list[str], now: datetime
) -> None:
    held = send(service, representative, known[0], "ABC", known[1], LEGAL_NUMBER, known[0], at=now)
    assert verdicts(held) == ["valid", "malformed", "valid", "legal_entity", "duplicate"]
    assert (held.reference, held.state, held.line_count, held.valid_count) == ("L-2026-0001", State.DRAFT, 5, 2)
    assert held.counts == {"valid": 2, "malformed": 1, "legal_entity": 1, "duplicate": 1}
    assert held.digest == difference.digest(known[:2])
    assert held.register_day == date(2026, 2, 1)
    assert (
        held.source_sha256
        == hashlib.sha256("\n".join(["FINESS", known[0], "ABC", known[1], LEGAL_NUMBER, known[0]]).encode()).hexdigest()
    )
    assert AuditEvent.objects.get().action == "lists.upload"
    assert ListLine.objects.get(list=held, rank=2).sentence.startswith("Ligne 3 : « ABC »")


def test_upload_replaces_the_draft_and_leaves_the_list_in_force(
    service: DigitalService, representative: User, known: list[str]
) -> None:
    in_force = ListFactory(service=service, confirmed=True, numbers=known[:1])
    former = send(service, representative, known[0])
    held = send(service, representative, known[1])
    former.refresh_from_db()
    assert (former.state, held.state) == (State.SUPERSEDED, State.DRAFT)
    assert queries.current_list(service) == in_force
    assert queries.draft_list(service) == held
    assert queries.valid_count(service) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "aucune ligne"),
        (b"FINESS EG;Nom\n", "aucune ligne"),
        (b"\xd0\xcf\x11\xe0", "XLSX ou en CSV"),
        (b"PK\x03\x04rien", "endommagé"),
    ],
)
def test_upload_of_an_unreadable_file_saves_nothing(
    service: DigitalService, representative: User, data: bytes, words: str
) -> None:
    former = ListFactory(service=service)
    with pytest.raises(Refused, match=words) as refused:
        lists.upload(service, name="x", data=data, by=representative)
    assert refused.value.field == "file"
    assert list(EstablishmentList.objects.all()) == [former]
    former.refresh_from_db()
    assert former.state == State.DRAFT


def test_paste_takes_numbers_and_refuses_nothing(
    service: DigitalService, representative: User, known: list[str]
) -> None:
    held = lists.paste(service, text=f"{known[0]} CH un\n{known[1]}", by=representative)
    assert (held.valid_count, held.source_name) == (2, lists.PASTED)
    with pytest.raises(Refused, match="au moins un numéro") as refused:
        lists.paste(service, text="  \n", by=representative)
    assert refused.value.field == "text"


@pytest.mark.parametrize("role", list(MembershipRole))
def test_upload_is_for_those_who_prepare(service: DigitalService, known: list[str], role: MembershipRole) -> None:
    user = member(service.owner, role)
    if role == MembershipRole.READER:
        with pytest.raises(NotPermitted):
            send(service, user, known[0])
    else:
        assert send(service, user, known[0]).uploaded_by == user


def test_nobody_else_sends_a_list(service: DigitalService, known: list[str]) -> None:
    for stranger in (member(ServiceFactory().owner), agent(StaffRole.REVIEWER)):
        with pytest.raises(NotPermitted):
            send(service, stranger, known[0])


def test_upload_costs_the_same_whatever_the_lines(
    service: DigitalService, representative: User, known: list[str]
) -> None:
    send(service, representative, known[0])
    costs = []
    for numbers in (known[:1], known[:3]):
        with CaptureQueriesContext(connection) as queries_made:
            send(service, representative, *numbers, "ABC")
        costs.append(len(queries_made))
    assert costs[0] == costs[1] < 60


def test_repair_line_makes_it_count(service: DigitalService, representative: User, known: list[str]) -> None:
    held = send(service, representative, known[0], "ABC")
    line = held.lines.get(rank=2)
    lists.repair_line(line, typed=f" {known[1]} ", by=representative, version=held.version)
    held.refresh_from_db()
    assert (held.valid_count, held.counts, held.version) == (2, {"valid": 2}, 2)
    line.refresh_from_db()
    assert (line.finess, line.typed, line.verdict, line.sentence) == (known[1], known[1], LineVerdict.VALID, "")


@pytest.mark.parametrize(("typed", "words"), [("DEF", "« DEF »"), ("", "il manque"), (number(900), "ne figure pas")])
def test_repair_line_refuses_a_number_that_does_not_count(
    service: DigitalService, representative: User, known: list[str], typed: str, words: str
) -> None:
    held = send(service, representative, known[0], "ABC")
    line = held.lines.get(rank=2)
    with pytest.raises(Refused, match=words) as refused:
        lists.repair_line(line, typed=typed, by=representative)
    assert refused.value.field == "typed"
    line.refresh_from_db()
    assert line.typed == "ABC"


def test_repair_line_refuses_a_number_that_another_line_holds(
    service: DigitalService, representative: User, known: list[str]
) -> None:
    held = send(service, representative, known[0], "ABC")
    with pytest.raises(Refused, match=f"{known[0]} figure déjà ligne 2"):
        lists.repair_line(held.lines.get(rank=2), typed=known[0], by=representative)


def test_a_repeated_line_counts_once_the_first_is_mended_or_removed(
    service: DigitalService, representative: User, known: list[str]
) -> None:
    held = send(service, representative, known[0], known[0], known[0])
    lists.repair_line(held.lines.get(rank=1), typed=known[1], by=representative)
    assert verdicts(held) == ["valid", "valid", "duplicate"]
    assert (
        held.lines.get(rank=3).sentence == f"Ligne 4 : {known[0]} figure déjà ligne 3. Retirez l’une des deux lignes."
    )
    lists.remove_line(held.lines.get(rank=2), by=representative)
    assert verdicts(held) == ["valid", "valid"]
    held.refresh_from_db()
    assert (held.line_count, held.valid_count, held.digest) == (2, 2, difference.digest(known[:2]))


def test_lines_of_a_list_in_force_do_not_change(
    service: DigitalService, representative: User, known: list[str]
) -> None:
    held = ListFactory(service=service, confirmed=True, numbers=known[:1])
    for act in (lists.remove_line, lambda line, by: lists.repair_line(line, typed=known[1], by=by)):
        with pytest.raises(MoveNotAllowed):
            act(held.lines.get(), by=representative)


def test_repair_line_refuses_a_stale_version(service: DigitalService, representative: User, known: list[str]) -> None:
    held = send(service, representative, "ABC")
    with pytest.raises(Stale):
        lists.repair_line(held.lines.get(), typed=known[0], by=representative, version=7)


def test_confirm_puts_the_list_in_force_and_tells(
    service: DigitalService, representative: User, known: list[str], now: datetime
) -> None:
    former = ListFactory(service=service, confirmed=True, numbers=known[:2])
    held = send(service, representative, *known[1:], "ABC")
    lists.confirm(held, by=representative, version=held.version, at=now)
    former.refresh_from_db()
    assert (held.state, former.state) == (State.CONFIRMED, State.SUPERSEDED)
    assert (held.added, held.removed) == (known[2:], known[:1])
    assert (held.confirmed_by, held.confirmed_at, held.effective_date) == (representative, now, date(2026, 3, 10))
    assert held.digest == difference.digest(known[1:])
    assert OutboxMessage.objects.get().effect == "onboarding.establishments.acknowledge"


def test_confirm_gives_the_list_to_the_feeding_right(
    service: DigitalService, representative: User, known: list[str], now: datetime
) -> None:
    grant = feeding_grant(service)
    held = send(service, representative, *known)
    lists.confirm(held, by=representative, at=now)
    grant.refresh_from_db()
    assert grant.establishments == known
    assert (grant.list_reference, grant.list_digest, grant.list_origin) == (
        held.reference,
        held.digest,
        Origin.ESTABLISHED,
    )


def test_confirm_again_brings_a_later_right_up_to_date(
    service: DigitalService, representative: User, known: list[str], now: datetime
) -> None:
    held = send(service, representative, *known)
    lists.confirm(held, by=representative, at=BEFORE)
    grant = feeding_grant(service)
    lists.confirm(held, by=representative, at=now)
    grant.refresh_from_db()
    assert (grant.list_reference, held.confirmed_at, held.state) == (held.reference, now, State.CONFIRMED)


def test_confirm_needs_a_valid_establishment(service: DigitalService, representative: User) -> None:
    held = send(service, representative, "ABC")
    with pytest.raises(Refused, match="au moins un établissement valide"):
        lists.confirm(held, by=representative)
    assert not queries.has_valid_line(service)


@pytest.mark.parametrize("role", [role for role in MembershipRole if role != MembershipRole.LEGAL_REPRESENTATIVE])
def test_confirm_is_for_the_legal_representative(
    service: DigitalService, known: list[str], role: MembershipRole
) -> None:
    held = ListFactory(service=service, numbers=known[:1])
    with pytest.raises(NotPermitted):
        lists.confirm(held, by=member(service.owner, role))


def test_confirm_refuses_a_list_that_changed_meanwhile(
    service: DigitalService, representative: User, known: list[str]
) -> None:
    held = send(service, representative, *known)
    seen = held.version
    lists.remove_line(held.lines.get(rank=1), by=representative)
    with pytest.raises(Stale):
        lists.confirm(held, by=representative, version=seen)


def test_the_database_refuses_two_lists_in_force(service: DigitalService, known: list[str]) -> None:
    ListFactory(service=service, confirmed=True, numbers=known[:1])
    with pytest.raises(IntegrityError):
        ListFactory(service=service, confirmed=True, numbers=known[:1])


def test_the_database_refuses_an_empty_list_in_force(service: DigitalService) -> None:
    with pytest.raises(IntegrityError):
        ListFactory(service=service, confirmed=True, valid_count=0)


def test_the_database_refuses_one_establishment_twice(service: DigitalService, known: list[str]) -> None:
    held = ListFactory(service=service, numbers=known[:1])
    with pytest.raises(IntegrityError):
        ListLine.objects.create(list=held, rank=9, line=9, finess=known[0], verdict=LineVerdict.REPAIRED)


def test_lists_are_visible_to_their_owner_and_to_agents(service: DigitalService, representative: User) -> None:
    held = ListFactory(service=service)
    seen = EstablishmentList.objects.visible_to
    assert list(seen(representative)) == list(seen(agent(StaffRole.AUDITOR))) == [held]
    assert not seen(member(ServiceFactory().owner)).exists()


def test_what_a_deposit_asks_is_one_valid_line(service: DigitalService, known: list[str]) -> None:
    assert not queries.has_valid_line(service)
    assert queries.current_list(service) is None
    assert queries.valid_count(service) == 0
    ListFactory(service=service, numbers=known[:1])
    assert queries.has_valid_line(service)


def test_a_closed_establishment_is_told_with_the_day_it_left(service: DigitalService, representative: User) -> None:
    closed = EstablishmentFactory(closed=True, closed_at=datetime(2026, 1, 31, 23, 0, tzinfo=UTC))
    held = send(service, representative, closed.finess)
    assert "depuis le 01/02/2026" in held.lines.get().sentence
