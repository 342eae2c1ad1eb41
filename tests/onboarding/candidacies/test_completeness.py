"""What a candidacy lacks, block by block: a table of cases without a database."""

from dataclasses import replace
from typing import Any

import pytest

from onboarding.candidacies import completeness
from onboarding.candidacies.blocks import FIELDS, OPTIONAL, SLUGS, Block, BlockState, of_direction
from onboarding.candidacies.completeness import Facts, TextToSign, Unanswered
from policy.grants.direction import Direction

WHOLE = Facts(
    direction=Direction.FEEDING,
    purpose="bed-availability",
    region_routes={"11": "direct"},
    requested_profiles=("A",),
    justifications={"A": "Parce que."},
    exposure_model="3.0.1",
    analysis="done",
    feasibility="under_way",
    development="to_do",
    technical_name="Dominique",
    technical_email="d@editeur.fr",
    privacy_name="Camille",
    privacy_email="c@editeur.fr",
    for_third_party=False,
    entity_address="12 rue des Écoles, 75005 Paris",
    service_url="https://lits.fr",
    hosting="Hébergeur HDS, Roubaix",
    valid_establishments=1,
)
CONSUMPTION = replace(
    WHOLE,
    direction=Direction.CONSUMPTION,
    purpose="orientation",
    region_routes={"11": "unknown"},
    requested_profiles=("2",),
    justifications={"2": "Parce que."},
    user_roles=("CU20",),
    data_wanted=("offers", "beds"),
    data_reasons={"offers": "Pour orienter.", "beds": "Pour trouver un lit."},
    exchange_format="fhir",
    retrieval_cases=("fhir-search",),
    valid_establishments=0,
)


@pytest.mark.parametrize("facts", [WHOLE, CONSUMPTION])
def test_nothing_is_missing_from_a_whole_request(facts: Facts) -> None:
    assert completeness.lacks(facts) == []
    states = {block: completeness.state_of(block, facts) for block in of_direction(facts.direction)}
    assert {states.pop(block) for block in OPTIONAL} == {BlockState.OPTIONAL}
    assert set(states.values()) == {BlockState.DONE}


@pytest.mark.parametrize(
    ("changes", "block", "field", "words"),
    [
        ({"purpose": ""}, Block.PURPOSE, "purpose", "finalité principale"),
        ({"purpose": "orientation"}, Block.PURPOSE, "purpose", "finalité principale"),
        ({"purpose": "inventée"}, Block.PURPOSE, "purpose", "finalité principale"),
        ({"purpose": "other"}, Block.PURPOSE, "purpose_details", "Décrivez"),
        ({"purpose": "other", "purpose_details": "  "}, Block.PURPOSE, "purpose_details", "Décrivez"),
        ({"entity_address": " "}, Block.ENTITY, "entity_address", "adresse de la personne morale"),
        ({"service_url": ""}, Block.SERVICE, "service_url", "adresse du service"),
        ({"hosting": " "}, Block.SERVICE, "hosting", "hébergeur"),
        ({"sponsor_required": True, "sponsor_name": "N."}, Block.SPONSOR, "sponsor_region", "région qui soutient"),
        ({"sponsor_region": "84"}, Block.SPONSOR, "sponsor_name", "interlocuteur dans la région"),
        (
            {"sponsor_region": "84", "sponsor_name": "N.", "sponsor_email": "n@ars"},
            Block.SPONSOR,
            "sponsor_email",
            "n’est pas valide",
        ),
        ({"region_routes": {}}, Block.SOLUTION, "region_routes", "au moins une région"),
        ({"region_routes": {"84": "unknown"}}, Block.SOLUTION, "region_routes", "Auvergne"),
        ({"requested_profiles": ()}, Block.PROFILES, "requested_profiles", "au moins un profil"),
        ({"requested_profiles": ("2",)}, Block.PROFILES, "requested_profiles", "au moins un profil"),
        ({"requested_profiles": ("A", "B")}, Block.PROFILES, "justifications", "profil B"),
        ({"justifications": {"A": "\n "}}, Block.PROFILES, "justifications", "profil A"),
        ({"exposure_model": ""}, Block.CONFORMITY, "exposure_model", "modèle d’exposition"),
        ({"analysis": ""}, Block.CONFORMITY, "analysis", "analyse"),
        ({"feasibility": "peut-être"}, Block.CONFORMITY, "feasibility", "faisabilité"),
        ({"development": ""}, Block.CONFORMITY, "development", "développement"),
        ({"technical_name": " "}, Block.CONTACTS, "technical_name", "contact technique"),
        ({"technical_email": ""}, Block.CONTACTS, "technical_email", "Indiquez l’adresse"),
        ({"technical_email": "d@editeur"}, Block.CONTACTS, "technical_email", "n’est pas valide"),
        ({"privacy_email": "d@editeur.fr\nBcc: x@y.fr"}, Block.CONTACTS, "privacy_email", "n’est pas valide"),
        ({"privacy_name": ""}, Block.CONTACTS, "privacy_name", "protection des données"),
        ({"for_third_party": None}, Block.THIRD_PARTY, "for_third_party", "pour le compte d’un tiers"),
        ({"for_third_party": True, "mandate_id": 1}, Block.THIRD_PARTY, "third_party_name", "nom du tiers"),
        ({"for_third_party": True, "third_party_name": "ARS"}, Block.THIRD_PARTY, "mandate_id", "mandat"),
        ({"valid_establishments": 0}, Block.ESTABLISHMENTS, "establishments", "au moins un établissement"),
        ({"texts_to_sign": (TextToSign("Charte", "charte"),)}, Block.CHARTER, "charter", "signe « Charte »"),
        ({"unanswered": (Unanswered(Block.PROFILES, "Justifications"),)}, Block.PROFILES, "", "« Justifications »"),
    ],
)
def test_each_gap_is_named_once_in_its_block(changes: dict[str, Any], block: Block, field: str, words: str) -> None:
    facts = replace(WHOLE, **changes)
    found = completeness.lacks(facts)
    assert [(lack.block, lack.field) for lack in found] == [(block, field)]
    assert words in found[0].sentence
    assert completeness.state_of(block, facts) != BlockState.DONE


def test_a_consuming_service_asks_for_one_profile_and_lists_no_establishment() -> None:
    facts = replace(CONSUMPTION, requested_profiles=("1", "2"), justifications={"1": "a", "2": "b"})
    assert [lack.field for lack in completeness.lacks(facts)] == ["requested_profiles"]
    assert Block.ESTABLISHMENTS not in of_direction(Direction.CONSUMPTION)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"user_roles": ()}, "user_roles", "rôle d’utilisateur"),
        ({"user_roles": ("CU99",)}, "user_roles", "rôle d’utilisateur"),
        ({"data_reasons": {"offers": "Pour orienter.", "beds": " "}}, "data_reasons", "Capacités et disponibilités"),
        ({"data_wanted": ()}, "data_wanted", "données dont le service"),
        ({"exchange_format": ""}, "exchange_format", "format d’échange"),
        ({"exchange_format": "soap"}, "exchange_format", "format d’échange"),
        ({"retrieval_cases": ()}, "retrieval_cases", "cas de récupération"),
        ({"retrieval_cases": ("csd-full",)}, "retrieval_cases", "ne relève pas du format choisi, FHIR"),
        (
            {"exchange_format": "csd", "retrieval_cases": ("csd-full",)},
            "data_wanted",
            "Le format CSD ne transmet pas « Capacités et disponibilités en lits et places »",
        ),
    ],
)
def test_what_a_consuming_service_reads_is_said_whole(changes: dict[str, Any], field: str, words: str) -> None:
    facts = replace(CONSUMPTION, **changes)
    found = completeness.lacks(facts)
    assert [(lack.block, lack.field) for lack in found] == [(Block.ACCESS, field)]
    assert words in found[0].sentence
    assert completeness.state_of(Block.ACCESS, facts) is BlockState.IN_PROGRESS


def test_csd_without_beds_is_whole() -> None:
    facts = replace(CONSUMPTION, exchange_format="csd", data_wanted=("offers",), retrieval_cases=("csd-full",))
    assert completeness.lacks(facts) == []


def test_a_regional_request_covers_one_region() -> None:
    facts = replace(CONSUMPTION, space="regional", region_routes={"11": "unknown", "84": "unknown"})
    assert [lack.field for lack in completeness.lacks(facts)] == ["region_routes"]


def test_the_region_that_supports_a_regional_request_is_its_own() -> None:
    regional = replace(CONSUMPTION, space="regional", sponsor_name="N.", sponsor_region="84")
    assert [lack.field for lack in completeness.lacks(regional)] == ["sponsor_region"]
    assert completeness.lacks(replace(regional, sponsor_region="11")) == []
    assert completeness.state_of(Block.SPONSOR, replace(regional, sponsor_region="11")) is BlockState.DONE


def test_a_sponsor_is_asked_for_when_the_setting_says_so() -> None:
    asked = {lack.field for lack in completeness.lacks(replace(WHOLE, sponsor_required=True))}
    assert asked == {"sponsor_region", "sponsor_name"}


def test_an_empty_draft_lacks_something_in_every_block_of_its_own() -> None:
    empty = Facts(direction=Direction.FEEDING)
    states = {block: completeness.state_of(block, empty) for block in Block if block is not Block.CHARTER}
    assert {states.pop(block) for block in OPTIONAL} == {BlockState.OPTIONAL}
    assert states.pop(Block.ENTITY) is BlockState.IN_PROGRESS  # known since the claim
    assert set(states.values()) == {BlockState.NOT_STARTED}
    assert completeness.lacking_fields(empty) >= {"purpose", "region_routes", "requested_profiles", "establishments"}


@pytest.mark.parametrize(
    ("changes", "block"),
    [
        ({"purpose": "other"}, Block.PURPOSE),
        ({"region_routes": {"11": "unknown"}}, Block.SOLUTION),
        ({"requested_profiles": ("A",)}, Block.PROFILES),
        ({"exposure_model": "3.0"}, Block.CONFORMITY),
        ({"technical_name": "Dominique"}, Block.CONTACTS),
        ({"for_third_party": True}, Block.THIRD_PARTY),
    ],
)
def test_a_block_half_filled_is_in_progress(changes: dict[str, Any], block: Block) -> None:
    facts = Facts(direction=Direction.FEEDING, **changes)
    assert completeness.state_of(block, facts) == BlockState.IN_PROGRESS


def test_a_commented_block_is_to_correct_until_answered() -> None:
    facts = replace(WHOLE, unanswered=(Unanswered(Block.PURPOSE, "Finalité principale"),))
    assert completeness.state_of(Block.PURPOSE, facts) == BlockState.TO_CORRECT
    assert completeness.state_of(Block.CONTACTS, facts) == BlockState.DONE


def test_every_block_has_one_address_and_every_field_one_block() -> None:
    assert len(set(SLUGS.values())) == len(SLUGS) == len(Block)
    names = [field.name for fields in FIELDS.values() for field in fields]
    assert len(names) == len(set(names))
