"""Loads a nomenclature of the NOS (FHIR JSON): `manage.py load_nomenclature TRE_R78-….json`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.lifecycle.errors import Refusal
from portal.reference import operations as reference


class Command(BaseCommand):
    """Puts in force the version of a nomenclature that a file holds."""

    help = "Charge une nomenclature NOS (CodeSystem ou ValueSet FHIR, JSON)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path, help="fichier JSON d’une TRE ou d’un JDV")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reads the file and imports it. Raises CommandError, in French, when nothing was done."""
        path: Path = options["file"]
        try:
            loaded = reference.import_nomenclature(path.read_bytes(), source_name=path.name, by=None)
        except OSError as error:
            raise CommandError(f"Le fichier {path} ne peut pas être lu : {error.strerror}.") from error
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"{loaded} : {loaded.concepts.count()} codes en vigueur.")
