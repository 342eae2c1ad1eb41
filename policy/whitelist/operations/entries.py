"""Verbs on entries: propose and approve by two persons, suspend by one, and put in force. Each one publishes."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from policy.certificates.environments import Environment
from policy.certificates.models import Certificate, DeclaredName
from policy.grants import connection
from policy.grants import operations as grants
from policy.grants import queries as grants_read
from policy.grants.lifecycle import OPEN
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from portal.audit.record import Event
from portal.lifecycle.errors import Incomplete, Refused
from portal.lifecycle.operations import moving, next_number, save
from portal.outbox.operations import enqueue
from portal.parties.models import ServiceKind
from portal.web import wording

from .. import effects, perimeters, queries
from ..lifecycle import Move, State
from ..models import EntryCertificate, EntryName, WhitelistEntry
from .issuing import publish


def propose(
    grant: Grant,
    *,
    environment: str,
    effective_at: datetime | None = None,
    url: str = "",
    certificates: Iterable[str] | None = None,
    narrowed: Mapping[str, Sequence[str]] | None = None,
    by: Any,
    at: datetime | None = None,
) -> WhitelistEntry:
    """A manager proposes to enter a right on the list of one environment; everything is copied and frozen.

    `certificates` are references (all usable ones when None); `narrowed` limits a certificate, by reference, to some
    establishments. Without any certificate, the names announced are entered, unverified, where that is allowed.
    Raises Incomplete with what is missing, Refused for a choice that does not fit.
    """
    entry = WhitelistEntry(grant=grant, environment=environment, proposed_by=by)
    with moving(entry, Move.PROPOSE, by=by, at=at) as (current, event):
        source = _open_right(grant.pk, environment)
        if missing := queries.missing_for(source, environment, at=event.at):
            raise Incomplete(missing)
        names = queries.admissible_names(source, environment, at=event.at)
        chosen = [] if names else _chosen(source, environment, certificates, at=event.at)
        _check_perimeters(source, chosen, narrowed or {})
        _copy(source, current, url=url)
        current.reference, current.state = next_number("LB"), State.PROPOSED
        current.proposed_at, current.effective_at = event.at, max(effective_at or event.at, event.at)
        save(current)  # before its certificates, which name it
        _attach(current, chosen, narrowed or {})
        _name(current, names)
        event.note(
            service=source.service_name, environment=_label(environment), effective=_effective(current, event.at)
        )
    return entry


def _open_right(pk: int, environment: str) -> Grant:
    source = Grant.objects.select_related("service").get(pk=pk)
    if environment == Environment.PRODUCTION and grants_read.is_stopped(source):
        raise Refused(
            f"Une mesure ferme l’habilitation {source.reference} : rien ne s’inscrit avant qu’elle soit levée."
        )
    if source.state in OPEN or (source.state == GrantState.SUSPENDED and environment == Environment.SANDBOX):
        return source
    raise Refused(
        f"L’habilitation {source.reference} est {source.get_state_display().lower()} : rien ne peut s’inscrire."
    )


def _chosen(source: Grant, environment: str, wanted: Iterable[str] | None, *, at: datetime) -> list[Certificate]:
    usable = queries.usable_certificates(source, environment, at=at)
    if wanted is None:
        return _unambiguous(source, usable)
    references = set(wanted)
    if unknown := sorted(references - {one.reference for one in usable}):
        raise Refused(f"Le certificat {unknown[0]} ne peut pas être inscrit.", field="certificates")
    if not references and source.needs_certificate:
        raise Refused("Choisissez au moins un certificat.", field="certificates")
    return [one for one in usable if one.reference in references]


def _unambiguous(source: Grant, usable: list[Certificate]) -> list[Certificate]:
    """All of them, unless the service has another right: then each certificate is chosen for one of the two.

    Settled question 7: one name goes with one client id, and a service doing both has two of each.
    """
    if len(usable) > 1 and queries.has_another_right(source):
        raise Refused(
            "Ce service alimente et consomme le ROR : choisissez les certificats de ce sens d’échange.",
            field="certificates",
        )
    return usable


def _check_perimeters(source: Grant, chosen: Sequence[Certificate], narrowed: Mapping[str, Sequence[str]]) -> None:
    fault = perimeters.fault(
        source.direction,
        narrowed,
        certificates=[one.reference for one in chosen],
        establishments=source.establishments,
        one_per_client=source.service.kind == ServiceKind.PROPRIETARY,
    )
    if fault:
        raise Refused(fault, field="certificates")


def _copy(source: Grant, entry: WhitelistEntry, *, url: str) -> None:
    """Freezes what was granted and established; the address is the production one unless another is given."""
    for name in Grant.FROZEN:
        setattr(entry, name, getattr(source, name))
    data = grants_read.connection_of(source, entry.environment)
    entry.client_id = data.client_id if data else ""
    entry.url = url.strip() or source.production_url or source.service.url
    if not connection.is_https(entry.url):
        raise Refused("Indiquez l’adresse complète du service, commençant par https://.", field="url")


def _attach(entry: WhitelistEntry, chosen: Sequence[Certificate], narrowed: Mapping[str, Sequence[str]]) -> None:
    EntryCertificate.objects.bulk_create(
        EntryCertificate(
            entry=entry,
            certificate=one,
            fingerprint=one.fingerprint,
            subject=one.subject,
            not_after=one.not_after,
            establishments=sorted(set(narrowed[one.reference])) if narrowed.get(one.reference) else None,
        )
        for one in chosen
    )


def _name(entry: WhitelistEntry, names: Sequence[DeclaredName]) -> None:
    """Enters names whose certificate nobody saw; one of a service that has two rights would serve both."""
    if len(names) > 1 and queries.has_another_right(entry.grant):
        raise Refused("Ce service alimente et consomme le ROR : faites d’abord déclarer ses certificats.")
    EntryName.objects.bulk_create(EntryName(entry=entry, declared=one, subject=one.subject) for one in names)


def _still_sound(entry: WhitelistEntry, *, at: datetime) -> None:
    """What was proposed may have aged: a certificate retired or expired since then admits nobody."""
    if fault := queries.certificate_fault(entry, at=at):
        raise Refused(fault)


def _label(environment: str) -> str:
    return Environment(environment).label.lower()


def _effective(entry: WhitelistEntry, now: datetime) -> str:
    return "immédiat" if entry.effective_at <= now else f"le {wording.moment(entry.effective_at)}"


def approve(entry: WhitelistEntry, *, by: Any, at: datetime | None = None) -> None:
    """Another manager approves; the entry is published in this very transaction when its date has come."""
    with moving(entry, Move.APPROVE, by=by, at=at) as (current, event):
        _open_right(current.grant_id, current.environment)
        _still_sound(current, at=event.at)
        current.approved_by, current.approved_at = by, event.at
        event.note(proposer=current.proposed_by)
        enqueue(effects.send_opening_notice, event=event, entry_id=current.pk)
        if current.effective_at <= event.at:
            _put_in_force(current, event, by=by)


def take_effect(entry: WhitelistEntry, *, at: datetime | None = None) -> None:
    """The clock: the announced date has come."""
    with moving(entry, Move.TAKE_EFFECT, by=None, at=at) as (current, event):
        _open_right(current.grant_id, current.environment)
        if current.in_force_since is not None or current.effective_at > event.at:
            raise Refused(f"L’inscription {current.reference} n’attend pas sa date d’effet.")
        _still_sound(current, at=event.at)
        _put_in_force(current, event, by=None)


def _put_in_force(current: WhitelistEntry, event: Event, *, by: Any) -> None:
    """Replaces the entry in force, opens production, publishes. Refused when the guard would leave the entry out."""
    former = queries.entry_in_force(current.grant, current.environment)
    if former:
        _replace(former, current, by=by, at=event.at)
    current.state, current.in_force_since = State.APPROVED, event.at
    save(current)  # before the publication, which reads it
    if current.is_production and current.grant.state == GrantState.PENDING:
        grants.activate(current.grant, by=by, at=event.at)
    published = publish(current.environment, by=by, at=event.at)
    for row in published.set_aside:
        if row["reference"] == current.reference:
            raise Refused(f"L’inscription serait écartée de la publication : {row['reason']}.")
    current.published_version = published.version
    enqueue(effects.issue_attestation, event=event, entry_id=current.pk)


def _replace(former: WhitelistEntry, successor: WhitelistEntry, *, by: Any, at: datetime) -> None:
    if former.state == State.SUSPENDED:
        raise Refused(f"L’inscription {former.reference} est suspendue : levez la suspension ou retirez-la d’abord.")
    with moving(former, Move.REPLACE, by=by, at=at) as (current, event):
        current.closed_at, current.grounds = event.at, f"Remplacée par {successor.reference}"
        event.note(successor=successor.reference)


def reject(entry: WhitelistEntry, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """A proposal is turned down, or taken back by who made it."""
    with moving(entry, Move.REJECT, by=by, at=at) as (current, event):
        _close(current, event, grounds)


def suspend(entry: WhitelistEntry, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """One person stops an entry, at once: it is published as suspended before this returns."""
    with moving(entry, Move.SUSPEND, by=by, at=at) as (current, event):
        _close(current, event, grounds)
        current.reinstatement_proposed_by, current.reinstatement_grounds = None, ""
        current.state = State.SUSPENDED
        save(current)  # before the publication, which reads it
        if _opens_production(current) and current.grant.state == GrantState.ACTIVE:
            grants.suspend(current.grant, grounds=grounds, by=by, at=event.at)
        publish(current.environment, by=by, at=event.at)
        enqueue(effects.announce_change, event=event, entry_id=current.pk, change="suspended")


def _opens_production(entry: WhitelistEntry) -> bool:
    return entry.is_production and entry.in_force_since is not None


def propose_reinstatement(entry: WhitelistEntry, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """A first person asks that a suspension be lifted, and says why."""
    with moving(entry, Move.PROPOSE_REINSTATEMENT, by=by, at=at) as (current, event):
        current.reinstatement_proposed_by, current.reinstatement_grounds = by, _grounds(grounds)
        current.reinstated_by = None
        event.note(grounds=grounds.strip())


def keep_suspended(entry: WhitelistEntry, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """The suspension stays; another lifting may be proposed later."""
    with moving(entry, Move.KEEP_SUSPENDED, by=by, at=at) as (current, event):
        current.reinstatement_proposed_by, current.reinstatement_grounds = None, ""
        event.note(grounds=_grounds(grounds))


def reinstate(entry: WhitelistEntry, *, by: Any, at: datetime | None = None) -> None:
    """A second person lifts the suspension, at once."""
    with moving(entry, Move.REINSTATE, by=by, at=at) as (current, event):
        _still_sound(current, at=event.at)
        current.reinstated_by, current.closed_at = by, None
        current.state = State.APPROVED
        event.note(proposer=current.reinstatement_proposed_by)
        save(current)  # before the publication, which reads it
        stopped = grants_read.is_stopped(current.grant)
        if _opens_production(current) and current.grant.state == GrantState.SUSPENDED and not stopped:
            grants.reinstate(current.grant, by=by, at=event.at)
        publish(current.environment, by=by, at=event.at)
        enqueue(effects.announce_change, event=event, entry_id=current.pk, change="reinstated")


def withdraw(entry: WhitelistEntry, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """An entry leaves the list for good; the right stays, and another entry may be proposed."""
    with moving(entry, Move.WITHDRAW, by=by, at=at) as (current, event):
        opened = _opens_production(current)
        _leave(current, event, grounds)
        if opened and current.grant.state in (GrantState.ACTIVE, GrantState.SUSPENDED):
            grants.deactivate(current.grant, grounds=grounds, by=by, at=event.at)
        publish(current.environment, by=by, at=event.at)


def withdraw_right(grant: Grant, *, grounds: str, by: Any, at: datetime | None = None) -> None:
    """A right ends: its entries leave both lists, its proposals are turned down."""
    entries = list(WhitelistEntry.objects.living().filter(grant=grant).order_by("pk"))
    with ExitStack() as moves:
        for entry in entries:  # entries before the right, as everywhere: two operations never wait for each other
            proposed = entry.state == State.PROPOSED
            move = Move.REJECT if proposed else Move.WITHDRAW
            current, event = moves.enter_context(moving(entry, move, by=by, at=at))
            _close(current, event, grounds) if proposed else _leave(current, event, grounds)
        grants.withdraw(grant, grounds=grounds, by=by, at=at)
        for environment in sorted({entry.environment for entry in entries}):
            publish(environment, by=by, at=event.at)


def _leave(current: WhitelistEntry, event: Event, grounds: str) -> None:
    _close(current, event, grounds)
    current.state = State.WITHDRAWN
    save(current)  # before the publication, which reads it
    enqueue(effects.announce_change, event=event, entry_id=current.pk, change="withdrawn")


def _close(current: WhitelistEntry, event: Event, grounds: str) -> None:
    current.closed_at, current.grounds = event.at, _grounds(grounds)
    event.note(grounds=current.grounds)


def _grounds(grounds: str) -> str:
    if not grounds.strip():
        raise Refused("Indiquez les motifs.", field="grounds")
    return grounds.strip()
