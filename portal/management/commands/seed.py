"""`manage.py seed`: fills an empty portal with a large invented set, for benches and trials."""

import time
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.demo.crowd import filling
from portal.demo.crowd.world import Sizes
from portal.lifecycle.errors import Refusal


class Command(BaseCommand):
    """Fills; refuses a portal that holds an account already."""

    help = "Remplit un portail vide d’un grand jeu de données inventées (services, établissements, historique)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The sizes, the seed, and the instant at which the history ends."""
        usual = Sizes()
        parser.add_argument("--services", type=int, default=usual.services)
        parser.add_argument("--establishments", type=int, default=usual.establishments)
        parser.add_argument("--vendors", type=int, help="par défaut, un éditeur pour quatre services")
        parser.add_argument("--largest-list", type=int, default=usual.largest_list)
        parser.add_argument("--largest-vendor", type=int, default=usual.largest_vendor)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--at", type=datetime.fromisoformat, help="fin de l’historique, avec son fuseau")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError on a portal in use, or for sizes that make no sense."""
        sizes = Sizes(
            services=options["services"],
            establishments=options["establishments"],
            vendors=options["vendors"] or max(1, options["services"] // 4),
            largest_list=options["largest_list"],
            largest_vendor=options["largest_vendor"],
        )
        if min(asdict(sizes).values()) < 1:
            raise CommandError("Chaque taille vaut au moins 1.")
        started = time.monotonic()
        try:
            world = filling.fill(
                sizes, now=options["at"] or timezone.now(), seed=options["seed"], say=self.stdout.write
            )
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(
            f"{len(world.services)} services, {len(world.establishments)} établissements et "
            f"{len(world.events)} événements en {time.monotonic() - started:.0f} s."
        )
