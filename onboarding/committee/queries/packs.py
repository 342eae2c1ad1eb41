"""The sheet of a point as a committee reads it, on the screen, on the projector and in the pack."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onboarding.candidacies import queries as candidacies
from onboarding.candidacies.filing import Difference
from onboarding.candidacies.models import CandidacyVersion, FieldComment
from onboarding.candidacies.queries import BlockView, GridLine, readers, versions
from onboarding.committee.computed import Advice
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision, Opinion
from onboarding.committee.queries import agenda, charter_signed_at, panel, requested
from onboarding.committee.rules import Profiles
from onboarding.establishments import queries as establishments
from portal.calendar.deadlines import paris_date
from portal.parties.models import LegalEntity
from portal.reference import purposes


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the portal verified of a dossier, with its evidence."""

    title: str
    is_good: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one page says of a dossier: who asks, what for, what the rules say, what was checked, what changed."""

    item: AgendaItem
    asked: Profiles
    advice: Advice
    grid: list[GridLine]
    checks: list[Check]
    changed: list[Difference]
    former: Decision | None
    version: CandidacyVersion | None
    blocks: list[BlockView]
    opinions: list[Opinion]
    decision: Decision | None

    @property
    def candidacy(self) -> Any:
        """The candidacy of the point."""
        return self.item.candidacy

    @property
    def purpose(self) -> str:
        """What the service is for, in words."""
        code = self.item.candidacy.purpose
        return purposes.label_of(code) if code else "Non renseignée"


def sheet_of(item: AgendaItem, *, at: datetime, shows: Any = None) -> Sheet:
    """The sheet of one point, as its dossier stands.

    What the applicant keeps confidential is left out, unless `shows` names a person who may read it: then the sheet is
    his own, in a pack that bears his name.
    """
    candidacy = item.candidacy
    candidacies.read_along([candidacy])
    comments = list(FieldComment.objects.of_this_round(candidacy).select_related("author", "answered_by"))
    facts = candidacies.facts_of(candidacy, at=at, comments=comments)
    former, decision = _decisions(item)
    agency = shows is None or not readers.may_read_confidential(shows, candidacy)
    hidden = frozenset(candidacy.confidential) if agency else frozenset()
    deposits = versions.deposits(candidacy, agency=agency)
    return Sheet(
        item=item,
        asked=requested(candidacy),
        advice=panel.advice_on(candidacy, at=at),
        grid=candidacies.grid(candidacy, facts),
        checks=_checks(item),
        changed=_changed_since(former, deposits),
        former=former,
        version=deposits[0].version if deposits else None,
        blocks=candidacies.blocks(candidacy, facts, hidden=hidden, comments=comments),
        opinions=panel.opinions_on(item),
        decision=decision,
    )


def sheets(session: CommitteeSession, reader: Any, *, at: datetime) -> list[Sheet]:
    """The sheets of the points that this person may read, in the order of the agenda."""
    recused = panel.recusals_of(session, reader)
    closed = set(LegalEntity.objects.closed_to(reader).values_list("pk", flat=True))
    listed = [item for item in agenda(session) if item.pk not in recused]
    items = [item for item in listed if item.candidacy.service.owner_id not in closed]
    candidacies.read_along([item.candidacy for item in items])
    return [sheet_of(item, at=at, shows=reader) for item in items]


def _decisions(item: AgendaItem) -> tuple[Decision | None, Decision | None]:
    """The last decision of another point on the same candidacy (a deferral), then the one of this point."""
    found = Decision.objects.in_force().filter(item__candidacy=item.candidacy_id)
    rows = list(found.select_related("recorded_by", "target_session").order_by("-recorded_at"))
    former = next((decision for decision in rows if decision.item_id != item.pk), None)
    return former, next((decision for decision in rows if decision.item_id == item.pk), None)


def _changed_since(former: Decision | None, deposits: Iterable[versions.Deposit]) -> list[Difference]:
    """What the applicant changed since the committee last saw the dossier, or since the first deposit."""
    told = [deposit for deposit in deposits if former is None or deposit.version.deposited_at > former.recorded_at]
    return [difference for deposit in told for difference in deposit.differences]


def _checks(item: AgendaItem) -> list[Check]:
    candidacy, service = item.candidacy, item.candidacy.service
    found = [_complete_in_time(item), _charter(item)]
    if candidacy.direction == "feeding":
        held = establishments.current_list(service)
        words = f"{held.valid_count} établissements valides ({held.reference})" if held else "Aucune liste déposée."
        found.append(Check("Liste d’établissements", bool(held and held.valid_count), words))
    return found


def _complete_in_time(item: AgendaItem) -> Check:
    completed_at, session = item.candidacy.completed_at, item.session
    if completed_at is None:
        return Check("Complétude", False, "Le dossier n’est pas déclaré complet.")
    late = session is not None and paris_date(completed_at) > session.cut_off
    day = paris_date(completed_at).strftime("%d/%m/%Y")
    return Check("Complétude", not late, f"Complet le {day}{', après la date limite' if late else ''}.")


def _charter(item: AgendaItem) -> Check:
    signed_at = charter_signed_at(item.candidacy)
    words = f"Signée le {paris_date(signed_at):%d/%m/%Y}." if signed_at else "La version en vigueur n’est pas signée."
    return Check("Charte", signed_at is not None, words)
