"""The clock's part: warnings of expiry, the nightly reading, and what the rounds of revocation ask and keep."""

from datetime import datetime

from policy.certificates import companions
from policy.certificates.companions import Shelf
from portal.calendar.schedule import every

from . import operations, queries


@every(seconds=24 * 3600)
def review_servers(now: datetime) -> None:
    """Judges every server's certificate in force again."""
    operations.review(at=now)


@every(seconds=6 * 3600)
def warn_of_server_expiries(now: datetime) -> None:
    """Tells the expiries whose threshold is reached."""
    operations.warn(at=now)


companions.register(Shelf(queries.to_ask, operations.keep_answers, queries.unknown, queries.faulty))
