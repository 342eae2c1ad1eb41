"""`manage.py worker`: delivers effects and keeps the clock until it is stopped."""

from typing import Any

from django.core.management.base import BaseCommand

from portal import installation
from portal.worker import Worker


class Command(BaseCommand):
    """Runs the embedded worker."""

    help = "Délivre les effets en attente et tient l’horloge, jusqu’à l’arrêt."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loops until SIGTERM or Ctrl-C."""
        installation.refuse_demonstration()
        worker = Worker()
        worker.stop_on_signals()
        worker.run()
