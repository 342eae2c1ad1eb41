"""Sessions, points and decisions of the committee, with the least around them that they need."""

from datetime import UTC, date, datetime

import factory

from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from onboarding.committee.models import AgendaItem, CommitteeSession, Decision
from onboarding.committee.outcomes import Outcome
from policy.grants.direction import Direction
from portal.accounts.models import StaffAssignment, User
from portal.accounts.roles import StaffRole
from portal.parties.models import DigitalService, LegalEntity, Membership, ServiceKind
from portal.parties.roles import MembershipRole

BEFORE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HELD_ON = date(2026, 3, 3)


class PersonFactory(factory.django.DjangoModelFactory):
    """An active account without any role."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Durand {n}")


def agent(*roles: StaffRole) -> User:
    """A person of the agency who holds these roles."""
    user = PersonFactory()
    for role in roles:
        StaffAssignment.objects.create(user=user, role=role, since=BEFORE)
    return user


class EntityFactory(factory.django.DjangoModelFactory):
    """A vendor's legal entity."""

    class Meta:
        model = LegalEntity

    reference = factory.Sequence(lambda n: f"E-2026-{n:04d}")
    siren = factory.Sequence(lambda n: f"{700000000 + n}")
    name = factory.Sequence(lambda n: f"Éditeur {n}")
    address = "1 rue de la Paix"
    postcode = "75002"
    city = "Paris"
    mailbox = factory.Sequence(lambda n: f"contact{n}@editeur.fr")


def representative(entity: LegalEntity) -> User:
    """A legal representative of the entity."""
    user = PersonFactory()
    Membership.objects.create(user=user, legal_entity=entity, role=MembershipRole.LEGAL_REPRESENTATIVE, since=BEFORE)
    return user


class ServiceFactory(factory.django.DjangoModelFactory):
    """A SaaS service."""

    class Meta:
        model = DigitalService

    reference = factory.Sequence(lambda n: f"S-2026-{n:04d}")
    owner = factory.SubFactory(EntityFactory)
    name = factory.Sequence(lambda n: f"Lits en direct {n}")
    kind = ServiceKind.SAAS
    url = "https://service.exemple.fr"
    opened_at = BEFORE


class CandidacyFactory(factory.django.DjangoModelFactory):
    """A complete feeding candidacy that asks for profile A."""

    class Meta:
        model = Candidacy

    class Params:
        consumption = factory.Trait(direction=Direction.CONSUMPTION, requested_profiles=["2"])

    reference = factory.Sequence(lambda n: f"C-2026-{n:04d}")
    service = factory.SubFactory(ServiceFactory)
    direction = Direction.FEEDING
    state = State.COMPLETE
    requested_profiles = factory.LazyFunction(lambda: ["A"])
    opened_at = BEFORE
    opened_by = factory.SubFactory(PersonFactory)
    submitted_at = BEFORE
    completed_at = BEFORE


class SessionFactory(factory.django.DjangoModelFactory):
    """A session planned on the day of the tests."""

    class Meta:
        model = CommitteeSession

    reference = factory.Sequence(lambda n: f"CS-2026-{n:04d}")
    held_on = HELD_ON
    cut_off = date(2026, 2, 20)
    place = "Salle Ségur"


class AgendaItemFactory(factory.django.DjangoModelFactory):
    """A point that waits for its decision."""

    class Meta:
        model = AgendaItem

    session = factory.SubFactory(SessionFactory)
    candidacy = factory.SubFactory(CandidacyFactory)
    position = factory.Sequence(lambda n: n + 1)
    entered_at = BEFORE
    entered_by = factory.SubFactory(PersonFactory)


class DecisionFactory(factory.django.DjangoModelFactory):
    """A favourable decision that grants profile A, as asked."""

    class Meta:
        model = Decision

    class Params:
        refused = factory.Trait(
            outcome=Outcome.REFUSE, feeding_profiles="", follows_request=False, grounds="Hors périmètre."
        )
        deferred = factory.Trait(
            outcome=Outcome.DEFER, feeding_profiles="", follows_request=False, grounds="Pièce attendue : mandat."
        )

    reference = factory.Sequence(lambda n: f"D-2026-{n:04d}")
    item = factory.SubFactory(AgendaItemFactory)
    outcome = Outcome.ADMIT
    feeding_profiles = "A"
    requested_feeding_profiles = "A"
    follows_request = True
    decided_on = HELD_ON
    recorded_at = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    recorded_by = factory.SubFactory(PersonFactory)
