"""A list cut by state and into pages, as the address asks: ``?etat=<state>&page=<number>``."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from portal.lifecycle.table import LabelledEnum


def by_state(
    request: HttpRequest, states: type[LabelledEnum], rows_of: Callable[..., QuerySet[Any]], *, size: int
) -> dict[str, Any]:
    """What the template of such a list is given: `page`, `states`, `state` (empty: all), and the `query` of its links.

    `rows_of(user, state=...)` gives the rows that this person may see. A state that is none of `states` is no filter.
    """
    asked = request.GET.get("etat", "")
    state = asked if asked in set(states) else ""
    page = Paginator(rows_of(request.user, state=state), size).get_page(request.GET.get("page"))
    return {"page": page, "states": list(states), "state": state, "query": urlencode({"etat": state}) if state else ""}
