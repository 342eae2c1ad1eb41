"""User roles, retrieval cases and classes of data: whole, sourced, and coherent with each other."""

from portal.reference import retrieval, user_roles
from portal.reference.retrieval import ExchangeFormat


def test_the_fourteen_roles_have_label_and_source() -> None:
    roles = user_roles.user_roles()
    assert list(roles) == [f"CU{number}" for number in range(17, 31)]
    assert all(role.label and role.source for role in roles.values())
    published = {role.code: role.profile for role in roles.values() if role.profile is not None and not role.is_deduced}
    assert published == {"CU19": 3, "CU20": 2, "CU22": 1, "CU23": 0}


def test_every_profile_has_a_role_and_profile_0_only_the_public_s() -> None:
    assert all(user_roles.of_profile(profile) for profile in range(6))
    assert [role.code for role in user_roles.of_profile(0)] == ["CU23"]


def test_labels_of_unknown_codes_are_the_codes() -> None:
    assert user_roles.label_of("CU99") == "CU99"
    assert retrieval.case_label("x") == "x"
    assert retrieval.data_label("y") == "y"
    assert user_roles.label_of("CU22") == "CU22 – Régulation de soins non programmés"


def test_every_case_and_class_of_data_names_known_formats_and_sources() -> None:
    formats = {one.value for one in ExchangeFormat}
    assert {case.format for case in retrieval.cases().values()} == formats
    assert all(case.services and case.prerequisite and case.source for case in retrieval.cases().values())
    assert all(data.formats <= formats and data.source for data in retrieval.data_wanted().values())


def test_beds_do_not_travel_in_csd_and_nothing_else_is_objected() -> None:
    every = tuple(retrieval.data_wanted())
    assert [field for field, _ in retrieval.objections("csd", every, ("csd-full",))] == ["data_wanted"]
    assert retrieval.objections("fhir", every, ("fhir-search", "fhir-export")) == []
    assert [field for field, _ in retrieval.objections("csd", (), ("fhir-search",))] == ["retrieval_cases"]
    assert retrieval.objections("csd", ("inventé",), ("inventé",)) == []
