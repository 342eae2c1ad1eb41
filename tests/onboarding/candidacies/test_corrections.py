"""« Corrections »: only what was commented, answer and correction together, nothing typed is lost; versions compared."""

from typing import Any

import pytest
from django.test import Client

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.comments import CommentKind
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from portal.audit.models import AuditEvent
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, entered
from tests.factories.candidacies import FieldCommentFactory, MessageFactory, fillable, representative, reviewer
from tests.factories.parties import MembershipFactory, member, proved

pytestmark = pytest.mark.django_db


@pytest.fixture
def returned() -> Candidacy:
    """Three comments: a field, a whole block, and a block filled on other pages."""
    candidacy = fillable(state=State.RETURNED, submitted_at=MessageFactory().written_at)
    FieldCommentFactory(candidacy=candidacy, number=1, sent=True, text="Quelles unités ?")
    FieldCommentFactory(
        candidacy=candidacy, number=2, sent=True, block=Block.CONTACTS, field="", kind=CommentKind.OUTDATED
    )
    FieldCommentFactory(candidacy=candidacy, number=3, sent=True, block=Block.ESTABLISHMENTS, field="")
    return candidacy


@pytest.fixture
def helper(returned: Candidacy) -> Client:
    return entered(member(returned.service.owner, MembershipRole.DELEGATE))


def page(candidacy: Candidacy, verb: str = "corriger/") -> str:
    return f"/candidatures/{candidacy.reference}/{verb}"


def text_of(response: Any) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


def seen(client: Client, candidacy: Candidacy, number: int) -> str:
    points = client.get(page(candidacy)).context["points"]
    return str(points[number - 1]["form"]["seen"].value())


def test_only_the_commented_fields_are_open_each_under_its_comment(returned: Candidacy, helper: Client) -> None:
    response = helper.get(page(returned))
    text = text_of(response)
    assert "0 sur 3 points traités" in text
    assert "Quelles unités ?" in text
    assert 'name="c1-purpose_details"' in text
    assert 'name="c1-purpose"' not in text
    assert 'name="c2-technical_email"' in text
    assert "Corriger sur sa page" in text
    assert "region_routes" not in text
    assert text.index("Quelles unités ?") < text.index('name="c1-purpose_details"') < text.index('name="c1-answer"')


def test_a_point_is_corrected_and_answered_together(returned: Candidacy, helper: Client) -> None:
    data = {
        "point": "1",
        "c1-purpose_details": "Médecine",
        "c1-answer": "Précisé.",
        "c1-seen": seen(helper, returned, 1),
    }
    answer = helper.post(page(returned), data)
    assert (answer.status_code, answer["Location"]) == (302, f"{page(returned)}#point-1")
    returned.refresh_from_db()
    assert (returned.purpose, returned.purpose_details) == ("bed-availability", "Médecine")
    assert returned.comments.get(number=1).answer == "Précisé."
    assert "1 sur 3 points traités" in text_of(helper.get(page(returned)))
    actions = AuditEvent.objects.order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["candidacies.edit", "candidacies.answer"]


def test_a_block_of_another_page_is_only_answered(returned: Candidacy, helper: Client) -> None:
    assert helper.post(page(returned), {"point": "3", "c3-answer": "Liste remplacée."}).status_code == 302
    assert returned.comments.get(number=3).answered_at is not None


def test_a_correction_without_answer_keeps_the_typing_and_saves_nothing(returned: Candidacy, helper: Client) -> None:
    refused = helper.post(page(returned), {"point": "1", "c1-purpose_details": "Chirurgie", "c1-answer": " "})
    assert refused.status_code == 422
    assert "Renseignez ce champ" in text_of(refused)
    assert "Chirurgie" in text_of(refused)
    returned.refresh_from_db()
    assert returned.purpose_details == ""


def test_a_stale_point_shows_both_and_keeps_the_typing(returned: Candidacy, helper: Client) -> None:
    mine = seen(helper, returned, 1)
    boss = representative(returned)
    candidacies.edit(returned, Block.PURPOSE, {"purpose_details": "Saisi par l’autre"}, by=boss)
    data = {"point": "1", "c1-purpose_details": "Saisi par moi", "c1-answer": "Voilà.", "c1-seen": mine}
    stale = helper.post(page(returned), data)
    text = text_of(stale)
    assert stale.status_code == 409
    assert "<td>Saisi par l’autre<" in text
    assert "<td>Saisi par moi<" in text
    assert "Voilà." in text
    fresh = stale.context["bound"]["seen"].value()
    assert helper.post(page(returned), data | {"c1-seen": fresh}).status_code == 302
    returned.refresh_from_db()
    assert returned.purpose_details == "Saisi par moi"


@pytest.mark.parametrize("point", ["99", "x", "", "\x00"])
def test_a_point_that_does_not_exist_changes_nothing(returned: Candidacy, helper: Client, point: str) -> None:
    assert helper.post(page(returned), {"point": point, "c1-answer": "x"}).status_code in (200, 400)
    assert not AuditEvent.objects.exists()


def test_the_last_point_leads_to_one_redeposit(returned: Candidacy) -> None:
    boss = representative(returned)
    client = proved(boss)
    assert "Relire et déposer à nouveau" not in text_of(client.get(page(returned)))
    for number in (1, 2, 3):
        candidacies.answer(returned, number, "Fait.", by=boss)
    assert "Relire et déposer à nouveau" in text_of(client.get(page(returned)))
    assert client.post(page(returned, "deposer/")).status_code == 302
    assert client.get(page(returned)).status_code == 409


def test_versions_are_compared_in_french_for_both_sides(returned: Candidacy) -> None:
    boss, agent = representative(returned), reviewer()
    for number in (1, 2, 3):
        candidacies.answer(returned, number, "Fait.", by=boss)
    candidacies.submit(returned, by=boss)
    candidacies.take(returned, by=agent)
    candidacies.comment(returned, block=Block.PURPOSE, field="purpose_details", kind="incomplete", text="?", by=agent)
    candidacies.return_to_vendor(returned, by=agent)
    candidacies.correct(returned, 4, {"purpose_details": "Médecine"}, "Précisé.", by=boss)
    candidacies.submit(returned, by=boss)
    for client in (entered(boss), entered(AgentFactory())):
        text = text_of(client.get(page(returned, "versions/2/")))
        assert "Ce qui change depuis la version 1" in text
        assert "Précisions sur la finalité : « non renseigné » devient « Médecine »." in text
        first = text_of(client.get(page(returned, "versions/1/"), {"depuis": "2"}))
        assert "« Médecine » devient « non renseigné »." in first
        assert client.get(page(returned, "versions/9/")).status_code == 404
        assert client.get(page(returned, "versions/1/"), {"depuis": "²"}).status_code == 200
    assert entered(MembershipFactory().user).get(page(returned, "versions/1/")).status_code == 404
