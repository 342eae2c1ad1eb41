"""Errors of the REST API as `application/problem+json` (RFC 9457), in French, with the request id."""

from typing import Any

from django.http import JsonResponse


def problem(request: Any, *, status: int, title: str, detail: str, **more: Any) -> JsonResponse:
    """A problem document; `more` adds members such as `errors`."""
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": getattr(request, "request_id", ""),
        **more,
    }
    response = JsonResponse(body, status=status)
    response["Content-Type"] = "application/problem+json"
    return response
