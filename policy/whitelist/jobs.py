"""The clock of the whitelist: announced dates, and publications that must not run out."""

import logging
from datetime import datetime

from policy.certificates.environments import Environment
from portal.calendar.schedule import every
from portal.lifecycle.errors import Refusal

from . import operations, queries
from .models import WhitelistEntry

logger = logging.getLogger(__name__)


@every(seconds=5)
def publish_due(now: datetime) -> int:
    """Puts in force the entries whose date has come; returns how many. One that is refused does not hold the others."""
    return sum(_take_effect(entry, now) for entry in queries.due(now))


def _take_effect(entry: WhitelistEntry, now: datetime) -> bool:
    try:
        operations.take_effect(entry, at=now)
    except Refusal as refusal:
        logger.error("entry %s is due but cannot take effect: %s", entry.reference, refusal.sentence)
        return False
    return True


@every(seconds=60)
def renew_publications(now: datetime) -> None:
    """Issues again what has lived half its life or whose content changed otherwise (a new access policy, say)."""
    for environment in Environment:
        if queries.latest_version(environment):
            operations.publish(environment, by=None, at=now)
