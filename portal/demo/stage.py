"""Setting the demonstration: register, authorities, cast, charter, sessions, and a story already under way."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

import portal.reference
from onboarding.committee import operations as committee
from onboarding.legaltexts import demonstration
from onboarding.legaltexts import operations as legaltexts
from policy.certificates import operations as certificates
from portal.calendar.deadlines import paris_date
from portal.outbox.operations import deliver_due
from portal.reference import operations as reference

from . import cast, pki
from .story import Dossier
from .tale import Tale

REGISTER = Path(portal.reference.__path__[0]) / "data" / "etalab-cs1100502-demo.csv"


def play(now: datetime) -> None:
    """Fills an empty portal: everything the walk needs, and one competing service already in production."""
    authorities = set_scene(now)
    competitor = Tale(
        company=cast.CONCURRENT,
        representative="concurrente",
        service="Capacités Fictives",
        host="capacites.exemple.fr",
        profiles=("A", "B"),
        department="59",
        establishments=8,
        pace=timedelta(days=3),
    )
    Dossier(competitor, authorities, now - timedelta(days=3 * len(competitor.steps) + 1)).walk()
    deliver(now)


def set_scene(now: datetime) -> pki.Pki:
    """What every story stands on; returns the demonstration's authorities."""
    authorities = authorities_of_demonstration(now)
    certificates.install_anchors(authorities.anchors(), at=now)
    reference.import_register(REGISTER.read_bytes(), source_name=REGISTER.name, by=None, at=now)
    cast.settle()
    for draft in (demonstration.feeding_charter(), demonstration.consumption_charter()):
        legaltexts.publish_version(
            draft.kind,
            title=draft.title,
            body=draft.body,
            commitments=draft.commitments,
            by=cast.account_of("administrateur"),
            at=now - timedelta(days=365),
        )
    held_on = paris_date(now + timedelta(days=21))
    committee.plan_session(
        held_on=held_on,
        cut_off=held_on - timedelta(days=14),
        place="Visioconférence",
        by=cast.account_of("secretaire"),
        at=now,
    )
    return authorities


def authorities_of_demonstration(now: datetime) -> pki.Pki:
    """The demonstration's authorities, made once and kept in DATA_DIR."""
    return pki.prepare(settings.DATA_DIR / "demo-pki", at=now - timedelta(days=800))


def deliver(now: datetime) -> int:
    """Delivers every effect that waits; returns how many."""
    delivered = 0
    while batch := deliver_due(max(now, timezone.now()), limit=50):
        delivered += batch
    return delivered
