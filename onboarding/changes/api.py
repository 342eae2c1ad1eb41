"""REST API: declarations of change and breach cases, read by the agency's tools; a token answers none of them."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from portal.tokens import paging
from portal.tokens.authentication import for_tokens
from portal.tokens.lists import PAGING, answer
from portal.tokens.scopes import Scope
from portal.web.access import public

from .models import BreachCase, ChangeDeclaration


class ChangeItem(serializers.Serializer[ChangeDeclaration]):
    """A signed declaration: what changes, what it reopens, where it stands."""

    reference = serializers.CharField()
    grant = serializers.CharField(source="grant.reference")
    service = serializers.CharField(source="grant.service.reference")
    kind = serializers.CharField()
    level = serializers.CharField()
    state = serializers.CharField()
    former = serializers.CharField()
    proposed = serializers.CharField()
    wished_date = serializers.DateField(allow_null=True)
    earliest_date = serializers.DateField(allow_null=True)
    effective_date = serializers.DateField(allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    applied_at = serializers.DateTimeField(allow_null=True)


class ChangePage(serializers.Serializer[Any]):
    """A page of declarations."""

    items = ChangeItem(many=True)
    next = serializers.CharField(allow_null=True)


class BreachItem(serializers.Serializer[BreachCase]):
    """A breach case, without its evidence."""

    reference = serializers.CharField()
    grant = serializers.CharField(source="grant.reference")
    ground = serializers.CharField()
    state = serializers.CharField()
    deadline = serializers.DateField(allow_null=True)
    notified_at = serializers.DateTimeField(allow_null=True)
    observed_at = serializers.DateTimeField(allow_null=True)
    measure = serializers.CharField()
    concluded_at = serializers.DateTimeField(allow_null=True)


class BreachPage(serializers.Serializer[Any]):
    """A page of breach cases."""

    items = BreachItem(many=True)
    next = serializers.CharField(allow_null=True)


@for_tokens(Scope.GRANTS_READ)
@public
@extend_schema(operation_id="changes", summary="Déclarations de changement", parameters=PAGING, responses=ChangePage)
@api_view(["GET"])
def changes(request: Request) -> Response:
    """The declarations that were signed, oldest first."""
    rows = ChangeDeclaration.objects.exclude(signed_at=None).select_related("grant__service")
    return answer(rows, paging.read(request.query_params), ChangeItem)


@for_tokens(Scope.GRANTS_READ)
@public
@extend_schema(operation_id="breaches", summary="Dossiers de manquement", parameters=PAGING, responses=BreachPage)
@api_view(["GET"])
def breaches(request: Request) -> Response:
    """The breach cases, oldest first."""
    return answer(BreachCase.objects.select_related("grant"), paging.read(request.query_params), BreachItem)


urlpatterns = [
    path("change-declarations", changes, name="api_changes"),
    path("breach-cases", breaches, name="api_breaches"),
]
