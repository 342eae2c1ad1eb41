"""REST API: services and rights, for the agency's tools."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from portal.parties.models import DigitalService
from portal.tokens import paging
from portal.tokens.authentication import for_tokens
from portal.tokens.lists import PAGING, answer
from portal.tokens.scopes import Scope
from portal.web.access import public

from .models import Grant


class ServiceItem(serializers.Serializer[DigitalService]):
    """A digital service and its owner."""

    reference = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    url = serializers.CharField()
    owner = serializers.CharField(source="owner.name")
    owner_siren = serializers.CharField(source="owner.siren")
    owner_finess_ej = serializers.CharField(source="owner.finess_ej")


class GrantItem(serializers.Serializer[Grant]):
    """A right: what was granted, and whether it is in production."""

    reference = serializers.CharField()
    service = serializers.CharField(source="service.reference")
    service_name = serializers.CharField()
    holder = serializers.CharField(source="holder.name")
    direction = serializers.CharField()
    feeding_profiles = serializers.SerializerMethodField()
    access_profile = serializers.IntegerField(allow_null=True)
    region = serializers.CharField()
    state = serializers.CharField()
    decision = serializers.CharField(source="decision_reference")
    decided_at = serializers.DateTimeField()

    def get_feeding_profiles(self, grant: Grant) -> list[str]:
        """The letters, one by one."""
        return list(grant.feeding_profiles)


class ServicePage(serializers.Serializer[Any]):
    """A page of services."""

    items = ServiceItem(many=True)
    next = serializers.CharField(allow_null=True)


class GrantPage(serializers.Serializer[Any]):
    """A page of rights."""

    items = GrantItem(many=True)
    next = serializers.CharField(allow_null=True)


@for_tokens(Scope.SERVICES_READ)
@public
@extend_schema(operation_id="services", summary="Services numériques", parameters=PAGING, responses=ServicePage)
@api_view(["GET"])
def services(request: Request) -> Response:
    """The digital services known to the agency, oldest first."""
    return answer(DigitalService.objects.select_related("owner"), paging.read(request.query_params), ServiceItem)


@for_tokens(Scope.GRANTS_READ)
@public
@extend_schema(operation_id="grants", summary="Habilitations", parameters=PAGING, responses=GrantPage)
@api_view(["GET"])
def grants(request: Request) -> Response:
    """The rights granted, oldest first."""
    rows = Grant.objects.select_related("service", "holder").defer("establishments")
    return answer(rows, paging.read(request.query_params), GrantItem)


urlpatterns = [
    path("services", services, name="api_services"),
    path("grants", grants, name="api_grants"),
]
