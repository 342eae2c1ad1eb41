"""The clock's part: revocation every night and for who waits, warnings of expiry."""

from datetime import datetime

from portal.calendar.schedule import every

from . import operations


@every(seconds=24 * 3600)
def check_everything(now: datetime) -> None:
    """Asks every authority about every certificate in force."""
    operations.check_all(at=now)


@every(seconds=24 * 3600)
def review_everything(now: datetime) -> None:
    """Reads every certificate in force again: chain, hierarchy, offer, policy, key, holder."""
    operations.review_all(at=now)


@every(seconds=300)
def resume_review(now: datetime) -> None:
    """Goes on with a reading of every certificate that was interrupted: a worker killed loses no night."""
    operations.resume_review(at=now)


@every(seconds=60)
def check_those_waiting(now: datetime) -> None:
    """Asks about the certificates just declared, and those that somebody wants checked again."""
    operations.check_waiting(at=now)


@every(seconds=6 * 3600)
def warn_of_expiries(now: datetime) -> None:
    """Tells the expiries whose threshold is reached, then alerts the agency of those that nobody answers."""
    operations.warn(at=now)
    operations.escalate(at=now)
