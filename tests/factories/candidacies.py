"""Candidacies at every stage, with what surrounds them."""

from typing import Any

import factory

from onboarding.candidacies import filing
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.comments import CommentKind
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, CandidacyVersion, EligibilityAnswer, FieldComment, Message
from policy.grants.direction import Direction
from portal.accounts.models import User
from portal.accounts.roles import StaffRole
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, PersonFactory
from tests.factories.establishments import ListFactory
from tests.factories.parties import NOW, SINCE, DigitalServiceFactory, member
from tests.factories.vendors import ServiceSheetFactory


class CandidacyFactory(factory.django.DjangoModelFactory):
    """An empty feeding draft. Traits: `filled` (lacks nothing of its own), and the states a review goes through."""

    class Meta:
        model = Candidacy

    class Params:
        filled = factory.Trait(
            purpose="bed-availability",
            region_routes=factory.LazyFunction(lambda: {"11": "direct", "84": "eai"}),
            requested_profiles=factory.LazyFunction(lambda: ["A"]),
            justifications=factory.LazyFunction(lambda: {"A": "Le service met à jour les lits disponibles."}),
            exposure_model="3.0.1",
            analysis="done",
            feasibility="done",
            development="under_way",
            technical_name="Dominique Technique",
            technical_email="technique@editeur.fr",
            privacy_name="Camille Données",
            privacy_email="dpo@editeur.fr",
            for_third_party=False,
        )
        submitted = factory.Trait(filled=True, state=State.SUBMITTED, submitted_at=SINCE)
        under_review = factory.Trait(
            filled=True, state=State.UNDER_REVIEW, submitted_at=SINCE, reviewer=factory.SubFactory(AgentFactory)
        )
        returned = factory.Trait(
            filled=True, state=State.RETURNED, submitted_at=SINCE, reviewer=factory.SubFactory(AgentFactory)
        )
        complete = factory.Trait(
            filled=True,
            state=State.COMPLETE,
            submitted_at=SINCE,
            completed_at=SINCE,
            reviewer=factory.SubFactory(AgentFactory),
        )

    reference = factory.Sequence(lambda n: f"C-2026-{n + 1000}")
    service = factory.SubFactory(DigitalServiceFactory)
    direction = Direction.FEEDING
    opened_at = SINCE
    opened_by = factory.SubFactory(PersonFactory)
    version = 1


def fillable(**more: Any) -> Candidacy:
    """A filled draft, a list with one valid establishment, two reachable contacts: nothing is missing."""
    candidacy = CandidacyFactory(filled=True, **more)
    ServiceSheetFactory(service=candidacy.service)
    ListFactory(service=candidacy.service)
    for _ in range(2):
        member(candidacy.service.owner, MembershipRole.READER)
    return candidacy


def representative(candidacy: Candidacy) -> User:
    """A legal representative of the owner of the candidacy's service."""
    return member(candidacy.service.owner)


def reviewer() -> User:
    """An agent who reviews."""
    return AgentFactory(roles=[StaffRole.REVIEWER])


def secretary() -> User:
    """An agent who keeps the committee's decisions."""
    return AgentFactory(roles=[StaffRole.SECRETARY])


class CandidacyVersionFactory(factory.django.DjangoModelFactory):
    """A deposited version; `data` gives its content."""

    class Meta:
        model = CandidacyVersion

    class Params:
        data: dict[str, Any] = {"answers": {"purpose": "bed-availability"}}

    candidacy = factory.SubFactory(CandidacyFactory, submitted=True)
    number = 1
    deposited_at = SINCE
    deposited_by = factory.SubFactory(PersonFactory)
    content = factory.LazyAttribute(lambda made: filing.canonical(made.data))
    sha256 = factory.LazyAttribute(lambda made: filing.digest(made.content))


class FieldCommentFactory(factory.django.DjangoModelFactory):
    """A prepared comment on the purpose. Traits: `sent`, `answered`."""

    class Meta:
        model = FieldComment

    class Params:
        sent = factory.Trait(sent_at=NOW)
        answered = factory.Trait(
            sent_at=NOW, answer="C’est corrigé.", answered_at=NOW, answered_by=factory.SubFactory(PersonFactory)
        )

    candidacy = factory.SubFactory(CandidacyFactory, under_review=True)
    number = factory.Sequence(lambda n: n + 1)
    block = Block.PURPOSE
    field = "purpose_details"
    kind = CommentKind.INCOMPLETE
    text = "Précisez les unités concernées."
    author = factory.SubFactory(AgentFactory)
    written_at = NOW


class MessageFactory(factory.django.DjangoModelFactory):
    """A message of the vendor. Trait: `of_agency`."""

    class Meta:
        model = Message

    class Params:
        of_agency = factory.Trait(from_agency=True, author=factory.SubFactory(AgentFactory))

    candidacy = factory.SubFactory(CandidacyFactory, submitted=True)
    author = factory.SubFactory(PersonFactory)
    from_agency = False
    body = "Quand le comité se réunit-il ?"
    written_at = NOW


class EligibilityAnswerFactory(factory.django.DjangoModelFactory):
    """A « yes » to the first criterion."""

    class Meta:
        model = EligibilityAnswer

    candidacy = factory.SubFactory(CandidacyFactory, under_review=True)
    criterion = "purpose"
    answer = "yes"
    answered_by = factory.SubFactory(AgentFactory)
    answered_at = NOW


def answer_grid(candidacy: Candidacy, *criteria: str) -> None:
    """Answers « yes » to these criteria, or to all those of feeding."""
    for criterion in criteria or ("purpose", "establishments", "profiles"):
        EligibilityAnswerFactory(candidacy=candidacy, criterion=criterion)
