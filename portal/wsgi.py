"""WSGI entry point: Django, behind the door that answers gateways without it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
django = get_wsgi_application()

from portal import installation  # noqa: E402 - models need the applications loaded above
from portal.express import Express  # noqa: E402

installation.refuse_demonstration()

application = Express(django)
