"""What is typed in the search box, as a table of cases; and cursors of lists."""

import pytest

from onboarding.desk import keyset
from onboarding.desk.keyset import Cursor
from onboarding.desk.needle import Needle, Sought, read

FINGERPRINT = "ab" * 32


@pytest.mark.parametrize(
    ("typed", "sought", "value"),
    [
        ("", Sought.NOTHING, ""),
        ("   ", Sought.NOTHING, ""),
        ("C-2026-0042", Sought.REFERENCE, "C-2026-0042"),
        (" c-2026-0042 ", Sought.REFERENCE, "C-2026-0042"),
        ("LB-000123", Sought.REFERENCE, "LB-000123"),
        ("CS-2026-0001", Sought.REFERENCE, "CS-2026-0001"),
        ("732 829 320", Sought.NUMBER, "732829320"),
        ("73282932000074", Sought.NUMBER, "73282932000074"),
        ("350054680", Sought.NUMBER, "350054680"),
        ("2A0000154", Sought.NUMBER, "2A0000154"),
        ("2a0000154", Sought.NUMBER, "2A0000154"),
        ("12345", Sought.WORDS, "12345"),
        (FINGERPRINT, Sought.FINGERPRINT, FINGERPRINT),
        (FINGERPRINT.upper(), Sought.FINGERPRINT, FINGERPRINT),
        (":".join(["AB"] * 32), Sought.FINGERPRINT, FINGERPRINT),
        ("0f:1a:2b:3c:4d:5e:6f:70", Sought.SERIAL, "F1A2B3C4D5E6F70"),
        ("1234567890123456", Sought.SERIAL, "1234567890123456"),
        ("abcdefabcdef", Sought.WORDS, "abcdefabcdef"),
        ("CN=lits,OU=318751275100020,C=FR", Sought.NAME, "CN=lits,OU=318751275100020,C=FR"),
        ("C = FR, O = EDITEUR", Sought.NAME, "C = FR, O = EDITEUR"),
        ("/C=FR/O=EDITEUR/CN=lits", Sought.NAME, "/C=FR/O=EDITEUR/CN=lits"),
        ("Lits en direct", Sought.WORDS, "Lits en direct"),
        ("x" * 900, Sought.WORDS, "x" * 400),
    ],
)
def test_search_is_recognised(typed: str, sought: Sought, value: str) -> None:
    assert read(typed) == Needle(sought, value)


@pytest.mark.parametrize("cursor", [Cursor("2026-03-03T09:00:00+00:00", 12), Cursor("Éditeur « A »", 3, True)])
def test_cursor_survives_an_address(cursor: Cursor) -> None:
    assert keyset.decode(keyset.encode(cursor)) == cursor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "???",
        "bm90IGpzb24",
        "WzEsMiwzXQ",
        "WyJhIiwtMSxmYWxzZV0",
        "W10",
        "é",
        "x" * 700,
        "WyJhIiwxXQ",
        "bnVsbA",
        "WyJcdTAwMDAiLDEsZmFsc2Vd",
    ],
)
def test_anything_else_is_no_cursor(text: str) -> None:
    assert keyset.decode(text) is None
