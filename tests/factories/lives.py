"""What may happen to a row, by lifecycle: how to bring one to each state, and each of its moves as somebody makes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from django.db.models import Model

from onboarding.campaigns import operations as campaigns
from onboarding.campaigns.lifecycle import LIFECYCLE as CAMPAIGNS
from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.comments import CommentKind
from onboarding.candidacies.lifecycle import LIFECYCLE as CANDIDACIES
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.operations import drafts
from onboarding.changes.kinds import Kind
from onboarding.changes.lifecycle import BREACHES, CHANGES
from onboarding.changes.measures import Ground, Measure
from onboarding.changes.models import BreachCase
from onboarding.changes.operations import breaching, declaring
from onboarding.committee import operations as committee
from onboarding.committee.models import AgendaItem
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Motive
from onboarding.notices.lifecycle import REPORTS
from onboarding.notices.operations import reports
from policy.certificates import operations as certificates
from policy.certificates.environments import Hierarchy
from policy.certificates.lifecycle import ANCHORS, HOLDINGS
from policy.certificates.models import TrustAnchor
from policy.certificates.trust import AnchorKind
from policy.profiles import operations as profiles
from policy.profiles.lifecycle import LIFECYCLE as PROFILES
from policy.profiles.models import PolicyVersion
from policy.sanctions import operations as sanctions
from policy.sanctions.lifecycle import SANCTIONS
from policy.whitelist import operations as whitelist
from policy.whitelist.lifecycle import ENTRIES
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.lifecycle.table import Lifecycle
from portal.parameters import operations as parameters
from portal.parameters.lifecycle import LIFECYCLE as PARAMETERS
from tests.factories.campaigns import CampaignFactory, ResultFactory, RunFactory
from tests.factories.candidacies import (
    CandidacyFactory,
    FieldCommentFactory,
    answer_grid,
    fillable,
    representative,
    reviewer,
    secretary,
)
from tests.factories.changes import boss_of, in_production
from tests.factories.committee import AgendaItemFactory
from tests.factories.grants import GrantFactory, agent
from tests.factories.notices import reported
from tests.factories.parties import NOW, DigitalServiceFactory, member
from tests.factories.profiles import shipped
from tests.factories.sanctions import LATER, envisaged, guard, urgent
from tests.factories.whitelist import LATER as FAR
from tests.factories.whitelist import approved, certificate, manager, proposed, ready_grant

GROUNDS = "Motif de l’essai."
Thunk = Callable[[], Any]


@dataclass(frozen=True)
class Life:
    """A lifecycle: `bring` makes a fresh row by state, `acts` prepares a move on it, to be made in any thread.

    A key of `bring` is a state, possibly followed by a comma and what else there is. `also` are moves that change the
    row without changing its state; `beside` are acts on what hangs on it, by lifecycle and move: `committee_votes.cast`.
    """

    lifecycle: Lifecycle
    bring: Mapping[str, Callable[[], Model]]
    acts: Mapping[str, Callable[[Any], Thunk]]
    also: frozenset[str] = frozenset()
    beside: Mapping[str, Callable[[Any], Thunk]] = field(default_factory=dict)


def by(who: Callable[[Any], User | None], verb: Callable[..., Any], **more: Any) -> Callable[[Any], Thunk]:
    """The move made on the row read again, by somebody made beforehand, at one instant."""

    def prepare(row: Any) -> Thunk:
        person, model, pk = who(row), type(row), row.pk
        given = {"at": NOW, **more} | ({"by": person} if person is not None else {})
        return lambda: verb(model.objects.get(pk=pk), **given)

    return prepare


def ruling(outcome: Outcome) -> Callable[[Any], Thunk]:
    """The decision of a secretary on the point of a candidacy."""
    given = Profiles(frozenset("A")) if outcome is Outcome.ADMIT else Profiles()
    motives = (Motive.PURPOSE,) if outcome is Outcome.REFUSE else ()
    ruled = Ruling(outcome, given, "" if outcome is Outcome.ADMIT else GROUNDS, motives=motives)

    def prepare(row: Candidacy) -> Thunk:
        person, pk = secretary(), row.pk
        return lambda: committee.record_decision(AgendaItem.objects.get(candidacy=pk), ruling=ruled, by=person, at=NOW)

    return prepare


def keeper(row: Any) -> User:
    return manager()


def security(row: Any) -> User:
    return guard()


def holder(row: Any) -> User:
    """A legal representative of the holder of the row's right."""
    return boss_of(row.grant)


def an(role: StaffRole) -> Callable[[Any], User]:
    return lambda row: agent(role)


def nobody(row: Any) -> None:
    """The system."""


def reviewing(row: Any) -> User:
    return reviewer()


def owner(row: Any) -> User:
    return representative(row)


def _reviewed(with_comment: bool) -> Candidacy:
    made = CandidacyFactory(under_review=True)
    answer_grid(made)
    if with_comment:
        FieldCommentFactory(candidacy=made)
    return made


CANDIDACY_ACTS = {
    "edit": by(owner, candidacies.edit, block=Block.PURPOSE, values={"purpose_details": "Autre"}),
    "submit": by(owner, candidacies.submit),
    "take": by(reviewing, candidacies.take),
    "assign": lambda row: by(reviewing, candidacies.assign, reviewer=reviewer())(row),
    "comment": by(reviewing, candidacies.comment, block=Block.PURPOSE, kind=CommentKind.INCORRECT, text="À préciser."),
    "return_to_vendor": by(reviewing, candidacies.return_to_vendor),
    "declare_complete": by(reviewing, candidacies.declare_complete),
    "admit": ruling(Outcome.ADMIT),
    "defer": ruling(Outcome.DEFER),
    "refuse": ruling(Outcome.REFUSE),
    "withdraw": by(owner, candidacies.withdraw),
    "abandon": by(nobody, drafts.abandon),
}


def _replace(row: Any) -> Thunk:
    """A second entry of the same right is approved, which replaces this one."""
    waiting = type(row).objects.filter(grant=row.grant, state="proposed").first()
    second, person = waiting or proposed(row.grant, at=NOW), manager()
    return lambda: whitelist.approve(type(row).objects.get(pk=second.pk), by=person, at=NOW)


def _suspended() -> Model:
    entry = approved(at=NOW)
    whitelist.suspend(entry, grounds=GROUNDS, by=manager(), at=NOW)
    whitelist.propose_reinstatement(entry, grounds=GROUNDS, by=manager(), at=NOW)
    return entry


WHITELIST_ACTS = {
    "approve": by(keeper, whitelist.approve),
    "reject": by(keeper, whitelist.reject, grounds=GROUNDS),
    "suspend": by(keeper, whitelist.suspend, grounds=GROUNDS),
    "propose_reinstatement": by(keeper, whitelist.propose_reinstatement, grounds=GROUNDS),
    "keep_suspended": by(keeper, whitelist.keep_suspended, grounds=GROUNDS),
    "reinstate": by(keeper, whitelist.reinstate),
    "replace": _replace,
    "withdraw": by(keeper, whitelist.withdraw, grounds=GROUNDS),
}


def _right() -> Any:
    grant = ready_grant(feeding_profiles="AB")
    approved(grant, at=NOW)
    grant.refresh_from_db()
    return grant


def _emergency() -> Model:
    made = urgent(_right())
    sanctions.propose_lifting(made, grounds=GROUNDS, by=manager(), at=NOW)
    return made


def _standing() -> Model:
    made = envisaged(_right())
    sanctions.decide(made, conclusions=GROUNDS, by=manager(), at=LATER)
    sanctions.propose_lifting(made, grounds=GROUNDS, by=manager(), at=LATER)
    return made


SANCTION_ACTS = {
    "observe": by(holder, sanctions.observe, observations="Réglé."),
    "decide": by(keeper, sanctions.decide, conclusions=GROUNDS, at=LATER),
    "confirm": by(keeper, sanctions.confirm, conclusions=GROUNDS),
    "drop": by(keeper, sanctions.drop, conclusions=GROUNDS),
    "propose_lifting": by(security, sanctions.propose_lifting, grounds=GROUNDS),
    "keep": by(security, sanctions.keep, grounds=GROUNDS),
    "lift": by(keeper, sanctions.lift, at=LATER),
}


def _change(*steps: Callable[..., None]) -> Callable[[], Model]:
    def bring() -> Model:
        grant, _ = in_production()
        boss = boss_of(grant)
        row = declaring.prepare(grant, kind=Kind.HOSTING, proposed="Lyon", by=boss, at=NOW)
        for step in steps:
            step(row, by=boss if step is declaring.sign else reviewer(), at=NOW)
        return row

    return bring


CHANGE_ACTS = {
    "sign": by(holder, declaring.sign),
    "take": by(reviewing, declaring.take),
    "accept": by(reviewing, declaring.accept),
    "refuse": by(reviewing, declaring.refuse, grounds=GROUNDS),
    "apply": by(reviewing, declaring.apply),
    "withdraw": by(holder, declaring.withdraw),
}
DEADLINE = date(2026, 4, 2)


def _breach(*, noticed: bool) -> Callable[[], Model]:
    def bring() -> Model:
        grant, _ = in_production()
        case = breaching.open_case(grant, ground=Ground.ABUSE, evidence="40 appels/s.", by=reviewer(), at=NOW)
        if noticed:
            breaching.notify(case, expected="Réduisez.", deadline=DEADLINE, by=manager(), at=NOW)
            breaching.observe(BreachCase.objects.get(pk=case.pk), observations="Vu.", by=boss_of(grant), at=NOW)
        return case

    return bring


BREACH_ACTS = {
    "notify": by(keeper, breaching.notify, expected="Réduisez.", deadline=DEADLINE),
    "observe": by(holder, breaching.observe, observations="Réglé."),
    "conclude": by(keeper, breaching.conclude, measure=Measure.REMINDER, conclusions=GROUNDS),
    "drop": by(keeper, breaching.drop, conclusions=GROUNDS),
}


def _campaign(**traits: Any) -> Callable[[], Model]:
    def bring() -> Model:
        made = CampaignFactory(**traits)
        ResultFactory(run=RunFactory(campaign=made), accepted=True)
        return made

    return bring


CAMPAIGN_ACTS = {
    "declare_end": by(holder, campaigns.declare_end),
    "accept_conforming": by(an(StaffRole.TEST_VERIFIER), campaigns.accept_conforming),
    "verify": by(an(StaffRole.TEST_VERIFIER), campaigns.verify),
    "ask_redo": by(an(StaffRole.TEST_VERIFIER), campaigns.ask_redo, redo=GROUNDS),
}


def _reported(*steps: Callable[..., Any]) -> Callable[[], Model]:
    def bring() -> Model:
        row = reported(DigitalServiceFactory())
        for step in steps:
            more = ("Vu.",) if step is reports.answer else ()
            step(row, *more, by=reviewer(), at=NOW)
        return row

    return bring


def of_owner(row: Any) -> User:
    return member(row.service.owner)


REPORT_ACTS = {
    "take": by(reviewing, reports.take),
    "answer": by(reviewing, reports.answer, text="Réglé."),
    "reply": by(of_owner, reports.reply, text="Encore."),
    "close": by(of_owner, reports.close),
}
_numbers = count(1)


def _anchor(*, leaving: bool) -> Callable[[], Model]:
    def bring() -> Model:
        number = next(_numbers)
        given = {"hierarchy": Hierarchy.TEST, "kind": AnchorKind.ROOT, "not_after": FAR, "pem": "-", "reason": GROUNDS}
        row = TrustAnchor.objects.create(
            reference=f"AC-1999-{number:04d}",
            name=f"Autorité {number}",
            fingerprint=f"{number:064x}",
            state="trusted" if leaving else "proposed",
            proposed_by=guard(),
            proposed_at=NOW,
            **given,
        )
        if leaving:
            certificates.propose_withdrawal(row, reason=GROUNDS, by=guard(), at=NOW)
        return row

    return bring


ANCHOR_ACTS = {
    "approve": by(security, certificates.approve_anchor),
    "reject": by(security, certificates.reject_anchor),
    "withdraw": by(security, certificates.withdraw_anchor),
    "keep": by(security, certificates.keep_anchor),
}


def _holding() -> Model:
    holding = certificate(GrantFactory()).holding
    certificates.propose_release(holding, grounds=GROUNDS, by=manager(), at=NOW)
    return holding


HOLDING_ACTS = {"release": by(keeper, certificates.release), "keep": by(keeper, certificates.keep_name)}


def _setting() -> Model:
    by_whom = agent(StaffRole.ADMINISTRATOR)
    return parameters.set_value("delegates.may_sign", next(_numbers) % 2 == 0, by=by_whom, reason="Essai", at=NOW)


SETTING_ACTS = {
    "approve": by(an(StaffRole.ADMINISTRATOR), parameters.approve),
    "reject": by(an(StaffRole.ADMINISTRATOR), parameters.reject),
}


def _policy(*steps: Callable[..., None]) -> Callable[[], Model]:
    def bring() -> Model:
        number = str(PolicyVersion.objects.count() + 1)
        row = profiles.import_rulebook(shipped(number=number), by=agent(StaffRole.POLICY_MANAGER), at=NOW)
        for step in steps:
            step(row, by=agent(StaffRole.POLICY_MANAGER), at=NOW)
        return row

    return bring


POLICY_ACTS = {
    "check": by(an(StaffRole.POLICY_MANAGER), profiles.check),
    "approve": by(an(StaffRole.POLICY_MANAGER), profiles.approve),
    "reopen": by(an(StaffRole.POLICY_MANAGER), profiles.reopen),
    "publish": by(an(StaffRole.POLICY_MANAGER), profiles.publish),
}

LIVES: dict[str, Life] = {
    life.lifecycle.name: life
    for life in (
        Life(
            CANDIDACIES,
            {
                "draft": fillable,
                "submitted": lambda: CandidacyFactory(submitted=True),
                "under_review": lambda: _reviewed(with_comment=False),
                "under_review, commented": lambda: _reviewed(with_comment=True),
                "complete": lambda: AgendaItemFactory().candidacy,
            },
            CANDIDACY_ACTS,
        ),
        Life(
            ENTRIES,
            {"proposed": lambda: proposed(at=NOW), "approved": lambda: approved(at=NOW), "suspended": _suspended},
            WHITELIST_ACTS,
        ),
        Life(
            SANCTIONS,
            {"notified": lambda: envisaged(_right()), "emergency": _emergency, "enforced": _standing},
            SANCTION_ACTS,
        ),
        Life(
            CHANGES,
            {
                "pending": _change(),
                "declared": _change(declaring.sign),
                "under_review": _change(declaring.sign, declaring.take),
                "accepted": _change(declaring.sign, declaring.take, declaring.accept),
            },
            CHANGE_ACTS,
        ),
        Life(BREACHES, {"open": _breach(noticed=False), "awaiting": _breach(noticed=True)}, BREACH_ACTS),
        Life(CAMPAIGNS, {"open": _campaign(), "declared": _campaign(declared=True)}, CAMPAIGN_ACTS),
        Life(
            REPORTS,
            {"reported": _reported(), "in_progress": _reported(reports.take), "answered": _reported(reports.answer)},
            REPORT_ACTS,
        ),
        Life(ANCHORS, {"proposed": _anchor(leaving=False), "leaving": _anchor(leaving=True)}, ANCHOR_ACTS),
        Life(HOLDINGS, {"leaving": _holding}, HOLDING_ACTS),
        Life(PARAMETERS, {"proposed": _setting}, SETTING_ACTS),
        Life(
            PROFILES,
            {
                "draft": _policy(),
                "checked": _policy(profiles.check),
                "approved": _policy(profiles.check, profiles.approve),
            },
            POLICY_ACTS,
        ),
    )
}
