"""Lists of accounts, and whether the portal still waits for its first administrator."""

from django.db.models import Prefetch, Q, QuerySet

from .models import StaffAssignment, User
from .roles import StaffRole


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
