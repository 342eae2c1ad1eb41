"""Members of the committee, and a session that was convened with them."""

from datetime import datetime
from typing import Any

import factory

from onboarding.committee import operations
from onboarding.committee.models import AgendaItem, CommitteeSession, Seat
from portal.accounts.models import StaffAssignment, User
from portal.accounts.roles import StaffRole
from portal.parameters.models import Parameter
from tests.factories.accounts import AgentFactory, PersonFactory
from tests.factories.candidacies import secretary
from tests.factories.committee import AgendaItemFactory, SessionFactory
from tests.factories.parties import SINCE


class SeatFactory(factory.django.DjangoModelFactory):
    """A member for the DGOS, with the account and the role that go with it."""

    class Meta:
        model = Seat

    reference = factory.Sequence(lambda n: f"SI-{n + 900000:06d}")
    user = factory.LazyFunction(lambda: AgentFactory(roles=[StaffRole.MEMBER]))
    organisation = "dgos"
    function = "member"
    since = SINCE


def chair() -> Seat:
    """The chair's seat."""
    return SeatFactory(user=AgentFactory(roles=[StaffRole.CHAIR]), organisation="ans", function="chair")


def setting(key: str, value: Any, at: datetime = SINCE) -> None:
    """A setting in force since that instant."""
    person = AgentFactory(roles=[StaffRole.ADMINISTRATOR])
    Parameter.objects.create(
        reference=f"RG-{key[-16:]}",
        key=key,
        value=value,
        reason="Essai",
        sensitive=False,
        effective_at=at,
        proposed_by=person,
        proposed_at=at,
        decided_by=person,
        decided_at=at,
        state="approved",
    )


def convened(
    *, at: datetime, points: int = 1, members: int = 2, declared: bool = True, **session: Any
) -> tuple[CommitteeSession, list[AgendaItem], list[User]]:
    """A session convened by a secretary, its points, and its members, who declared no interest."""
    made = SessionFactory(**session)
    items = [AgendaItemFactory(session=made, position=number + 1) for number in range(points)]
    people = [SeatFactory().user for _ in range(members)]
    operations.convene(made, by=secretary(), at=at)
    if declared:
        for person in people:
            operations.declare_interests(made, {}, by=person, at=at)
    return CommitteeSession.objects.get(pk=made.pk), items, people


def sitting(*, at: datetime, **more: Any) -> tuple[CommitteeSession, list[AgendaItem], list[User]]:
    """A convened session, opened with everybody there."""
    made, items, people = convened(at=at, **more)
    operations.open_session(made, present=seats_of(made), by=secretary(), at=at)
    return CommitteeSession.objects.get(pk=made.pk), items, people


def seats_of(session: CommitteeSession) -> list[str]:
    """The seats of everybody called."""
    return list(session.summons.values_list("seat__reference", flat=True))


def authority(region: str = "53", role: StaffRole = StaffRole.REGIONAL_AUTHORITY) -> User:
    """An agent of a regional authority."""
    person = PersonFactory()
    StaffAssignment.objects.create(user=person, role=role, region=region, since=SINCE)
    return person
