"""`manage.py demo_reset`: throws the demonstration away and makes it again. Refused anywhere else."""

import shutil
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class Command(BaseCommand):
    """Empties DATA_DIR of the demonstration and prepares it anew."""

    help = "Recommence la démonstration. Arrêtez le portail avant."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError outside the embedded demonstration on SQLite."""
        if not (settings.DEMO and settings.EMBEDDED and connection.vendor == "sqlite"):
            raise CommandError("Cette commande n’existe que pour la démonstration sur SQLite.")
        connection.close()
        name = settings.DATABASES["default"]["NAME"]
        for suffix in ("", "-wal", "-shm"):
            (settings.DATA_DIR / f"{name}{suffix}").unlink(missing_ok=True)
        for folder in ("mails", "demo-pki", "checkpoints"):
            shutil.rmtree(settings.DATA_DIR / folder, ignore_errors=True)
        call_command("prepare")
        self.stdout.write("La démonstration a été recommencée.")
