"""Whence a request comes: the client's address, as far as our own proxies can be trusted."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address seen by the outermost of our PROXY_COUNT proxies; whatever the client wrote before it is ignored."""
    peer: str = request.META.get("REMOTE_ADDR", "")
    if settings.PROXY_COUNT == 0:
        return peer
    forwarded = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    return forwarded[-settings.PROXY_COUNT] if len(forwarded) >= settings.PROXY_COUNT else peer
