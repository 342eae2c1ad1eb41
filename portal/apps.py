"""Start-up of the app `portal`."""

from django.apps import AppConfig
from django.conf import settings

from portal.lifecycle.discovery import discover


class PortalConfig(AppConfig):
    """Refuses unsafe production settings, then lets the ground's slices make themselves known."""

    name = "portal"

    def ready(self) -> None:
        """Called once by Django when every model is loaded."""
        from portal.settings import safety

        safety.refuse_unsafe(settings)
        discover("portal")
        if settings.REDIS_URL:
            from portal import celery, tasks
            from portal.outbox import doorbell

            celery.app.set_default()
            doorbell.hang(tasks.ring)
