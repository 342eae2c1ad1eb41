"""What is closed to an agent is nowhere: pages, files, lists, searches, exports, whatever roles he holds besides.

The worst case of a recusal (AZ-08): somebody who holds every national role, so that only the closing can stop him.
"""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from onboarding.candidacies.models import Candidacy
from portal.accounts.models import User
from portal.accounts.roles import NATIONAL
from portal.parties import operations as parties
from tests.factories.accounts import AgentFactory
from tests.factories.addresses import COMMON, OF_VENDORS, routes
from tests.factories.establishments import signed_in
from tests.factories.surroundings import certificate_of
from tests.factories.world import World
from tests.house.walked.test_canaries import BY_LINK, PUBLIC, canaries, crossed, told

# Where a closed applicant is still named, and why: who acts there must know it, and reads nothing else of it.
NAMED = {
    "account_assign": "the account of a person, administered whoever employs him",
    "account_close": "the same",
    "account_sheet": "the same",
    "account_tie": "the same",
    "accounts": "the same",
    "agenda_remove": "the agenda, which one reads to stand back from a point",
    "session": "the same",
    "session_close": "the same",
    "session_interests": "the same",
    "session_minutes": "the secretary writes the minutes of every point",
    "batch": "a batch names the references that a colleague ticked",
    "list_loss": "the references that the list would lose; whose they are is not shown",
    "notice_edit": "S-2026-0001 is the example of a reference",
    "notice_write": "the same",
}
AGENDA = {"agenda_remove", "point_recuse"}  # to keep the agenda, or to stand back


@pytest.fixture
def recused(world: World) -> User:
    """Who holds every national role, and to whom the vendor with a dossier at every stage is closed."""
    person = AgentFactory(roles=sorted(NATIONAL), first_name="Rachel", last_name="Déportée")
    parties.close_readings([person], [world.mine.entity.pk], source="C-1999-0001", at=world.now)
    return person


def reached(world: World) -> Iterator[tuple[str, str]]:
    """Every address, with the closed vendor's arguments."""
    for address in routes():
        if address.access is None or address.name in PUBLIC | BY_LINK:
            continue
        if row := OF_VENDORS.get(address.name):
            yield address.name, reverse(address.name, args=row.arguments(world.at(row.stage)))
        elif address.name in COMMON:
            yield address.name, reverse(address.name, args=COMMON[address.name].arguments(world))
        elif not address.arguments:
            yield address.name, reverse(address.name)


@pytest.mark.requires("pdftotext")
def test_nothing_of_a_closed_vendor_is_on_any_page(world: World, recused: User) -> None:
    client, closed, seen, wrong = signed_in(recused), canaries(world.mine), 0, []
    newcomer = {"claim", "claim_verify", "claim_refuse"}  # at their stage, the claim of somebody else's entity
    for name, path in reached(world):
        answer = client.get(path)
        seen += answer.status_code == 200
        if name in OF_VENDORS.keys() - AGENDA - newcomer and answer.status_code not in (404, 405):
            wrong.append((path, answer.status_code))
        if name not in NAMED and answer.status_code != 404 and (found := crossed(told(answer), closed, path)):
            wrong.append((path, found))
    assert wrong == []
    assert seen > 100, "the other pages are open to him"


def test_no_search_nor_export_finds_a_closed_vendor(world: World, recused: User) -> None:
    client, closed, mine = signed_in(recused), canaries(world.mine), world.mine
    words = {mine.entity.name, mine.entity.siren, mine.service.name, mine.candidacy.reference, mine.vendor.email}
    sought = words | {certificate_of(mine).fingerprint, mine.grant.reference, mine.claim.reference}
    for path in [*map(reverse, ("search", "candidacies", "documents")), reverse("dossier_export", args=["csv"])]:
        for canary in sorted(sought):
            text = told(client.get(path, {"q": canary}))
            assert not crossed(text, {one for one in closed if one not in canary}, path), (path, canary)


def test_nothing_is_done_to_a_closed_dossier(world: World, recused: User) -> None:
    """The forms too: posted by their addresses, they answer as for a dossier that does not exist."""
    client = signed_in(recused)
    before = set(Candidacy.objects.values_list("pk", "state", "version"))
    for name in sorted(OF_VENDORS.keys() - AGENDA - {"claim_verify", "claim_refuse"}):
        row = OF_VENDORS[name]
        path = reverse(name, args=row.arguments(world.at(row.stage)))
        assert client.post(path).status_code in (404, 405), path
    assert set(Candidacy.objects.values_list("pk", "state", "version")) == before
