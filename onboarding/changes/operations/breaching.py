"""Breach cases: evidence, formal notice, observations, outcome; another person decides (settled question 20)."""

from datetime import date, datetime
from typing import Any

from onboarding.changes import effects, measures
from onboarding.changes.lifecycle import BreachMove
from onboarding.changes.measures import Ground, Measure
from onboarding.changes.models import BreachCase
from policy.grants.models import Grant
from policy.sanctions import operations as sanctions
from portal.calendar.deadlines import paris_date
from portal.documents.models import DepositedFile
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.outbox.operations import enqueue
from portal.web import wording


def open_case(
    grant: Grant,
    *,
    ground: str,
    evidence: str,
    piece: DepositedFile | None = None,
    by: Any,
    at: datetime | None = None,
) -> BreachCase:
    """An agent opens a case on a living right; the vendor learns of it with the formal notice."""
    row = BreachCase(grant=grant, ground=Ground(ground), evidence=evidence.strip(), piece=piece, opened_by=by)
    with moving(row, BreachMove.OPEN, by=by, at=at) as (current, event):
        current.reference = next_reference("MQ", event.at)
        current.opened_at = event.at
        event.note(ground=Ground(ground).label.lower(), grant=grant.reference)
    return row


def notify(case: BreachCase, *, expected: str, deadline: date, by: Any, at: datetime | None = None) -> None:
    """The formal notice: what the vendor must do, and before when. A letter and a mail follow."""
    with moving(case, BreachMove.NOTIFY, by=by, at=at) as (current, event):
        if not expected.strip():
            raise Refused("Dites ce que l’éditeur doit faire pour se mettre en règle.", field="expected")
        if deadline <= paris_date(event.at):
            raise Refused("La date limite vient après aujourd’hui.", field="deadline")
        current.expected, current.deadline = expected.strip(), deadline
        current.notified_by, current.notified_at = by, event.at
        event.note(deadline=wording.day(deadline))
        enqueue(effects.issue_formal_notice, event=event, reference=current.reference)


def observe(case: BreachCase, *, observations: str, by: Any, at: datetime | None = None) -> None:
    """The vendor answers; what he wrote before stays above, with its date."""
    with moving(case, BreachMove.OBSERVE, by=by, at=at) as (current, event):
        if not observations.strip():
            raise Refused("Écrivez vos observations.", field="observations")
        said = f"{wording.moment(event.at)}, {by.full_name} :\n{observations.strip()}"
        current.observations = f"{current.observations}\n\n{said}".strip()
        if len(current.observations) > 6000:
            raise Refused("Vos observations dépassent 6 000 caractères en tout : résumez-les.", field="observations")
        current.observed_by, current.observed_at = by, event.at
        enqueue(effects.tell_observations, event=event, reference=current.reference)


def conclude(case: BreachCase, *, measure: str, conclusions: str, by: Any, at: datetime | None = None) -> None:
    """The case ends with a measure that its ground allows, once the vendor answered or the deadline is over.

    A suspension or a withdrawal is a measure that a second person decides: nothing closes before.
    """
    with moving(case, BreachMove.CONCLUDE, by=by, at=at) as (current, event):
        chosen = Measure(measure)
        if sentence := measures.objection(current.grounds, chosen):
            raise Refused(sentence, field="measure")
        if not conclusions.strip():
            raise Refused("Motivez l’issue : l’éditeur la reçoit telle quelle.", field="conclusions")
        _after_the_delay(current, event.at)
        current.measure, current.conclusions = chosen, conclusions.strip()
        current.concluded_by, current.concluded_at = by, event.at
        _propose(current, chosen, by=by, at=event.at)
        event.note(outcome=chosen.label.lower())
        enqueue(effects.tell_outcome, event=event, reference=current.reference)


def _after_the_delay(case: BreachCase, at: datetime) -> None:
    assert case.deadline is not None  # the state asks for a formal notice
    if case.observed_at is None and paris_date(at) <= case.deadline:
        raise Refused(
            f"L’éditeur a jusqu’au {wording.day(case.deadline)} pour répondre : attendez ses observations ou cette "
            "date. En cas d’urgence, suspendez l’habilitation par une mesure."
        )


def _propose(case: BreachCase, measure: Measure, *, by: Any, at: datetime) -> None:
    """A suspension or a withdrawal waits for a second person; the formal notice was its adversarial step."""
    nature = measures.NATURES.get(measure)
    if nature is None:
        return
    assert case.deadline is not None  # the state asks for a formal notice
    sanctions.carry_on(
        case.grant,
        nature=nature,
        motive=measures.MOTIVES[case.grounds],
        grounds=f"{case.evidence}\n\n{case.conclusions}",
        source=case.reference,
        due_on=case.deadline,
        observations=case.observations,
        observed_at=case.observed_at,
        by=by,
        at=at,
    )


def drop(case: BreachCase, *, conclusions: str, by: Any, at: datetime | None = None) -> None:
    """Nothing is kept against the vendor, who is told if he had been notified."""
    with moving(case, BreachMove.DROP, by=by, at=at) as (current, event):
        if not conclusions.strip():
            raise Refused("Dites pourquoi le dossier est classé.", field="conclusions")
        current.conclusions, current.concluded_by, current.concluded_at = conclusions.strip(), by, event.at
        if current.notified_at:
            enqueue(effects.tell_outcome, event=event, reference=current.reference)
