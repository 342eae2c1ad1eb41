"""The page of one question; the service that takes the answers over; the text of a new version."""

from typing import Any

from django import forms

from policy.grants.direction import Direction
from portal.parties.models import DigitalService
from portal.web.forms import Form

from .questionnaire import Question


class QuestionForm(Form):
    """One question; its field bears the question's name in addresses."""

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        """Radio buttons, or boxes where several answers may be given."""
        super().__init__(*args, **kwargs)
        made = forms.MultipleChoiceField if question.many else forms.ChoiceField
        widget = forms.CheckboxSelectMultiple if question.many else forms.RadioSelect
        sentence = "Cochez au moins une réponse." if question.many else "Choisissez une réponse."
        self.fields[question.slug] = made(
            label=question.ask,
            help_text=question.help,
            choices=[(one.code, f"{one.label} – {one.help}" if one.help else one.label) for one in question.options],
            widget=widget,
            error_messages={"required": sentence, "invalid_choice": sentence, "invalid_list": sentence},
        )


class TakeOverForm(Form):
    """Which service, in which direction."""

    target = forms.ChoiceField(label="Service et sens de la candidature", widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: list[tuple[Direction, DigitalService]], **kwargs: Any) -> None:
        """One choice per direction and service; the only one is chosen at first."""
        super().__init__(*args, **kwargs)
        self.offered = {
            f"{direction.value}:{service.reference}": (direction, service) for direction, service in choices
        }
        field = self.fields["target"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (key, f"{service.name} ({service.owner.name}), pour {_DOING[direction]}")
            for key, (direction, service) in self.offered.items()
        ]
        if len(self.offered) == 1:
            self.initial["target"] = next(iter(self.offered))

    @property
    def chosen(self) -> tuple[Direction, DigitalService]:
        """What was chosen, once the form is valid."""
        return self.offered[self.cleaned_data["target"]]


_DOING = {Direction.FEEDING: "alimenter le ROR", Direction.CONSUMPTION: "consommer le ROR"}


class VersionForm(Form):
    """The text of a new version, and why."""

    reason = forms.CharField(
        label="Ce qui change, et pourquoi", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    source = forms.CharField(
        label="Texte du questionnaire",
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "class": "portal-mono", "spellcheck": "false"}),
        help_text="Format TOML, expliqué en tête du texte. Chaque chemin est vérifié avant la publication.",
    )
