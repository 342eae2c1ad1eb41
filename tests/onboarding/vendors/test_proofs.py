"""Pieces that prove a quality: their age, and what each quality asks."""

from datetime import date

import pytest

from onboarding.vendors.proofs import ProofKind, Quality, months_before, objection

TODAY = date(2026, 5, 31)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2024, 5, 31), 3, date(2024, 2, 29)),
        (date(2026, 3, 15), 3, date(2025, 12, 15)),
        (date(2026, 1, 1), 1, date(2025, 12, 1)),
        (date(2026, 1, 31), 24, date(2024, 1, 31)),
    ],
)
def test_months_are_counted_back_on_the_calendar(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


@pytest.mark.parametrize(
    ("kind", "quality", "day", "field"),
    [
        (ProofKind.REGISTER_EXTRACT, Quality.CHAIR, date(2026, 5, 31), None),
        (ProofKind.REGISTER_EXTRACT, Quality.CHAIR, date(2026, 2, 28), None),
        (ProofKind.REGISTER_EXTRACT, Quality.CHAIR, date(2026, 2, 27), "proof_date"),
        (ProofKind.REGISTER_EXTRACT, Quality.CHAIR, date(2026, 6, 1), "proof_date"),
        (ProofKind.APPOINTMENT_DEED, Quality.HEAD, date(2019, 1, 1), None),
        (ProofKind.APPOINTMENT_DEED, Quality.EMPOWERED, date(2026, 5, 1), "proof_kind"),
        (ProofKind.POWER_OF_ATTORNEY, Quality.EMPOWERED, date(2024, 5, 1), None),
    ],
)
def test_a_piece_is_judged_by_its_kind_and_date(kind: str, quality: str, day: date, field: str | None) -> None:
    found = objection(kind, quality, day, today=TODAY, months=3)
    assert (found.field if found else None) == field


def test_the_age_of_an_extract_follows_the_setting() -> None:
    found = objection(ProofKind.REGISTER_EXTRACT, Quality.CHAIR, date(2026, 4, 1), today=TODAY, months=1)
    assert found is not None
    assert "moins d’un mois" in found.sentence
