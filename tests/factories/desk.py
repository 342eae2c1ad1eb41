"""A service with everything around it, for the pages that show everything."""

from onboarding.campaigns.lifecycle import State as CampaignState
from onboarding.campaigns.models import TestCampaign, TestPlatform
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from onboarding.legaltexts.models import LegalTextVersion
from policy.certificates.environments import Environment
from policy.whitelist.models import WhitelistEntry
from portal.documents.kinds import Kind
from portal.parties.models import DigitalService, LegalEntity
from tests.factories.accounts import AgentFactory
from tests.factories.candidacies import CandidacyFactory
from tests.factories.committee import AgendaItemFactory, DecisionFactory
from tests.factories.documents import StoredDocumentFactory
from tests.factories.establishments import ListFactory
from tests.factories.grants import ConnectionFactory, GrantFactory
from tests.factories.legaltexts import published, signed
from tests.factories.parties import NOW, SINCE, DigitalServiceFactory
from tests.factories.vendors import EntityClaimFactory
from tests.factories.whitelist import certificate, manager, proposed


def walked(owner: LegalEntity | None = None) -> Candidacy:
    """An admitted feeding dossier (of this vendor), tests verified, whose whitelist entry waits for a second person."""
    service = DigitalServiceFactory(**({"owner": owner} if owner else {}))
    EntityClaimFactory(verified=True, legal_entity=service.owner)
    candidacy = CandidacyFactory(
        service=service, filled=True, direction="feeding", state=State.ADMITTED, submitted_at=SINCE
    )
    ListFactory(service=service, numbers=["350054680", "290004324"], confirmed=True)
    signed(_charter(), service, at=NOW)
    decision = DecisionFactory(item=AgendaItemFactory(candidacy=candidacy))
    for kind in (Kind.RECEIPT, Kind.NOTIFICATION_LETTER):
        StoredDocumentFactory(
            kind=kind, subject_reference=candidacy.reference, owner=service.owner, service=service, issued_at=NOW
        )
    _right(service, decision.reference)
    return candidacy


def _charter() -> LegalTextVersion:
    return LegalTextVersion.objects.first() or published()


def _right(service: DigitalService, decision: str) -> WhitelistEntry:
    grant = GrantFactory(service=service, ready=True, decision_reference=decision)
    for environment in (Environment.SANDBOX, Environment.PRODUCTION):
        ConnectionFactory(grant=grant, environment=environment)
        certificate(grant, environment=environment)
    platform, _ = TestPlatform.objects.get_or_create(code="PLATINES", defaults={"name": "PLATINES"})
    verifier = AgentFactory()
    TestCampaign.objects.create(
        reference=f"T-{grant.reference[2:]}",
        grant=grant,
        platform=platform,
        state=CampaignState.VERIFIED,
        opened_at=SINCE,
        opened_by=verifier,
        declared_at=SINCE,
        declared_by=verifier,
        due_date=NOW.date(),
        answered_at=NOW,
        answered_by=verifier,
    )
    return proposed(grant, by=manager())
