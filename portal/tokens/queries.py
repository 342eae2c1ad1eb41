"""Finding the token of a call, the tokens of the page, and the pages of the API's lists."""

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from . import bearer
from .models import ApiToken, ApiTokenQuerySet
from .paging import BadRequest, Paging

Row = TypeVar("Row", bound=Model)

NOBODY = bearer.digest_of("")  # compared with when no token has the prefix, so that both answers take as long


def presented(text: str, *, now: datetime) -> ApiToken | None:
    """The usable token whose text this is; None for any other text."""
    prefix = bearer.prefix_of(text)
    token = ApiToken.objects.usable(now).filter(prefix=prefix).first() if prefix else None
    matches = bearer.same(text, token.digest if token else NOBODY)
    return token if token is not None and matches else None


def listed(user: Any) -> ApiTokenQuerySet:
    """Tokens for the page: newest first, with who made them."""
    return ApiToken.objects.visible_to(user).select_related("created_by", "owner_agent").order_by("-created_at", "-pk")


def keyset(rows: QuerySet[Row], wanted: Paging, *, reference: str = "reference") -> tuple[list[Row], str | None]:
    """A page of rows in the order they were made, and the reference to ask the next one after (None: the last page).

    Raises BadRequest when `after` names no row that the caller may see.
    """
    ordered = rows.order_by("pk")
    if wanted.after:
        last = rows.filter(**{reference: wanted.after}).values_list("pk", flat=True).first()
        if last is None:
            raise BadRequest("« after » ne désigne aucun élément de cette liste.", field="after")
        ordered = ordered.filter(pk__gt=last)
    found = list(ordered[: wanted.limit + 1])
    page = found[: wanted.limit]
    return page, getattr(page[-1], reference) if len(found) > wanted.limit else None
