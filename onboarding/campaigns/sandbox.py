"""What the sandbox of the ROR is reached with, to start from: the agency may change every value.

Source: public API documentation of the ROR (environments and end points; consumption; feeding of bed capacity).
"""

from policy.grants import connection
from policy.grants.direction import Direction

TOKEN_URL = "https://bas-auth-api.qualif.ror.esante.gouv.fr/auth/realms/ror/protocol/openid-connect/token"  # noqa: S105 - an address
API = "https://bas-api-fhir.qualif.ror.esante.gouv.fr"
PATHS = {Direction.CONSUMPTION: "/ws-diffusion-fhir", Direction.FEEDING: "/ws-synchro-dispo-lits-fhir"}
HEADERS = dict(connection.EXPECTED)


def api_url(direction: str) -> str:
    """The address of the API that a direction uses."""
    return f"{API}{PATHS[Direction(direction)]}"
