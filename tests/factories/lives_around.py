"""What may happen around a candidacy: claims, requests to join, lists, certificates, tokens, sessions and their votes."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.db.models import Model

from onboarding.committee import operations as committee
from onboarding.committee.lifecycle import SESSIONS
from onboarding.committee.models import AgendaItem, CommitteeSession, Seat
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.establishments import operations as lists
from onboarding.establishments.lifecycle import LIFECYCLE as LISTS
from onboarding.establishments.models import EstablishmentList, ListLine
from onboarding.vendors import operations as vendors
from onboarding.vendors.identity import Identity
from onboarding.vendors.lifecycle import JOINS
from onboarding.vendors.lifecycle import LIFECYCLE as CLAIMS
from onboarding.vendors.models import JoinRequest
from onboarding.vendors.proofs import ProofKind
from policy.certificates import operations as certificates
from policy.certificates.lifecycle import CERTIFICATES
from policy.certificates.models import Certificate
from policy.certificates.operations import checking
from policy.certificates.revocation import Answer, Standing
from portal.accounts import operations as accounts
from portal.accounts.lifecycle import ROLES
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.parameters.models import Parameter
from portal.parties.models import LegalEntity
from portal.parties.roles import MembershipRole
from portal.reference.models import RegisterVersion
from portal.tokens import operations as tokens
from portal.tokens.lifecycle import LIFECYCLE as TOKENS
from tests.factories.accounts import PersonFactory
from tests.factories.candidacies import CandidacyFactory, reviewer, secretary
from tests.factories.committee import HELD_ON, AgendaItemFactory, SessionFactory
from tests.factories.establishments import ListFactory
from tests.factories.grants import GrantFactory, agent
from tests.factories.lives import GROUNDS, Life, Thunk, by
from tests.factories.panel import SeatFactory, convened, seats_of, setting
from tests.factories.parties import NOW, DigitalServiceFactory, member
from tests.factories.reference import EstablishmentFactory, VersionFactory
from tests.factories.tokens import made
from tests.factories.vendors import EntityClaimFactory
from tests.factories.whitelist import certificate

ADMIT = Ruling(Outcome.ADMIT, Profiles(frozenset("A")))
_days = count(1)


def reviewing(row: Any) -> User:
    return reviewer()


def administering(row: Any) -> User:
    return agent(StaffRole.ADMINISTRATOR)


def presiding(row: Any) -> User:
    return agent(StaffRole.CHAIR)


def secretarial(row: Any) -> User:
    return secretary()


def of_its_service(row: Any) -> User:
    """A legal representative of the owner of the row's service."""
    return member(row.service.owner)


CLAIM_ACTS = {
    "verify": by(reviewing, vendors.verify, piece=ProofKind.REGISTER_EXTRACT.value),
    "refuse": by(reviewing, vendors.refuse, grounds=GROUNDS),
}


def _join() -> Model:
    entity = DigitalServiceFactory().owner
    return vendors.ask_to_join(Identity(siren=entity.siren), role=MembershipRole.READER, by=PersonFactory(), at=NOW)


def _welcoming(row: JoinRequest) -> User:
    return member(LegalEntity.objects.get(siren=row.siren))


JOIN_ACTS = {
    "accept": by(_welcoming, vendors.accept_join, role=MembershipRole.READER),
    "refuse": by(_welcoming, vendors.refuse_join),
    "withdraw": by(lambda row: row.requester, vendors.withdraw_join),
}


def _listed(*, confirmed: bool = False) -> EstablishmentList:
    if not RegisterVersion.objects.exists():
        VersionFactory()
    numbers = [row.finess for row in EstablishmentFactory.create_batch(3)]
    return ListFactory(confirmed=confirmed, numbers=numbers)  # type: ignore[no-any-return]


def _replace(row: EstablishmentList) -> Thunk:
    """Another file for the same service, which takes the place of the draft, or of the list in force once confirmed."""
    person, number = of_its_service(row), EstablishmentFactory().finess
    given = {"name": "autre.csv", "data": f"FINESS\n{number}".encode(), "by": person, "at": NOW}
    if row.state == "draft":
        return lambda: lists.upload(row.service, **given)
    pk = lists.upload(row.service, **given).pk
    return lambda: lists.confirm(EstablishmentList.objects.get(pk=pk), by=person, at=NOW)


def _remove(row: EstablishmentList) -> Thunk:
    person, line = of_its_service(row), row.lines.order_by("rank")[0]
    return lambda: lists.remove_line(ListLine.objects.get(pk=line.pk), by=person, at=NOW)


def _repair(row: EstablishmentList) -> Thunk:
    person, line, typed = of_its_service(row), row.lines.order_by("rank")[1], EstablishmentFactory().finess
    return lambda: lists.repair_line(ListLine.objects.get(pk=line.pk), typed=typed, by=person, at=NOW)


LIST_ACTS = {
    "confirm": by(of_its_service, lists.confirm),
    "supersede": _replace,
    "remove_line": _remove,
    "repair_line": _repair,
}


def _revoke(row: Certificate) -> Thunk:
    """As the clock does when the authority has answered."""
    pk, answer = row.pk, Answer(Standing.REVOKED, "Révoqué par son autorité.", NOW)
    return lambda: checking._revoke(pk, answer, at=NOW)


CERTIFICATE_ACTS = {
    "retire": by(of_its_service, certificates.retire),
    "ask_check": by(of_its_service, certificates.ask_check),
    "acknowledge": by(of_its_service, certificates.acknowledge),
    "revoke": _revoke,
}


def _role() -> Model:
    return accounts.propose_role(PersonFactory(), StaffRole.CHAIR, by=agent(StaffRole.ADMINISTRATOR), at=NOW)


ROLE_ACTS = {"confirm": by(administering, accounts.confirm_role), "reject": by(administering, accounts.reject_role)}


def _day() -> dict[str, date]:
    """A day of its own for each session, past when the tests stand, and a panel that begins with it."""
    Seat.objects.filter(state="seated").update(state="ended", until=NOW)
    held_on = HELD_ON - timedelta(days=next(_days))
    return {"held_on": held_on, "cut_off": held_on - timedelta(days=7)}


def _asked(*keys: str) -> None:
    for key in keys:
        if not Parameter.objects.filter(key=key).exists():
            setting(key, True)


def _planned(*, decided: bool = False) -> Callable[[], Model]:
    def bring() -> Model:
        _asked("committee.visa")
        item = AgendaItemFactory(session=SessionFactory(**_day()))
        SeatFactory()
        if decided:
            committee.record_decision(item, ruling=ADMIT, by=secretary(), at=NOW)
        return CommitteeSession.objects.get(pk=item.session_id)

    return bring


def _convened() -> Model:
    return convened(at=NOW, **_day())[0]


def _sitting(*, decided: bool = False) -> Callable[[], Model]:
    def bring() -> Model:
        _asked("committee.visa", *([] if decided else ["committee.votes"]))
        session, items, _ = convened(at=NOW, **_day())
        committee.open_session(session, present=seats_of(session), by=secretary(), at=NOW)
        if decided:
            committee.record_decision(items[0], ruling=ADMIT, by=secretary(), at=NOW)
        return CommitteeSession.objects.get(pk=session.pk)

    return bring


def _awaiting_visa() -> Model:
    session = _sitting(decided=True)()
    committee.close_session(session, by=secretary(), at=NOW)  # type: ignore[arg-type]
    return CommitteeSession.objects.get(pk=session.pk)


def _item(row: CommitteeSession) -> AgendaItem:
    return AgendaItem.objects.filter(session=row).order_by("position")[0]


def _on_its_point(verb: Callable[..., Any], **more: Any) -> Callable[[Any], Thunk]:
    """A secretary's act on the first point of the session."""

    def prepare(row: CommitteeSession) -> Thunk:
        person, item = secretary(), _item(row)
        return lambda: verb(item, **more, by=person, at=NOW)

    return prepare


def _enter(row: CommitteeSession) -> Thunk:
    person, asked = secretary(), CandidacyFactory(complete=True, direction="feeding")
    return lambda: committee.enter_on_agenda(CommitteeSession.objects.get(pk=row.pk), asked, by=person, at=NOW)


def _move(row: CommitteeSession) -> Thunk:
    person = secretary()
    given = {"held_on": row.held_on, "cut_off": row.cut_off, "place": "Salle Laroque", "by": person, "at": NOW}
    return lambda: committee.reschedule(CommitteeSession.objects.get(pk=row.pk), **given)


def _open(row: CommitteeSession) -> Thunk:
    person, present = secretary(), seats_of(row)
    session = lambda: CommitteeSession.objects.get(pk=row.pk)  # noqa: E731
    return lambda: committee.open_session(session(), present=present, by=person, at=NOW)


def _voter(row: CommitteeSession) -> User:
    called = row.summons.order_by("pk").first()
    return called.user if called else PersonFactory()


def _vote(row: CommitteeSession) -> Thunk:
    person, item = _voter(row), _item(row)
    return lambda: committee.cast_vote(item, choice="admit", by=person, at=NOW)


def _recuse(row: CommitteeSession) -> Thunk:
    person, item, who = secretary(), _item(row), _voter(row)
    return lambda: committee.recuse(item, who, reason=GROUNDS, by=person, at=NOW)


SESSION_ACTS = {
    "reschedule": _move,
    "enter": _enter,
    "remove": _on_its_point(committee.remove_from_agenda),
    "convene": by(secretarial, committee.convene),
    "remind": by(secretarial, committee.remind_opinions),
    "open": _open,
    "recuse": _recuse,
    "close_ballot": _on_its_point(committee.close_ballot),
    "draft_minutes": by(secretarial, committee.draft_minutes, texts={}),
    "close": by(secretarial, committee.close_session),
    "endorse": by(presiding, committee.endorse),
}

AROUND: dict[str, Life] = {
    life.lifecycle.name: life
    for life in (
        Life(CLAIMS, {"filed": EntityClaimFactory}, CLAIM_ACTS),
        Life(JOINS, {"filed": _join}, JOIN_ACTS),
        Life(LISTS, {"draft": _listed, "confirmed": lambda: _listed(confirmed=True)}, LIST_ACTS),
        Life(CERTIFICATES, {"declared": lambda: certificate(GrantFactory())}, CERTIFICATE_ACTS),
        Life(TOKENS, {"active": lambda: made()[0]}, {"revoke": by(administering, tokens.revoke)}),
        Life(ROLES, {"proposed": _role}, ROLE_ACTS),
        Life(
            SESSIONS,
            {
                "planned": _planned(),
                "planned, decided": _planned(decided=True),
                "convened": _convened,
                "sitting": _sitting(),
                "sitting, decided": _sitting(decided=True),
                "awaiting_visa": _awaiting_visa,
            },
            SESSION_ACTS,
            also=frozenset({"close_ballot", "recuse"}),
            beside={
                "committee_votes.cast": _vote,
                "decisions.record": _on_its_point(committee.record_decision, ruling=ADMIT),
            },
        ),
    )
}
