"""Acting on many dossiers: each one is done or refused by itself, and the report says which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.models import Candidacy
from onboarding.committee import operations as committee
from onboarding.committee.models import CommitteeSession
from onboarding.workbench import operations, queries
from onboarding.workbench.batch import MOST, BatchAct, Line
from onboarding.workbench.lifecycle import BatchMove
from onboarding.workbench.models import Batch
from portal.accounts.models import User
from portal.lifecycle.errors import Refusal, Refused
from portal.lifecycle.operations import moving, next_reference
from portal.web import wording

UNKNOWN = "Ce dossier n’existe pas."
CLOSED = "Laissée comme elle est : ce dossier ne vous est plus ouvert."


@dataclass(frozen=True, slots=True)
class Order:
    """What to do to each dossier: an act with what it takes (a reviewer or nobody, a text, a session)."""

    act: BatchAct
    reviewer: User | None = None
    text: str = ""
    session: CommitteeSession | None = None

    @property
    def summary(self) -> str:
        """The order in a few French words."""
        if self.act is BatchAct.ASSIGN:
            return f"À {self.reviewer.full_name}" if self.reviewer else "À personne"
        if self.session:
            return f"Séance {self.session.reference} du {wording.day(self.session.held_on)}"
        return self.text[:300]


def run(order: Order, references: Sequence[str], *, by: User, at: datetime | None = None) -> Batch:
    """Does the act on each dossier of these references, in their order, and keeps what became of each.

    A dossier that refuses leaves the others untouched. Raises Refused for none, or for more than MOST.
    """
    asked = list(dict.fromkeys(references))
    if not asked:
        raise Refused("Cochez au moins un dossier.")
    if len(asked) > MOST:
        raise Refused(f"Un lot compte {MOST} dossiers au plus : affinez les filtres, ou cochez-en moins.")
    found = {row.reference: row for row in Candidacy.objects.visible_to(by).filter(reference__in=asked)}
    batch = Batch(act=order.act, summary=order.summary, ran_by=by)
    with moving(batch, BatchMove.RUN, by=by, at=at) as (current, event):
        current.reference, current.ran_at = next_reference("LOT", event.at), event.at
        lines = [_tried(reference, found.get(reference), order, by=by, at=event.at) for reference in asked]
        current.lines = [line.as_json() for line in lines]
        event.note(act=order.act.label.lower(), done=current.done, refused=current.refused)
    return batch


def _tried(reference: str, candidacy: Candidacy | None, order: Order, *, by: User, at: datetime) -> Line:
    if candidacy is None:
        return Line(reference, False, UNKNOWN)
    before = str(candidacy.reviewer.handle) if candidacy.reviewer else ""
    try:
        sentence = _done(candidacy, order, by=by, at=at)
    except Refusal as refusal:
        return Line(reference, False, refusal.sentence)
    return Line(reference, True, sentence, before)


def _done(candidacy: Candidacy, order: Order, *, by: User, at: datetime) -> str:
    """Does the act on one dossier; what was done, in French."""
    match order.act:
        case BatchAct.TAKE:
            candidacies.take(candidacy, by=by, at=at)
            return "Prise en charge par vous."
        case BatchAct.ASSIGN:
            former = candidacy.reviewer.full_name if candidacy.reviewer else "personne"
            candidacies.assign(candidacy, order.reviewer, reason=order.text, by=by, at=at)
            return f"Attribuée à {order.reviewer.full_name if order.reviewer else 'personne'} (avant : {former})."
        case BatchAct.WRITE:
            candidacies.write(candidacy, order.text, by=by, at=at)
            return "Message écrit à l’éditeur."
        case BatchAct.ENTER:
            return _entered(candidacy, order, by=by, at=at)
        case BatchAct.FOLLOW:
            operations.follow(candidacy, by=by, at=at)
            return "Dossier suivi."


def _entered(candidacy: Candidacy, order: Order, *, by: User, at: datetime) -> str:
    if order.session is None:
        raise Refused("Choisissez une séance.")
    item = committee.enter_on_agenda(order.session, candidacy, by=by, at=at)
    return f"Inscrite à l’ordre du jour de {order.session.reference}, point {item.position}."


def undo(batch: Batch, *, by: User, at: datetime | None = None) -> None:
    """Takes back what was done on each dossier where nothing changed since; the report says which were left.

    Raises Refused for an act that was told to somebody outside the agency.
    """
    if not BatchAct(batch.act).is_undoable:
        raise Refused("Cet acte ne se défait pas : des personnes en ont été informées.")
    with moving(batch, BatchMove.UNDO, by=by, at=at) as (current, event):
        done = [line for line in current.report if line.is_done]
        undone = [_undone(line, current, by=by, at=event.at) for line in done]
        current.lines = [line.as_json() for line in undone]
        event.note(done=current.done, refused=current.refused)


def _undone(line: Line, batch: Batch, *, by: User, at: datetime) -> Line:
    seen = Candidacy.objects.visible_to(by).select_related("reviewer")
    candidacy = seen.filter(reference=line.reference).first()
    if candidacy is None:
        return Line(line.reference, False, CLOSED, line.before)
    try:
        if batch.act == BatchAct.FOLLOW:
            return _unfollowed(line, candidacy, by=by, at=at)
        return _given_back(line, candidacy, batch, by=by, at=at)
    except Refusal as refusal:
        return Line(line.reference, False, refusal.sentence, line.before)


def _unfollowed(line: Line, candidacy: Candidacy, *, by: User, at: datetime) -> Line:
    if held := queries.follow_of(by, candidacy):
        operations.stop_following(held, by=by, at=at)
    return Line(line.reference, True, "Dossier plus suivi.", line.before)


def _given_back(line: Line, candidacy: Candidacy, batch: Batch, *, by: User, at: datetime) -> Line:
    holder = candidacy.reviewer.full_name if candidacy.reviewer else "personne"
    if f"Attribuée à {holder} (" not in line.sentence:
        return Line(line.reference, False, f"Laissée à {holder}, à qui elle a été confiée depuis.", line.before)
    former = User.objects.filter(handle=line.before).first() if line.before else None
    candidacies.assign(candidacy, former, reason=f"{batch.reference} défait.", by=by, at=at)
    return Line(line.reference, True, f"Rendue à {former.full_name if former else 'personne'}.", line.before)
