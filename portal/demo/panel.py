"""The members of the committee of the demonstration: who sits, what each declares, thinks and votes."""

from collections.abc import Sequence
from datetime import datetime

from onboarding.committee import operations as committee
from onboarding.committee.models import AgendaItem, CommitteeSession, Seat
from onboarding.committee.outcomes import Outcome
from onboarding.committee.queries import panel
from portal.parameters import operations as parameters

from .cast import account_of

SEATS = (  # key of the person, organisation, function, region, key of the titular
    ("secretaire", "ans", "secretary", "", ""),
    ("presidente", "ans", "chair", "", ""),
    ("membre_dgos", "dgos", "member", "", ""),
    ("suppleant_dgos", "dgos", "member", "", "membre_dgos"),
    ("membre_ars", "ars", "member", "53", ""),
    ("membre_cnsa", "cnsa", "member", "", ""),
)
VOTERS = ("presidente", "membre_dgos", "membre_ars", "membre_cnsa")
INTEREST = "Mon agence a financé ce service l’an dernier."
THOUGHTS = {
    Outcome.ADMIT: ("admit", ""),
    Outcome.ADMIT_WITH_RESERVATIONS: ("admit_with_reservations", "La tenue en charge n’est pas démontrée."),
    Outcome.DEFER: ("defer", "Deux pièces manquent."),
    Outcome.REFUSE: ("refuse", "La finalité déclarée n’est pas celle du cercle de confiance."),
}


def seat(at: datetime) -> None:
    """Everybody takes his seat, unless they already did."""
    for key, organisation, function, region, titular in SEATS:
        person = account_of(key)
        if not Seat.objects.taken().filter(user=person).exists():
            substitutes = Seat.objects.taken().get(user=account_of(titular)) if titular else None
            committee.appoint(
                person,
                organisation=organisation,
                function=function,
                region=region,
                substitutes=substitutes,
                by=account_of("secretaire"),
                at=at,
            )


def choose_votes(on: bool, at: datetime) -> None:
    """The agency tries the votes of the portal for one session."""
    reason = "Essai du vote dans le portail" if on else "Fin de l’essai du vote"
    parameters.set_value("committee.votes", on, by=account_of("administrateur"), reason=reason, at=at)


def declare(session: CommitteeSession, at: datetime) -> None:
    """Each member declares his interests; the one of the ARS has one, in the first point."""
    first = session.items.select_related("candidacy").order_by("position")[0].candidacy.reference
    for key in (*VOTERS, "suppleant_dgos"):
        interests = {first: INTEREST} if key == "membre_ars" else {}
        committee.declare_interests(session, interests, by=account_of(key), at=at)


def opine(session: CommitteeSession, thoughts: Sequence[Outcome], at: datetime, *, keys: Sequence[str]) -> None:
    """These members give their opinion on each point that they may read."""
    for key in keys:
        person = account_of(key)
        recused = panel.recusals_of(session, person)
        for item, outcome in zip(_points(session), thoughts, strict=False):
            if item.pk not in recused:
                choice, text = THOUGHTS[outcome]
                committee.give_opinion(item, choice=choice, text=text, by=person, at=at)


def vote(session: CommitteeSession, outcomes: Sequence[Outcome], at: datetime) -> None:
    """Everybody votes on each point; one voice always abstains, so that the count has something to say."""
    for item, outcome in zip(_points(session), outcomes, strict=True):
        for elector in panel.electors(item):
            abstains = elector.user == account_of("membre_cnsa")
            choice = "abstain" if abstains else THOUGHTS[outcome][0]
            committee.cast_vote(item, choice=choice, by=elector.user, at=at)


def answer(session: CommitteeSession, outcomes: Sequence[Outcome], at: datetime) -> None:
    """The chair and a member answer a written consultation: no interest declared, a vote on each point."""
    for key in ("presidente", "membre_dgos"):
        committee.declare_interests(session, {}, by=account_of(key), at=at)
        for item, outcome in zip(_points(session), outcomes, strict=True):
            choice, text = THOUGHTS[outcome]
            committee.cast_vote(item, choice=choice, rationale=text, by=account_of(key), at=at)


def _points(session: CommitteeSession) -> list[AgendaItem]:
    return list(session.items.order_by("position"))
