"""Files handed to a browser: always saved, never run in our origin."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def as_file(content: bytes, name: str, media_type: str) -> HttpResponse:
    """Always saved, never shown in our origin: a deposited file is somebody else's code."""
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
