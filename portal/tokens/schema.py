"""What the OpenAPI schema says of tokens."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class TokenScheme(OpenApiAuthenticationExtension):
    """A bearer token in the Authorization header."""

    target_class = "portal.tokens.authentication.TokenAuthentication"
    name = "jeton"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The security scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Jeton d’API créé par un administrateur de l’agence.",
        }
