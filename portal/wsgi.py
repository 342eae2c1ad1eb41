"""WSGI entry point: Django, behind the door that answers gateways without it."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
django = get_wsgi_application()

from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from policy.verdicts import queries  # noqa: E402 - models need the applications loaded above
from portal import installation  # noqa: E402
from portal.express import Express  # noqa: E402

installation.refuse_demonstration()


def warm() -> None:
    """Loads the list before the first question, which waits for it if it comes sooner."""
    try:
        queries.warm(timezone.now())
    finally:
        connections.close_all()


Thread(target=warm, daemon=True).start()
application = Express(django)
