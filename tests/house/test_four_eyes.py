"""Two persons where one is not enough: whoever proposed never decides, however many try at once (requirements AZ-06).

Each race has two tries of the person who proposed against one of another: two hundred of them and more over all the
acts. Run on the database of the suite, then on the other one.
"""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

from onboarding.committee import operations as committee
from onboarding.committee.models import Proposal
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.takeovers import operations as takeovers
from onboarding.takeovers.models import TakeOver
from onboarding.takeovers.sheet import Column
from policy.certificates import operations as certificates
from policy.certificates.models import NameHolding, TrustAnchor
from policy.profiles import operations as profiles
from policy.profiles.models import PolicyVersion
from policy.sanctions import operations as sanctions
from policy.sanctions.extent import Extent, Motive
from policy.sanctions.models import Sanction
from policy.whitelist import operations as whitelist
from policy.whitelist.models import ListLoss, SigningKey, WhitelistEntry
from portal.accounts import operations as accounts
from portal.accounts.models import RoleProposal, StaffAssignment, User
from portal.accounts.roles import StaffRole
from portal.audit import signing
from portal.audit.queries import verify
from portal.lifecycle.errors import NotPermitted, Refusal
from portal.parameters import operations as parameters
from portal.parameters.models import Parameter
from portal.reference.models import Region
from tests.factories.accounts import PersonFactory, tied
from tests.factories.at_once import at_once
from tests.factories.candidacies import CandidacyFactory
from tests.factories.grants import GrantFactory, agent
from tests.factories.profiles import shipped
from tests.factories.sanctions import FACTS, LATER, in_production
from tests.factories.whitelist import certificate, proposed, ready_grant

pytestmark = pytest.mark.django_db(transaction=True)
Try = Callable[[User], Any]
ROUNDS, MANY = 3, 17  # of each of the fifteen acts: 300 races
ROLES = (
    StaffRole.WHITELIST_MANAGER,
    StaffRole.SECURITY_OFFICER,
    StaffRole.POLICY_MANAGER,
    StaffRole.ADMINISTRATOR,
)


def person() -> User:
    """Somebody who holds every role that these acts ask for: only four eyes can stop him."""
    made = agent(ROLES[0])
    for role in ROLES[1:]:
        StaffAssignment.objects.create(user=made, role=role, since=made.date_joined)
    StaffAssignment.objects.create(user=made, role=StaffRole.REGIONAL_AUTHORITY, region="53", since=made.date_joined)
    made.__dict__.pop("staff_roles", None)
    return made


def _entry(first: User, now: datetime) -> Try:
    pk = proposed(ready_grant(), by=first, at=now).pk
    return lambda by: whitelist.approve(WhitelistEntry.objects.get(pk=pk), by=by, at=now)


def _reinstatement(first: User, now: datetime) -> Try:
    entry = WhitelistEntry.objects.get(grant=in_production())
    whitelist.suspend(entry, grounds="Urgence.", by=first, at=now)
    whitelist.propose_reinstatement(entry, grounds="Réglé.", by=first, at=now)
    return lambda by: whitelist.reinstate(WhitelistEntry.objects.get(pk=entry.pk), by=by, at=now)


def _measure(first: User, now: datetime) -> Try:
    grant = in_production()
    given = {"nature": "suspension", "extent": Extent.DIRECTION, "motive": Motive.ABUSE, "grounds": FACTS}
    pk = sanctions.open_measure(grant, **given, by=first, at=now).pk
    return lambda by: sanctions.decide(Sanction.objects.get(pk=pk), conclusions="Oui.", by=by, at=LATER)


def _urgent(first: User, now: datetime) -> Sanction:
    return sanctions.open_emergency(
        in_production(),
        extent=Extent.PROFILE,
        value="B",
        motive=Motive.SECURITY,
        grounds=FACTS,
        emergency="Cela continue.",
        by=first,
        at=now,
    )


def _emergency(first: User, now: datetime) -> Try:
    pk = _urgent(first, now).pk
    return lambda by: sanctions.confirm(Sanction.objects.get(pk=pk), conclusions="Oui.", by=by, at=now)


def _lifting(first: User, now: datetime) -> Try:
    made = _urgent(first, now)
    sanctions.propose_lifting(made, grounds="Réglé.", by=first, at=now)
    return lambda by: sanctions.lift(Sanction.objects.get(pk=made.pk), by=by, at=now)


def _policy(first: User, now: datetime) -> Try:
    number = str(PolicyVersion.objects.count() + 1)
    version = profiles.import_rulebook(shipped(number=number), by=first, at=now)
    profiles.check(version, by=first, at=now)
    return lambda by: profiles.approve(PolicyVersion.objects.get(pk=version.pk), by=by, at=now)


def _setting(first: User, now: datetime) -> Try:
    value = Parameter.objects.count() % 2 == 0
    made = parameters.set_value("delegates.may_sign", value, by=first, reason="Essai", at=now)
    return lambda by: parameters.approve(Parameter.objects.get(pk=made.pk), by=by, at=now)


def _loss(first: User, now: datetime) -> Try:
    row = ListLoss.objects.create(
        reference=f"LR-1999-{ListLoss.objects.count() + 1:04d}",
        environment="production",
        entries=[{"reference": "LB-000001", "reason": "certificat illisible"}],
        held_at=now,
    )
    whitelist.propose_loss(row, grounds="Fin d’essai.", by=first, at=now)
    return lambda by: whitelist.accept_loss(ListLoss.objects.get(pk=row.pk), by=by, at=now)


def _key(first: User, now: datetime) -> Try:
    path = Path(settings.PUBLICATION_NEXT_KEY_FILE)
    path.unlink(missing_ok=True)
    signing.load(path, create=True)
    pk = whitelist.propose_key(grounds="Renouvellement.", by=first, at=now).pk
    return lambda by: whitelist.enforce_key(SigningKey.objects.get(pk=pk), by=by, at=now)


def _role(first: User, now: datetime) -> Try:
    pk = accounts.propose_role(PersonFactory(), StaffRole.CHAIR, by=first, at=now).pk
    return lambda by: accounts.confirm_role(RoleProposal.objects.get(pk=pk), by=by, at=now)


def _anchor(state: str, decide: Callable[..., None]) -> Callable[[User, datetime], Try]:
    def make(first: User, now: datetime) -> Try:
        number = TrustAnchor.objects.count() + 1
        row = TrustAnchor.objects.create(
            reference=f"AC-1999-{number:04d}",
            name=f"Autorité {number}",
            hierarchy="test",
            kind="root",
            pem="-",
            fingerprint=f"{number:064x}",
            not_after=LATER,
            state=state,
            proposed_by=first,
            proposed_at=now,
        )
        return lambda by: decide(TrustAnchor.objects.get(pk=row.pk), by=by, at=now)

    return make


def _name(first: User, now: datetime) -> Try:
    holding = certificate(GrantFactory()).holding
    certificates.propose_release(holding, grounds="Service cédé.", by=first, at=now)
    return lambda by: certificates.release(NameHolding.objects.get(pk=holding.pk), by=by, at=now)


def _regional(first: User, now: datetime) -> Try:
    Region.objects.update_or_create(code="53", defaults={"name": "Bretagne", "ars_name": "ARS Bretagne"})
    candidacy = CandidacyFactory(
        complete=True,
        direction="consumption",
        space="regional",
        requested_profiles=["2"],
        region_routes={"53": "direct"},
    )
    ruling = Ruling(Outcome.ADMIT, Profiles(access=2))
    pk = committee.propose_regionally(candidacy, ruling=ruling, by=first, at=now).pk
    return lambda by: committee.confirm_proposal(Proposal.objects.get(pk=pk), by=by, at=now)


def _takeover(first: User, now: datetime) -> Try:
    line = {
        Column.SIREN: "732829320",
        Column.ENTITY: "Orienteurs",
        Column.SERVICE: f"Service {TakeOver.objects.count() + 1}",
        Column.KIND: "SaaS",
        Column.DIRECTION: "consommation",
        Column.PROFILES: "0",
        Column.DECIDED: "2023-04-02",
        Column.DECISION: "CR 2023-04-02",
    }
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";").writerows(
        [[column.label for column in Column], [line.get(column, "") for column in Column]]
    )
    made = takeovers.propose("existant.csv", written.getvalue().encode(), by=first, at=now)
    takeovers.work_on(made, at=now)
    return lambda by: takeovers.confirm(TakeOver.objects.get(pk=made.pk), by=by, at=now)


ACTS: dict[str, Callable[[User, datetime], Try]] = {
    "whitelist entry": _entry,
    "reinstated entry": _reinstatement,
    "measure": _measure,
    "emergency": _emergency,
    "lifted measure": _lifting,
    "policy": _policy,
    "setting": _setting,
    "role": _role,
    "lost entries": _loss,
    "signing key": _key,
    "authority": _anchor("proposed", certificates.approve_anchor),
    "authority withdrawn": _anchor("leaving", certificates.withdraw_anchor),
    "name released": _name,
    "take-over": _takeover,
    "regional decision": _regional,
}


CONSTRAINTS = {
    "whitelist_entry_four_eyes": "whitelist entry",
    "whitelist_entry_reinstatement_four_eyes": "reinstated entry",
    "sanction_four_eyes": "measure",
    "sanction_lifting_four_eyes": "lifted measure",
    "policy_version_four_eyes": "policy",
    "parameter_four_eyes": "setting",
    "role_proposal_four_eyes": "role",
    "list_loss_four_eyes": "lost entries",
    "signing_key_four_eyes": "signing key",
    "trust_anchor_four_eyes": "authority",
    "name_holding_four_eyes": "name released",
    "takeover_four_eyes": "take-over",
    "regional_proposal_four_eyes": "regional decision",
}


def raced(make: Callable[[User, datetime], Try], now: datetime, *, rounds: int) -> None:
    """Runs the races: each time the two tries of the first person are refused, and the other's passes."""
    first, second = person(), person()
    for _ in range(rounds):
        act = make(first, now)
        raised = at_once(*(lambda by=by, act=act: act(by) for by in (first, second, first)))  # type: ignore[misc]
        assert len(raised) == 2
        assert all(isinstance(failure, Refusal) for failure in raised)
        assert any(isinstance(failure, NotPermitted) for failure in raised)
    assert verify().holds


@pytest.mark.parametrize("act", ACTS)
def test_nobody_decides_what_he_proposed(act: str, now: datetime) -> None:
    raced(ACTS[act], now, rounds=ROUNDS)


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
def test_two_hundred_races_and_not_one_self_approval(act: str, now: datetime) -> None:
    raced(ACTS[act], now, rounds=MANY)


@pytest.mark.parametrize("act", ACTS)
def test_nobody_decides_what_his_other_account_proposed(act: str, now: datetime) -> None:
    """One person, two accounts, on whichever of them the portal learnt it; a third person still decides."""
    first, twin, second = person(), person(), person()
    tied(first, twin)
    decide = ACTS[act](User.objects.get(pk=first.pk), now)
    with pytest.raises(NotPermitted):
        decide(User.objects.get(pk=twin.pk))
    decide(second)


def test_every_four_eyes_of_the_database_is_an_act_of_these() -> None:
    """A constraint of two persons that no race proves is found here."""
    named = {
        constraint.name
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.name.endswith("four_eyes")
    }
    assert named == set(CONSTRAINTS)
    assert set(CONSTRAINTS.values()) <= ACTS.keys()
