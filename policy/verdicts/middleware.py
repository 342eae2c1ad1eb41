"""Writes down the counts of verdicts after an answer, outside the guard that forbids reading calls to write."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from . import operations

VERDICTS = "/api/v1/verdicts"


class CountVerdicts:
    """After a verdict: a look at the clock, and every few seconds the counts that wait."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, unchanged."""
        response = self.get_response(request)
        if request.path == VERDICTS:
            operations.write_counts()
        return response
