"""Lists of accounts, the person of a session, and whether the portal still waits for its first administrator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, Max, Prefetch, Q, QuerySet
from django.utils import timezone

from portal.calendar.deadlines import due_at
from portal.statements.queries import Given, statement

from .models import RoleProposal, StaffAssignment, User
from .roles import NATIONAL, StaffRole

NOTICE = 2  # working days during which an administrator put out may still object


@dataclass(frozen=True, slots=True)
class Reader:
    """A person as statements written once know him: what `visible_to` asks of his roles.

    His key is among what each reading gives, under the name `reader`.
    """

    staff_roles: frozenset[str]
    regions: frozenset[str]
    is_authenticated = True

    @property
    def is_agent(self) -> bool:
        """True for the agency's own staff."""
        return bool(self.staff_roles & NATIONAL)

    @property
    def is_staff_member(self) -> bool:
        """True for the agency's staff and regional actors."""
        return bool(self.staff_roles)

    @property
    def pk(self) -> Given:
        """The place of his key."""
        return Given("reader")

    @property
    def own_accounts(self) -> Given:
        """The place of the keys of his accounts, where a statement asks for them."""
        return Given("own_accounts", many=True)


def reader(user: Any) -> Reader:
    """This person, who is signed in, as a shape of statements."""
    return Reader(user.staff_roles, user.regions)


@statement
def _person() -> QuerySet[User]:
    held = FilteredRelation("assignments", condition=Q(assignments__until=None))
    found = User.objects.filter(pk=Given("person")).annotate(held=held)
    return found.annotate(held_role=F("held__role"), held_region=F("held__region"))


def person(key: int) -> User | None:
    """The account of this key with the staff roles held now, in one statement."""
    rows: list[Any] = _person().rows(person=key)
    if not rows:
        return None
    rows[0].hold([(row.held_role, row.held_region) for row in rows if row.held_role])
    found: User = rows[0]
    return found


def first_administrator_missing() -> bool:
    """True as long as nobody ever was administrator: the portal has just been installed."""
    return not StaffAssignment.objects.filter(role=StaffRole.ADMINISTRATOR).exists()


def accounts(*, search: str = "", staff_only: bool = False) -> QuerySet[User]:
    """Accounts by name, with their present roles; `search` reads names and address."""
    found = User.objects.order_by("last_name", "first_name", "email").prefetch_related(
        Prefetch("assignments", StaffAssignment.objects.filter(until=None).order_by("role"), to_attr="held")
    )
    if staff_only:
        found = found.filter(assignments__until=None, assignments__isnull=False).distinct()
    for word in search.split():
        found = found.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word))
    return found


def held_by(user: User) -> QuerySet[StaffAssignment]:
    """The roles that a person holds now, in the order of their names."""
    return user.assignments.filter(until=None).order_by("role", "region")


def is_alone(user: User, *, at: datetime | None = None) -> bool:
    """True while no other administrator is there to confirm, and none was two working days ago.

    The delay keeps one administrator from putting the others out to decide alone: a mail tells them first.
    """
    others = StaffAssignment.objects.filter(role=StaffRole.ADMINISTRATOR).exclude(user__in=user.own_accounts)
    if others.filter(until=None).exists():
        return False
    last: datetime | None = others.aggregate(last=Max("until"))["last"]
    return last is None or (at or timezone.now()) > due_at(last, NOTICE)


def proposals_waiting() -> QuerySet[RoleProposal]:
    """The roles that wait for a second administrator, oldest first, with the persons."""
    return RoleProposal.objects.waiting().select_related("user", "proposed_by").order_by("proposed_at", "pk")


def ties_waiting() -> QuerySet[User]:
    """The accounts that wait for a second administrator to say that another is the same person's."""
    waiting = User.objects.filter(tie_to__isnull=False).select_related("tie_to", "tie_proposed_by")
    return waiting.order_by("last_name", "first_name", "email")


def other_accounts(user: User) -> list[User]:
    """The other accounts known to be the same person's."""
    others = User.objects.filter(pk__in=user.own_accounts).exclude(pk=user.pk)
    return list(others.order_by("last_name", "first_name", "email"))
