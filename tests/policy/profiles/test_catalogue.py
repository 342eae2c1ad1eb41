"""The profiles of the trust circle and their codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.profiles import catalogue, engine, rulebook_file
from policy.profiles.catalogue import AccessProfile, FeedingProfile
from policy.profiles.engine import Effect


def test_codes_are_two_feeding_and_six_access_profiles() -> None:
    assert {"A", "B", "0", "1", "2", "3", "4", "5"} == catalogue.CODES


@pytest.mark.parametrize("profile", [*FeedingProfile, *AccessProfile])
def test_description_is_one_french_sentence_for_every_profile(profile: FeedingProfile | AccessProfile) -> None:
    assert profile.description.startswith("Le service ")
    assert profile.description.endswith(".")
    assert profile.label.startswith(f"Profil {profile.value} – ")


def test_needs_certificate_except_for_profile_zero() -> None:
    assert [profile.value for profile in AccessProfile if not profile.needs_certificate] == ["0"]


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (["A", "B"], {"A", "B"}),
        ("AB", set()),
        ("A", {"A"}),
        (2, {"2"}),
        ([FeedingProfile.A, AccessProfile.P3], {"A", "3"}),
        ([True, 7, None, "Z", ["A"]], set()),
        (None, set()),
    ],
)
def test_codes_keep_what_names_a_profile(given_: object, expected: set[str]) -> None:
    assert catalogue.codes(given_) == expected


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text() | st.floats(), st.lists))
def test_codes_never_raise_on_anything(value: object) -> None:
    assert catalogue.codes(value) <= catalogue.CODES


def test_profile_raises_on_a_code_nobody_bears() -> None:
    assert catalogue.profile("B") is FeedingProfile.B
    assert catalogue.profile("4") is AccessProfile.P4
    with pytest.raises(ValueError, match="6"):
        catalogue.profile("6")


READS = ("read", "search", "export")
BOOK = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("profiles", "operations", "element", "facts"),
    [
        ("A", READS, "Organization.description", {}),
        ("A", ("patch",), "HealthcareService.location", {}),
        ("B", ("patch",), "Location.supported-capacity", {}),
        ("012345", ("patch",), "Location.supported-capacity", {}),
        ("0235", READS, "HealthcareService.description", {"sensitive_unit": "oui"}),
        ("0235", READS, "Organization.contact", {"contact_level": "3"}),
        ("04", READS, "Organization.contact", {"contact_level": "2"}),
        ("3", READS, "Organization.contact", {"contact_level": "2", "activity_field": "01"}),
        ("0", READS, "Location.supported-capacity", {}),
        ("2", READS, "Location.supported-capacity", {"capacity_status": "06"}),
        ("5", READS, "Location.supported-capacity", {"capacity_status": "02"}),
        ("4", READS, "Organization.contact.telecom", {"contact_level": "2", "telecom_level": "2"}),
    ],
)
def test_what_a_profile_never_opens_is_denied_by_the_shipped_policy(
    profiles: str, operations: tuple[str, ...], element: str, facts: dict[str, str]
) -> None:
    here = {"region_perimeter": "inside", "establishment_perimeter": "inside", **facts}
    for profile in profiles:
        for operation in operations:
            answer = engine.effect(BOOK, profiles=frozenset(profile), operation=operation, element=element, facts=here)
            assert answer is Effect.DENY, (profile, operation)


@pytest.mark.parametrize("profile", [*FeedingProfile, *AccessProfile])
def test_every_profile_says_what_it_never_opens(profile: FeedingProfile | AccessProfile) -> None:
    assert profile.never.startswith("Il n’ouvre jamais ")
    assert profile.never.endswith(".")
