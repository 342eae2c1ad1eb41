"""The mentions of a receipt."""

from datetime import UTC, date, datetime

import pytest

from onboarding.candidacies import acknowledgement


def test_a_receipt_says_when_in_paris_and_in_utc() -> None:
    found = acknowledgement.mentions(datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    assert found.received.replace("\u00a0", " ") == "jeudi 2 juillet 2026, 0 h 30 (heure de Paris)"
    assert found.received_utc == "01/07/2026, 22:30:00"


def test_a_receipt_says_what_silence_means_and_until_when() -> None:
    found = acknowledgement.mentions(datetime(2026, 12, 31, 9, 0, tzinfo=UTC))
    assert "dimanche 28 février 2027" in found.silence.replace("\u00a0", " ")
    assert "à confirmer par l’ANS" in found.silence
    assert "R. 421-2" in found.appeal


def test_a_receipt_names_the_service_in_charge() -> None:
    found = acknowledgement.mentions(datetime(2026, 3, 3, tzinfo=UTC))
    assert found.in_charge.startswith("Agence du Numérique en Santé")
    assert "@esante.gouv.fr" in found.mailbox
    assert "Paris" in found.address


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 3), date(2026, 5, 3)),
        (date(2026, 12, 31), date(2027, 2, 28)),
        (date(2027, 12, 31), date(2028, 2, 29)),
        (date(2026, 11, 30), date(2027, 1, 30)),
    ],
)
def test_months_are_counted_on_the_calendar(day: date, expected: date) -> None:
    assert acknowledgement.months_after(day, 2) == expected
