"""REST API of gateways: the list as nginx reads it, and what they report of its application."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from policy.certificates.environments import Environment
from policy.verdicts.question import normalised_fingerprint
from policy.whitelist import queries as whitelist
from portal.lifecycle.errors import Refused
from portal.tokens.authentication import for_tokens, require_environment
from portal.tokens.paging import BadRequest
from portal.tokens.scopes import Scope
from portal.web import conditional
from portal.web.access import entrance, public
from portal.web.parsers import InstantField

from . import operations, queries
from .nginx import Comparison
from .operations import ClientDay, Seen

SEEN_AT_MOST = 1000
LENGTHS = (40, 64)
ENVIRONMENT = OpenApiParameter("environment", str, enum=[one.value for one in Environment], default="production")
COMPARISON = OpenApiParameter("comparison", str, enum=[one.value for one in Comparison], default="fingerprint")
FILE = OpenApiResponse(
    OpenApiTypes.STR, "Un fichier à inclure dans le bloc « http ». En-têtes : ETag, Whitelist-Version."
)
UNCHANGED = OpenApiResponse(None, "La version de If-None-Match est toujours en vigueur.")
CACHING = "private, no-cache"


class SeenItem(serializers.Serializer[Any]):
    """A certificate seen since the former report."""

    fingerprint = serializers.CharField(max_length=200, help_text="SHA-256 ou SHA-1, en hexadécimal.")
    last_seen_at = InstantField(help_text="Dernier appel présenté avec ce certificat.")
    calls = serializers.IntegerField(min_value=0, max_value=10**12, default=0)
    throttled = serializers.IntegerField(
        min_value=0,
        max_value=10**12,
        default=0,
        help_text="De ces appels, ceux qui ont reçu la réponse 429.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """No more answers 429 than calls."""
        if attrs["throttled"] > attrs["calls"]:
            raise serializers.ValidationError({"throttled": ["Il y a plus de réponses 429 que d’appels."]})
        return attrs

    def validate_fingerprint(self, text: str) -> str:
        """Figures only, whatever the separators and capitals."""
        found = normalised_fingerprint(text)
        if len(found) not in LENGTHS or set(found) - set("0123456789abcdef"):
            raise serializers.ValidationError("Une empreinte compte 64 chiffres hexadécimaux (SHA-256) ou 40 (SHA-1).")
        return found


class ReportItem(serializers.Serializer[Any]):
    """What a gateway reports, each minute or after each reload."""

    environment = serializers.ChoiceField(Environment.choices(), default=Environment.PRODUCTION.value)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="Version de la liste appliquée.")
    applied_at = InstantField(required=False)
    seen = SeenItem(many=True, required=False)

    def validate_seen(self, items: list[Any]) -> list[Any]:
        """A bounded number."""
        if len(items) > SEEN_AT_MOST:
            raise serializers.ValidationError(f"Un compte rendu nomme {SEEN_AT_MOST} certificats au plus.")
        return items


class ReportedItem(serializers.Serializer[Any]):
    """What the portal understood."""

    latest_version = serializers.IntegerField(help_text="Version publiée à cet instant.")
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="Empreintes qui ne nomment aucun certificat."
    )


@for_tokens(Scope.GATEWAYS_REPORT)
@entrance
@extend_schema(
    operation_id="gateway_report",
    summary="Compte rendu d’une passerelle",
    description="Le même compte rendu envoyé deux fois dans la semaine (un essai répété) n’est compté qu’une fois.",
    request=ReportItem,
    responses=ReportedItem,
)
@api_view(["POST"])
def report(request: Request) -> Response:
    """The version applied and the certificates seen: what « appliquée depuis » and the end of renewals rest on.

    The same report sent twice counts once.
    """
    given = ReportItem(data=request.data)
    given.is_valid(raise_exception=True)
    data = given.validated_data
    require_environment(request, data["environment"])
    seen = [
        Seen(one["fingerprint"], one["last_seen_at"], one["calls"], one["throttled"]) for one in data.get("seen", [])
    ]
    try:
        unknown = operations.report(
            request.auth,  # type: ignore[arg-type]
            environment=data["environment"],
            version=data["version"],
            applied_at=data.get("applied_at"),
            seen=seen,
            at=timezone.now(),
        )
    except Refused as refusal:
        raise serializers.ValidationError({refusal.field or "version": [refusal.sentence]}) from refusal
    return Response({"latest_version": whitelist.latest_version(data["environment"]), "unknown": unknown})


class ClientDayItem(serializers.Serializer[Any]):
    """The total of one client id on one day."""

    client_id = serializers.CharField(max_length=80)
    day = serializers.DateField(help_text="Jour de Paris.")
    calls = serializers.IntegerField(min_value=0, max_value=10**12, help_text="Appels depuis le début de ce jour.")
    throttled = serializers.IntegerField(min_value=0, max_value=10**12, default=0)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """No more answers 429 than calls."""
        if attrs["throttled"] > attrs["calls"]:
            raise serializers.ValidationError({"throttled": ["Il y a plus de réponses 429 que d’appels."]})
        return attrs


class ClientCallsItem(serializers.Serializer[Any]):
    """The totals of the days told."""

    environment = serializers.ChoiceField(Environment.choices(), default=Environment.PRODUCTION.value)
    days = ClientDayItem(many=True)

    def validate_days(self, items: list[Any]) -> list[Any]:
        """A bounded number."""
        if len(items) > SEEN_AT_MOST:
            raise serializers.ValidationError(f"Un compte rendu nomme {SEEN_AT_MOST} jours au plus.")
        return items


class ClientCallsAnswer(serializers.Serializer[Any]):
    """What the portal did not recognise."""

    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="Identifiants qui ne sont ceux d’aucune habilitation sans certificat."
    )


@for_tokens(Scope.GATEWAYS_REPORT)
@entrance
@extend_schema(
    operation_id="gateway_client_calls",
    summary="Appels comptés par identifiant client",
    description="Pour les habilitations sans certificat (profil 0). "
    "Un total redit ne fait que monter : le plus grand reçu pour un jour est gardé.",
    request=ClientCallsItem,
    responses=ClientCallsAnswer,
)
@api_view(["POST"])
def client_calls(request: Request) -> Response:
    """The totals of services that connect without certificate: what « Mon accès » shows them of their calls."""
    given = ClientCallsItem(data=request.data)
    given.is_valid(raise_exception=True)
    data = given.validated_data
    require_environment(request, data["environment"])
    days = [ClientDay(one["client_id"], one["day"], one["calls"], one["throttled"]) for one in data["days"]]
    try:
        unknown = operations.count_clients(
            request.auth,  # type: ignore[arg-type]
            environment=data["environment"],
            days=days,
            at=timezone.now(),
        )
    except Refused as refusal:
        raise serializers.ValidationError({refusal.field or "days": [refusal.sentence]}) from refusal
    return Response({"unknown": unknown})


@for_tokens(Scope.WHITELIST_READ)
@public
@extend_schema(
    operation_id="gateway_nginx",
    summary="La liste blanche, pour nginx",
    parameters=[ENVIRONMENT, COMPARISON],
    responses={(200, "text/plain"): FILE, 304: UNCHANGED},
)
@api_view(["GET"])
def nginx_file(request: Request) -> HttpResponse:
    """The published list as a map for nginx; a suspended entry is absent. 304 when the caller already holds it."""
    try:
        environment = Environment(request.query_params.get("environment", Environment.PRODUCTION))
        comparison = Comparison(request.query_params.get("comparison", Comparison.FINGERPRINT))
    except ValueError as error:
        raise BadRequest("« environment » ou « comparison » n’a pas une valeur connue.") from error
    require_environment(request, environment)
    version, asked = whitelist.latest_version(environment), request.headers.get("If-None-Match", "")
    if version and conditional.holds(asked, tag := _tag(environment, comparison, version)):
        return HttpResponse(status=304, headers={"ETag": tag, "Cache-Control": CACHING})
    found = queries.nginx_file(environment, comparison)
    if found is None:
        raise NotFound
    response = HttpResponse(found[1], content_type="text/plain; charset=utf-8")
    response["Whitelist-Version"], response["Cache-Control"] = str(found[0]), CACHING
    response["ETag"] = _tag(environment, comparison, found[0])
    return response


def _tag(environment: str, comparison: str, version: int) -> str:
    """A version says the same for ever in each of the two comparisons."""
    return f'"{environment}-{comparison}-{version}"'


urlpatterns = [
    path("gateways/reports", report, name="api_gateway_report"),
    path("gateways/client-calls", client_calls, name="api_gateway_client_calls"),
    path("gateways/nginx", nginx_file, name="api_gateway_nginx"),
]
