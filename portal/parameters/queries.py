"""What the settings say at an instant, and their history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, QuerySet

from portal.parameters import catalogue
from portal.parameters.catalogue import Setting, Value
from portal.statements.queries import Given, statement

from .models import Parameter

AT: Any = Given("at", DateTimeField())


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting and the value that applies; `parameter` is None when it is the default of the catalogue."""

    setting: Setting
    value: Value
    parameter: Parameter | None

    @property
    def version(self) -> str:
        """What names this value for ever: its reference, or `défaut`."""
        return self.parameter.reference if self.parameter else "défaut"

    @property
    def awaits_confirmation(self) -> bool:
        """Whether the agency has still to confirm the value that the portal started with."""
        return self.parameter is None and self.setting.to_confirm

    @property
    def shown(self) -> str:
        """The value in French."""
        return catalogue.shown(self.setting, self.value)


def in_force(key: str, *, at: datetime) -> InForce:
    """What applies at that instant. Raises KeyError for a key outside the catalogue."""
    setting = catalogue.SETTINGS[key]
    parameter = _effective().first(key=key, at=at)
    return InForce(setting, parameter.value if parameter else setting.default, parameter)


@statement
def _effective() -> "QuerySet[Parameter]":
    return Parameter.objects.filter(key=Given("key", CharField())).effective(AT)[:1]


def value(key: str, *, at: datetime) -> Value:
    """The value that applies at that instant. Raises KeyError for a key outside the catalogue."""
    return in_force(key, at=at).value


def values(*keys: str, at: datetime) -> dict[str, Value]:
    """The values of these settings that apply at that instant; one query. Raises KeyError for an unknown one."""
    defaults = {key: catalogue.SETTINGS[key].default for key in keys}
    latest_first = _values().rows(keys=keys, at=at)
    return defaults | dict(reversed(latest_first))


@statement
def _values() -> "QuerySet[Parameter, tuple[str, Value]]":
    asked = Parameter.objects.filter(key__in=Given("keys", CharField(), many=True))
    return asked.effective(AT).values_list("key", "value")


def integer(key: str, *, at: datetime) -> int:
    """The value of an integer setting. Raises TypeError when the setting is of another kind."""
    found = value(key, at=at)
    if isinstance(found, bool) or not isinstance(found, int):
        raise TypeError(f"{key} is not an integer setting")
    return found


def is_on(key: str, *, at: datetime) -> bool:
    """The value of a yes-or-no setting. Raises TypeError when the setting is of another kind."""
    found = value(key, at=at)
    if not isinstance(found, bool):
        raise TypeError(f"{key} is not a yes-or-no setting")
    return found


def text(key: str, *, at: datetime) -> str:
    """The value of a text or of a choice. Raises TypeError when the setting is of another kind."""
    found = value(key, at=at)
    if not isinstance(found, str):
        raise TypeError(f"{key} is not a text")
    return found


def all_in_force(*, at: datetime) -> list[InForce]:
    """Every setting with the value that applies, in the order of the catalogue; one query."""
    latest: dict[str, Parameter] = {}
    for parameter in Parameter.objects.effective(at).select_related("proposed_by", "decided_by"):
        latest.setdefault(parameter.key, parameter)
    return [
        InForce(setting, latest[key].value if key in latest else setting.default, latest.get(key))
        for key, setting in catalogue.SETTINGS.items()
    ]


def history(key: str) -> list[Parameter]:
    """Every value ever set or proposed, latest first."""
    return list(
        Parameter.objects.filter(key=key).select_related("proposed_by", "decided_by").order_by("-proposed_at", "-pk")
    )


def pending() -> dict[str, Parameter]:
    """The proposals that wait, by key."""
    return {parameter.key: parameter for parameter in Parameter.objects.proposed().select_related("proposed_by")}
