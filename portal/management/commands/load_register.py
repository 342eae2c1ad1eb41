"""Loads a FINESS stock file (classic layout): `manage.py load_register etalab-cs1100502-stock-….csv`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.lifecycle.errors import Refusal
from portal.reference import operations as reference
from portal.reference.models import RegisterVersion


class Command(BaseCommand):
    """Brings the register of establishments to what the file says, and tells what changed."""

    help = "Charge un fichier de stock FINESS des établissements (etalab-cs1100502)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and the confirmation that a large reduction asks for."""
        parser.add_argument("file", type=Path, help="fichier au format classique, 32 champs")
        parser.add_argument("--confirm-shrink", action="store_true", help="accepter plus de 2 %% de fermetures")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reads the file and imports it. Raises CommandError, in French, when nothing was done."""
        path: Path = options["file"]
        try:
            version = reference.import_register(
                path.read_bytes(), source_name=path.name, by=None, confirm_shrink=options["confirm_shrink"]
            )
        except OSError as error:
            raise CommandError(f"Le fichier {path} ne peut pas être lu : {error.strerror}.") from error
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self._tell(version)

    def _tell(self, version: RegisterVersion) -> None:
        self.stdout.write(
            f"{version} : {version.read_count} établissements lus ; {version.added_count} ajouts, "
            f"{version.changed_count} modifications, {version.closed_count} fermetures, "
            f"{version.reopened_count} réouvertures, {version.fault_count} lignes illisibles."
        )
        for fault in version.faults:
            self.stderr.write(fault["sentence"])
