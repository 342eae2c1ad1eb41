"""The clock's part: warnings of expiry, and the nightly reading of servers' certificates."""

from datetime import datetime

from portal.calendar.schedule import every

from . import operations


@every(seconds=24 * 3600)
def review_servers(now: datetime) -> None:
    """Judges every server's certificate in force again."""
    operations.review(at=now)


@every(seconds=6 * 3600)
def warn_of_server_expiries(now: datetime) -> None:
    """Tells the expiries whose threshold is reached."""
    operations.warn(at=now)
