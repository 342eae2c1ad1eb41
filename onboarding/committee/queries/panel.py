"""The members and what they say: who is called, who stands back, whose votes may be shown, what the rules suggest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Subquery

from onboarding.candidacies.models import Candidacy
from onboarding.committee import ballot, computed
from onboarding.committee.ballot import Ballot, Choice, Tally, TieRule
from onboarding.committee.computed import Advice
from onboarding.committee.conflicts import Applicant, Person
from onboarding.committee.lifecycle import SessionState
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision, Opinion, Recusal, Seat, Summons, Vote
from onboarding.committee.organisations import Function
from policy.grants.direction import Direction
from policy.profiles import queries as profiles
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.parties.models import Membership


def seats() -> list[Seat]:
    """Those who sit now, each substitute after the titular."""
    taken = list(Seat.objects.taken().select_related("user", "substitutes"))
    titulars = [seat for seat in taken if seat.substitutes_id is None]
    after = {titular.pk: [seat for seat in taken if seat.substitutes_id == titular.pk] for titular in titulars}
    return [seat for titular in titulars for seat in (titular, *after[titular.pk])]


def may_sit() -> list[User]:
    """The accounts that hold a role of the committee and no seat yet, by name."""
    roles = [StaffRole.MEMBER, StaffRole.CHAIR, StaffRole.SECRETARY]
    held = User.objects.filter(assignments__role__in=roles, assignments__until=None, is_active=True)
    free = held.exclude(seats__in=Seat.objects.taken())
    return list(free.distinct().order_by("last_name", "first_name"))


def summons_of(session: CommitteeSession, user: Any) -> Summons | None:
    """The person's call to a session, if there is one."""
    return Summons.objects.filter(session=session, user_id=user.pk).select_related("seat").first()


def called(session: CommitteeSession) -> list[Summons]:
    """Those called to a session, with their recusals counted."""
    mine = Count("user__recusals", filter=Q(user__recusals__item__session=session))
    return list(session.summons.select_related("user", "seat", "seat__substitutes").annotate(recusals=mine))


def must_declare(session: CommitteeSession, user: Any) -> bool:
    """Whether the dossiers wait for this person to declare his interests."""
    summons = summons_of(session, user)
    return summons is not None and summons.declared_at is None and Function(summons.function).votes


def recusals_of(session: CommitteeSession, user: Any) -> dict[int, Recusal]:
    """The person's recusals at a session, by the key of the point."""
    found = Recusal.objects.filter(item__session=session, user_id=user.pk)
    return {recusal.item_id: recusal for recusal in found}


def owing_opinions(session: CommitteeSession) -> list[Summons]:
    """The titular members who have not given all the opinions they may give."""
    points = session.items.count()
    given = Count("user__opinions", filter=Q(user__opinions__item__session=session), distinct=True)
    recused = Count("user__recusals", filter=Q(user__recusals__item__session=session), distinct=True)
    members = session.summons.exclude(function=Function.SECRETARY).filter(seat__substitutes=None)
    rows = members.annotate(given=given, recused=recused).select_related("user")
    return [row for row in rows if row.given + row.recused < points]


def person_of(summons: Summons, *, by_region: bool) -> Person:
    """What conflicts are looked for in a member."""
    held = Membership.objects.filter(user=summons.user_id).values_list("legal_entity_id", flat=True)
    return Person(frozenset(held), summons.seat.region if by_region else "")


def applicant_of(item: AgendaItem) -> Applicant:
    """What conflicts are looked for in a request."""
    candidacy = item.candidacy
    owner = candidacy.service.owner
    return Applicant(owner.pk, owner.name, tuple(candidacy.regions), candidacy.space)


def request_of(candidacy: Candidacy) -> computed.Request:
    """What the rules look at in a candidacy."""
    return computed.Request(
        direction=Direction(candidacy.direction),
        kind=candidacy.service.kind,
        purpose=candidacy.purpose,
        requested=frozenset(map(str, candidacy.requested_profiles)),
        user_roles=tuple(candidacy.user_roles),
        data_wanted=tuple(candidacy.data_wanted),
    )


def advice_on(candidacy: Candidacy, *, at: datetime) -> Advice:
    """What the rules and the policy in force suggest for a candidacy."""
    return computed.advise(request_of(candidacy), profiles.rulebook_of(profiles.in_force(at)))


def electors(item: AgendaItem) -> list[Summons]:
    """Those who may vote on a point: with a voice, and not recused from it."""
    recused = item.recusals.values("user_id")
    return list(Summons.objects.filter(session=item.session_id, has_voice=True).exclude(user__in=recused))


def tally_of(item: AgendaItem, session: CommitteeSession) -> Tally:
    """The votes of a point, counted."""
    ballots = [Ballot(Choice(vote.choice), vote.is_chair) for vote in item.votes.all()]
    expected, rule = len(electors(item)), TieRule(session.tie_rule)
    return ballot.tally(ballots, expected=expected, quorum=session.quorum, tie_rule=rule)


def votes_in_words(item: AgendaItem) -> str:
    """The votes of a point in one line; empty where the committee does not vote."""
    session = item.session
    return tally_of(item, session).words[:200] if session and session.has_votes else ""


@dataclass(frozen=True, slots=True)
class Poll:
    """The votes of a point as one person may see them: `votes` and `tally` are None until his own is cast."""

    expected: int
    cast: int
    own: Vote | None
    votes: list[Vote] | None
    tally: Tally | None
    may_vote: bool
    is_closed: bool


def poll(item: AgendaItem, user: Any) -> Poll | None:
    """What this person may see of the votes; None where the committee does not vote."""
    session = item.session
    if session is None or not session.has_votes:
        return None
    votes, may_vote = list(item.votes.select_related("user")), electors(item)
    own = next((vote for vote in votes if vote.user_id == user.pk), None)
    elector = any(one.user_id == user.pk for one in may_vote)
    closed = item.ballot_closed_at is not None or len(votes) >= len(may_vote) > 0 or item.decisions.exists()
    shown = closed or (own is not None)
    return Poll(
        expected=len(may_vote),
        cast=len(votes),
        own=own,
        votes=votes if shown else None,
        tally=tally_of(item, session) if shown else None,
        may_vote=elector and own is None and not closed and session.state == SessionState.SITTING,
        is_closed=closed,
    )


def opinions_on(item: AgendaItem) -> list[Opinion]:
    """The members' opinions on a point, in the order in which they came."""
    return list(Opinion.objects.filter(item=item.pk or 0).select_related("user"))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often what was granted is what the rules suggested: counted over decisions that grant something."""

    compared: int
    agreed: int

    @property
    def share(self) -> int | None:
        """The percentage; None before the first comparison."""
        return round(100 * self.agreed / self.compared) if self.compared else None


def agreement(*, since: datetime | None = None) -> Agreement:
    """The agreement between rules and decisions in force."""
    found = Decision.objects.in_force().exclude(suggested="")
    if since:
        found = found.filter(recorded_at__gte=since)
    compared = [one for one in found.only("suggested", "feeding_profiles", "access_profile") if one.granted]
    return Agreement(len(compared), sum(bool(one.follows_rules) for one in compared))


def neighbours(item: AgendaItem) -> tuple[AgendaItem | None, AgendaItem | None]:
    """The points before and after this one on its agenda."""
    points = AgendaItem.objects.filter(session=item.session_id)
    before = points.filter(position__lt=item.position).order_by("-position").values("pk")[:1]
    after = points.filter(position__gt=item.position).order_by("position").values("pk")[:1]
    beside = points.filter(Q(pk=Subquery(before)) | Q(pk=Subquery(after))).select_related("candidacy")
    by_side = {found.position < item.position: found for found in beside}
    return by_side.get(True), by_side.get(False)
