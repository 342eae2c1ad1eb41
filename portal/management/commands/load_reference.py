"""Lists the regions and their trust spaces: `manage.py load_reference`. Run at set-up; running it again is harmless."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.reference import operations as reference


class Command(BaseCommand):
    """Adds what is missing of the nomenclature of regions."""

    help = "Référence les régions et leurs espaces de confiance."

    def handle(self, *args: Any, **options: Any) -> None:
        """Adds and tells."""
        self.stdout.write(f"{reference.list_regions()} régions ajoutées.")
