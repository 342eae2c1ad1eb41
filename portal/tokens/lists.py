"""The lists of the REST API: what their schema says of paging, and the answer of one page."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from portal.tokens.paging import LARGEST, USUAL, Paging
from portal.tokens.queries import keyset

PAGING = [
    OpenApiParameter("after", str, description="Référence du dernier élément lu."),
    OpenApiParameter("limit", int, description=f"De 1 à {LARGEST}, {USUAL} par défaut."),
]


def answer(rows: QuerySet[Any], wanted: Paging, item: Callable[..., Any]) -> Response:
    """A page of rows written by the serializer `item`; `next` is the reference to ask the following page after.

    Raises BadRequest when `after` names no row of the list.
    """
    page, following = keyset(rows, wanted)
    return Response({"items": item(page, many=True).data, "next": following})
