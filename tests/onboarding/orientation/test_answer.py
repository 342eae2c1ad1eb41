"""The delivered questionnaire, as a table: what each situation is answered, and every path followed to its end."""

import pytest

from onboarding.candidacies.blocks import Block
from onboarding.orientation import coverage, prefill, questionnaire_file
from onboarding.orientation.answer import Answer, Surroundings, in_place
from onboarding.orientation.questionnaire import Topic, walk

BOOK = questionnaire_file.read(questionnaire_file.SHIPPED.read_text(encoding="utf-8"))
AROUND = Surroundings(
    routes={"84": "direct", "53": "eai", "11": "unknown"},
    names={"84": "Auvergne-Rhône-Alpes", "53": "Bretagne", "11": "Île-de-France"},
    charter="all",
)


def given(text: str) -> dict[str, frozenset[str]]:
    """``need=read data=beds,offers`` as a situation."""
    return {name: frozenset(codes.split(",")) for name, codes in (part.split("=") for part in text.split())}


def said(text: str, around: Surroundings = AROUND) -> Answer:
    """The answer to a whole situation."""
    standing = walk(BOOK, given(text))
    assert standing.next is None, standing.next
    return in_place(BOOK, standing.situation, around)


READ = "need=read data={} retrieval={} format={} purpose=coordination roles={} third_party=no regions=84"
WRITE = "need=write third_party=no feeding={} kind={} regions=84,53,11"

OPEN = [
    ("need=read data=structures pace=weekly", {"open_data"}),
    ("need=read data=offers pace=weekly", {"open_data"}),
    ("need=read data=structures,offers pace=weekly", {"open_data"}),
    (
        "need=both data=offers pace=weekly third_party=no feeding=beds kind=saas regions=84",
        {"open_data", "feeding"},
    ),
]


@pytest.mark.parametrize(("text", "ways"), OPEN)
def test_weekly_open_data_are_enough_for_who_reads_only_what_they_hold(text: str, ways: set[str]) -> None:
    answer = said(text)
    assert answer.values == ways
    assert "Licence Ouverte 2.0" in answer.ways[0].because
    assert "consumption" not in answer.directions


def test_a_faster_pace_or_other_data_ask_for_web_services() -> None:
    flow = said(
        "need=read data=offers pace=flow retrieval=copy format=fhir purpose=other roles=CU20 third_party=no regions=84"
    )
    assert flow.directions == ["consumption"]
    assert said(READ.format("contacts", "copy", "fhir", "CU20")).directions == ["consumption"]


CASES = [  # data, how, format asked -> format, cases
    ("offers,beds", "copy", "csd", "fhir", ["fhir-export"]),
    ("beds", "establishment", "csd", "fhir", ["fhir-search"]),
    ("beds", "organisation", "unknown", "fhir", ["fhir-search"]),
    ("contacts", "copy", "csd", "csd", ["csd-full"]),
    ("contacts", "establishment", "csd", "csd", ["csd-establishment"]),
    ("contacts", "organisation", "csd", "csd", ["csd-organisation"]),
    ("contacts", "search", "csd", "fhir", ["fhir-search"]),
    ("places", "copy", "fhir", "fhir", ["fhir-export"]),
    ("places", "search", "fhir", "fhir", ["fhir-search"]),
    ("places", "copy", "unknown", "fhir", ["fhir-export"]),
]


@pytest.mark.parametrize(("data", "how", "asked", "format", "cases"), CASES)
def test_format_and_retrieval_case_follow_the_data_and_the_way(
    data: str, how: str, asked: str, format: str, cases: list[str]
) -> None:
    answer = said(READ.format(data, how, asked, "CU20"))
    assert (answer.format, answer.cases) == (format, cases)


def test_csd_says_that_it_never_gives_beds() -> None:
    refused = said(READ.format("beds", "copy", "csd", "CU20")).about(Topic.FORMAT)
    assert "CSD ne la transmettent pas" in refused[0].because
    accepted = said(READ.format("contacts", "copy", "csd", "CU20")).about(Topic.FORMAT)
    assert "jamais la disponibilité" in accepted[0].because


PROFILES = [
    ("CU17", ""), ("CU18", "2"), ("CU19", "3"), ("CU20", "2"), ("CU21", "3"), ("CU22", "1"), ("CU23", "0"),
    ("CU24", "2"), ("CU25", "1"), ("CU26", ""), ("CU27", ""), ("CU28", "4"), ("CU29", "4"), ("CU30", "5"),
    ("CU19,CU22", "1"), ("CU19,CU20", "2"), ("CU17,CU23", "0"), ("CU17,CU26", ""),
]  # fmt: skip


@pytest.mark.parametrize(("roles", "profile"), PROFILES)
def test_access_profile_follows_the_roles_the_widest_of_several(roles: str, profile: str) -> None:
    assert said(READ.format("contacts", "copy", "fhir", roles)).access_profile == profile


@pytest.mark.parametrize(("roles", "kinds"), [("CU23", {"secret"}), ("CU22", {"one"}), ("CU22,CU23", {"one"})])
def test_only_the_public_profile_goes_without_certificate(roles: str, kinds: set[str]) -> None:
    answer = said(READ.format("contacts", "copy", "fhir", roles))
    assert {one.value for one in answer.about(Topic.IDENTITY)} == kinds


@pytest.mark.parametrize(
    ("feeding", "profiles", "discussed"),
    [("beds", ["A"], False), ("link", ["B"], True), ("both", ["A", "B"], False)],
)
def test_feeding_profiles_follow_what_is_written(feeding: str, profiles: list[str], discussed: bool) -> None:
    answer = said(WRITE.format(feeding, "saas"))
    assert answer.feeding_profiles == profiles
    assert ("link-alone" in {one.rule for one in answer.advice}) is discussed


@pytest.mark.parametrize(
    ("kind", "words", "held"),
    [
        ("saas", "un seul certificat pour toute la solution", "l’organisme qui l’exploite"),
        ("regional_eai", "un seul certificat pour toute la solution", "l’organisme qui l’exploite"),
        ("proprietary", "un certificat par client", "détenu par lui"),
    ],
)
def test_certificates_follow_the_kind_of_solution(kind: str, words: str, held: str) -> None:
    [identity] = said(WRITE.format("beds", kind)).about(Topic.IDENTITY)
    assert words in identity.says
    assert held in identity.says


def test_each_region_goes_by_its_own_route() -> None:
    routes = {one.value: one.says for one in said(WRITE.format("beds", "saas")).about(Topic.ROUTE)}
    assert "Auvergne-Rhône-Alpes" in routes["direct"]
    assert "Bretagne" in routes["eai"]
    assert "Île-de-France" in routes["unknown"]


@pytest.mark.parametrize(
    ("setting", "third_party", "value"),
    [
        ("all", "no", "consumption"),
        ("all", "yes", "consumption"),
        ("third_party", "yes", "consumption"),
        ("third_party", "no", "waived"),
    ],
)
def test_the_consumption_charter_follows_the_setting(setting: str, third_party: str, value: str) -> None:
    around = Surroundings(AROUND.routes, AROUND.names, setting)
    text = READ.format("contacts", "copy", "fhir", "CU20").replace("third_party=no", f"third_party={third_party}")
    assert [one.value for one in said(text, around).about(Topic.CHARTER)] == [value]


def test_both_directions_are_two_candidacies_and_two_identities() -> None:
    answer = said(
        "need=both data=beds retrieval=copy format=fhir purpose=regulation roles=CU22 third_party=no feeding=beds kind=saas regions=84"
    )
    assert answer.directions == ["consumption", "feeding"]
    assert "two-identities" in {one.rule for one in answer.advice}


def test_every_path_ends_in_a_whole_answer_and_every_rule_serves() -> None:
    found = coverage.coverage(BOOK)
    assert found.faults == ()
    assert found.paths > 400


def test_every_question_and_rule_names_its_source() -> None:
    assert all(question.source in BOOK.sources for question in BOOK.questions)
    assert all(rule.sources and set(rule.sources) <= set(BOOK.sources) for rule in BOOK.rules)


def test_coverage_tells_a_path_without_answer_and_a_rule_that_serves_nowhere() -> None:
    text = questionnaire_file.SHIPPED.read_text(encoding="utf-8")
    broken = text.replace('when = [{ format = ["fhir"] }]', 'when = [{ format = ["fhir"], need = ["write"] }]')
    faults = coverage.coverage(questionnaire_file.read(broken)).faults
    assert any(fault.startswith("« Le format » reste sans réponse") for fault in faults)
    assert "La règle « fhir » ne sert dans aucun chemin." in faults


def test_prefill_gives_each_block_what_was_asked_and_nothing_else() -> None:
    text = READ.format("contacts", "copy", "csd", "CU20")
    values = prefill.values("consumption", given(text), said(text), dict(AROUND.routes))
    assert values[Block.PURPOSE] == {"purpose": "coordination"}
    assert values[Block.ACCESS] == {
        "user_roles": ["CU20"],
        "data_wanted": ["contacts"],
        "exchange_format": "csd",
        "retrieval_cases": ["csd-full"],
    }
    assert values[Block.PROFILES] == {"requested_profiles": ["2"]}
    assert values[Block.THIRD_PARTY] == {"for_third_party": False}
    assert Block.CONTACTS not in values


def test_prefill_of_feeding_takes_the_route_of_each_region() -> None:
    text = WRITE.format("both", "saas")
    values = prefill.values("feeding", given(text), said(text), dict(AROUND.routes))
    assert values[Block.SOLUTION] == {"region_routes": {"11": "direct", "53": "eai", "84": "direct"}}
    assert values[Block.PROFILES] == {"requested_profiles": ["A", "B"]}
    assert values[Block.PURPOSE] == {"purpose": "bed-availability"}
