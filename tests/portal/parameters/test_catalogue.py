"""The catalogue of settings: every default is acceptable, what is typed is read or refused in French."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.parameters import catalogue
from portal.parameters.catalogue import SETTINGS, InvalidValue, Kind, Setting, Value


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=lambda setting: setting.key)
def test_every_default_is_acceptable_and_survives_the_page(setting: Setting) -> None:
    assert catalogue.checked(setting, setting.default) == setting.default
    assert catalogue.parsed(setting, catalogue.typed(setting, setting.default)) == setting.default
    assert setting.label
    assert setting.source
    assert catalogue.shown(setting, setting.default)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tests.answer_days", 5),
        ("production.answer_days", 5),
        ("lists.effective_days", 5),
        ("certificates.notice_days", [90, 60, 30, 15, 7, 2, -1]),
        ("delegates.may_sign", False),
        ("charter.consumption_required", "all"),
        ("quota.per_api", 100),
        ("quota.per_service", 10),
        ("retention.after_grant_years", 5),
        ("platines.inactivity_months", 6),
    ],
)
def test_defaults_are_those_of_the_sources(key: str, value: Value) -> None:
    assert SETTINGS[key].default == value


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("tests.answer_days", " 7 ", 7),
        ("delegates.may_sign", "Oui", True),
        ("certificates.notice_days", "2, 30;90 2 -1", [90, 30, 2, -1]),
        ("charter.consumption_required", "third_party", "third_party"),
    ],
)
def test_parsed_reads_what_is_typed(key: str, typed: str, value: Value) -> None:
    assert catalogue.parsed(SETTINGS[key], typed) == value


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("tests.answer_days", "", "ne convient pas"),
        ("tests.answer_days", "0", "entre 1 et 60"),
        ("tests.answer_days", "61", "entre 1 et 60"),
        ("tests.answer_days", "cinq", "« cinq » n’est pas un nombre entier"),
        ("tests.answer_days", "5 6", "ne convient pas"),
        ("tests.answer_days", "9" * 5000, "n’est pas un nombre entier"),
        ("delegates.may_sign", "peut-être", "ne convient pas"),
        ("certificates.notice_days", "", "ne convient pas"),
        ("certificates.notice_days", "30, 400", "entre -30 et 365"),
        ("charter.consumption_required", "jamais", "ne convient pas"),
    ],
)
def test_parsed_refuses_in_french(key: str, typed: str, words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        catalogue.parsed(SETTINGS[key], typed)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tests.answer_days", True),
        ("tests.answer_days", "5"),
        ("tests.answer_days", 5.0),
        ("delegates.may_sign", 1),
        ("certificates.notice_days", [30, "2"]),
        ("certificates.notice_days", [True]),
        ("charter.consumption_required", None),
    ],
)
def test_checked_refuses_another_type(key: str, value: object) -> None:
    with pytest.raises(InvalidValue):
        catalogue.checked(SETTINGS[key], value)


@given(st.sampled_from(sorted(SETTINGS)), st.text(max_size=40))
def test_parsed_never_raises_anything_else(key: str, typed: str) -> None:
    setting = SETTINGS[key]
    try:
        value = catalogue.parsed(setting, typed)
    except InvalidValue:
        return
    assert catalogue.checked(setting, value) == value


def test_shown_speaks_french() -> None:
    assert catalogue.shown(SETTINGS["tests.answer_days"], 5) == "5 jours ouvrés"
    assert catalogue.shown(SETTINGS["delegates.may_sign"], False) == "non"
    assert catalogue.shown(SETTINGS["charter.consumption_required"], "all") == "de tous les services"
    assert SETTINGS["certificates.notice_days"].kind == Kind.INTEGERS
