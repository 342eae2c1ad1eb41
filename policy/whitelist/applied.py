"""What gateways apply and count: the slice above says it here, for « Mon accès » to tell it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Application:
    """A gateway, the version it applies in one environment, and since when (aware)."""

    gateway: str
    version: int
    since: datetime


@dataclass(frozen=True)
class Calls:
    """The calls of a service over some days, those answered 429 among them, and the last day that counted any."""

    count: int
    throttled: int
    last_day: date | None


Provider = Callable[[str, datetime], Iterable[Application]]
Counter = Callable[[int, str, date], Calls | None]
_providers: list[Provider] = []
_counters: list[Counter] = []


def count_with(counter: Counter) -> None:
    """Adds what counts calls: called with the key of a service, an environment and the first day."""
    if counter not in _counters:
        _counters.append(counter)


def calls(service_id: int, environment: str, since: date) -> Calls | None:
    """The calls that gateways counted for a service since a day; None where nothing is counted."""
    return next((told for counter in _counters if (told := counter(service_id, environment, since))), None)


def register(provider: Provider) -> None:
    """Adds a provider, called with an environment and an instant; registering the same one again changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def of(environment: str, version: int | None, *, at: datetime) -> tuple[list[Application], list[Application]]:
    """The gateways that apply this version or a later one, and those that are not there yet."""
    asked = _providers if version else []
    found = [each for provider in asked for each in provider(environment, at)]
    behind = [one for one in found if one.version < (version or 0)]
    return [one for one in found if one.version >= (version or 0)], behind
