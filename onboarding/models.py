"""Index of the models of `onboarding`'s slices."""

from onboarding.campaigns.models import OrderingCustomer, ScenarioResult, TestCampaign, TestPlatform, TestRun
from onboarding.candidacies.models import (
    Candidacy,
    CandidacyVersion,
    EligibilityAnswer,
    FieldComment,
    Message,
)
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision
from onboarding.establishments.models import EstablishmentList, ListLine
from onboarding.legaltexts.models import LegalText, LegalTextVersion, Signature
from onboarding.vendors.models import EntityClaim, ServiceSheet

__all__ = [
    "AgendaItem",
    "Candidacy",
    "CandidacyVersion",
    "CommitteeSession",
    "Decision",
    "EligibilityAnswer",
    "EntityClaim",
    "EstablishmentList",
    "FieldComment",
    "LegalText",
    "LegalTextVersion",
    "ListLine",
    "Message",
    "OrderingCustomer",
    "ScenarioResult",
    "ServiceSheet",
    "Signature",
    "TestCampaign",
    "TestPlatform",
    "TestRun",
]
