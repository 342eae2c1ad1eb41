"""What the page of a dossier shows: its candidacy, its way, the checks, the content of each tab."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from onboarding.campaigns.models import TestCampaign
from onboarding.candidacies import queries as candidacies
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.queries import Dossier
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision, Opinion
from onboarding.committee.outcomes import Outcome
from onboarding.desk import checks
from onboarding.desk.checks import Alike, Check, Criterion, Identity
from onboarding.desk.queries import acts, clocks, journeys
from onboarding.desk.queries.journeys import Gathered, Way
from onboarding.desk.review_clock import Delays, Past
from onboarding.establishments.models import EstablishmentList
from onboarding.workbench import queries as workbench
from policy.certificates.models import Certificate
from policy.grants.models import Grant
from policy.sanctions.models import Sanction
from policy.servers.models import ServerCertificate
from policy.whitelist.models import WhitelistEntry
from portal.audit import queries as audit
from portal.audit.models import AuditEvent
from portal.audit.queries import Told
from portal.calendar.deadlines import paris_date
from portal.documents.models import StoredDocument
from portal.web import wording

ALIKE = 3  # similar dossiers named at most
HISTORY = 300  # events told at most, the latest first


@dataclass(frozen=True)
class Sheet:
    """A dossier as its page shows it: the candidacy in full, its way, and the strip of checks."""

    dossier: Dossier
    way: Way
    checks: list[Check]
    item: AgendaItem | None
    gathered: Gathered
    delays: Delays

    @property
    def candidacy(self) -> Candidacy:
        """The candidacy of the dossier."""
        return self.dossier.candidacy


def sheet(reference: str, user: Any, *, now: datetime, compared: bool = True) -> Sheet | None:
    """The dossier of that reference, or None when this person may not see it; a constant number of queries."""
    followed = Exists(workbench.following(user, OuterRef("pk")))
    dossier = candidacies.for_dossier(reference, user, compared=compared, is_followed=followed)
    if dossier is None:
        return None
    candidacy = dossier.candidacy
    candidacy.to_answer = len(dossier.round)  # type: ignore[attr-defined]
    gathered = journeys.gather([candidacy.service], pinned=reference, asked=[candidacy], read=acts.instants)
    ways = journeys.told(candidacy.service, gathered)
    way = next(way for way in ways if way.facts.direction == candidacy.direction)
    criteria = tuple(
        Criterion(line.criterion.question, line.suggestion.answer, line.suggestion.evidence) for line in dossier.grid
    )
    strip = checks.strip(
        way.facts,
        identity=_identity(gathered, candidacy),
        criteria=criteria,
        lacking=tuple(missing.label for missing in dossier.missing),
        alike=_alike(candidacy, user),
        now=now,
    )
    return Sheet(dossier, way, strip, gathered.undecided.get(candidacy.pk), gathered, _delays(dossier, gathered, now))


def _delays(dossier: Dossier, gathered: Gathered, now: datetime) -> Delays:
    """Where the delays stand, from what was read already; one query, for the settings."""
    candidacy = dossier.candidacy
    decision = gathered.decisions.get(candidacy.pk)
    deferred_at = decision.recorded_at if decision and decision.outcome == Outcome.DEFER else None
    returns = sorted({comment.sent_at for comment in dossier.comments if comment.sent_at})
    past = Past(sorted(deposit.version.deposited_at for deposit in dossier.deposits), returns, deferred_at)
    known = {candidacy.pk: past} if past.deposits else {}
    return clocks.told({candidacy.pk: candidacy.state}, known, clocks.rules(now=now), now=now)[candidacy.pk]


def _alike(candidacy: Candidacy, user: Any) -> tuple[Alike, ...]:
    """Requests that this person sees of other services of the same name or address; one query."""
    service = candidacy.service
    same = Q(service__name__iexact=service.name)
    if service.url:
        same |= Q(service__url=service.url)
    found = Candidacy.objects.visible_to(user).filter(same).exclude(service=service.pk).order_by("-opened_at")
    told = found.values_list("reference", "service__owner__name", "service__owner_id", "service__url")[:ALIKE]
    return tuple(
        Alike(
            reference, owner, is_other_owner=key != service.owner_id, is_same_address=bool(url) and url == service.url
        )
        for reference, owner, key, url in told
    )


def _identity(gathered: Gathered, candidacy: Candidacy) -> Identity | None:
    """How the representative's quality was verified, in one sentence; other claims of the same entity are counted."""
    claim = gathered.claims.get(candidacy.service.owner_id)
    if claim is None or claim.decided_at is None or claim.decided_by is None:
        return None
    sentence = (
        f"{claim.claimant.full_name}, {claim.quality_words.lower()} : vérifié le {wording.moment(claim.decided_at)} "
        f"par {claim.decided_by.full_name}, sur « {claim.examined_piece} »."
    )
    return Identity(sentence, claim.rivals)  # type: ignore[attr-defined]


def campaigns_of(candidacy: Candidacy) -> list[TestCampaign]:
    """The test campaigns of the service in the dossier's direction, the latest first, with `run_count`."""
    found = TestCampaign.objects.filter(grant__service=candidacy.service_id, grant__direction=candidacy.direction)
    return list(found.select_related("grant", "platform").annotate(run_count=Count("runs")).order_by("-opened_at"))


def certificates_of(candidacy: Candidacy) -> list[Certificate]:
    """The certificates of the service, the latest first."""
    found = Certificate.objects.filter(service=candidacy.service_id).defer("pem", "checks")
    return list(found.select_related("declared_by").order_by("-declared_at"))


def servers_of(candidacy: Candidacy) -> list[ServerCertificate]:
    """The certificates of the servers of the service, the latest first."""
    found = ServerCertificate.objects.filter(service=candidacy.service_id).defer("pem", "chain", "checks")
    return list(found.order_by("-declared_at", "-pk"))


def lists_of(candidacy: Candidacy) -> list[EstablishmentList]:
    """The lists of establishments of the service, the latest first."""
    found = EstablishmentList.objects.filter(service=candidacy.service_id)
    return list(found.defer("added", "removed").select_related("uploaded_by", "confirmed_by").order_by("-uploaded_at"))


def opinions_on(candidacy: Candidacy) -> list[Opinion]:
    """The members' opinions on the candidacy, in the order in which they came."""
    found = Opinion.objects.filter(item__candidacy=candidacy)
    return list(found.select_related("user", "item__session").order_by("given_at", "pk"))


def decisions_on(candidacy: Candidacy) -> list[Decision]:
    """Every decision on the candidacy, the latest first."""
    found = Decision.objects.filter(item__candidacy=candidacy).select_related(
        "item__session", "recorded_by", "corrects"
    )
    return list(found.order_by("-recorded_at"))


def grants_of(shown: Sheet) -> list[Grant]:
    """The rights of the service in the dossier's direction, the latest first; no query."""
    direction = shown.candidacy.direction
    return [grant for grant in reversed(shown.gathered.every_grant) if grant.direction == direction]


def sanctions_of(candidacy: Candidacy) -> list[Sanction]:
    """The measures taken or envisaged on the rights of the dossier's service in its direction, the latest first."""
    found = Sanction.objects.filter(grant__service=candidacy.service_id, grant__direction=candidacy.direction)
    return list(found.order_by("-opened_at", "-pk"))


def entries_of(shown: Sheet) -> list[WhitelistEntry]:
    """The whitelist entries of those rights, the latest first; no query."""
    rights = {grant.pk: grant for grant in grants_of(shown)}
    found = [entry for entry in reversed(shown.gathered.every_entry) if entry.grant_id in rights]
    for entry in found:
        entry.grant = rights[entry.grant_id]
    return found


def documents_of(candidacy: Candidacy, user: Any) -> list[StoredDocument]:
    """The documents of the service, the latest first."""
    return list(StoredDocument.objects.visible_to(user).filter(service=candidacy.service_id).order_by("-issued_at"))


def open_sessions() -> list[CommitteeSession]:
    """The sessions on whose agenda a candidacy may still be entered, the nearest first."""
    return list(CommitteeSession.objects.planned())


def history(shown: Sheet) -> list[Told]:
    """What was done on the dossier and around it, the latest first; one query."""
    own = AuditEvent.objects.filter(subject_reference__in=sorted(shown.gathered.references))
    parts = [found.select_related("detail").order_by() for found in (own, _naming(shown.candidacy))]
    return audit.sentences(parts[0].union(parts[1]).order_by("-seq")[:HISTORY])


def _naming(candidacy: Candidacy) -> "QuerySet[AuditEvent]":
    """The events of letters sent about it, and of sessions held since it was opened whose agenda it entered or left."""
    sessions = CommitteeSession.objects.filter(held_on__gte=paris_date(candidacy.opened_at)).order_by()
    subjects = candidacy.letters.order_by().values("reference").union(sessions.values("reference"))
    actions = ["committee_sessions.enter", "committee_sessions.remove", "letters.send"]
    found = AuditEvent.objects.filter(subject_reference__in=subjects, action__in=actions)
    return found.filter(detail__data__contains=f'"{candidacy.reference}"')
