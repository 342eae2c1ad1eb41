"""Fills an empty portal with a large invented set, for benches: inserted in bulk, consistent with every constraint."""

import random
from collections.abc import Callable
from datetime import datetime
from operator import attrgetter

from django.db import connection, transaction

from portal import installation
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.lifecycle.errors import Refused
from portal.parties.models import LegalEntity

from . import admission, parties, register, requests, rights
from .world import Sizes, World


def fill(sizes: Sizes, *, now: datetime, seed: int = 1, say: Callable[[str], None] = lambda sentence: None) -> World:
    """Makes the whole set, in one transaction, with a history that ends at `now`. Raises Refused on a used portal."""
    if User.objects.exists() or LegalEntity.objects.exists():
        raise Refused("Ce portail contient déjà des comptes : le remplissage ne se fait que sur une base vide.")
    world = World(sizes, now, random.Random(seed))  # noqa: S311 (the same set each time, nothing secret)
    with transaction.atomic():
        installation.install(now)
        say("Registre des établissements…")
        register.fill(world)
        say("Personnes morales et services…")
        parties.fill(world)
        say("Candidatures et décisions…")
        admissions = requests.fill(world)
        say("Habilitations, listes et tests…")
        held = rights.fill(world, admissions)
        say("Certificats, inscriptions et publication…")
        admission.fill(world, held)
        say("Journal…")
        world.keep_counters()
        audit.append_many(sorted(world.events, key=attrgetter("at")))
    _refresh_statistics()
    return world


def _refresh_statistics() -> None:
    """Planners guess badly after a bulk insertion."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
