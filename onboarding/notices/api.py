"""REST API: the notices published, for the agency's tools."""

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

from .models import SHOWN, Notice


class NoticeItem(serializers.Serializer[Notice]):
    """A notice: what, for whom, when."""

    reference = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    state = serializers.CharField()
    audience = serializers.CharField()
    direction = serializers.CharField()
    profiles = serializers.ListField(child=serializers.CharField())
    regions = serializers.ListField(child=serializers.CharField())
    services = serializers.ListField(child=serializers.CharField())
    is_public = serializers.BooleanField()
    asks_reading = serializers.BooleanField()
    read_by_date = serializers.DateField(allow_null=True)
    parts = serializers.ListField(child=serializers.CharField())
    environment = serializers.CharField(source="touched")
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    is_urgent = serializers.BooleanField()
    published_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class NoticePage(serializers.Serializer[Any]):
    """A page of notices."""

    items = NoticeItem(many=True)
    next = serializers.CharField(allow_null=True)


@for_tokens(Scope.NOTICES_READ)
@public
@extend_schema(operation_id="notices", summary="Annonces publiées", parameters=PAGING, responses=NoticePage)
@api_view(["GET"])
def notices(request: Request) -> Response:
    """The notices published by the agency, ended ones included, oldest first; drafts are not given."""
    return answer(Notice.objects.filter(state__in=SHOWN), paging.read(request.query_params), NoticeItem)


urlpatterns = [path("notices", notices, name="api_notices")]
