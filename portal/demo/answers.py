"""What the vendors of the demonstration answer, block by block of the request form."""

from collections.abc import Iterable

from onboarding.candidacies.blocks import Block

from . import connections

Answers = dict[Block, dict[str, object]]


def feeding(host: str, profiles: Iterable[str], regions: Iterable[str]) -> Answers:
    """A service that tells the availability of beds, directly, in these regions."""
    asked = sorted(profiles)
    return {
        Block.PURPOSE: {"purpose": "bed-availability", "purpose_details": ""},
        Block.SOLUTION: {"region_routes": dict.fromkeys(regions, "direct")},
        Block.PROFILES: {
            "requested_profiles": asked,
            "justifications": {code: f"Le service a besoin du profil {code}." for code in asked},
        },
        **_shared(host),
    }


PURPOSES = {
    "0": "public-information",
    "1": "regulation",
    "2": "coordination",
    "3": "orientation",
    "4": "hospital-tension",
    "5": "orientation",
}


def consumption(host: str, profiles: Iterable[str], regions: Iterable[str]) -> Answers:
    """A service that reads the ROR in these regions, with one access profile."""
    [code] = profiles
    return {
        Block.PURPOSE: {"purpose": PURPOSES[code], "purpose_details": ""},
        Block.SOLUTION: {"region_routes": dict.fromkeys(regions, "unknown")},
        Block.ACCESS: {
            "user_roles": [connections.USER_ROLES[code]],
            "data_wanted": ["structures", "offers", "places"],
            "data_reasons": {
                "structures": "Nommer l’établissement vers lequel l’usager est orienté.",
                "offers": "Trouver l’unité qui prend en charge le besoin.",
                "places": "Savoir où l’offre est réalisée.",
            },
            "exchange_format": "fhir",
            "retrieval_cases": ["fhir-export", "fhir-search"],
        },
        Block.PROFILES: {
            "requested_profiles": [code],
            "justifications": {code: f"Les utilisateurs du service relèvent du profil {code}."},
        },
        **_shared(host),
    }


def _shared(host: str) -> Answers:
    """Conformity, contacts, third party: the same in both directions."""
    return {
        Block.CONFORMITY: {
            "exposure_model": "3.0.1",
            "analysis": "done",
            "feasibility": "done",
            "development": "under_way",
        },
        Block.CONTACTS: {
            "technical_name": "Équipe technique",
            "technical_email": f"technique@{host}",
            "privacy_name": "Délégué à la protection des données",
            "privacy_email": f"dpo@{host}",
        },
        Block.THIRD_PARTY: {"for_third_party": False},
    }
