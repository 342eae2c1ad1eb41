"""When to warn of an expiry, what the calendar file says, how the coming months are drawn."""

from datetime import UTC, date, datetime, timedelta

import pytest

from policy.certificates import icalendar, notices, renewal, timeline
from policy.certificates.renewal import Difference, Peer, Stage

STEPS = [90, 60, 30, 15, 7, 2, -1]
END = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("left", "warned", "expected"),
    [
        (91, None, None),
        (90, None, 90),
        (89, None, 90),  # a day without portal: still told
        (90, 90, None),
        (61, 90, None),
        (60, 90, 60),
        (20, 90, 30),  # after a silence, only the most urgent
        (20, 30, None),
        (3, 15, 7),
        (2, 7, 2),
        (1, 2, None),
        (0, 2, None),
        (-1, 2, -1),
        (-5, 2, -1),
        (-5, -1, None),
    ],
)
def test_one_notice_per_threshold_and_the_most_urgent_only(left: int, warned: int | None, expected: int | None) -> None:
    assert notices.due(END, END - timedelta(days=left), STEPS, warned=warned) == expected


def test_each_day_of_a_life_tells_each_threshold_once() -> None:
    told: list[int] = []
    for left in range(120, -20, -1):
        found = notices.due(END, END - timedelta(days=left), STEPS, warned=told[-1] if told else None)
        told += [found] if found is not None else []
    assert told == STEPS


@pytest.mark.parametrize(
    ("left", "words"),
    [(30, "dans 30 jours"), (1, "expire demain"), (0, "expire aujourd’hui"), (-1, "a expiré le mardi 29 février 2028")],
)
def test_the_sentence_says_when(left: int, words: str) -> None:
    assert words in notices.sentence(END, END - timedelta(days=left)).replace("\u00a0", " ")


def test_calendar_file_is_folded_and_escaped() -> None:
    written = icalendar.event(
        "CE-1@portail",
        day=END,
        title="Expiration, du certificat; \\ é" * 5,
        text="une\nautre ligne",
        url="https://portail.exemple.fr/",
        written_at=datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
        alarm_days=[30, 7],
    )
    lines = written.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert all(len(line) <= 75 for line in lines)
    whole = written.replace(b"\r\n ", b"").decode()
    assert "DTSTART;VALUE=DATE:20280229\r\nDTEND;VALUE=DATE:20280301" in whole
    assert "SUMMARY:Expiration\\, du certificat\\; \\\\ é" in whole
    assert "DESCRIPTION:une\\nautre ligne" in whole
    assert whole.count("BEGIN:VALARM") == 2


def test_twelve_months_start_with_the_present_one() -> None:
    days = [(date(2026, 3, 31), False), (date(2026, 3, 1), True), (date(2027, 2, 28), False), (date(2027, 3, 1), False)]
    columns = timeline.columns(date(2026, 3, 3), days)
    assert [column.label for column in columns][::11] == ["mars 2026", "février 2027"]
    assert [column.count for column in columns] == [2, *[0] * 10, 1]
    assert (columns[0].prepared, columns[0].unprepared) == (1, 1)
    assert all(0 <= c.unprepared_y <= timeline.HEIGHT and 0 < c.x < timeline.WIDTH for c in columns)


def test_no_expiry_draws_twelve_empty_months() -> None:
    assert [column.count for column in timeline.columns(date(2026, 12, 31), [])] == [0] * 12


USED, FREE = Peer("CE-1", is_usable=True, is_used=True), Peer("CE-2", is_usable=True, is_used=False)


@pytest.mark.parametrize(
    ("is_usable", "is_used", "former", "successor", "expected"),
    [
        (True, False, None, None, Stage.READY),
        (True, False, USED, None, Stage.PLANNED),
        (True, True, None, None, Stage.ACTIVE),
        (True, True, None, FREE, Stage.OVERLAPPING),
        (True, True, None, USED, Stage.CLOSING),
        (True, True, None, Peer("CE-3", is_usable=False, is_used=True), Stage.ACTIVE),  # never the last usable one
        (False, True, None, None, Stage.ENDED),
    ],
)
def test_stage_of_a_certificate(
    is_usable: bool, is_used: bool, former: Peer | None, successor: Peer | None, expected: Stage
) -> None:
    assert renewal.stage(is_usable=is_usable, is_used=is_used, former=former, successor=successor) is expected


def test_differences_name_the_parts_that_change() -> None:
    former = [("C", "FR"), ("OU", "a"), ("CN", "ror")]
    assert renewal.differences(former, former) == []
    assert renewal.differences(former, [("C", "FR"), ("CN", "ror2"), ("L", "Brest")]) == [
        Difference("OU", "a", ""),
        Difference("CN", "ror", "ror2"),
        Difference("L", "", "Brest"),
    ]
