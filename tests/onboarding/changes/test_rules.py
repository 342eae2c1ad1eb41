"""What each change reopens, from when, and what each ground allows: tables of cases, without a database."""

from datetime import date

import pytest

from onboarding.candidacies.blocks import Block
from onboarding.changes import measures, rules
from onboarding.changes.kinds import Applier, Kind, Level
from onboarding.changes.measures import Ground, Measure

TUESDAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("kind", "level", "applier", "must"),
    [
        (Kind.URL, Level.REVIEW, Applier.MANAGER, True),
        (Kind.CERTIFICATE, Level.REVIEW, Applier.MANAGER, True),
        (Kind.ESTABLISHMENTS, Level.REVIEW, Applier.MANAGER, True),
        (Kind.VERSION, Level.NOTICE, Applier.NOBODY, False),
        (Kind.MAJOR_FUNCTION, Level.TESTS, Applier.REVIEWER, True),
        (Kind.PURPOSE, Level.COMMITTEE, Applier.COMMITTEE, True),
        (Kind.HOSTING, Level.REVIEW, Applier.REVIEWER, False),
        (Kind.REPRESENTATIVE, Level.REVIEW, Applier.REVIEWER, False),
        (Kind.MERGER, Level.COMMITTEE, Applier.COMMITTEE, True),
        (Kind.END_OF_SERVICE, Level.REVIEW, Applier.MANAGER, False),
    ],
)
def test_each_change_reopens_what_the_charter_asks_and_no_more(
    kind: Kind, level: Level, applier: Applier, must: bool
) -> None:
    found = rules.consequence(kind)
    assert (found.level, found.applier) == (level, applier)
    assert rules.RULES[kind].must_be_declared is must
    assert bool(found.blocks) is (level is Level.COMMITTEE)


def test_every_kind_has_its_rule() -> None:
    assert set(rules.RULES) == set(Kind)


def test_a_function_that_moves_the_profile_goes_before_the_committee_and_other_changes_do_not() -> None:
    found = rules.consequence(Kind.MAJOR_FUNCTION, changes_profile=True)
    assert found.level is Level.COMMITTEE
    assert Block.PROFILES in found.blocks
    assert rules.consequence(Kind.URL, changes_profile=True) == rules.consequence(Kind.URL)


@pytest.mark.parametrize(
    ("level", "session", "expected"),
    [
        (Level.NOTICE, None, TUESDAY),
        (Level.REVIEW, None, date(2026, 3, 10)),
        (Level.TESTS, date(2026, 3, 20), date(2026, 3, 10)),
        (Level.COMMITTEE, date(2026, 4, 2), date(2026, 4, 10)),  # Easter Monday, 6 April, does not count
        (Level.COMMITTEE, None, None),
    ],
)
def test_the_earliest_day_counts_the_working_days_promised(
    level: Level, session: date | None, expected: date | None
) -> None:
    assert rules.earliest(level, signed_on=TUESDAY, days=5, session=session) == expected


@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("measure", Measure)
def test_each_ground_limits_the_measures(ground: Ground, measure: Measure) -> None:
    ends = ground in (Ground.UNDECLARED_FUNCTION, Ground.UNDECLARED_LIST)
    open_measure = measure is not Measure.WITHDRAWAL or ends
    assert (measures.objection(ground, measure) == "") is open_measure
    assert measures.SOURCES[ground]
