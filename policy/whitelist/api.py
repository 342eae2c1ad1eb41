"""REST API: the published list, exactly as it was signed, and the public half of the key."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from policy.certificates.environments import Environment
from portal.audit import signing
from portal.tokens.authentication import for_tokens, require_environment
from portal.tokens.paging import BadRequest
from portal.tokens.scopes import Scope
from portal.web import conditional
from portal.web.access import public

from . import queries
from .models import Publication

ENVIRONMENT = OpenApiParameter("environment", str, enum=[one.value for one in Environment], default="production")
DOCUMENT = OpenApiResponse(
    OpenApiTypes.OBJECT,
    "Les octets publiés, tels qu’ils sont signés : la liste, sa version, ses dates, le numéro de la politique "
    "(policy_version) et le SHA-256 de son fichier (policy_digest). En-têtes : ETag, Whitelist-Version, "
    "Whitelist-Signature (Ed25519, base64, sur tout le corps) et Whitelist-Key-Id.",
)
UNCHANGED = OpenApiResponse(None, "La version de If-None-Match est toujours en vigueur.")
CACHING = "private, no-cache"


class KeyItem(serializers.Serializer[Any]):
    """The public key that verifies publications."""

    key_id = serializers.CharField()
    algorithm = serializers.CharField()
    public_key = serializers.CharField()


def _environment(request: Request) -> Environment:
    if unknown := sorted(set(request.query_params) - {"environment"}):
        raise BadRequest(f"Paramètre inconnu : {unknown[0][:40]}.")
    try:
        found = Environment(request.query_params.get("environment", Environment.PRODUCTION))
    except ValueError as error:
        raise BadRequest("« environment » vaut production ou sandbox.", field="environment") from error
    require_environment(request, found)
    return found


def _tag(environment: str, version: int) -> str:
    return f'"{environment}-{version}"'


def _served(publication: Publication) -> HttpResponse:
    response = HttpResponse(bytes(publication.body), content_type="application/json")
    response["ETag"] = _tag(publication.environment, publication.version)
    response["Cache-Control"] = CACHING
    response["Whitelist-Version"] = str(publication.version)
    response["Whitelist-Signature"] = publication.signature
    response["Whitelist-Key-Id"] = publication.key_id
    return response


@for_tokens(Scope.WHITELIST_READ)
@public
@extend_schema(
    operation_id="whitelist",
    summary="Liste blanche en vigueur",
    parameters=[ENVIRONMENT],
    responses={200: DOCUMENT, 304: UNCHANGED},
)
@api_view(["GET"])
def whitelist(request: Request) -> HttpResponse:
    """The latest publication of an environment; 304 when the caller already holds it."""
    environment = _environment(request)
    version = queries.latest_version(environment)
    tag = _tag(environment, version)
    if version and conditional.holds(request.headers.get("If-None-Match", ""), tag):
        return HttpResponse(status=304, headers={"ETag": tag, "Cache-Control": CACHING})
    publication = queries.latest_publication(environment)
    if publication is None:
        raise NotFound
    return _served(publication)


@for_tokens(Scope.WHITELIST_READ)
@public
@extend_schema(
    operation_id="whitelist_version", summary="Une version passée", parameters=[ENVIRONMENT], responses=DOCUMENT
)
@api_view(["GET"])
def whitelist_version(request: Request, version: int) -> HttpResponse:
    """A former publication, as it was signed then."""
    publication = queries.publication_of(_environment(request), version)
    if publication is None:
        raise NotFound
    return _served(publication)


@for_tokens(Scope.WHITELIST_READ)
@public
@extend_schema(operation_id="whitelist_keys", summary="Clés de vérification", responses=KeyItem(many=True))
@api_view(["GET"])
def whitelist_keys(request: Request) -> Response:
    """The public keys: that in force, then one installed to follow it.

    Compare their ids with those of the page « Liste blanche » before trusting them.
    """
    try:
        following = queries.next_signer()
        signers = [queries.signer(), *([following] if following else [])]
    except signing.KeyUnavailable as error:
        raise NotFound from error
    known = [(one.key_id, one.public_pem) for one in signers]
    return Response([{"key_id": name, "algorithm": signing.ALGORITHM, "public_key": pem} for name, pem in known])


urlpatterns = [
    path("whitelist", whitelist, name="api_whitelist"),
    path("whitelist/keys", whitelist_keys, name="api_whitelist_keys"),
    path("whitelist/<int:version>", whitelist_version, name="api_whitelist_version"),
]
