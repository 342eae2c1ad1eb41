"""Fields of a draft: what a deposit asks for and a draft may leave blank."""

from collections.abc import Sequence
from typing import Any

from django import forms

LONG = 2000
REASON = 500  # why one class of data is needed
BLANK = [("", "Choisir")]
Choices = Sequence[tuple[str, str]]


class Later(forms.Field):
    """A field that the deposit asks for and a draft may leave blank: shown as needed, never refused for being empty."""

    def validate(self, value: Any) -> None:
        """Only what was typed is checked."""
        if value not in self.empty_values:
            super().validate(value)


class LaterText(Later, forms.CharField):
    """A line or a text."""


class LaterChoice(Later, forms.ChoiceField):
    """One choice among several."""


class LaterChoices(Later, forms.MultipleChoiceField):
    """Some choices among several."""


class QuietSelect(forms.Select):
    """A list whose first line means « no »: a browser must not ask for another."""

    def use_required_attribute(self, initial: Any) -> bool:
        """Never."""
        return False


class QuietTextarea(forms.Textarea):
    """A text needed only when something else is chosen: a browser must not ask for it.

    The attribute `data-portal-with` names that choice (``field=value``): with a script, the text appears with it.
    """

    def use_required_attribute(self, initial: Any) -> bool:
        """Never."""
        return False


def choose(field: forms.Field, choices: Choices) -> None:
    """Offers these choices in a field."""
    field.choices = choices  # type: ignore[attr-defined]
