"""The connection data that the demonstration hands over: client id, addresses and, for a consumer, header values."""

import hashlib
from typing import Any

from onboarding.campaigns import sandbox
from policy.certificates.environments import Environment
from policy.grants.direction import Direction

USER_ROLES = {"0": "CU23", "1": "CU22", "2": "CU20", "3": "CU19", "4": "CU28", "5": "CU30"}


def of(service: str, *, direction: Direction, access_profile: int, environment: Environment) -> dict[str, Any]:
    """What a service (its reference) connects with in one environment; two directions never share a client id."""
    feeds, tested = direction is Direction.FEEDING, environment is Environment.SANDBOX
    domain = "bac-a-sable.exemple.fr" if tested else "ror.exemple.fr"
    path, use = ("ws-synchro-dispo-lits-fhir", "") if feeds else ("ws-diffusion-fhir", "-lecture")
    return {
        "client_id": f"{service.lower()}{use}{'-bas' if tested else ''}",
        "token_url": f"https://auth.{domain}/token",
        "api_url": f"https://api.{domain}/{path}",
        "headers": {} if feeds else headers(access_profile),
    }


def secret(service: str, environment: Environment) -> str:
    """The secret that the fictional token server makes for a client of profile 0, the same for the same client."""
    return hashlib.sha256(f"{service} {environment}".encode()).hexdigest()


def headers(access_profile: int) -> dict[str, str]:
    """The four header values that go with an access profile."""
    return {"Ror-Profil-Utilisateur-Code": USER_ROLES[str(access_profile)], **sandbox.HEADERS}
