"""The clock of the whitelist: announced dates, revoked certificates, publications that must not run out."""

import logging
from datetime import datetime

from policy.certificates import consequences
from policy.certificates import operations as certificates
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


@every(seconds=5)
def cut_revoked(now: datetime) -> int:
    """Cuts the certificates seen revoked that nobody cut yet, whatever kept it from being done; returns how many."""
    return operations.cut_revoked(at=now)


@every(seconds=60)
def check_listed(now: datetime) -> None:
    """Asks authorities about the certificates of the lists in force, each time the agency's period has passed."""
    certificates.check_listed(queries.listed_certificates(), at=now)


@every(seconds=5)
def see_names(now: datetime) -> int:
    """Enters the certificates of the names that entries bore unverified; returns how many."""
    return operations.see_names(at=now)


@every(seconds=60)
def renew_publications(now: datetime) -> None:
    """Issues again what has lived half its life or whose content changed otherwise (a new access policy, say)."""
    for environment in Environment:
        if queries.latest_version(environment):
            operations.publish(environment, by=None, at=now)


consequences.register(operations.cut_revoked)  # at once where the revocation is seen; the clock is the safety net
