"""How often one token may call: so many calls a second, and a burst of twice as many.

Calls are counted in the shared cache by windows of two seconds. A cache that does not answer counts nothing: reading
the list stays possible without it.
"""

import logging
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from .models import ApiToken

logger = logging.getLogger(__name__)

WINDOW = 2  # seconds


class TokenThrottle(BaseThrottle):
    """At most API_CALLS_PER_SECOND x WINDOW calls of one token in each window; 429 with Retry-After beyond."""

    def __init__(self) -> None:
        self.left = float(WINDOW)

    def allow_request(self, request: Request, view: Any) -> bool:
        """True while the token has calls left; whoever has no token is refused elsewhere."""
        if not isinstance(request.auth, ApiToken):
            return True
        now = timezone.now().timestamp()
        self.left = WINDOW - now % WINDOW
        return _counted(f"api-calls:{request.auth.pk}:{int(now // WINDOW)}") <= settings.API_CALLS_PER_SECOND * WINDOW

    def wait(self) -> float:
        """Seconds until the next window, at least one."""
        return max(1.0, self.left)


def _counted(key: str) -> int:
    """This call's rank in its window; 0 when the cache is away."""
    try:
        cache.add(key, 0, timeout=2 * WINDOW)
        return cache.incr(key)
    except Exception:  # whatever the cache's driver raises
        logger.warning("calls are not counted: the cache does not answer")
        return 0
