"""What the page of a dossier shows: its candidacy, its way, the checks, the content of each tab."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from onboarding.campaigns.models import TestCampaign
from onboarding.candidacies import queries as candidacies
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.queries import Dossier
from onboarding.committee import queries as committee
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision
from onboarding.desk import checks
from onboarding.desk.checks import Check, Criterion, Identity
from onboarding.desk.queries import journeys
from onboarding.desk.queries.journeys import Gathered, Way
from onboarding.establishments.models import EstablishmentList
from onboarding.vendors.models import EntityClaim
from policy.certificates.models import Certificate
from policy.grants.models import Grant
from policy.whitelist.models import WhitelistEntry
from portal.audit import queries as audit
from portal.audit.models import AuditEvent
from portal.audit.queries import Told
from portal.documents.models import StoredDocument
from portal.web import wording

HISTORY = 300  # events told at most, the latest first


@dataclass(frozen=True)
class Sheet:
    """A dossier as its page shows it: the candidacy in full, its way, and the strip of checks."""

    dossier: Dossier
    way: Way
    checks: list[Check]
    item: AgendaItem | None
    gathered: Gathered

    @property
    def candidacy(self) -> Candidacy:
        """The candidacy of the dossier."""
        return self.dossier.candidacy


def sheet(reference: str, user: Any, *, now: datetime) -> Sheet | None:
    """The dossier of that reference, or None when this person may not see it; a constant number of queries."""
    dossier = candidacies.for_dossier(reference, user)
    if dossier is None:
        return None
    candidacy = dossier.candidacy
    gathered = journeys.gather([candidacy.service], pinned=reference)
    ways = journeys.told(candidacy.service, gathered)
    way = next(way for way in ways if way.facts.direction == candidacy.direction)
    criteria = tuple(
        Criterion(line.criterion.question, line.suggestion.answer, line.suggestion.evidence) for line in dossier.grid
    )
    strip = checks.strip(way.facts, identity=_identity(gathered, candidacy), criteria=criteria, now=now)
    return Sheet(dossier, way, strip, committee.item_waiting(candidacy), gathered)


def _identity(gathered: Gathered, candidacy: Candidacy) -> Identity | None:
    """How the representative's quality was verified, in one sentence; other claims of the same entity are counted."""
    claim = gathered.claims.get(candidacy.service.owner_id)
    if claim is None or claim.decided_at is None or claim.decided_by is None:
        return None
    sentence = (
        f"{claim.claimant.full_name}, {claim.quality_words.lower()} : vérifié le {wording.moment(claim.decided_at)} "
        f"par {claim.decided_by.full_name}, sur « {claim.examined_piece} »."
    )
    return Identity(sentence, EntityClaim.objects.waiting().naming_the_same_as(claim).count())


def campaigns_of(candidacy: Candidacy) -> list[TestCampaign]:
    """The test campaigns of the service in the dossier's direction, the latest first, with `run_count`."""
    found = TestCampaign.objects.filter(grant__service=candidacy.service_id, grant__direction=candidacy.direction)
    return list(found.select_related("grant", "platform").annotate(run_count=Count("runs")).order_by("-opened_at"))


def certificates_of(candidacy: Candidacy) -> list[Certificate]:
    """The certificates of the service, the latest first."""
    found = Certificate.objects.filter(service=candidacy.service_id).defer("pem", "checks")
    return list(found.select_related("declared_by").order_by("-declared_at"))


def lists_of(candidacy: Candidacy) -> list[EstablishmentList]:
    """The lists of establishments of the service, the latest first."""
    found = EstablishmentList.objects.filter(service=candidacy.service_id)
    return list(found.defer("added", "removed").select_related("uploaded_by", "confirmed_by").order_by("-uploaded_at"))


def decisions_on(candidacy: Candidacy) -> list[Decision]:
    """Every decision on the candidacy, the latest first."""
    found = Decision.objects.filter(item__candidacy=candidacy).select_related(
        "item__session", "recorded_by", "corrects"
    )
    return list(found.order_by("-recorded_at"))


def grants_of(candidacy: Candidacy) -> list[Grant]:
    """The rights of the service in the dossier's direction, the latest first."""
    found = Grant.objects.filter(service=candidacy.service_id, direction=candidacy.direction)
    return list(found.defer("establishments").order_by("-decided_at"))


def entries_of(candidacy: Candidacy) -> list[WhitelistEntry]:
    """The whitelist entries of those rights, the latest first."""
    found = WhitelistEntry.objects.filter(grant__service=candidacy.service_id, grant__direction=candidacy.direction)
    return list(found.defer("establishments").select_related("grant").order_by("-proposed_at"))


def documents_of(candidacy: Candidacy, user: Any) -> list[StoredDocument]:
    """The documents of the service, the latest first."""
    return list(StoredDocument.objects.visible_to(user).filter(service=candidacy.service_id).order_by("-issued_at"))


def open_sessions() -> list[CommitteeSession]:
    """The sessions on whose agenda a candidacy may still be entered, the nearest first."""
    return list(CommitteeSession.objects.planned())


def history(shown: Sheet) -> list[Told]:
    """What was done on the dossier and around it, the latest first."""
    events = [event for told in shown.gathered.events.values() for event in told]
    events += _agenda_events(shown.candidacy)
    return audit.sentences(sorted(events, key=lambda event: -event.seq)[:HISTORY])


def _agenda_events(candidacy: Candidacy) -> Iterable[AuditEvent]:
    """Its entries on agendas: events of the sessions, which name it."""
    actions = ["committee_sessions.enter", "committee_sessions.remove"]
    found = AuditEvent.objects.filter(action__in=actions, detail__data__contains=f'"{candidacy.reference}"')
    return found.select_related("detail")
