"""Readings of the committee: calendar, agendas, what a decision would do, who is told."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, Prefetch, Q, Subquery

from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, CandidacyQuerySet
from onboarding.committee import letter, rules
from onboarding.committee.letter import Case, Letter
from onboarding.committee.models import (
    AgendaItem,
    CommitteeSession,
    Decision,
    DecisionQuerySet,
    Recusal,
    SessionQuerySet,
)
from onboarding.committee.queries import measures
from onboarding.committee.rules import Problem, Profiles, Ruling
from onboarding.legaltexts import queries as legaltexts
from policy.grants.direction import Direction
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from policy.profiles import catalogue
from policy.profiles import queries as profiles
from portal.calendar.deadlines import paris_date
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument
from portal.parameters import queries as parameters
from portal.parties import queries as parties
from portal.reference.models import Region
from portal.reference.spaces import SpaceKind


def calendar(user: Any) -> SessionQuerySet:
    """The sessions this person may see, each with `points`, `undecided` and `items_count`, the latest first."""
    decided = Q(items__decisions__isnull=False)
    return (
        CommitteeSession.objects.visible_to(user)
        .annotate(
            points=Count("items", distinct=True),
            decided=Count("items", filter=decided, distinct=True),
        )
        .order_by("-held_on", "-reference")
    )


def agenda(session: CommitteeSession) -> list[AgendaItem]:
    """The points in order, with `asked`, `late` (complete after the cut-off) and `in_force` (the decision)."""
    decisions = Decision.objects.in_force().select_related("recorded_by", "target_session")
    items = (
        session.items.select_related("session", "candidacy__service__owner", "candidacy__service__sheet")
        .prefetch_related(Prefetch("decisions", queryset=decisions, to_attr="standing"))
        .order_by("position")
    )
    return [_pointed(item) for item in items]


def _pointed(item: AgendaItem) -> AgendaItem:
    item.in_force = item.standing[0] if item.standing else None  # type: ignore[attr-defined]
    item.asked = requested(item.candidacy)  # type: ignore[attr-defined]
    completed_at = item.candidacy.completed_at
    session = item.session
    item.late = bool(completed_at and session and paris_date(completed_at) > session.cut_off)  # type: ignore[attr-defined]
    return item


def item_of(session_reference: str, candidacy_reference: str) -> AgendaItem | None:
    """A point of a session, with all that its page shows."""
    return (
        AgendaItem.objects.select_related("session", "candidacy__service__owner", "candidacy__service__sheet")
        .filter(session__reference=session_reference, candidacy__reference=candidacy_reference)
        .first()
    )


def last_position(session: CommitteeSession) -> int:
    """The position of the last point; zero when there is none."""
    return session.items.aggregate(last=Max("position"))["last"] or 0


def item_waiting(candidacy: Candidacy) -> AgendaItem | None:
    """The point at which this candidacy waits for its decision, at any session."""
    waiting = candidacy.agenda_items.filter(decisions=None, session__isnull=False)
    return waiting.select_related("session").order_by("-entered_at").first()


def undecided_references(session: CommitteeSession) -> list[str]:
    """The candidacies of the agenda without a decision, in order; those withdrawn since then wait for none."""
    undecided = session.items.filter(decisions=None).exclude(candidacy__state=State.WITHDRAWN).order_by("position")
    return list(undecided.values_list("candidacy__reference", flat=True))


def fingerprint(parts: Iterable[tuple[str, str]]) -> str:
    """What names exactly a batch of rulings, in any order."""
    return hashlib.sha256(repr(sorted(parts)).encode()).hexdigest()


def to_enter() -> CandidacyQuerySet:
    """The national candidacies that wait for a session: complete, on no agenda without a decision; oldest first."""
    waiting = AgendaItem.objects.filter(decisions=None).values("candidacy_id")
    ready = Candidacy.objects.ready_for_committee().filter(space=SpaceKind.NATIONAL)
    return ready.exclude(pk__in=waiting).select_related("service__owner")


def next_session(today: date) -> CommitteeSession | None:
    """The next meeting of the national committee, on that day or later."""
    return CommitteeSession.objects.coming(today).first()


def requested(candidacy: Candidacy) -> Profiles:
    """The profiles a candidacy asks for."""
    return Profiles.of(candidacy.requested_profiles)


def charter_signed_at(candidacy: Candidacy) -> datetime | None:
    """When the charter of the candidacy's direction was signed for its service, if it was."""
    signature = legaltexts.charter_signature(candidacy.service, candidacy.direction)
    return signature.signed_at if signature else None


def charter_waiver(candidacy: Candidacy, *, at: datetime) -> str:
    """What excuses the service from signing its charter, in French; empty when nothing does."""
    return legaltexts.charter_waiver(candidacy.direction, for_third_party=candidacy.for_third_party, at=at)


def living_grant(candidacy: Candidacy) -> Grant | None:
    """The right that the service holds in the candidacy's direction."""
    return Grant.objects.living().filter(service_id=candidacy.service_id, direction=candidacy.direction).first()


def grant_of(decision: Decision) -> Grant | None:
    """The right that the decision opened, or that it changed."""
    return decision.item.candidacy.amends or Grant.objects.filter(decision_reference=decision.reference).first()


def in_full(user: Any) -> DecisionQuerySet:
    """The decisions this person may see, with everything their page shows."""
    return Decision.objects.visible_to(user).select_related(
        "item__session", "item__candidacy__service__owner", "recorded_by", "corrects", "target_session"
    )


def latest_on(candidacies: CandidacyQuerySet) -> CandidacyQuerySet:
    """The candidacies, each with the reference and the outcome of its decision in force."""
    latest = Decision.objects.in_force().told().filter(item__candidacy=OuterRef("pk")).order_by("-recorded_at")
    return candidacies.annotate(
        decision_reference=Subquery(latest.values("reference")[:1]),
        decision_outcome=Subquery(latest.values("outcome")[:1]),
    )


def case_of(
    item: AgendaItem, *, decided_on: date, at: datetime, corrects: str = "", target_on: date | None = None
) -> Case:
    """What a letter says of the point, with the settings that apply at that instant."""
    candidacy = item.candidacy
    return Case(
        candidacy=candidacy.reference,
        service=candidacy.service.name,
        holder=candidacy.service.owner.name,
        direction=Direction(candidacy.direction),
        requested=requested(candidacy),
        decided_on=decided_on,
        session=item.session.reference if item.session else "",
        charter_signed=charter_signed_at(candidacy) is not None or bool(charter_waiver(candidacy, at=at)),
        answer_days=parameters.integer("tests.answer_days", at=at),
        corrects=corrects,
        opened=profiles.opened_by(catalogue.CODES, at),
        appeal=tuple(parameters.text("decision.appeal", at=at).splitlines()),
        authority=authority_of(item),
        is_written=item.session is not None and item.session.is_written,
        target_on=target_on,
    )


def authority_of(item: AgendaItem) -> str:
    """The name of the regional authority that decides the point; empty when a session of the committee does."""
    if not item.region:
        return ""
    region = Region.objects.filter(code=item.region).first()
    return (region.ars_name or region.name) if region else item.region


def quality_of(item: AgendaItem) -> str:
    """In what quality the person who records a decision signs it."""
    authority = authority_of(item)
    return f"pour l’agence régionale de santé ({authority})" if authority else "secrétaire du comité"


def letter_of(decision: Decision) -> StoredDocument | None:
    """The letter that told the decision, once it is issued: it bears the instant at which it was told."""
    session = decision.item.session
    released_at = session.released_at if session else None
    return StoredDocument.objects.filter(
        kind=Kind.NOTIFICATION_LETTER,
        subject_reference=decision.item.candidacy.reference,
        issued_at=max(decision.recorded_at, released_at) if released_at else decision.recorded_at,
    ).first()


def minutes_of(session: CommitteeSession, user: Any) -> StoredDocument | None:
    """The minutes of a session, once it is closed and they are issued, unless an applicant is closed to `user`."""
    found = StoredDocument.objects.visible_to(user).filter(kind=Kind.MINUTES)
    return found.filter(subject_reference=session.reference).first()


@dataclass(frozen=True, slots=True)
class Point:
    """A point as the minutes tell it: the decision that stood at closing, and the words of its letter."""

    item: AgendaItem
    decision: Decision
    letter: Letter
    recusals: Sequence[Recusal] = ()


def points_at(session: CommitteeSession, *, at: datetime) -> list[Point]:
    """The points of a session in order, each with the last decision recorded by that instant."""
    decided = Decision.objects.filter(recorded_at__lte=at)
    latest = decided.select_related("recorded_by", "corrects", "target_session").prefetch_related("followed")
    items = (
        session.items.select_related("session", "candidacy__service__owner")
        .prefetch_related(Prefetch("decisions", queryset=latest.order_by("-recorded_at", "-pk"), to_attr="latest"))
        .order_by("position")
    )
    return [_point(item) for item in items if item.latest]


def _point(item: AgendaItem) -> Point:
    decision: Decision = item.latest[0]  # type: ignore[attr-defined]
    decision.item = item
    return Point(item, decision, told(decision), list(item.recusals.select_related("user")))


def told(decision: Decision) -> Letter:
    """The words of a decision's letter."""
    return letter.compose(case_told(decision), decision.ruling)


def case_told(decision: Decision) -> Case:
    """What the letter of a recorded decision is about."""
    return case_of(
        decision.item,
        decided_on=decision.decided_on,
        at=decision.recorded_at,
        corrects=decision.corrects.reference if decision.corrects else "",
        target_on=decision.target_session.held_on if decision.target_session else None,
    )


def problems(item: AgendaItem, ruling: Ruling, *, corrects: Decision | None = None) -> list[Problem]:
    """What forbids recording this ruling on this point, as `rules.problems` says; nor does a correction give back."""
    found = rules.problems(
        ruling,
        requested=requested(item.candidacy),
        direction=Direction(item.candidacy.direction),
        former=corrects.ruling if corrects else None,
    )
    if corrects and corrects.is_told and ruling.outcome.admits and (ended := ended_right(item.candidacy)):
        found.append(given_back(ended))
    return found


def ended_right(candidacy: Candidacy) -> Grant | None:
    """The last right withdrawn, in the candidacy's direction, from a service that holds none there; None otherwise."""
    if living_grant(candidacy):
        return None
    rows = Grant.objects.filter(service_id=candidacy.service_id, direction=candidacy.direction)
    return rows.filter(state=GrantState.WITHDRAWN).order_by("-pk").first()


def given_back(ended: Grant) -> Problem:
    """Why a correction does not open a withdrawn right again, which two persons may have ended."""
    return Problem(
        "outcome",
        f"L’habilitation {ended} a été retirée : une rectification ne rend pas un droit retiré, seule une nouvelle "
        "candidature le redemande.",
    )


@dataclass(frozen=True, slots=True)
class Forecast:
    """What recording a ruling would do: the letter's words, whom it goes to, and each consequence in a sentence.

    `fingerprint` names the ruling it was made for.
    """

    fingerprint: str
    letter: Letter
    recipients: tuple[str, ...]
    consequences: tuple[str, ...]


def forecast(
    item: AgendaItem, ruling: Ruling, *, decided_on: date, at: datetime, corrects: Decision | None = None
) -> Forecast:
    """Exactly what recording this ruling at that instant would do."""
    target = CommitteeSession.objects.filter(reference=ruling.target).first() if ruling.target else None
    case = case_of(
        item,
        decided_on=decided_on,
        at=at,
        corrects=corrects.reference if corrects else "",
        target_on=target.held_on if target else None,
    )
    recipients = tuple(parties.reachable_addresses(item.candidacy.service.owner))
    consequences = tuple(_consequences(item, ruling, corrects, recipients))
    return Forecast(ruling.fingerprint, letter.compose(case, ruling), recipients, consequences)


def _consequences(
    item: AgendaItem, ruling: Ruling, corrects: Decision | None, recipients: Sequence[str]
) -> Sequence[str]:
    told = [_candidacy_moves(item, ruling, corrects)]
    if ruling.outcome.admits:
        told.append(_right_opens(item, ruling, corrects))
        told += (
            [] if corrects and living_grant(item.candidacy) else measures.met(item, ruling.granted, corrects=corrects)
        )
    if item.session and item.session.holds_back:
        told.append("Séance sous embargo : la candidature ne bouge et l’éditeur n’est prévenu qu’à la levée.")
        return told
    told.append("Le courrier de notification ci-dessous est établi en PDF et conservé.")
    if recipients:
        told.append(f"Il est envoyé à {', '.join(recipients)}.")
    else:
        told.append("Aucune adresse n’est connue : il ne sera envoyé à personne.")
    return told


def _candidacy_moves(item: AgendaItem, ruling: Ruling, corrects: Decision | None) -> str:
    if corrects:
        kept = f"La décision {corrects} reste lisible ; celle-ci la remplace."
        return f"{kept} La candidature {item.candidacy} ne bouge pas."
    becomes = {"admit": "admise", "admit_with_reservations": "admise", "defer": "ajournée", "refuse": "refusée"}
    return f"La candidature {item.candidacy} devient « {becomes[ruling.outcome]} »."


def _right_opens(item: AgendaItem, ruling: Ruling, corrects: Decision | None) -> str:
    if corrects and (living := living_grant(item.candidacy)):
        return f"L’habilitation {living} reste en vigueur ({living.profiles_in_words})."
    if amended := item.candidacy.amends:
        return f"L’habilitation {amended} est modifiée : {ruling.granted.words} au lieu de {amended.profiles_in_words}."
    charter = " La charte déjà signée y est portée." if charter_signed_at(item.candidacy) else ""
    return (
        f"Une habilitation est ouverte au service « {item.candidacy.service.name} » : {ruling.granted.words}.{charter}"
    )
