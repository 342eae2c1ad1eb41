"""Gathers the facts of journeys: a constant number of queries, whatever the number of services."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from onboarding.campaigns.models import OrderingCustomer, TestCampaign
from onboarding.candidacies import completeness
from onboarding.candidacies.blocks import ELSEWHERE, LABEL_OF
from onboarding.candidacies.models import Candidacy
from onboarding.committee.models import AgendaItem, Decision
from onboarding.committee.outcomes import Outcome
from onboarding.desk import facts as known
from onboarding.desk.facts import Act, Facts
from onboarding.desk.journey import Journey, journey
from onboarding.establishments.models import EstablishmentList
from onboarding.legaltexts import queries as legaltexts
from onboarding.legaltexts.kinds import CHARTERS
from onboarding.legaltexts.models import LegalTextVersion, Signature
from onboarding.vendors.lifecycle import State as ClaimState
from onboarding.vendors.models import EntityClaim
from policy.certificates.environments import Environment
from policy.certificates.models import Certificate
from policy.grants.direction import Direction
from policy.grants.models import ConnectionData, Grant
from policy.grants.readiness import STANDING_IN
from policy.whitelist.models import WhitelistEntry
from portal.audit import queries as audit
from portal.audit.models import AuditEvent
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument
from portal.parties import queries as parties
from portal.parties.models import DigitalService

Key = tuple[int, str]  # of a service, with a direction


@dataclass(frozen=True, slots=True)
class Way:
    """The way of a service in one direction: what is known, and the journey it tells."""

    facts: Facts
    journey: Journey


@dataclass
class Gathered:
    """Rows by what they belong to, as the facts of each journey take them."""

    claims: dict[int, EntityClaim] = field(default_factory=dict)
    candidacies: dict[Key, Candidacy] = field(default_factory=dict)
    lists: dict[int, EstablishmentList] = field(default_factory=dict)
    signatures: dict[Key, Signature] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)
    items: dict[int, AgendaItem] = field(default_factory=dict)
    documents: dict[tuple[str, str], StoredDocument] = field(default_factory=dict)
    grants: dict[Key, Grant] = field(default_factory=dict)
    connections: dict[int, ConnectionData] = field(default_factory=dict)
    certificates: dict[tuple[int, str], Certificate] = field(default_factory=dict)
    campaigns: dict[int, TestCampaign] = field(default_factory=dict)
    entries: dict[int, WhitelistEntry] = field(default_factory=dict)
    events: dict[str, list[AuditEvent]] = field(default_factory=dict)


def ways_of(services: Sequence[DigitalService]) -> dict[str, list[Way]]:
    """The ways of each service, by its reference: one per direction asked for or granted, feeding when none is yet."""
    rows = gather(services)
    return {service.reference: told(service, rows) for service in services}


def told(service: DigitalService, rows: Gathered) -> list[Way]:
    """The ways of one of the services whose rows were gathered."""
    return [Way(facts, journey(facts)) for facts in _facts_of(service, rows)]


def seen_by(user: Any, service: DigitalService, ways: Iterable[Way]) -> list[Way]:
    """The ways of a service with the acts that this person may do."""
    roles = user.staff_roles | parties.roles_in(user, service.owner_id)
    return [replace(way, journey=way.journey.seen_by(roles)) for way in ways]


def gather(services: Sequence[DigitalService], *, pinned: str = "") -> Gathered:
    """All rows that the journeys of these services are told from.

    Of several candidacies in one direction the latest counts, unless another one is `pinned` by its reference: then the
    way is told as far as that one went, without the rights that came of the others.
    """
    rows = Gathered()
    ids = [service.pk for service in services]
    owners = {service.owner_id for service in services}
    _gather_request(rows, ids, owners, pinned)
    _gather_committee(rows)
    _gather_right(rows, ids)
    if pinned:
        _forget_other_rights(rows)
    rows.events = _events(_references(services, rows))
    return rows


def _forget_other_rights(rows: Gathered) -> None:
    candidacies = [candidacy.pk for candidacy in rows.candidacies.values()]
    decided = Decision.objects.filter(item__candidacy__in=candidacies).values_list("reference", flat=True)
    own = set(decided)
    rows.grants = {key: grant for key, grant in rows.grants.items() if grant.decision_reference in own}


def _gather_request(rows: Gathered, ids: Sequence[int], owners: Iterable[int], pinned: str) -> None:
    verified = EntityClaim.objects.filter(legal_entity__in=owners, state=ClaimState.VERIFIED)
    for claim in verified.select_related("claimant", "decided_by").order_by("decided_at"):
        rows.claims[claim.legal_entity_id or 0] = claim
    unanswered = Count("comments", filter=Q(comments__sent_at__isnull=False, comments__closed_at=None))
    asked = list(Candidacy.objects.filter(service__in=ids).annotate(to_answer=unanswered).order_by("opened_at", "pk"))
    for candidacy in sorted(asked, key=lambda candidacy: candidacy.reference == pinned):
        rows.candidacies[candidacy.service_id, candidacy.direction] = candidacy
    for held in EstablishmentList.objects.living().filter(service__in=ids).order_by("-state"):
        rows.lists[held.service_id] = held  # "draft" comes first, and the confirmed one stays
    _gather_signatures(rows, ids)


def _gather_signatures(rows: Gathered, ids: Sequence[int]) -> None:
    """The charters in force: the last signed version, unless a later one asked for a new signature."""
    renewing: dict[int, int] = {}
    for text, number in LegalTextVersion.objects.filter(renews=True).values_list("text_id", "number"):
        renewing[text] = max(number, renewing.get(text, 0))
    directions = {kind.value: direction.value for direction, kind in CHARTERS.items()}
    signed = legaltexts.with_documents(Signature.objects.filter(service__in=ids))
    for signature in signed.order_by("text_version__number"):
        version = signature.text_version
        if version.number >= renewing.get(version.text_id, 0) and version.text.kind in directions:
            rows.signatures[signature.service_id, directions[version.text.kind]] = signature


def _gather_committee(rows: Gathered) -> None:
    candidacies = [candidacy.pk for candidacy in rows.candidacies.values()]
    decisions = Decision.objects.in_force().filter(item__candidacy__in=candidacies).select_related("item")
    for decision in decisions.order_by("recorded_at"):
        rows.decisions[decision.item.candidacy_id] = decision
    for item in AgendaItem.objects.filter(candidacy__in=candidacies, decisions=None).select_related("session"):
        rows.items[item.candidacy_id] = item
    references = [candidacy.reference for candidacy in rows.candidacies.values()]
    kinds = [Kind.RECEIPT, Kind.NOTIFICATION_LETTER]
    issued = StoredDocument.objects.filter(subject_reference__in=references, kind__in=kinds)
    for document in issued.order_by("issued_at"):
        rows.documents[document.subject_reference, document.kind] = document


def _gather_right(rows: Gathered, ids: Sequence[int]) -> None:
    filed = OrderingCustomer.objects.to_examine().filter(grant=OuterRef("pk")).values("reference")[:1]
    found = Grant.objects.filter(service__in=ids).annotate(attestation_filed=Subquery(filed))
    for grant in found.defer("establishments").order_by("decided_at", "pk"):
        rows.grants[grant.service_id, grant.direction] = grant
    grants = [grant.pk for grant in rows.grants.values()]
    for data in ConnectionData.objects.filter(grant__in=grants, environment=Environment.SANDBOX):
        rows.connections[data.grant_id] = data
    declared = Certificate.objects.declared().filter(service__in=ids).defer("pem", "checks")
    for certificate in declared.order_by("declared_at"):
        rows.certificates[certificate.service_id, certificate.environment] = certificate
    campaigns = TestCampaign.objects.filter(grant__in=grants).annotate(run_count=Count("runs"))
    for campaign in campaigns.order_by("opened_at", "pk"):
        rows.campaigns[campaign.grant_id] = campaign
    entries = WhitelistEntry.objects.filter(grant__in=grants, environment=Environment.PRODUCTION)
    for entry in entries.defer("establishments").order_by("proposed_at", "pk"):
        rows.entries[entry.grant_id] = entry


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


def _events(references: Iterable[str]) -> dict[str, list[AuditEvent]]:
    events: dict[str, list[AuditEvent]] = defaultdict(list)
    found = AuditEvent.objects.filter(subject_reference__in=sorted(references)).select_related("detail")
    for event in found.order_by("seq"):
        events[event.subject_reference].append(event)
    return events


def _facts_of(service: DigitalService, rows: Gathered) -> list[Facts]:
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
    connection = rows.connections.get(grant.pk) if grant else None
    told = (service, claim, candidacy, held, signature, decision, grant, campaign, entry)
    return Facts(
        service=service.reference,
        direction=direction,
        claim=known.Claim(claim.reference, claim.state) if claim else None,
        candidacy=_candidacy(candidacy, service, rows) if candidacy else None,
        establishment_list=known.EstablishmentList(held.reference, held.state, held.valid_count, held.line_count)
        if held
        else None,
        charter_signed_at=signature.signed_at if signature else None,
        charter_document=getattr(signature, "document_reference", None) or "",
        receipt_document=_document(rows, candidacy, Kind.RECEIPT),
        decision=_decision(decision, candidacy, rows) if decision and candidacy else None,
        grant=_grant(grant) if grant else None,
        test_certificate=_certificate(rows, service, Environment.SANDBOX),
        production_certificate=_certificate(rows, service, Environment.PRODUCTION),
        sandbox_handed_over_at=connection.handed_over_at if connection else None,
        campaign=_campaign(campaign) if campaign else None,
        entry=_entry(entry) if entry else None,
        acts=_acts([row.reference for row in told if row is not None], rows.events),
    )


def _candidacy(row: Candidacy, service: DigitalService, rows: Gathered) -> known.Candidacy:
    item = rows.items.get(row.pk)
    return known.Candidacy(
        reference=row.reference,
        state=row.state,
        session=item.session.reference if item else "",
        session_on=item.session.held_on if item else None,
        missing=_missing(row, service) if row.is_editable else (),
        comments=row.to_answer,  # type: ignore[attr-defined]
    )


def _missing(row: Candidacy, service: DigitalService) -> tuple[str, ...]:
    """The blocks of the form itself that are not finished; list and charter are steps of their own."""
    answers = {name: getattr(row, name) for name in LABEL_OF}
    answers |= {name: tuple(answers[name]) for name in completeness.LISTS}
    facts = completeness.Facts(direction=row.direction, service_url=service.url, **answers)
    lacks = [lack for lack in completeness.lacks(facts) if lack.block not in ELSEWHERE]
    return tuple(dict.fromkeys(lack.block.label.lower() for lack in lacks))


def _document(rows: Gathered, candidacy: Candidacy | None, kind: Kind) -> str:
    document = rows.documents.get((candidacy.reference, kind)) if candidacy else None
    return document.reference if document else ""


def _decision(row: Decision, candidacy: Candidacy, rows: Gathered) -> known.Decision:
    letter = rows.documents.get((candidacy.reference, Kind.NOTIFICATION_LETTER))
    issued_at = letter.issued_at if letter and letter.issued_at >= row.recorded_at else None
    return known.Decision(row.reference, Outcome(row.outcome).label, row.decided_on, issued_at)


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
    )


def _certificate(rows: Gathered, service: DigitalService, environment: Environment) -> known.Certificate | None:
    row = rows.certificates.get((service.pk, environment.value))
    return known.Certificate(row.reference, row.declared_at, row.not_after) if row else None


def _campaign(row: TestCampaign) -> known.Campaign:
    return known.Campaign(row.reference, row.state, row.run_count, row.due_date)  # type: ignore[attr-defined]


def _entry(row: WhitelistEntry) -> known.Entry:
    return known.Entry(row.reference, row.state, row.effective_at, row.published_version, row.in_force_since)


def _acts(references: Iterable[str], events: Mapping[str, Sequence[AuditEvent]]) -> dict[str, Act]:
    """The last time each action was done on one of these subjects."""
    last: dict[str, AuditEvent] = {}
    for reference in references:
        for event in events.get(reference, ()):
            if event.action not in last or last[event.action].seq < event.seq:
                last[event.action] = event
    told = audit.sentences(last.values())
    return {one.action: Act(one.at, one.actor) for one in told}
