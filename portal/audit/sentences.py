"""The French sentence of each audited action, as a pattern with `{actor}`, `{subject}` and noted values."""

_patterns: dict[str, str] = {}


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def say(action: str, pattern: str) -> None:
    """Gives an action its sentence."""
    _patterns[action] = pattern


def pattern_of(action: str) -> str | None:
    """The pattern of an action; None when it has none."""
    return _patterns.get(action)


def tell(action: str, values: dict[str, str]) -> str:
    """The sentence of an action with these values; an unknown value reads « … »."""
    return _patterns.get(action, "{actor} : " + action).format_map(_Blank(values))
