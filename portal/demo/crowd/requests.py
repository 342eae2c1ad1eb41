"""Candidacies of a filling, one for each service, with their sessions, decisions, comments and messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from onboarding.candidacies import filing
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.comments import CommentKind
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, CandidacyVersion, FieldComment, Message
from onboarding.committee.lifecycle import SessionState
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision
from onboarding.committee.outcomes import Outcome
from policy.grants import wording
from policy.grants.direction import Direction
from portal.calendar.deadlines import paris_date, start_of_day
from portal.parties.models import DigitalService

from .world import BATCH, HISTORY, World

SHARES = (
    (State.ADMITTED, 83),
    (State.REFUSED, 4),
    (State.DEFERRED, 2),
    (State.WITHDRAWN, 2),
    (State.COMPLETE, 2),
    (State.UNDER_REVIEW, 2),
    (State.RETURNED, 2),
    (State.SUBMITTED, 2),
    (State.DRAFT, 1),
)
WHEEL = [state for state, share in SHARES for _ in range(share)]  # one state for each hundredth
DECIDED = {State.ADMITTED: Outcome.ADMIT, State.REFUSED: Outcome.REFUSE, State.DEFERRED: Outcome.DEFER}
_EVERY = timedelta(days=91)
_GROUNDS = "Le service ne répond pas encore à l’ensemble des critères de la grille."


@dataclass(frozen=True)
class Admission:
    """A candidacy that the committee admitted, and when."""

    candidacy: Candidacy
    decision: str
    decided_at: datetime


def fill(world: World) -> list[Admission]:
    """Makes them all; returns those that were admitted."""
    candidacies = Candidacy.objects.bulk_create(
        [_candidacy(world, rank, service) for rank, service in enumerate(world.services)], batch_size=BATCH
    )
    _versions(world, candidacies)
    _exchanges(world, candidacies)
    return _decisions(world, [one for one in candidacies if one.state in DECIDED])


def _state_of(rank: int, at: datetime, world: World) -> State:
    """In proportion, and by age: what is not over yet was opened lately."""
    state = WHEEL[rank * 37 % 100]
    if state in DECIDED and at + _EVERY > world.now:
        return State.SUBMITTED
    return state


def _candidacy(world: World, rank: int, service: DigitalService) -> Candidacy:
    direction = Direction.FEEDING if rank % 5 < 3 else Direction.CONSUMPTION
    opened = world.later(service.opened_at, 0, 5)
    state = _state_of(rank, opened, world)
    submitted = None if state == State.DRAFT else world.later(opened, 1, 20)
    reviewed = state not in (State.DRAFT, State.SUBMITTED, State.WITHDRAWN)
    completed = state in DECIDED or state == State.COMPLETE
    made = Candidacy(
        reference=world.reference("C", opened),
        service=service,
        direction=direction,
        state=state,
        version=4,
        opened_at=opened,
        opened_by=world.representatives[service.owner_id],
        submitted_at=submitted,
        reviewer=world.agents["reviewer"] if reviewed else None,
        completed_at=world.later(submitted, 1, 20) if completed and submitted else None,
        **_answers(rank, direction),
    )
    if state == State.WITHDRAWN:
        made.closed_at = world.later(opened, 20, 40)
    return made


def _answers(rank: int, direction: Direction) -> dict[str, object]:
    feeding = direction is Direction.FEEDING
    codes = [["A"], ["A", "B"], ["B"]][rank % 3] if feeding else [str(rank % 6)]
    host = f"service-{rank + 1:05d}.exemple.fr"
    return {
        "purpose": "bed-availability" if feeding else "orientation",
        "region_routes": {"84": "direct"},
        "requested_profiles": codes,
        "justifications": {code: f"Le service a besoin du profil {code}." for code in codes},
        "exposure_model": "3.0.1",
        "analysis": "done",
        "feasibility": "done",
        "development": "under_way",
        "technical_name": "Équipe technique",
        "technical_email": f"technique@{host}",
        "privacy_name": "Délégué à la protection des données",
        "privacy_email": f"dpo@{host}",
        "for_third_party": False,
    }


def _versions(world: World, candidacies: list[Candidacy]) -> None:
    CandidacyVersion.objects.bulk_create((_version(one) for one in candidacies if one.submitted_at), batch_size=BATCH)
    for one in candidacies:
        world.tell(
            "candidacies.open",
            one,
            by=one.opened_by,
            at=one.opened_at,
            service=one.service.name,
            direction=one.get_direction_display().lower(),
        )
        if one.submitted_at:
            world.tell("candidacies.submit", one, by=one.opened_by, at=one.submitted_at, number=1)
        if one.reviewer and one.submitted_at:
            world.tell("candidacies.take", one, by=one.reviewer, at=world.later(one.submitted_at, 0, 2))
        if one.completed_at:
            world.tell("candidacies.declare_complete", one, by=one.reviewer, at=one.completed_at)


def _version(candidacy: Candidacy) -> CandidacyVersion:
    owner, names = candidacy.service.owner, ("purpose", "requested_profiles", "justifications", "region_routes")
    content = filing.canonical(
        {
            "schema": filing.SCHEMA,
            "reference": candidacy.reference,
            "legal_entity": {"name": owner.name, "siren": owner.siren},
            "service": {"name": candidacy.service.name, "url": candidacy.service.url},
            "answers": {name: getattr(candidacy, name) for name in names},
        }
    )
    return CandidacyVersion(
        candidacy=candidacy,
        number=1,
        deposited_at=candidacy.submitted_at or candidacy.opened_at,
        deposited_by=candidacy.opened_by,
        content=content,
        sha256=filing.digest(content),
    )


def _exchanges(world: World, candidacies: list[Candidacy]) -> None:
    """A comment on each returned candidacy, a message on one in three of the others."""
    comments, messages = [], []
    for rank, one in enumerate(candidacies):
        if one.submitted_at is None:
            continue
        at = world.later(one.submitted_at, 1, 3)
        if one.state == State.RETURNED:
            comments.append(_comment(one, at))
        if rank % 3 == 0:
            messages.append(
                Message(
                    candidacy=one,
                    author=one.opened_by,
                    from_agency=False,
                    body="Bonjour, quand notre demande sera-t-elle examinée ?",
                    written_at=at,
                )
            )
    FieldComment.objects.bulk_create(comments, batch_size=BATCH)
    Message.objects.bulk_create(messages, batch_size=BATCH)


def _comment(candidacy: Candidacy, at: datetime) -> FieldComment:
    return FieldComment(
        candidacy=candidacy,
        number=1,
        block=Block.PURPOSE,
        field="purpose_details",
        kind=next(iter(CommentKind)),
        text="Précisez l’usage que les établissements font du service.",
        author=candidacy.reviewer,
        written_at=at,
        sent_at=at,
    )


def _decisions(world: World, decided: list[Candidacy]) -> list[Admission]:
    sessions = _sessions(world)
    secretary = world.agents["secretary"]
    planned = [_sitting(world, sessions, one) for one in decided]
    items = AgendaItem.objects.bulk_create(_items(world, decided, planned), batch_size=BATCH)
    rows = Decision.objects.bulk_create([_decision(world, item) for item in items], batch_size=BATCH)
    for item, row in zip(items, rows, strict=True):
        world.tell(
            "decisions.record",
            row,
            by=secretary,
            at=row.recorded_at,
            candidacy=item.candidacy.reference,
            outcome=row.get_outcome_display().lower(),
            profiles=row.granted.words,
        )
    closed = {item.candidacy_id: row.recorded_at for item, row in zip(items, rows, strict=True)}
    for one in decided:
        one.closed_at = None if one.state == State.DEFERRED else closed[one.pk]
    Candidacy.objects.bulk_update(decided, ["closed_at"], batch_size=500)
    return [
        Admission(item.candidacy, row.reference, row.recorded_at)
        for item, row in zip(items, rows, strict=True)
        if row.outcome == Outcome.ADMIT
    ]


def _sessions(world: World) -> list[CommitteeSession]:
    """One each quarter until now, held; then one to come."""
    days = list(_days(paris_date(world.now - HISTORY), paris_date(world.now)))
    return CommitteeSession.objects.bulk_create(
        CommitteeSession(
            reference=world.reference("CS", start_of_day(day)),
            held_on=day,
            cut_off=day - timedelta(days=15),
            place="Visioconférence",
            state=SessionState.HELD if day < paris_date(world.now) else SessionState.PLANNED,
            version=1,
        )
        for day in days
    )


def _days(first: date, last: date) -> Iterator[date]:
    """Every quarter so that one falls on the eve of `last`, and a last one after it."""
    held = (last - timedelta(days=1) - first) // _EVERY
    for rank in range(-held, 2):
        yield last - timedelta(days=1) + rank * _EVERY


def _sitting(world: World, sessions: list[CommitteeSession], candidacy: Candidacy) -> CommitteeSession:
    complete = paris_date(candidacy.completed_at or world.now)
    return next(
        (one for one in sessions if one.state == SessionState.HELD and one.held_on > complete),
        sessions[-2],
    )


def _items(world: World, decided: list[Candidacy], sessions: list[CommitteeSession]) -> Iterator[AgendaItem]:
    positions: dict[int, int] = {}
    for candidacy, session in zip(decided, sessions, strict=True):
        positions[session.pk] = positions.get(session.pk, 0) + 1
        yield AgendaItem(
            session=session,
            candidacy=candidacy,
            position=positions[session.pk],
            entered_at=start_of_day(session.held_on) - timedelta(days=7),
            entered_by=world.agents["secretary"],
        )


def _decision(world: World, item: AgendaItem) -> Decision:
    candidacy, outcome = item.candidacy, DECIDED[State(item.candidacy.state)]
    feeding = candidacy.direction == Direction.FEEDING
    letters = wording.feeding_letters(candidacy.requested_profiles) if feeding else ""
    level = None if feeding else int(candidacy.requested_profiles[0])
    admits = outcome is Outcome.ADMIT
    assert item.session is not None  # the crowd is decided in session
    at = start_of_day(item.session.held_on) + timedelta(hours=13, seconds=item.position)
    return Decision(
        reference=world.reference("D", at),
        item=item,
        outcome=outcome,
        feeding_profiles=letters if admits else "",
        access_profile=level if admits else None,
        requested_feeding_profiles=letters,
        requested_access_profile=level,
        follows_request=admits,
        grounds="" if admits else _GROUNDS,
        decided_on=item.session.held_on,
        recorded_at=at,
        recorded_by=world.agents["secretary"],
    )
