"""Regional decisions: the authority of that region only, alone or with a second person, in its name."""

import pytest
from django.urls import reverse

from onboarding.candidacies import eligibility
from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.queries import grids
from onboarding.committee import operations, queries, ruling_text
from onboarding.committee.models import Decision, Proposal
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Blocks, Motive, Reserve
from policy.grants.models import Grant
from portal.accounts.models import StaffAssignment, User
from portal.accounts.roles import StaffRole
from portal.lifecycle.errors import NotPermitted, Refused
from portal.parties import operations as parties
from portal.reference.models import Region
from tests.factories.accounts import PersonFactory
from tests.factories.candidacies import CandidacyFactory, representative, secretary
from tests.factories.panel import authority, setting
from tests.factories.parties import proved

pytestmark = pytest.mark.django_db

ADMIT = Ruling(Outcome.ADMIT, Profiles(access=2))
CORRECTION = Ruling(Outcome.ADMIT, Profiles(access=2), "Une faute de frappe.")
CORRECTED = {"outcome": "admit", "access_profile": "2", "grounds": CORRECTION.grounds}


@pytest.fixture
def candidacy() -> Candidacy:
    """A complete candidacy of the regional space of Brittany."""
    Region.objects.update_or_create(code="53", defaults={"name": "Bretagne", "ars_name": "ARS Bretagne"})
    made: Candidacy = CandidacyFactory(
        complete=True,
        direction="consumption",
        space="regional",
        requested_profiles=["2"],
        region_routes={"53": "direct"},
    )
    return made


def test_authority_of_the_region_decides_alone_and_its_letter_is_in_its_name(candidacy, now) -> None:
    decision = operations.decide_regionally(candidacy, ruling=ADMIT, by=authority(), at=now)
    candidacy.refresh_from_db()
    grant = Grant.objects.get()
    assert (candidacy.state, grant.region, grant.access_profile) == (State.ADMITTED, "53", 2)
    assert decision.item.session is None
    assert "ARS Bretagne" in queries.told(decision).decision
    assert "ARS Bretagne" in decision.signed_as


@pytest.mark.parametrize(
    "person",
    [
        lambda: authority("11"),
        lambda: authority(role=StaffRole.REGIONAL_READER),
        secretary,
        lambda: PersonFactory(),
    ],
)
def test_nobody_else_decides_for_the_region(person, candidacy, now) -> None:
    with pytest.raises(NotPermitted):
        operations.decide_regionally(candidacy, ruling=ADMIT, by=person(), at=now)
    assert not Decision.objects.exists()


def test_national_candidacy_is_not_decided_by_a_region(now) -> None:
    national = CandidacyFactory(complete=True, direction="consumption", region_routes={"53": "direct"})
    with pytest.raises(Refused, match="espace national"):
        operations.decide_regionally(national, ruling=ADMIT, by=authority(), at=now)


def test_second_person_confirms_where_the_setting_asks_for_it(candidacy, now) -> None:
    setting("regional.second_person", True)
    first, second = authority(), authority()
    with pytest.raises(Refused, match="Une seconde personne"):
        operations.decide_regionally(candidacy, ruling=ADMIT, by=first, at=now)
    proposal = operations.propose_regionally(candidacy, ruling=ADMIT, by=first, at=now)
    with pytest.raises(Refused, match="attend déjà"):
        operations.propose_regionally(candidacy, ruling=ADMIT, by=second, at=now)
    with pytest.raises(NotPermitted, match="une autre personne"):
        operations.confirm_proposal(proposal, by=first, at=now)
    with pytest.raises(NotPermitted):
        operations.confirm_proposal(proposal, by=authority("11"), at=now)
    assert not Decision.objects.exists()
    decision = operations.confirm_proposal(proposal, by=second, at=now)
    assert (decision.access_profile, Proposal.objects.get().state) == (2, "confirmed")


def test_nobody_corrects_alone_what_two_persons_decide(candidacy, now) -> None:
    person = authority()
    former = operations.decide_regionally(candidacy, ruling=ADMIT, by=person, at=now)
    setting("regional.second_person", True)
    words = Ruling(Outcome.ADMIT, Profiles(access=2), "Une faute de frappe.")
    with pytest.raises(Refused, match="proposez la rectification"):
        operations.correct_decision(former, ruling=words, by=person, at=now)
    assert Decision.objects.get() == former


def test_two_persons_correct_what_two_persons_decide(candidacy, now) -> None:
    first, second = authority(), authority()
    former = operations.decide_regionally(candidacy, ruling=ADMIT, by=first, at=now)
    setting("regional.second_person", True)
    words = Ruling(Outcome.ADMIT, Profiles(access=2), "Une faute de frappe.")
    proposal = operations.propose_regionally(candidacy, ruling=words, by=first, at=now, corrects=former)
    with pytest.raises(NotPermitted, match="une autre personne"):
        operations.confirm_proposal(proposal, by=first, at=now)
    assert Decision.objects.get() == former
    made = operations.confirm_proposal(proposal, by=second, at=now)
    assert (made.corrects, made.grounds, made.recorded_by) == (former, "Une faute de frappe.", second)
    with pytest.raises(Refused, match="déjà été rectifiée"):
        operations.propose_regionally(candidacy, ruling=words, by=first, at=now, corrects=former)


def test_the_form_of_a_correction_says_first_that_two_persons_make_it(candidacy, now, monkeypatch) -> None:
    monkeypatch.setattr("portal.documents.printing.render", lambda html, **more: b"%PDF-1.7")
    former = operations.decide_regionally(candidacy, ruling=ADMIT, by=authority(), at=now)
    setting("regional.second_person", True)
    first, second = proved(authority()), proved(authority())
    path = reverse("decision_correct", args=[former.reference])
    shown = first.get(path).text
    assert "Votre région décide à deux" in shown
    assert "Proposer la rectification" in first.post(path, CORRECTED).text
    assert first.post(path, CORRECTED | {"vu": CORRECTION.fingerprint})["Location"] == reverse(
        "regional_dossier", args=[candidacy.reference]
    )
    assert "attend déjà une seconde personne" in second.get(path).text
    dossier = second.get(reverse("regional_dossier", args=[candidacy.reference])).text
    assert f"La rectification de {former}" in dossier
    proposal = Proposal.objects.get()
    assert second.post(reverse("proposal_confirm", args=[proposal.reference])).status_code == 302
    assert Decision.objects.get(corrects=former).grounds == CORRECTION.grounds


def test_proposal_set_aside_leaves_place_for_another(candidacy, now) -> None:
    setting("regional.second_person", True)
    person = authority()
    proposal = operations.propose_regionally(candidacy, ruling=ADMIT, by=person, at=now)
    operations.set_aside_proposal(proposal, by=person, at=now)
    operations.propose_regionally(candidacy, ruling=ADMIT, by=person, at=now)
    assert Proposal.objects.count() == 2


def test_pages_are_of_the_region_alone(candidacy, now) -> None:
    mine, other = proved(authority()), proved(authority("11"))
    sheet = reverse("regional_dossier", args=[candidacy.reference])
    assert candidacy.reference in mine.get(reverse("regional_space")).content.decode()
    assert mine.get(sheet).status_code == 200
    assert candidacy.reference not in other.get(reverse("regional_space")).content.decode()
    assert other.get(sheet).status_code == 404
    assert proved(representative(candidacy)).get(sheet).status_code == 404
    url = reverse("regional_decide", args=[candidacy.reference])
    typed = {"outcome": "admit", "access_profile": "2", "grounds": ""}
    assert mine.post(url, typed).status_code == 200
    assert not Decision.objects.exists()
    assert other.post(url, typed | {"vu": ADMIT.fingerprint}).status_code == 404
    response = mine.post(url, typed | {"vu": ADMIT.fingerprint})
    assert response.status_code == 302
    assert mine.get(response["Location"]).status_code == 200
    assert other.get(response["Location"]).status_code == 404


def test_the_region_reads_the_mail_and_the_letter_before_it_decides(candidacy, monkeypatch) -> None:
    pages: list[str] = []
    monkeypatch.setattr("portal.documents.printing.render", lambda html, **more: pages.append(html) or b"%PDF-1.7")
    mine, other = proved(authority()), proved(authority("11"))
    typed = {"outcome": "admit", "access_profile": "2", "grounds": ""}
    shown = mine.post(reverse("regional_decide", args=[candidacy.reference]), typed).text
    project = reverse("regional_decide_project", args=[candidacy.reference])
    assert "Le message, tel qu’il part" in shown
    assert f'formaction="{project}"' in shown
    assert mine.post(project, typed)["Content-Type"] == "application/pdf"
    assert "l’agence régionale de santé" in pages[0]
    assert mine.get(project).status_code == 302
    assert other.post(project, typed).status_code == 404
    assert not Decision.objects.exists()


def test_two_persons_decide_through_the_pages(candidacy, monkeypatch) -> None:
    monkeypatch.setattr("portal.documents.printing.render", lambda html, **more: b"%PDF-1.7")
    setting("regional.second_person", True)
    first, second = proved(authority()), proved(authority())
    url = reverse("regional_decide", args=[candidacy.reference])
    typed = {"outcome": "admit", "access_profile": "2", "grounds": "", "vu": ADMIT.fingerprint}
    assert first.post(url, typed).status_code == 302
    proposal = Proposal.objects.get()
    confirm = reverse("proposal_confirm", args=[proposal.reference])
    assert first.post(confirm).status_code == 403
    assert second.get(reverse("regional_dossier", args=[candidacy.reference])).status_code == 200
    shown = second.get(reverse("regional_dossier", args=[candidacy.reference])).text
    assert "Le message, tel qu’il part" in shown
    letter = second.get(reverse("regional_decide_project", args=[candidacy.reference]))
    assert letter["Content-Type"] == "application/pdf"
    assert second.post(confirm).status_code == 302
    assert Decision.objects.count() == 1


def test_the_letter_is_signed_by_who_confirms_and_offered_to_who_may_open_it(candidacy, monkeypatch) -> None:
    pages: list[str] = []
    monkeypatch.setattr("portal.documents.printing.render", lambda html, **more: pages.append(html) or b"%PDF-1.7")
    setting("regional.second_person", True)
    proposer, second = authority(), authority()
    first, other = proved(proposer), proved(second)
    reader = proved(authority(role=StaffRole.REGIONAL_READER))
    project = reverse("regional_decide_project", args=[candidacy.reference])
    first.post(project, {"outcome": "admit", "access_profile": "2", "grounds": ""})
    operations.propose_regionally(candidacy, ruling=ADMIT, by=proposer)
    first.get(project)
    other.get(project)
    signed = [page.partition('class="signature"')[2].partition("</p>")[0] for page in pages]
    assert ["la personne qui confirme" in one for one in signed] == [True, True, False]
    assert second.full_name in signed[2]
    sheet = reverse("regional_dossier", args=[candidacy.reference])
    assert [project in one.get(sheet).text for one in (first, other, reader)] == [True, True, False]
    assert reader.get(project).status_code == 403


def test_ruling_kept_as_text_is_the_same_ruling(now) -> None:
    ruling = Ruling(
        Outcome.ADMIT_WITH_RESERVATIONS,
        Profiles(frozenset("AB")),
        "Motif",
        (Reserve("Liste", Blocks.PROFILE, "B", now.date()),),
        (Motive.OTHER,),
        ("purpose",),
        "CS-2026-0001",
    )
    assert ruling_text.read(ruling_text.write(ruling)) == ruling


def grid_codes(candidacy: Candidacy) -> list[str]:
    """The criteria of its grid."""
    return [criterion.code for criterion in eligibility.criteria(candidacy.direction)]


@pytest.fixture
def deposited() -> Candidacy:
    """A candidacy just deposited in the regional space of Brittany."""
    Region.objects.update_or_create(code="53", defaults={"name": "Bretagne", "ars_name": "ARS Bretagne"})
    made: Candidacy = CandidacyFactory(
        submitted=True,
        direction="consumption",
        space="regional",
        requested_profiles=["2"],
        region_routes={"53": "direct"},
    )
    return made


def test_an_agent_of_the_authority_reviews_its_dossier_from_the_take_to_the_decision(deposited, now) -> None:
    person = authority()
    client = proved(person)
    page = reverse("regional_dossier", args=[deposited.reference])

    def act(name: str, *more: object, **data: object) -> str:
        answer = client.post(reverse(name, args=[deposited.reference, *more]), data)
        assert answer.status_code == 302, answer.content.decode()[:2000]
        return str(answer["Location"])

    assert "Instruire" in client.get(page).content.decode()
    assert act("candidacy_take") == page
    assert act("candidacy_comment", target="purpose", kind="incomplete", text="Précisez.") == page
    assert "Précisez." in client.get(page).content.decode()
    assert act("message_write", body="Bonjour.") == f"{page}#echanges"
    assert deposited.messages.get().from_agency
    assert act("comment_drop", deposited.comments.get().number) == page
    candidacies.assess(deposited, dict.fromkeys(grid_codes(deposited), ("yes", "")), by=person, at=now)
    assert act("candidacy_complete") == page
    deposited.refresh_from_db()
    assert (deposited.state, deposited.reviewer) == (State.COMPLETE, person)
    assert reverse("regional_decide", args=[deposited.reference]) in client.get(page).content.decode()


REVIEWING = ["candidacy_take", "candidacy_comment", "candidacy_assess", "candidacy_return", "candidacy_complete"]


@pytest.mark.parametrize("name", REVIEWING)
def test_no_other_region_nor_a_reader_nor_the_vendor_reviews_it(name, deposited) -> None:
    address = reverse(name, args=[deposited.reference])
    assert proved(authority("11")).post(address).status_code == 404
    assert proved(authority(role=StaffRole.REGIONAL_READER)).post(address).status_code == 403
    assert proved(representative(deposited)).post(address).status_code == 404


@pytest.mark.parametrize("name", REVIEWING)
def test_an_authority_reviews_no_national_candidacy_of_its_region(name) -> None:
    national = CandidacyFactory(submitted=True, direction="consumption", region_routes={"53": "direct"})
    assert proved(authority()).post(reverse(name, args=[national.reference])).status_code == 404


def test_a_regional_dossier_is_confided_to_an_agent_of_that_authority_and_to_no_other(deposited, now) -> None:
    colleague, stranger = authority(), authority("11")
    assert colleague in grids.reviewers(deposited)
    assert stranger not in grids.reviewers(deposited)
    candidacies.assign(deposited, colleague, by=authority(), at=now)
    with pytest.raises(Refused, match="n’est pas instructeur"):
        candidacies.assign(deposited, stranger, by=authority(), at=now)


def test_what_is_confidential_is_read_by_the_regional_agent_in_charge_alone(deposited, now) -> None:
    deposited.confidential = ["technical_name"]
    deposited.save(update_fields=["confidential"])
    holder, reader = authority(), authority(role=StaffRole.REGIONAL_READER)
    candidacies.take(deposited, by=holder, at=now)
    address = reverse("candidacy_confidential", args=[deposited.reference])
    assert proved(holder).get(address).status_code == 200
    assert proved(reader).get(address).status_code == 403
    assert proved(authority()).get(address).status_code == 403
    assert proved(reader).get(reverse("candidacy", args=[deposited.reference]))["Location"].startswith("/")


def test_a_conflict_of_interest_closes_a_regional_dossier_too(candidacy, now) -> None:
    """Who also sits on the committee, and declared a link with the holder, reads nothing of it in his region."""
    setting("regional.second_person", True)
    person = authority()
    StaffAssignment.objects.create(user=person, role=StaffRole.MEMBER, since=now)
    person = User.objects.get(pk=person.pk)
    proposal = operations.propose_regionally(candidacy, ruling=ADMIT, by=authority(), at=now)
    page, client = reverse("regional_dossier", args=[candidacy.reference]), proved(person)
    assert client.get(page).status_code == 200
    parties.close_readings([person], [candidacy.service.owner_id], source="CS-2026-0001", at=now)
    assert client.get(page).status_code == 404
    assert candidacy.reference not in client.get(reverse("regional_space")).content.decode()
    assert client.post(reverse("proposal_confirm", args=[proposal.reference])).status_code == 404
    assert not Decision.objects.exists()


def test_what_was_never_deposited_is_not_read_by_the_region(candidacy) -> None:
    person = authority()
    assert Candidacy.objects.visible_to(person).get() == candidacy
    Candidacy.objects.filter(pk=candidacy.pk).update(state=State.WITHDRAWN, submitted_at=None)
    assert not Candidacy.objects.visible_to(person).exists()
