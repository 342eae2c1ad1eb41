"""Writing down how many verdicts were given."""

import logging
import time
from collections.abc import Mapping

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from .models import VerdictCount
from .tally import VERDICTS, Key

logger = logging.getLogger(__name__)


def write_counts(*, clock: float | None = None) -> bool:
    """Writes the counts of this process when it is time; a database that refuses costs no verdict, only a delay."""
    now = time.monotonic() if clock is None else clock
    if not VERDICTS.due(now):
        return False
    counts = VERDICTS.take(now)
    try:
        with transaction.atomic():
            add(counts)
    except DatabaseError:
        logger.warning("verdict counts not written yet", exc_info=True)
        VERDICTS.give_back(counts)
        return False
    return True


def add(counts: Mapping[Key, int]) -> None:
    """Adds these numbers to the counters, in the order of their keys so that two processes never wait in a ring."""
    for key in sorted(counts):
        if not _increased(key, counts[key]):
            try:
                with transaction.atomic():
                    VerdictCount.objects.create(**key._asdict(), count=counts[key])
            except IntegrityError:  # another process has just opened this counter
                _increased(key, counts[key])


def _increased(key: Key, number: int) -> int:
    return VerdictCount.objects.filter(**key._asdict()).update(count=F("count") + number)
