"""Gathers the facts of journeys: a constant number of queries, whatever the number of services."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from onboarding.campaigns.models import TestCampaign
from onboarding.candidacies import completeness
from onboarding.candidacies.blocks import ELSEWHERE, LABEL_OF
from onboarding.candidacies.models import Candidacy
from onboarding.committee.models import AgendaItem
from onboarding.committee.outcomes import Outcome
from onboarding.desk import facts as known
from onboarding.desk.facts import Facts
from onboarding.desk.journey import Journey, journey
from onboarding.desk.queries import acts, sources
from onboarding.establishments import queries as establishments
from onboarding.establishments.models import EstablishmentList
from onboarding.formalities import queries as formalities
from onboarding.formalities.kinds import Formality
from onboarding.formalities.models import FormalityDeclaration
from onboarding.legaltexts import queries as legaltexts
from onboarding.legaltexts.models import Signature
from onboarding.vendors.models import EntityClaim
from policy.certificates.environments import Environment
from policy.certificates.models import Certificate
from policy.grants.direction import Direction
from policy.grants.models import Grant
from policy.grants.readiness import STANDING_IN
from policy.whitelist.models import WhitelistEntry
from portal.parties import queries as parties
from portal.parties.models import DigitalService

Key = tuple[int, str]  # of a service, with a direction


@dataclass(frozen=True, slots=True)
class Way:
    """The way of a service in one direction: what is known, and the journey it tells."""

    facts: Facts
    journey: Journey


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision in force that no embargo holds back, with the instant of the last letter on its candidacy."""

    reference: str
    outcome: Outcome
    decided_on: date
    recorded_at: datetime
    letter_issued_at: datetime | None


@dataclass
class Gathered:
    """Rows by what they belong to, as the facts of each journey take them.

    `rulings` are the references of all decisions on the candidacies told; `every_grant` and `every_entry` hold those of
    the services that no journey tells any more as well; `references` are those whose events tell who did what when.
    """

    claims: dict[int, EntityClaim] = field(default_factory=dict)
    candidacies: dict[Key, Candidacy] = field(default_factory=dict)
    lists: dict[int, EstablishmentList] = field(default_factory=dict)
    signatures: dict[Key, Signature] = field(default_factory=dict)
    waivers: dict[Key, str] = field(default_factory=dict)
    decisions: dict[int, Decided] = field(default_factory=dict)
    rulings: set[str] = field(default_factory=set)
    items: dict[int, AgendaItem] = field(default_factory=dict)
    undecided: dict[int, AgendaItem] = field(default_factory=dict)
    grants: dict[Key, Grant] = field(default_factory=dict)
    every_grant: list[Grant] = field(default_factory=list)
    every_entry: list[WhitelistEntry] = field(default_factory=list)
    certificates: dict[tuple[int, str], Certificate] = field(default_factory=dict)
    campaigns: dict[int, TestCampaign] = field(default_factory=dict)
    entries: dict[int, WhitelistEntry] = field(default_factory=dict)
    formalities: dict[int, dict[Formality, FormalityDeclaration]] = field(default_factory=dict)
    references: set[str] = field(default_factory=set)
    done: acts.Done = field(default_factory=dict)


def ways_of(services: Sequence[DigitalService], *, read: acts.Reader = acts.whole) -> dict[str, list[Way]]:
    """The ways of each service, by its reference: one per direction asked for or granted, feeding when none is yet.

    `read` says how deep the acts behind the steps are read: a page that names nobody needs no more than instants.
    """
    rows = gather(services, read=read)
    return {service.reference: told(service, rows) for service in services}


def told(service: DigitalService, rows: Gathered) -> list[Way]:
    """The ways of one of the services whose rows were gathered."""
    return [Way(facts, journey(facts)) for facts in facts_of(service, rows)]


def seen_by(user: Any, service: DigitalService, ways: Iterable[Way]) -> list[Way]:
    """The ways of a service with the acts that this person may do."""
    roles = user.staff_roles | parties.roles_in(user, service.owner_id)
    return [replace(way, journey=way.journey.seen_by(roles, closed=_closed_to(user, way))) for way in ways]


def _closed_to(user: Any, way: Way) -> frozenset[str]:
    """The pages of proofs that the person may not open: a claim is read by who made it, and by the agency."""
    filed = way.facts.claim
    return frozenset({"claim"}) if filed and not user.is_agent and filed.claimant != user.pk else frozenset()


def gather(
    services: Sequence[DigitalService],
    *,
    pinned: str = "",
    asked: Sequence[Candidacy] | None = None,
    read: acts.Reader = acts.whole,
) -> Gathered:
    """All rows that the journeys of these services are told from.

    Of several candidacies in one direction the latest counts, unless another one is `pinned` by its reference: then the
    way is told as far as that one went, without the rights that came of the others. `asked` are the candidacies to
    tell, when they were read already (each with `to_answer` and `receipt_reference`).
    """
    rows = Gathered()
    ids = [service.pk for service in services]
    _gather_request(rows, services, pinned, asked)
    _gather_committee(rows)
    _gather_right(rows, ids)
    rows.formalities = formalities.declared_for(services)
    if pinned:
        _forget_other_rights(rows)
    rows.references = _references(services, rows)
    rows.done = read(rows.references)
    return rows


def _forget_other_rights(rows: Gathered) -> None:
    rows.grants = {key: grant for key, grant in rows.grants.items() if grant.decision_reference in rows.rulings}


def _candidacies(services: Sequence[int]) -> list[Candidacy]:
    return sources.candidacies().rows(services=services)


def _gather_request(
    rows: Gathered, services: Sequence[DigitalService], pinned: str, known: Sequence[Candidacy] | None
) -> None:
    owners, ids = {service.owner_id for service in services}, [service.pk for service in services]
    for claim in sources.claims().rows(owners=owners):
        rows.claims[claim.legal_entity_id or 0] = claim
    asked = _candidacies(ids) if known is None else known
    asked = [one for one in asked if one.amends_id is None or one.reference == pinned]  # the way is the first request's
    for candidacy in sorted(asked, key=lambda candidacy: candidacy.reference == pinned):
        rows.candidacies[candidacy.service_id, candidacy.direction] = candidacy
    establishments.read_lists(services)  # nothing of what was read along
    legaltexts.read_signatures(services)
    for service in services:
        if held := establishments.current_list(service):
            rows.lists[service.pk] = held
        for direction in Direction:
            if signature := legaltexts.charter_signature(service, direction):
                rows.signatures[service.pk, direction.value] = signature
    _gather_waivers(rows)


def _gather_waivers(rows: Gathered) -> None:
    """The requests without signature whose charter is not asked, by the setting in force; read only if one may be."""
    unsigned = [
        key
        for key, candidacy in rows.candidacies.items()
        if candidacy.direction == Direction.CONSUMPTION and not candidacy.for_third_party and key not in rows.signatures
    ]
    if unsigned and (
        words := legaltexts.charter_waiver(Direction.CONSUMPTION, for_third_party=False, at=timezone.now())
    ):
        rows.waivers = dict.fromkeys(unsigned, words)


def _gather_committee(rows: Gathered) -> None:
    """The points of the candidacies, once for each of their decisions; one query."""
    for item in sources.points().rows(candidacies=[one.pk for one in rows.candidacies.values()]):
        _place(rows, item)


def _place(rows: Gathered, item: Any) -> None:
    held_back = item.session is not None and item.session.holds_back  # an embargo: told to nobody
    if item.session is not None and (held_back or not item.ruling):
        rows.items[item.candidacy_id] = item
    if not item.ruling:
        if item.session is not None:
            rows.undecided[item.candidacy_id] = item
        return
    rows.rulings.add(item.ruling)
    former = rows.decisions.get(item.candidacy_id)
    if not held_back and not item.is_corrected and (former is None or former.recorded_at <= item.recorded_at):
        rows.decisions[item.candidacy_id] = Decided(
            item.ruling, Outcome(item.outcome), item.decided_on, item.recorded_at, item.letter_issued_at
        )


def _gather_right(rows: Gathered, ids: Sequence[int]) -> None:
    rows.every_grant = sources.grants().rows(services=ids)
    rows.grants = {(grant.service_id, grant.direction): grant for grant in rows.every_grant}
    grants = [grant.pk for grant in rows.grants.values()]
    for certificate in sources.certificates().rows(services=ids):
        rows.certificates[certificate.service_id, certificate.environment] = certificate
    for campaign in sources.campaigns().rows(grants=grants):
        rows.campaigns[campaign.grant_id] = campaign
    rows.every_entry = sources.entries().rows(grants=[grant.pk for grant in rows.every_grant])
    rows.entries = {one.grant_id: one for one in rows.every_entry if one.environment == Environment.PRODUCTION}


def _references(services: Iterable[DigitalService], rows: Gathered) -> set[str]:
    """Every reference whose events tell who did what when."""
    parts: Iterable[Iterable[Any]] = (
        services,
        rows.claims.values(),
        rows.candidacies.values(),
        rows.lists.values(),
        rows.signatures.values(),
        rows.decisions.values(),
        rows.grants.values(),
        rows.campaigns.values(),
        rows.entries.values(),
    )
    return {row.reference for part in parts for row in part}


def facts_of(service: DigitalService, rows: Gathered) -> list[Facts]:
    """What is known of each way of one of the services whose rows were gathered, its journey untold."""
    asked = {direction for key, direction in (*rows.candidacies, *rows.grants) if key == service.pk}
    directions = [direction for direction in reversed(Direction) if direction in asked] or [Direction.FEEDING]
    return [_facts(service, direction, rows) for direction in directions]


def _facts(service: DigitalService, direction: Direction, rows: Gathered) -> Facts:
    way = (service.pk, direction.value)
    candidacy, grant = rows.candidacies.get(way), rows.grants.get(way)
    signature, claim = rows.signatures.get(way), rows.claims.get(service.owner_id)
    decision = rows.decisions.get(candidacy.pk) if candidacy else None
    held = rows.lists.get(service.pk)
    campaign = rows.campaigns.get(grant.pk) if grant else None
    entry = rows.entries.get(grant.pk) if grant else None
    told = (service, claim, candidacy, held, signature, decision, grant, campaign, entry)
    return Facts(
        service=service.reference,
        direction=direction,
        claim=known.Claim(claim.reference, claim.state, claim.claimant_id) if claim else None,
        candidacy=_candidacy(candidacy, service, rows) if candidacy else None,
        establishment_list=known.EstablishmentList(held.reference, held.state, held.valid_count, held.line_count)
        if held
        else None,
        charter_signed_at=signature.signed_at if signature else None,
        charter_waiver=rows.waivers.get(way, ""),
        charter_document=getattr(signature, "document_reference", None) or "",
        receipt_document=getattr(candidacy, "receipt_reference", None) or "",
        decision=_decision(decision) if decision else None,
        grant=_grant(grant) if grant else None,
        test_certificate=_certificate(rows, service, Environment.SANDBOX),
        production_certificate=_certificate(rows, service, Environment.PRODUCTION),
        sandbox_handed_over_at=grant.sandbox_handed_over_at if grant else None,  # type: ignore[attr-defined]
        campaign=_campaign(campaign) if campaign else None,
        entry=_entry(entry) if entry else None,
        ends_on=service.ends_on,
        is_ended=service.is_ended,
        exchange_format=candidacy.exchange_format if candidacy else "",
        without_certificate=not grant.needs_certificate if grant else bool(candidacy and _asks_for_nothing(candidacy)),
        formalities={one.value: _formality(row) for one, row in rows.formalities.get(service.pk, {}).items()},
        acts=acts.last([row.reference for row in told if row is not None], rows.done),
    )


def _candidacy(row: Candidacy, service: DigitalService, rows: Gathered) -> known.Candidacy:
    item = rows.items.get(row.pk)
    return known.Candidacy(
        reference=row.reference,
        state=row.state,
        session=item.session.reference if item and item.session else "",
        session_on=item.session.held_on if item and item.session else None,
        missing=_missing(row, service) if row.is_editable else (),
        exposure_model=row.exposure_model,
        comments=row.to_answer,  # type: ignore[attr-defined]
    )


def _asks_for_nothing(candidacy: Candidacy) -> bool:
    """Profile 0 alone connects without certificate."""
    return candidacy.requested_profiles == ["0"]


def _formality(row: FormalityDeclaration) -> known.Formality:
    return known.Formality(row.done_on, row.declared_by.full_name, row.proof.reference if row.proof else "")


def _missing(row: Candidacy, service: DigitalService) -> tuple[str, ...]:
    """The blocks of the form itself that are not finished; list and charter are steps of their own."""
    answers = {name: getattr(row, name) for name in LABEL_OF}
    answers |= {name: tuple(answers[name]) for name in completeness.LISTS}
    closed = completeness.closed(row.reopened)
    facts = completeness.Facts(direction=row.direction, closed=closed, service_url=service.url, **answers)
    lacks = [lack for lack in completeness.lacks(facts) if lack.block not in ELSEWHERE]
    return tuple(dict.fromkeys(lack.block.label.lower() for lack in lacks))


def _decision(row: Decided) -> known.Decision:
    issued_at = row.letter_issued_at
    told_at = issued_at if issued_at and issued_at >= row.recorded_at else None
    return known.Decision(row.reference, row.outcome.label, row.decided_on, told_at)


def _grant(row: Grant) -> known.Grant:
    return known.Grant(
        reference=row.reference,
        state=row.state,
        needs_certificate=row.needs_certificate,
        charter_signed_at=row.charter_signed_at,
        tests_verified_at=row.tests_verified_at,
        list_reference=row.list_reference,
        customer_attestation=row.customer_attestation_ref,
        attestation_filed=row.attestation_filed or "",  # type: ignore[attr-defined]
        stands_in=frozenset(fact.value for fact, standing in row.standings.items() if standing.origin in STANDING_IN),
        production_url=row.production_url,
        secret_waits_in=row.secret_waits_in or "",  # type: ignore[attr-defined]
    )


def _certificate(rows: Gathered, service: DigitalService, environment: Environment) -> known.Certificate | None:
    row = rows.certificates.get((service.pk, environment.value))
    return known.Certificate(row.reference, row.declared_at, row.not_after) if row else None


def _campaign(row: TestCampaign) -> known.Campaign:
    return known.Campaign(row.reference, row.state, row.run_count, row.due_date)  # type: ignore[attr-defined]


def _entry(row: WhitelistEntry) -> known.Entry:
    return known.Entry(row.reference, row.state, row.effective_at, row.published_version, row.in_force_since)
