"""What a page offers, whoever of the vendor reads it, opens: no link leads to an error, no button is refused at the door.

The persons of the demonstration are followed so in `tests.roof.test_demo`; here the other roles, and who has nothing yet.
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from portal.parties.roles import MembershipRole
from tests.factories.parties import DigitalServiceFactory, member, proved
from tests.factories.world import World, undone
from tests.house.spoilt import Form, kept
from tests.roof.crawl import crawl, kind_of

ROLES = [role for role in MembershipRole if role is not MembershipRole.LEGAL_REPRESENTATIVE]
LEAVING = frozenset({"account_logout"})  # after it nobody is there any more


class Reading:
    """A browser that remembers the forms of what it opened: where each is sent, and a page that shows it."""

    def __init__(self, client: Client) -> None:
        self.client, self.forms = client, dict[str, tuple[str, str, Any]]()

    def get(self, address: str) -> Any:
        answer = self.client.get(address)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            form = Form()
            form.feed(answer.content.decode().partition("<main")[2])
            for action, fields in form.forms:
                target = action or address
                self.forms.setdefault(kind_of(target), (target, address, kept(fields)))
        return answer

    def dead_ends(self) -> list[str]:
        """The links and buttons followed that lead nowhere."""
        found = [f"{one.origin} → {one.address} : {one.status}" for one in crawl(self) if one.status >= 400]  # type: ignore[arg-type]
        for target, shown_on, filled in self.forms.values():
            if resolve(target.partition("?")[0]).url_name in LEAVING:
                continue
            with undone():
                status = self.client.post(target, filled).status_code
            if status in (403, 404, 405):
                found.append(f"{shown_on} offre {target} : {status}")
        return found


@pytest.mark.parametrize("role", ROLES)
def test_nothing_offered_to_a_role_is_refused_to_it(world: World, role: MembershipRole) -> None:
    found = Reading(proved(member(world.mine.entity, role))).dead_ends()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", [MembershipRole.LEGAL_REPRESENTATIVE, MembershipRole.READER])
def test_nothing_offered_to_who_has_a_service_and_nothing_else_is_refused(world: World, role: MembershipRole) -> None:
    found = Reading(proved(member(DigitalServiceFactory().owner, role))).dead_ends()
    assert not found, "\n".join(found)
