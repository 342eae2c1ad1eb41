"""What a vendor keeps confidential is read by those only who handle his request, and each opening is traced."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from onboarding.candidacies import effects, filing, queries
from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.confidence import may_read
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, SupportingPiece
from onboarding.candidacies.operations import endings
from onboarding.candidacies.operations import pieces as verbs
from onboarding.candidacies.queries import readers, versions
from portal.accounts.roles import StaffRole
from portal.audit.models import AccessTrace
from portal.documents.models import DepositedFile
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, entered
from tests.factories.candidacies import answer_grid, fillable, representative, reviewer, secretary
from tests.factories.parties import MembershipFactory, member

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SECRET = "Nous servons l’hôpital qui ferme"


@pytest.fixture
def kept() -> Candidacy:
    """A deposited candidacy, under review, whose reasons and one of two pieces are confidential."""
    candidacy = fillable(justifications={"A": SECRET})
    boss = representative(candidacy)
    verbs.keep_confidential(candidacy, ["justifications"], by=boss)
    for title, is_confidential in (("Plaquette", False), ("Contrat", True)):
        data = {
            "title": title,
            "file": SimpleUploadedFile("p.pdf", PDF),
            "is_confidential": "on" if is_confidential else "",
        }
        assert entered(boss).post(f"/candidatures/{candidacy.reference}/pieces/", data).status_code == 302
    candidacies.submit(candidacy, by=boss)
    candidacies.take(candidacy, by=reviewer())
    return candidacy


def text_of(response: Any) -> str:
    return str(response.content.decode())


def address(candidacy: Candidacy, verb: str = "confidentiel/") -> str:
    return f"/candidatures/{candidacy.reference}/{verb}"


@pytest.mark.parametrize(
    ("roles", "known", "may"),
    [
        ([], {}, False),
        ([StaffRole.REVIEWER], {}, False),
        ([StaffRole.REVIEWER], {"is_reviewer": True}, True),
        ([StaffRole.SECRETARY], {}, True),
        ([StaffRole.ADMINISTRATOR], {}, True),
        ([StaffRole.MEMBER], {}, False),
        ([StaffRole.MEMBER], {"is_reader": True}, True),
        ([StaffRole.AUDITOR], {}, False),
        ([], {"is_member": True}, True),
    ],
)
def test_who_reads_what_is_confidential(roles: list[str], known: dict[str, bool], may: bool) -> None:
    everything = {"is_reviewer": False, "is_reader": False, "is_member": False}
    assert may_read(roles, **(everything | known)) is may


def test_ordinary_pages_of_the_agency_say_that_it_is_confidential(kept: Candidacy) -> None:
    for agent in (AgentFactory(), kept.reviewer):
        client = entered(agent)
        for page in (f"/dossiers/{kept.reference}/", address(kept, "versions/1/")):
            text = text_of(client.get(page))
            assert SECRET not in text
            assert "confidentiel" in text
    assert SECRET in text_of(entered(representative(kept)).get(f"/candidatures/{kept.reference}/"))


def test_the_agent_in_charge_reads_it_and_his_reading_is_traced(kept: Candidacy) -> None:
    assert SECRET in text_of(entered(kept.reviewer).get(address(kept)))
    trace = AccessTrace.objects.latest("pk")
    assert trace.sentence == f"Lecture de ce qui est confidentiel dans la candidature {kept.reference}"
    assert trace.actor_id == kept.reviewer.pk


def test_another_agent_is_refused_and_a_stranger_finds_nothing(kept: Candidacy) -> None:
    other = entered(reviewer())
    assert other.get(address(kept)).status_code == 403
    assert other.get(address(kept, "pieces/2/")).status_code == 403
    assert other.get(address(kept, "pieces/1/")).status_code == 200
    stranger = entered(MembershipFactory().user)
    assert {stranger.get(address(kept, verb)).status_code for verb in ("confidentiel/", "pieces/1/", "pieces/2/")} == {
        404
    }


def test_a_confidential_file_has_no_other_way_out_for_agents(kept: Candidacy) -> None:
    file = SupportingPiece.objects.get(number=2).file
    assert entered(kept.reviewer).get(f"/pieces/{file.reference}/").status_code == 404
    assert list(DepositedFile.objects.visible_to(kept.reviewer).filter(pk=file.pk)) == []
    answer = entered(kept.reviewer).get(address(kept, "pieces/2/"))
    assert (answer.content, "attachment" in answer["Content-Disposition"]) == (PDF, True)
    assert AccessTrace.objects.latest("pk").sentence.startswith("Téléchargement de la pièce 2")


def test_a_member_reads_it_while_it_is_on_an_agenda(kept: Candidacy) -> None:
    clerk, person = secretary(), AgentFactory(roles=[StaffRole.MEMBER])
    Candidacy.objects.filter(pk=kept.pk).update(state=State.COMPLETE)
    assert not readers.may_read_confidential(person, kept)
    verbs.open_reading(kept, person, by=clerk)
    assert readers.may_read_confidential(person, kept)
    with pytest.raises(Refused, match="lit déjà"):
        verbs.open_reading(kept, person, by=clerk)
    verbs.close_reading(kept, by=clerk)
    assert not readers.may_read_confidential(person, kept)


def test_no_document_carries_it(kept: Candidacy) -> None:
    version = kept.versions.get()
    context = effects._receipt_context(version)
    assert SECRET in version.content
    assert SECRET not in str(context["sections"])
    assert effects._filing(version) == []
    assert context["is_embedded"] is False


def test_a_difference_of_a_confidential_answer_tells_no_value() -> None:
    before, after = {"answers": {"justifications": {"A": "a"}}}, {"answers": {"justifications": {"A": "b"}}}
    (one,) = filing.differences(before, after, hidden={"justifications"})
    assert one.sentence == "Justifications : modifié (confidentiel)."


def test_only_what_may_be_confidential_is(kept: Candidacy) -> None:
    draft = fillable()
    boss = representative(draft)
    with pytest.raises(Refused, match="ne peut pas être confidentielle"):
        verbs.keep_confidential(draft, ["purpose"], by=boss)
    with pytest.raises(NotPermitted):
        verbs.keep_confidential(draft, [], by=member(draft.service.owner, MembershipRole.READER))
    with pytest.raises(MoveNotAllowed):
        verbs.keep_confidential(kept, [], by=representative(kept))


def test_the_choice_is_made_on_a_page() -> None:
    draft = fillable()
    client = entered(representative(draft))
    assert client.post(address(draft, "reserver/"), {"names": ["purpose_details", "justifications"]}).status_code == 302
    assert client.post(address(draft, "reserver/"), {"names": ["state"]}).status_code == 422
    draft.refresh_from_db()
    assert draft.confidential == ["purpose_details", "justifications"]
    assert "Confidentiel" in text_of(client.get(f"/candidatures/{draft.reference}/"))


def test_a_piece_is_taken_away_and_the_version_still_names_it() -> None:
    draft = fillable()
    boss = representative(draft)
    client, page = entered(boss), address(draft, "pieces/")
    client.post(page, {"title": "Plaquette", "file": SimpleUploadedFile("p.pdf", PDF)})
    refused = client.post(page, {"title": "Faux", "file": SimpleUploadedFile("p.pdf", b"<html>")})
    assert refused.status_code == 422
    assert "Faux" in text_of(refused)
    candidacies.submit(draft, by=boss)
    assert "Plaquette" in draft.versions.get().data["pieces"]["joined"][0]
    assert client.post(page, {"retirer": "1"}).status_code == 409
    Candidacy.objects.filter(pk=draft.pk).update(state=State.RETURNED)
    assert client.post(page, {"retirer": "1"}).status_code == 302
    assert client.post(page, {"retirer": "1"}).status_code == 422
    assert "Plaquette" in draft.versions.get().data["pieces"]["joined"][0]
    assert "Aucune pièce n’est jointe" in text_of(client.get(page))


@pytest.mark.parametrize("end", [endings.admit, endings.refuse, endings.defer])
def test_the_decision_closes_the_reading(kept: Candidacy, end: Any) -> None:
    clerk, person = secretary(), AgentFactory(roles=[StaffRole.MEMBER])
    answer_grid(kept)
    candidacies.declare_complete(kept, by=kept.reviewer)
    verbs.open_reading(kept, person, by=clerk)
    end(kept, by=clerk)
    assert not readers.may_read_confidential(person, kept)


def test_what_was_confidential_stays_so_in_the_request_that_takes_it_over(kept: Candidacy) -> None:
    boss = representative(kept)
    candidacies.withdraw(kept, by=boss)
    again = candidacies.open(kept.service, direction=kept.direction, by=boss)
    assert (again.justifications, again.confidential) == ({"A": SECRET}, ["justifications"])
    assert SECRET not in text_of(entered(AgentFactory()).get(f"/dossiers/{again.reference}/"))


def test_what_was_confidential_in_a_deposit_stays_so_once_the_mark_is_lifted(kept: Candidacy) -> None:
    boss = representative(kept)
    Candidacy.objects.filter(pk=kept.pk).update(state=State.RETURNED, confidential=[], justifications={"A": "Autre."})
    kept.refresh_from_db()
    assert SECRET not in str(queries.dossier(kept, agency=True).changed_since_deposit)
    assert SECRET in str(queries.dossier(kept).changed_since_deposit)
    candidacies.submit(kept, by=boss)
    assert SECRET not in str(versions.deposits(kept, agency=True)[0].differences)
    assert SECRET in str(versions.deposits(kept)[0].differences)
    assert SECRET not in text_of(entered(AgentFactory()).get(f"/dossiers/{kept.reference}/"))
