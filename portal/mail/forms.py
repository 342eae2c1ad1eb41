"""What a person chooses about mails."""

from typing import Any

from django import forms

from portal.web.forms import Form

from . import topics
from .models import MailPreferences
from .topics import Choice, Topic


class PreferencesForm(Form):
    """One choice per topic that may be held back."""

    def __init__(self, *args: Any, preferences: MailPreferences, **kwargs: Any) -> None:
        """Filled with what the person chose."""
        super().__init__(*args, **kwargs)
        for topic in topics.optional():
            self.fields[topic.value] = forms.ChoiceField(
                label=topic.label,
                choices=Choice.choices(),
                widget=forms.RadioSelect,
                initial=preferences.choice(topic).value,
            )

    @property
    def choices(self) -> dict[Topic, Choice]:
        """The choices, once the form is valid."""
        return {topic: Choice(self.cleaned_data[topic.value]) for topic in topics.optional()}
