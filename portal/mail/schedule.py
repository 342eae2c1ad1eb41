"""When daily summaries leave, and where the lines of one lead."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
HOUR = time(7)  # before offices open


def next_summary(at: datetime) -> datetime:
    """The first summary after an instant: seven o'clock in Paris, the same day or the next one."""
    local = at.astimezone(PARIS)
    same_day = datetime.combine(local.date(), HOUR, PARIS)
    return same_day if local < same_day else datetime.combine(local.date() + timedelta(days=1), HOUR, PARIS)


def link(text: str, public_url: str) -> str:
    """The address behind the button of a mail, found in its text; the portal's own when there is none."""
    found = re.search(rf"^{re.escape(public_url)}/\S*$", text, re.MULTILINE)
    return (found.group() if found else f"{public_url}/")[:500]
