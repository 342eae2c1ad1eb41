"""The agency's verbs: take, assess, comment, return, declare complete; and the thread of messages."""

from datetime import datetime

import pytest

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.eligibility import Answer
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import Candidacy, FieldComment, Message
from onboarding.candidacies.queries import grids, threads
from portal.audit.queries import about, sentences
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted, Refused
from portal.outbox.models import OutboxMessage
from portal.parties import operations as parties
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory
from tests.factories.candidacies import (
    CandidacyFactory,
    FieldCommentFactory,
    answer_grid,
    representative,
    reviewer,
    secretary,
)
from tests.factories.parties import MembershipFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewed() -> Candidacy:
    return CandidacyFactory(under_review=True)


def effects() -> list[str]:
    return list(OutboxMessage.objects.values_list("effect", flat=True))


def test_the_first_reviewer_takes_and_the_second_learns_it(now: datetime) -> None:
    candidacy, first, second = CandidacyFactory(submitted=True), reviewer(), reviewer()
    candidacies.take(candidacy, by=first, at=now)
    assert (candidacy.state, candidacy.reviewer) == (State.UNDER_REVIEW, first)
    with pytest.raises(MoveNotAllowed, match="Quelqu’un a sans doute agi avant vous"):
        candidacies.take(candidacy, by=second, at=now)


def test_a_vendor_reviews_nothing(now: datetime) -> None:
    candidacy = CandidacyFactory(submitted=True)
    for person in (representative(candidacy), secretary()):
        with pytest.raises(NotPermitted):
            candidacies.take(candidacy, by=person, at=now)


def test_the_grid_is_answered_and_answered_again(now: datetime, reviewed: Candidacy) -> None:
    agent = reviewer()
    candidacies.assess(reviewed, {"purpose": (Answer.YES, ""), "profiles": (Answer.NO, " Non. ")}, by=agent, at=now)
    candidacies.assess(reviewed, {"profiles": (Answer.NOT_APPLICABLE, "")}, by=agent, at=now)
    given = {row.criterion: (row.answer, row.comment) for row in reviewed.eligibility_answers.all()}
    assert given == {"purpose": ("yes", ""), "profiles": ("not_applicable", "")}


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"purpose": (Answer.NO, "  ")}, "purpose_comment"),
        ({"purpose": ("peut-être", "")}, "purpose"),
        ({"inventé": (Answer.YES, "")}, "inventé"),
    ],
)
def test_a_wrong_answer_is_refused_and_nothing_of_the_grid_is_kept(
    now: datetime, reviewed: Candidacy, answers: dict[str, tuple[str, str]], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        candidacies.assess(reviewed, {"profiles": (Answer.YES, "")} | answers, by=reviewer(), at=now)
    assert refused.value.field == field
    assert not reviewed.eligibility_answers.exists()


def test_comments_are_numbered_and_hidden_until_the_return(now: datetime, reviewed: Candidacy) -> None:
    agent = reviewer()
    for field in ("purpose", "purpose_details"):
        candidacies.comment(
            reviewed, block=Block.PURPOSE, field=field, kind="incorrect", text=" Faux. ", by=agent, at=now
        )
    rows = list(reviewed.comments.all())
    assert [(row.number, row.text, row.label) for row in rows] == [
        (1, "Faux.", "Finalité principale"),
        (2, "Faux.", "Précisions sur la finalité"),
    ]
    assert not FieldComment.objects.sent().exists()
    candidacies.return_to_vendor(reviewed, by=agent, at=now)
    assert reviewed.state == State.RETURNED
    assert FieldComment.objects.sent().filter(sent_at=now).count() == 2
    assert effects() == ["onboarding.candidacies.announce_return"]
    assert "(2 commentaires)" in sentences(about(reviewed.reference))[-1].sentence


def test_a_comment_says_something_about_a_field_of_its_block(now: datetime, reviewed: Candidacy) -> None:
    agent = reviewer()
    with pytest.raises(Refused) as refused:
        candidacies.comment(reviewed, block=Block.PURPOSE, kind="incorrect", text="  ", by=agent, at=now)
    assert refused.value.field == "text"
    with pytest.raises(Refused, match="n’appartient pas à ce bloc"):
        candidacies.comment(
            reviewed, block=Block.PURPOSE, field="analysis", kind="incorrect", text="Faux.", by=agent, at=now
        )


def test_a_prepared_comment_is_dropped_and_a_sent_one_stays(now: datetime, reviewed: Candidacy) -> None:
    prepared, sent = FieldCommentFactory(candidacy=reviewed), FieldCommentFactory(candidacy=reviewed, sent=True)
    agent = reviewer()
    candidacies.drop_comment(reviewed, prepared.number, by=agent, at=now)
    with pytest.raises(Refused, match="déjà été envoyé"):
        candidacies.drop_comment(reviewed, sent.number, by=agent, at=now)
    assert list(reviewed.comments.all()) == [sent]


def test_nothing_is_returned_without_a_comment(now: datetime, reviewed: Candidacy) -> None:
    with pytest.raises(Refused, match="au moins un commentaire"):
        candidacies.return_to_vendor(reviewed, by=reviewer(), at=now)
    assert effects() == []


def test_an_answer_may_be_changed_until_the_deposit(now: datetime) -> None:
    row = FieldCommentFactory(candidacy=CandidacyFactory(returned=True), sent=True)
    boss = representative(row.candidacy)
    candidacies.answer(row.candidacy, row.number, "Voilà.", by=boss, at=now)
    candidacies.answer(row.candidacy, row.number, "Voilà, mieux.", by=boss, at=now)
    row.refresh_from_db()
    assert (row.answer, row.answered_by, row.answered_at) == ("Voilà, mieux.", boss, now)


@pytest.mark.parametrize("which", ["prepared", "closed", "unknown", "blank"])
def test_an_answer_needs_a_comment_that_waits_and_words(now: datetime, which: str) -> None:
    candidacy = CandidacyFactory(returned=True)
    sent = {"prepared": None, "unknown": now, "closed": now, "blank": now}[which]
    row = FieldCommentFactory(candidacy=candidacy, sent_at=sent, closed_at=now if which == "closed" else None)
    number, text = (99 if which == "unknown" else row.number), (" " if which == "blank" else "Voilà.")
    with pytest.raises(Refused):
        candidacies.answer(candidacy, number, text, by=representative(candidacy), at=now)


def test_completeness_waits_for_the_whole_grid_and_for_the_comments(now: datetime, reviewed: Candidacy) -> None:
    agent = reviewer()
    answer_grid(reviewed, "purpose", "profiles")
    with pytest.raises(Refused, match="liste exhaustive"):
        candidacies.declare_complete(reviewed, by=agent, at=now)
    answer_grid(reviewed, "establishments")
    FieldCommentFactory(candidacy=reviewed)
    with pytest.raises(Refused, match="commentaires préparés"):
        candidacies.declare_complete(reviewed, by=agent, at=now)
    reviewed.comments.all().delete()
    candidacies.declare_complete(reviewed, by=agent, at=now)
    assert (reviewed.state, reviewed.completed_at) == (State.COMPLETE, now)
    assert effects() == ["onboarding.candidacies.announce_completeness"]
    assert grids.before_completeness(reviewed) == []


@pytest.mark.parametrize("side", ["vendor", "agency"])
def test_both_sides_write_and_the_thread_knows_which(now: datetime, reviewed: Candidacy, side: str) -> None:
    author = representative(reviewed) if side == "vendor" else reviewer()
    message = candidacies.write(reviewed, " Bonjour. ", by=author, at=now)
    assert (message.body, message.from_agency, message.author) == ("Bonjour.", side == "agency", author)
    assert effects() == ["onboarding.candidacies.announce_message"]


def test_nobody_else_writes_and_nothing_blank_is_kept(now: datetime, reviewed: Candidacy) -> None:
    for person in (
        member(reviewed.service.owner, MembershipRole.READER),
        MembershipFactory().user,
        AgentFactory(roles=["auditor"]),
    ):
        with pytest.raises(NotPermitted):
            candidacies.write(reviewed, "Bonjour.", by=person, at=now)
    with pytest.raises(Refused):
        candidacies.write(reviewed, " \n ", by=representative(reviewed), at=now)
    assert not Message.objects.exists()


def test_a_message_stays_in_its_thread_and_out_of_the_journal(now: datetime, reviewed: Candidacy) -> None:
    candidacies.write(reviewed, "Le mot de passe est 1234.", by=representative(reviewed), at=now)
    assert "1234" not in about(reviewed.reference).get().detail.data


def test_a_withdrawn_candidacy_has_no_more_thread(now: datetime) -> None:
    candidacy = CandidacyFactory(state=State.WITHDRAWN)
    with pytest.raises(MoveNotAllowed):
        candidacies.write(candidacy, "Bonjour.", by=representative(candidacy), at=now)


def test_a_dossier_is_given_handed_over_and_given_back(now: datetime) -> None:
    first, second, candidacy = reviewer(), reviewer(), CandidacyFactory(direction="feeding", submitted=True)
    candidacies.assign(candidacy, first, by=secretary(), at=now)
    assert (candidacy.reviewer, candidacy.state) == (first, State.SUBMITTED)
    candidacies.assign(candidacy, second, reason="Congés.", by=first, at=now)
    assert candidacy.reviewer == second
    told = sentences(about(candidacy.reference))[-1].sentence
    assert told == f"{first} a confié la candidature {candidacy} à {second}"
    candidacies.assign(candidacy, None, by=second, at=now)
    assert candidacy.reviewer is None
    assert OutboxMessage.objects.filter(effect__endswith="announce_assignment").count() == 2


def test_a_dossier_is_not_given_to_who_does_not_review_nor_twice(now: datetime) -> None:
    agent, candidacy = reviewer(), CandidacyFactory(direction="feeding", submitted=True)
    with pytest.raises(Refused, match="n’est pas instructeur"):
        candidacies.assign(candidacy, secretary(), by=agent, at=now)
    with pytest.raises(Refused, match="Personne n’instruit"):
        candidacies.assign(candidacy, None, by=agent, at=now)
    candidacies.assign(candidacy, agent, by=agent, at=now)
    assert not OutboxMessage.objects.exists(), "nobody is told of what he does himself"


def test_a_dossier_is_not_given_to_whom_its_applicant_is_closed(now: datetime) -> None:
    recused, candidacy = reviewer(), CandidacyFactory(direction="feeding", submitted=True)
    parties.close_readings([recused], [candidacy.service.owner_id], source="C-1999-0001", at=now)
    with pytest.raises(Refused, match="le demandeur lui est fermé"):
        candidacies.assign(candidacy, recused, by=secretary(), at=now)
    parties.reopen_readings(recused, source="C-1999-0001", at=now)
    candidacies.assign(candidacy, recused, by=secretary(), at=now)
    assert candidacy.reviewer == recused


def test_a_reply_joins_the_thread_of_the_message_it_answers(now: datetime) -> None:
    candidacy = CandidacyFactory(direction="feeding", submitted=True)
    boss, agent = representative(candidacy), reviewer()
    first = candidacies.write(candidacy, "Quand ?", by=boss, at=now)
    other = candidacies.write(candidacy, "Où ?", by=boss, at=now)
    reply = candidacies.write(candidacy, "Demain.", reply_to=first, by=agent, at=now)
    last = candidacies.write(candidacy, "Merci.", reply_to=reply, by=boss, at=now)
    found = threads.by_thread(candidacy.messages.all())
    assert [(one.first, one.rank, one.replies) for one in found] == [(first, 1, [reply, last]), (other, 2, [])]
    assert [one.waits_for_agency for one in found] == [True, True]
    assert [threads.ranked(candidacy, rank) for rank in (1, 3, 9, None)] == [first, reply, None, None]
    with pytest.raises(Refused, match="n’est pas de cette candidature"):
        candidacies.write(CandidacyFactory(direction="feeding", submitted=True), "?", reply_to=first, by=agent, at=now)
