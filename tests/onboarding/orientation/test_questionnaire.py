"""Walking the questionnaire, and reading its file."""

import pytest

from onboarding.orientation import address, questionnaire_file, wording
from onboarding.orientation.questionnaire import Clause, Mode, may_hold, walk
from onboarding.orientation.questionnaire_file import QuestionnaireRefused

TEXT = questionnaire_file.SHIPPED.read_text(encoding="utf-8")
BOOK = questionnaire_file.read(TEXT)


@pytest.mark.parametrize(
    ("mode", "answered", "held"),
    [
        (Mode.ANY, "a", True),
        (Mode.ANY, "ac", True),
        (Mode.ANY, "c", False),
        (Mode.ANY, "", False),
        (Mode.ONLY, "ab", True),
        (Mode.ONLY, "ac", False),
        (Mode.ONLY, "", False),
        (Mode.NONE, "c", True),
        (Mode.NONE, "ac", False),
        (Mode.NONE, "", False),
    ],
)
def test_a_clause_compares_what_was_answered(mode: Mode, answered: str, held: bool) -> None:
    assert Clause("x", mode, frozenset("ab")).holds(frozenset(answered)) is held


def test_a_question_is_asked_only_where_its_condition_holds() -> None:
    asked = walk(BOOK, {"need": frozenset({"write"})})
    assert asked.next is not None
    assert asked.next.id == "third_party"
    reading = walk(BOOK, {"need": frozenset({"read"}), "data": frozenset({"beds"})})
    assert reading.next is not None
    assert reading.next.id == "retrieval"  # the weekly files are not worth asking about


def test_answers_to_questions_that_are_not_asked_are_left_out() -> None:
    standing = walk(
        BOOK,
        {
            "need": frozenset({"read"}),
            "data": frozenset({"offers"}),
            "pace": frozenset({"weekly"}),
            "kind": frozenset({"saas"}),
        },
    )
    assert standing.next is None
    assert set(standing.situation) == {"need", "data", "pace"}


@pytest.mark.parametrize("wrong", [{"unknown"}, {"read", "write"}, set()])
def test_an_answer_that_does_not_exist_is_no_answer(wrong: set[str]) -> None:
    standing = walk(BOOK, {"need": frozenset(wrong)})
    assert (standing.number, standing.next and standing.next.id) == (1, "need")


def test_progress_never_promises_less_than_what_is_asked() -> None:
    given: dict[str, frozenset[str]] = {}
    totals = []
    while (standing := walk(BOOK, given)).next:
        totals.append(len(standing.answered) + standing.left)
        given[standing.next.id] = frozenset({standing.next.options[0].code})
    assert totals == sorted(totals, reverse=True)
    assert totals[-1] >= len(walk(BOOK, given).answered)
    assert may_hold(((Clause("x", Mode.ANY, frozenset("a")),),), {}, frozenset("x"))


def test_answers_travel_in_the_address_and_back() -> None:
    given = {"need": frozenset({"read"}), "data": frozenset({"beds", "offers"})}
    query = address.of(BOOK, given)
    assert query == "besoin=read&donnees=beds&donnees=offers"
    assert address.read(BOOK, {"besoin": ["read"], "donnees": ["offers", "beds"], "autre": ["x"]}) == given


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("format = 1", "format = 2", "« format » doit valoir 1."),
        ('source = "etapes"', 'source = "inconnue"', "la source « inconnue » ne figure pas dans [sources]"),
        ('need = ["read", "both"]', 'need = ["lire"]', "« need » n’a pas de réponse « lire »"),
        ("when = [{ kind =", "when = [{ genre =", "« genre », qu’aucune question posée avant ne porte"),
        ('slug = "besoin"', 'slug = "donnees"', "porté deux fois"),
        ('topic = "way"', 'topic = "voie"', "« topic » doit être l’un de"),
        ('sources = ["etapes", "charte"]', "sources = []", "nommez au moins une source"),
        ('from = "regions"', 'from = "lune"', "donnée de référence inconnue"),
        ('says = "Profil 0."', 'says = " "', "« says » doit être un texte non vide"),
        ('need = ["write", "both"], route', "need = 3, route", "doit donner une liste de réponses"),
        ("[facts.route]", "[[facts.route]]", "[facts.route] doit donner au moins un mot"),
    ],
)
def test_a_mistake_of_the_file_is_told_where_it_stands(before: str, after: str, sentence: str) -> None:
    assert before in TEXT
    with pytest.raises(QuestionnaireRefused) as refusal:
        questionnaire_file.read(TEXT.replace(before, after))
    assert any(sentence in mistake for mistake in refusal.value.mistakes), refusal.value.mistakes


@pytest.mark.parametrize(
    "text", ["", "= =", "[" * 5000, "format = 1", "questions = 3", "facts = 1\nrules = [1]", "x" * 200_001]
)
def test_what_is_no_questionnaire_is_refused_whole(text: str) -> None:
    with pytest.raises(QuestionnaireRefused):
        questionnaire_file.read(text)


def test_rules_are_told_with_their_condition_in_words() -> None:
    told = {rule.id: rule for rule in wording.rules(BOOK)}
    assert told["beds-need-fhir"].condition == (
        "Quelles données votre service doit-il lire : « Capacités et disponibilités en lits et places » et "
        "Sous quel format : « CSD (modèle d’exposition 2.4) »"
    )
    profile_0 = "Qui utilise votre service : une réponse autre que « CU23 – Accès public »"
    assert told["one-certificate-to-read"].condition == profile_0
    assert "charte de consommation : « charte exigée de tous »" in told["consumption-charter"].condition
    slugs = tuple(f"{question.slug} :" for question in BOOK.questions)
    assert not [rule.id for rule in told.values() if rule.condition.startswith(slugs)]
