"""Who attended, as typed and as stored."""

import pytest

from onboarding.committee import attendance
from onboarding.committee.attendance import Attendance

CASES = [
    ("", []),
    ("  \n \n", []),
    ("ANS", [Attendance("ANS")]),
    ("ANS : Claire Aubry, Inès Martel", [Attendance("ANS", "Claire Aubry, Inès Martel")]),
    ("ANS:A\n\n ARS  Bretagne :  B : C ", [Attendance("ANS", "A"), Attendance("ARS Bretagne", "B : C")]),
]


@pytest.mark.parametrize(("typed", "rows"), CASES)
def test_read_takes_one_organisation_a_line(typed: str, rows: list[Attendance]) -> None:
    assert attendance.read(typed) == rows
    assert attendance.read(attendance.write([row.as_json() for row in rows])) == rows


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (": Claire", "Ligne 1 : indiquez l’organisme"),
        ("ANS : A\nans : B", "figure deux fois"),
        ("ANS\n" + "x" * 201, "Ligne 2"),
        ("\n".join(f"O{n}" for n in range(61)), "au plus 60"),
    ],
)
def test_read_says_what_cannot_be_read(typed: str, sentence: str) -> None:
    with pytest.raises(attendance.Unreadable) as caught:
        attendance.read(typed)
    assert sentence in caught.value.sentence
