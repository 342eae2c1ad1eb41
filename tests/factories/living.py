"""What lives after admission, at the committee and on the newer slices: one row for every form that waits for one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from onboarding.changes.kinds import Kind
from onboarding.changes.models import BreachCase, ChangeDeclaration
from onboarding.changes.operations import breaching, confirming, declaring
from onboarding.committee import operations as committee
from onboarding.committee.models import CommitteeSession, Seat
from onboarding.formalities import operations as formalities
from onboarding.formalities.kinds import OfficialForm
from onboarding.letters import operations as letters
from onboarding.workbench import operations as workbench
from policy.certificates.environments import Hierarchy
from policy.certificates.models import TrustAnchor
from policy.certificates.trust import AnchorKind
from policy.rollovers import operations as rollovers
from policy.whitelist.lifecycle import LossState
from policy.whitelist.models import ListLoss, SigningKey
from portal.demo.cast import account_of
from portal.demo.story import Dossier
from portal.documents import operations as documents
from tests.factories.documents import form_pdf

NEXT_YEAR = timedelta(days=300)


def enliven(world: Any) -> None:
    """Fills `world.alive`: for the name of an address, the reference of the row whose form is open there."""
    alive = world.alive
    alive |= _changes(world) | _breaches(world)
    alive["confirmation"] = str(confirming.ask(world.mine.grant, at=world.now))
    alive["letter_model"] = letters.write("Relance", "Bonjour,", by=account_of("secretaire"), at=world.now).reference
    alive["rollover"] = _rollover(world).reference
    alive["official_form_match"] = _official_form(world)
    alive |= _guarded_list(world)
    workbench.write_note(world.mine.candidacy, "À suivre.", by=account_of("instructrice"), at=world.now)
    _committee(world)


def _guarded_list(world: Any) -> dict[str, str]:
    """A loss held back in one environment, another that somebody proposed to accept, a key to put in force."""
    lost = [{"reference": world.mine.entry.reference, "reason": "adresse absente ou sans https"}]
    given = {"entries": lost, "held_at": world.now}
    held = ListLoss.objects.create(reference="LR-1999-0001", environment="production", **given)
    asked = {"proposed_by": account_of("gestionnaire_1"), "proposed_at": world.now, "grounds": "Fin d’essai."}
    proposed = ListLoss.objects.create(
        reference="LR-1999-0002", environment="sandbox", state=LossState.PROPOSED, **given, **asked
    )
    asked["proposed_by"] = account_of("administrateur")
    key = SigningKey.objects.create(reference="CL-1999-0001", key_id="0" * 16, public_key="-", **asked)
    return {"list_loss_propose": str(held), "list_loss_decide": str(proposed), "signing_key_decide": str(key)}


def _declared(dossier: Dossier, *steps: Callable[..., None], now: Any) -> str:
    """A change of hosting declared for a right, as far as those steps bring it."""
    vendor, reviewer = dossier.vendor, account_of("instructrice")
    row: ChangeDeclaration = declaring.prepare(dossier.grant, kind=Kind.HOSTING, proposed="Lyon", by=vendor, at=now)
    for step in steps:
        step(row, by=vendor if step is declaring.sign else reviewer, at=now)
    return row.reference


def _changes(world: Any) -> dict[str, str]:
    now, stages = world.now, world.stages
    examined = _declared(stages["ready"], declaring.sign, declaring.take, now=now)
    prepared = _declared(stages["suspended"], now=now)
    accepted = _declared(stages["tested"], declaring.sign, declaring.take, declaring.accept, now=now)
    return {
        "change_sign": prepared,
        "change_withdraw": prepared,
        "change_take": _declared(stages["proposed"], declaring.sign, now=now),
        "change_accept": examined,
        "change_refuse": examined,
        "change_apply": accepted,
        "change_call_off": accepted,
    }


def _breaches(world: Any) -> dict[str, str]:
    now, manager = world.now, account_of("gestionnaire_1")
    opened, noticed = (
        breaching.open_case(dossier.grant, ground="abuse", evidence="40 appels par seconde.", by=manager, at=now)
        for dossier in (world.stages["suspended"], world.mine)
    )
    deadline = timezone.localdate(now) + NEXT_YEAR
    breaching.notify(noticed, expected="Réduisez vos appels.", deadline=deadline, by=manager, at=now)
    breaching.observe(BreachCase.objects.get(pk=noticed.pk), observations="Réglé.", by=world.mine.vendor, at=now)
    told = {"breach_observe": noticed.reference, "breach_conclude": noticed.reference}
    return told | {"breach_notify": opened.reference, "breach_drop": opened.reference}


def _rollover(world: Any) -> Any:
    """A campaign to leave the demonstration's PROD authority, which issued the certificate of `mine`."""
    name = world.mine.pki.authorities[Hierarchy.PROD, AnchorKind.INTERMEDIATE].anchor.name
    anchor = TrustAnchor.objects.get(name=name, hierarchy=Hierarchy.PROD)
    ends_on = timezone.localdate(world.now) + NEXT_YEAR
    by = account_of("gestionnaire_1")
    return rollovers.open_rollover(anchor, ends_on=ends_on, message="Préparez-vous.", by=by, at=world.now)


def _official_form(world: Any) -> str:
    by = account_of("instructrice")
    file = documents.deposit("F413.pdf", form_pdf("Dénomination", "Champ"), by=by)
    return formalities.upload_form(OfficialForm.F413, file, edition="2024", by=by, at=world.now).reference


def _committee(world: Any) -> None:
    """Two members and the chair; a session to which they were called, and another one that sits and votes."""
    secretary, now = account_of("secretaire"), world.now
    seats = [
        committee.appoint(account_of(person), organisation=organisation, function=function, by=secretary, at=now)
        for person, organisation, function in (
            ("presidente", "ans", "chair"),
            ("membre_dgos", "dgos", "member"),
            ("membre_cnsa", "cnsa", "member"),
        )
    ]
    world.alive["seat_end"] = seats[-1].reference
    world.stages["called"].session = _session(world, "called", seats, days_ago=10)
    sitting = world.stages["sitting"].session = _session(world, "sitting", seats, days_ago=11)
    committee.open_session(sitting, present=[seat.reference for seat in seats], by=secretary, at=now)


def _session(world: Any, stage: str, seats: list[Seat], *, days_ago: int) -> CommitteeSession:
    """A session on the dossier of that stage: all but the last member declared no interest."""
    secretary, now = account_of("secretaire"), world.now
    held = timezone.localdate(now) - timedelta(days=days_ago)
    session = committee.plan_session(held_on=held, cut_off=held - timedelta(days=15), by=secretary, at=now)
    committee.enter_on_agenda(session, world.stages[stage].candidacy, by=secretary, at=now)
    committee.convene(session, by=secretary, at=now)
    CommitteeSession.objects.filter(pk=session.pk).update(has_votes=stage == "sitting")
    session.refresh_from_db()
    for seat in seats[:-1]:
        committee.declare_interests(session, {}, by=seat.user, at=now)
    return session
