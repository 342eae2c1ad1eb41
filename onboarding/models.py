"""Index of the models of `onboarding`'s slices."""

from onboarding.campaigns.models import OrderingCustomer, ScenarioResult, TestCampaign, TestPlatform, TestRun
from onboarding.candidacies.models import (
    Candidacy,
    CandidacyReader,
    CandidacyVersion,
    EligibilityAnswer,
    FieldComment,
    Message,
    PaperDeposit,
    SupportingPiece,
)
from onboarding.changes.models import BreachCase, ChangeDeclaration, YearlyConfirmation
from onboarding.committee.models import (
    AgendaItem,
    CommitteeSession,
    Decision,
    Opinion,
    Proposal,
    Recusal,
    Reservation,
    Seat,
    Summons,
    Vote,
)
from onboarding.directory.models import Listing
from onboarding.establishments.models import EstablishmentList, ListLine
from onboarding.exports.models import Export
from onboarding.formalities.models import FormalityDeclaration, FormSheet, OfficialPdf
from onboarding.legaltexts.models import LegalText, LegalTextVersion, Signature, SignatureCall, TextDelivery
from onboarding.letters.models import Letter, LetterModel, LetterModelVersion
from onboarding.notices.models import (
    MalfunctionReport,
    Notice,
    NoticeFollowUp,
    NoticeReading,
    ReportMessage,
)
from onboarding.orientation.models import OrientationVersion
from onboarding.takeovers.models import TakeOver, TakeOverLine
from onboarding.vendors.models import EntityClaim, JoinRequest, Mandate, ServiceSheet
from onboarding.workbench.models import Batch, Follow, Note, SavedView

__all__ = [
    "AgendaItem",
    "Batch",
    "BreachCase",
    "Candidacy",
    "CandidacyReader",
    "CandidacyVersion",
    "ChangeDeclaration",
    "CommitteeSession",
    "Decision",
    "EligibilityAnswer",
    "EntityClaim",
    "EstablishmentList",
    "Export",
    "FieldComment",
    "Follow",
    "FormSheet",
    "FormalityDeclaration",
    "JoinRequest",
    "LegalText",
    "LegalTextVersion",
    "Letter",
    "LetterModel",
    "LetterModelVersion",
    "ListLine",
    "Listing",
    "MalfunctionReport",
    "Mandate",
    "Message",
    "Note",
    "Notice",
    "NoticeFollowUp",
    "NoticeReading",
    "OfficialPdf",
    "Opinion",
    "OrderingCustomer",
    "OrientationVersion",
    "PaperDeposit",
    "Proposal",
    "Recusal",
    "ReportMessage",
    "Reservation",
    "SavedView",
    "ScenarioResult",
    "Seat",
    "ServiceSheet",
    "Signature",
    "SignatureCall",
    "Summons",
    "SupportingPiece",
    "TakeOver",
    "TakeOverLine",
    "TestCampaign",
    "TestPlatform",
    "TestRun",
    "TextDelivery",
    "Vote",
    "YearlyConfirmation",
]
