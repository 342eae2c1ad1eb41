"""As many rows of everything as asked: what the pages that list something are counted with."""

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from onboarding.campaigns.models import OrderingCustomer, TestCampaign
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.queries import contents
from onboarding.committee.models import CommitteeSession
from onboarding.establishments.models import EstablishmentList
from onboarding.legaltexts.models import Signature
from onboarding.vendors.models import EntityClaim
from policy.certificates.models import CheckRun, TrustAnchor
from policy.grants.models import Grant
from policy.whitelist.models import WhitelistEntry
from portal.accounts.models import User
from portal.accounts.roles import NATIONAL, StaffRole
from portal.parties.models import DigitalService, Invitation, LegalEntity
from portal.parties.roles import MembershipRole
from portal.reference.lifecycle import VersionState
from portal.tokens.models import ApiToken
from tests.factories import notices
from tests.factories.accounts import AgentFactory
from tests.factories.campaigns import ResultFactory, RunFactory
from tests.factories.candidacies import CandidacyFactory, CandidacyVersionFactory, FieldCommentFactory, MessageFactory
from tests.factories.certificates import trusting
from tests.factories.committee import HELD_ON, AgendaItemFactory, SessionFactory
from tests.factories.desk import walked
from tests.factories.establishments import LineFactory
from tests.factories.parties import NOW, InvitationFactory, LegalEntityFactory, member
from tests.factories.profiles import PolicyVersionFactory
from tests.factories.reference import VersionFactory
from tests.factories.tokens import made
from tests.factories.vendors import EntityClaimFactory, ServiceSheetFactory
from tests.factories.whitelist import approved, certificate


@dataclass
class Crowd:
    """A vendor and an agent who holds every role of the agency; `dossier` and `world` give arguments of addresses."""

    vendor: User
    agent: User
    dossier: Any
    world: Any


def crowd(rows: int) -> Crowd:
    """This many rows of everything, in the database of the moment."""
    trusting()
    PolicyVersionFactory(number="1")
    PolicyVersionFactory(number="2", draft=True)
    owner = LegalEntityFactory()
    vendor, agent = member(owner), AgentFactory(roles=[StaffRole(role) for role in sorted(NATIONAL)])
    dossiers = [walked(owner) for _ in range(rows)]
    first = dossiers[0]
    _around_entity(owner, vendor, rows)
    for number, one in enumerate(dossiers, 1):
        _around_service(one.service, vendor, number)
    _around_candidacy(first, rows)
    _around_right(Grant.objects.get(service=first.service), rows)
    session = _of_agency(rows)
    dossier = _dossier(first, vendor, session)
    world = SimpleNamespace(
        mine=dossier,
        stages={"complete": dossier},
        token=ApiToken.objects.latest("pk"),
        invitation=Invitation.objects.filter(legal_entity=owner).latest("pk"),
        draft=notices.drafted(),
        anchor=TrustAnchor.objects.order_by("pk")[0],
    )
    return Crowd(vendor, agent, dossier, world)


def _around_entity(owner: LegalEntity, vendor: User, rows: int) -> None:
    for _ in range(rows):
        member(owner, MembershipRole.READER)
        InvitationFactory(legal_entity=owner)
        EntityClaimFactory(claimant=vendor)


def _around_candidacy(candidacy: Candidacy, rows: int) -> None:
    ServiceSheetFactory(service=candidacy.service)
    held = EstablishmentList.objects.get(service=candidacy.service)
    for number in range(1, rows + 1):
        MessageFactory(candidacy=candidacy)
        FieldCommentFactory(candidacy=candidacy, number=number, sent=True)
        CandidacyVersionFactory(candidacy=candidacy, number=number, data=contents.to_freeze(candidacy))
        LineFactory(list=held, rank=10 + number, line=10 + number, finess=f"35000{number:04d}")


def _around_right(grant: Grant, rows: int) -> None:
    campaign = TestCampaign.objects.get(grant=grant)
    for number in range(1, rows + 1):
        ResultFactory(run=RunFactory(campaign=campaign, number=number), number=number)
        certificate(grant)


def _around_service(service: DigitalService, vendor: User, number: int) -> None:
    notices.reported(service)
    notices.published(audience="services", services=[service.reference])
    OrderingCustomer.objects.create(
        reference=f"CO-2026-{number:04d}",
        grant=Grant.objects.get(service=service),
        name=f"Centre hospitalier {number}",
        service_version="1.0",
        signed_on=NOW.date(),
        piece=EntityClaim.objects.filter(claimant=vendor)[0].proof,
        filed_at=NOW,
        filed_by=vendor,
    )


def _of_agency(rows: int) -> CommitteeSession:
    session: CommitteeSession = SessionFactory()
    for number in range(1, rows + 1):
        AgendaItemFactory(session=session)
        SessionFactory(held_on=HELD_ON + timedelta(days=number))
        CandidacyFactory(submitted=True)
        PolicyVersionFactory(draft=True)
        VersionFactory(flow_number=f"2{number:02d}", state=VersionState.SUPERSEDED)
        CheckRun.objects.create(reference=f"CR-2026-{number:04d}", started_at=NOW, ended_at=NOW, good_count=number)
        made()
        approved()
        notices.published()
    return session


def _dossier(candidacy: Candidacy, vendor: User, session: CommitteeSession) -> Any:
    service, grant = candidacy.service, Grant.objects.get(service=candidacy.service)
    return SimpleNamespace(
        entity=service.owner,
        service=service,
        vendor=vendor,
        candidacy=candidacy,
        claim=EntityClaim.objects.filter(legal_entity=service.owner)[0],
        list=EstablishmentList.objects.get(service=service),
        grant=grant,
        campaign=TestCampaign.objects.get(grant=grant),
        entry=WhitelistEntry.objects.get(grant=grant),
        session=session,
        signature=Signature.objects.filter(service=service)[0],
    )
