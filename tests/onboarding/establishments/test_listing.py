"""From rows to judged lines: every verdict, every way of titling columns, a sentence that names the line."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.establishments import listing, tabular
from onboarding.establishments.listing import Entry, Register, Registered
from onboarding.establishments.verdicts import GOOD, LineVerdict
from portal.reference import finess

FLEYRIAT, BUGEY, CORSE, CLOSED, PLACE = "010000024", "010000032", "2A0000154", "970408589", "980501506"
LEGAL, UNKNOWN = "010780054", "350054680"


def registered(**changes: object) -> Registered:
    values = {"name": "CH", "city": "VIRIAT", "category": "355", "category_label": "Centre Hospitalier"} | changes
    return Registered(**values)  # type: ignore[arg-type]


REGISTER = Register(
    establishments={
        FLEYRIAT: registered(name="CH DE FLEYRIAT"),
        BUGEY: registered(name="CH BUGEY SUD"),
        CORSE: registered(name="CH DE SARTENE"),
        CLOSED: registered(name="CHU", left_on=date(2026, 1, 31)),
        PLACE: registered(name="MAVOUNA", category="462", category_label="Lieux de vie"),
    },
    covered=frozenset(["355"]),
    legal_entities={LEGAL: [FLEYRIAT, BUGEY, CORSE, CLOSED]},
    day=date(2026, 2, 1),
)


def judged(*typed: str) -> list[listing.Judged]:
    return listing.judge([Entry(line, text) for line, text in enumerate(typed, start=2)], REGISTER)


def one(typed: str) -> listing.Judged:
    return judged(typed)[0]


@pytest.mark.parametrize("typed", [FLEYRIAT, " 01 000 002 4", "01.000.002.4", CORSE, "2a0000154"])
def test_a_right_number_is_valid_however_it_is_spaced(typed: str) -> None:
    line = one(typed)
    assert (line.verdict, line.sentence, line.is_good) == (LineVerdict.VALID, "", True)
    assert line.registered is REGISTER.establishments[line.finess]


@pytest.mark.parametrize(("typed", "number"), [("10000024", FLEYRIAT), ("1010000024", FLEYRIAT), ("12A0000154", CORSE)])
def test_a_lost_zero_or_a_national_prefix_is_mended_with_a_warning(typed: str, number: str) -> None:
    line = one(typed)
    assert (line.verdict, line.finess, line.is_good) == (LineVerdict.REPAIRED, number, True)
    assert line.sentence == f"Ligne 2 : « {typed} » a été lu {number}. Vérifiez que c’est bien cet établissement."


@pytest.mark.parametrize(
    ("typed", "verdict", "words"),
    [
        ("", LineVerdict.MALFORMED, "il manque le numéro FINESS"),
        ("ABC", LineVerdict.MALFORMED, "« ABC » n’est pas un numéro FINESS, qui compte neuf caractères"),
        ("0100000240", LineVerdict.MALFORMED, "neuf caractères"),
        ("=1+1", LineVerdict.MALFORMED, "« =1+1 »"),
        ("1.0E+07", LineVerdict.MALFORMED, "« 1.0E+07 »"),
        ("٠١٠٠٠٠٠٢٤", LineVerdict.MALFORMED, "neuf caractères"),
        ("010000025", LineVerdict.BAD_KEY, "la clé du numéro 010000025 est fausse"),
        ("10000025", LineVerdict.MALFORMED, "« 10000025 »"),
        (
            LEGAL,
            LineVerdict.LEGAL_ENTITY,
            "entité juridique (EJ). Donnez plutôt le numéro de chaque établissement (EG)",
        ),
        (UNKNOWN, LineVerdict.UNKNOWN, "350054680 ne figure pas au registre FINESS du 01/02/2026"),
        (CLOSED, LineVerdict.CLOSED, "970408589 (CHU) ne figure plus au registre FINESS depuis le 31/01/2026"),
        (PLACE, LineVerdict.OUT_OF_PERIMETER, "est de la catégorie « Lieux de vie », que le ROR ne couvre pas"),
    ],
)
def test_a_wrong_line_gets_its_verdict_and_a_sentence(typed: str, verdict: LineVerdict, words: str) -> None:
    line = one(typed)
    assert (line.verdict, line.is_good) == (verdict, False)
    assert line.sentence.startswith("Ligne 2 : ")
    assert words in line.sentence
    assert line.sentence.endswith(".")


def test_a_legal_entity_names_its_first_establishments() -> None:
    assert one(LEGAL).sentence.endswith(f"{FLEYRIAT}, {BUGEY}, {CORSE} et d’autres.")


def test_a_repeated_number_counts_once_and_names_the_first_line() -> None:
    first, second, third = judged(FLEYRIAT, "10000024", FLEYRIAT)
    assert first.verdict == LineVerdict.VALID
    assert {second.verdict, third.verdict} == {LineVerdict.DUPLICATE}
    assert third.sentence == f"Ligne 4 : {FLEYRIAT} figure déjà ligne 2. Retirez l’une des deux lignes."


def test_a_repeated_bad_number_keeps_its_own_verdict() -> None:
    assert [line.verdict for line in judged(CLOSED, CLOSED)] == [LineVerdict.CLOSED, LineVerdict.CLOSED]


def test_without_register_every_number_is_unknown() -> None:
    line = listing.judge([Entry(1, FLEYRIAT)], Register({}, frozenset()))[0]
    assert line.sentence.startswith(f"Ligne 1 : {FLEYRIAT} ne figure pas au registre FINESS. ")


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("FINESS EG;Nom de l’établissement", Entry(2, FLEYRIAT, "CH")),
        ("Nom;N° FINESS géographique;FINESS juridique", Entry(2, "CH", FLEYRIAT)),
        ("nofinessej;nofinesset;rs", Entry(2, "CH", "")),
        ("Commentaire;IdNat_Struct;Raison sociale", Entry(2, "CH", "")),
        ("Numéro FINESS;Nombre de lits;Dénomination", Entry(2, FLEYRIAT, "")),
    ],
)
def test_entries_follow_the_titles(title: str, first: Entry) -> None:
    found = listing.entries(tabular.read_text(f"{title}\n{FLEYRIAT};CH\n"))
    assert found == [first]


def test_entries_skip_what_stands_above_the_titles() -> None:
    rows = tabular.read_text(f"Liste de l’éditeur;;\nmars 2026;;\nSite;FINESS EG;Nom\nA;{FLEYRIAT};Fleyriat\n")
    assert listing.entries(rows) == [Entry(4, FLEYRIAT, "Fleyriat")]


def test_entries_do_without_titles() -> None:
    rows = tabular.read_text(f"Fleyriat;{FLEYRIAT}\nBelley;{BUGEY}\nerreur;ABC\n")
    assert listing.entries(rows) == [
        Entry(1, FLEYRIAT, "Fleyriat"),
        Entry(2, BUGEY, "Belley"),
        Entry(3, "ABC", "erreur"),
    ]


def test_entries_take_several_numbers_of_a_line_and_a_number_followed_by_its_name() -> None:
    rows = tabular.read_text(f"{FLEYRIAT}, {BUGEY}\n{CORSE} - CH de Sartène\n")
    assert listing.entries(rows) == [Entry(1, FLEYRIAT), Entry(1, BUGEY), Entry(2, CORSE, "CH de Sartène")]


def test_entries_keep_a_line_whose_number_is_missing() -> None:
    rows = tabular.read_text(f"FINESS;Nom\n;CH sans numéro\n{FLEYRIAT};Fleyriat\n")
    assert listing.entries(rows)[0] == Entry(2, "", "CH sans numéro")


def test_entries_of_nothing_are_none() -> None:
    assert listing.entries([]) == []
    assert listing.entries(tabular.read_text("FINESS;Nom")) == []


def test_numbers_of_gives_what_to_look_up() -> None:
    entries = [Entry(1, FLEYRIAT), Entry(2, "10000032"), Entry(3, "ABC"), Entry(4, "")]
    assert listing.numbers_of(entries) == {FLEYRIAT, BUGEY}


@given(st.text(alphabet=st.sampled_from(f'{FLEYRIAT}{CORSE};,\t\n"=FINESnom é'), max_size=120))
def test_any_text_is_judged_line_by_line_without_exception(text: str) -> None:
    entries = listing.entries(tabular.read_text(text))
    lines = listing.judge(entries, REGISTER)
    assert [line.entry for line in lines] == entries
    good = [line.finess for line in lines if line.is_good]
    assert len(good) == len(set(good))
    assert all(finess.is_valid(number) for number in good)
    assert all((line.verdict in GOOD) or line.sentence for line in lines)


@given(st.lists(st.sampled_from([FLEYRIAT, BUGEY, LEGAL, "ABC", ""]), max_size=8), st.randoms())
def test_bad_lines_never_cost_a_good_one(typed: list[str], random: object) -> None:
    good = {line.finess for line in judged(*typed) if line.is_good}
    assert good == {number for number in typed if number in (FLEYRIAT, BUGEY)}
