"""An instant as answers need it: POSIX seconds, ISO text and day in Paris, without paying for a time zone each time."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from portal.web.wording import PARIS


class Moment(NamedTuple):
    """`posix` in seconds; `text` as `datetime.isoformat` writes it in Paris; `day` an ISO date in Paris."""

    posix: float
    text: str
    day: str


def of(posix: float) -> Moment:
    """The moment of a POSIX instant, to the microsecond."""
    second = int(posix)
    micro = round((posix - second) * 1e6)
    if micro > 999_999:
        second, micro = second + 1, 0
    start, offset = _of_second(second)
    text = f"{start}.{micro:06d}{offset}" if micro else start + offset
    return Moment(posix, text, start[:10])


@lru_cache(maxsize=4)
def _of_second(second: int) -> tuple[str, str]:
    """The ISO text of a whole second in Paris, and its offset."""
    local = datetime.fromtimestamp(second, PARIS).isoformat()
    return local[:19], local[19:]
