"""What the public pages tell: delays really measured, the next sessions, whom to contact in each region."""

from datetime import date, datetime

from django.core.cache import cache

from onboarding.committee.models import CommitteeSession
from onboarding.figures.delays import Measure
from onboarding.figures.queries import delays as figures

SESSIONS = 4
KEPT = 600  # seconds: anyone may ask, the journal is read once


def delays(now: datetime) -> list[Measure]:
    """The delays of the last twelve months that rest on enough dossiers, in the order of the path."""
    found: list[Measure] | None = cache.get("published-delays")
    if found is None:
        found = figures.measured(now).publishable
        cache.set("published-delays", found, KEPT)
    return found


def sessions(today: date) -> list[CommitteeSession]:
    """The next sessions of the committee."""
    return list(CommitteeSession.objects.coming(today)[:SESSIONS])
