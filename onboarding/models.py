"""Index of the models of `onboarding`'s slices."""

from onboarding.candidacies.models import (
    Candidacy,
    CandidacyVersion,
    EligibilityAnswer,
    FieldComment,
    Message,
)
from onboarding.vendors.models import EntityClaim, ServiceSheet

__all__ = [
    "Candidacy",
    "CandidacyVersion",
    "EligibilityAnswer",
    "EntityClaim",
    "FieldComment",
    "Message",
    "ServiceSheet",
]
