"""Who reads what a vendor keeps confidential, and what the others see in its place (settled question 17).

Readers are the agent who reviews the request, those who supervise him, and members of the committee while it is on
their agenda. Ordinary pages hide it from every agent: it is read on a page of its own, where each opening is traced.
"""

from collections.abc import Collection

from portal.accounts.roles import StaffRole

SUPERVISORS = frozenset({StaffRole.SECRETARY, StaffRole.ADMINISTRATOR})
HIDDEN = "confidentiel"


def may_read(roles: Collection[str], *, is_reviewer: bool, is_reader: bool, is_member: bool) -> bool:
    """True for the vendor's own members, the agent in charge, his supervisors, and readers while it is on an agenda."""
    return is_member or is_reviewer or is_reader or bool(SUPERVISORS & set(roles))
