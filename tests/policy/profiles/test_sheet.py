"""The policy as a sheet: its rules in words, by what they are about."""

from policy.profiles import rulebook_file, sheet
from tests.factories.profiles import shipped

BOOK = rulebook_file.read(shipped())


def test_every_rule_stands_once_under_what_it_is_about() -> None:
    groups = sheet.rule_groups(BOOK)
    told = [line.id for group in groups for line in group.lines]
    assert sorted(told) == sorted(rule.id for rule in BOOK.rules)
    titles = [group.title for group in groups]
    assert len(set(titles)) == len(titles)
    assert {"Structure", "Offre", "Lieu", "Toutes les données"} <= set(titles)


def test_a_profile_shows_its_own_rules_alone() -> None:
    for group in sheet.rule_groups(BOOK, "A"):
        assert all("A" in line.profiles for line in group.lines)
    assert sheet.rule_groups(BOOK, "A")[0].title == "Lieu"
