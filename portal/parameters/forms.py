"""The form of one setting's new value; its field follows the type of the setting."""

from typing import Any

from django import forms

from portal.parameters import catalogue
from portal.parameters.catalogue import Kind, Setting, Value
from portal.web.forms import DayField, Form

YES_OR_NO = [("oui", "Oui"), ("non", "Non")]


class ValueForm(Form):
    """The new value, since when, and why."""

    value = forms.CharField(label="Nouvelle valeur", max_length=200)
    effective_date = DayField(label="Applicable à partir du", required=False, help_text="Vide : dès maintenant.")
    reason = forms.CharField(
        label="Motif", max_length=300, help_text="Pourquoi, et qui l’a décidé. Il reste dans l’historique."
    )

    def __init__(self, *args: Any, setting: Setting, current: Value, **kwargs: Any) -> None:
        """`current` is shown to start from."""
        kwargs["initial"] = {"value": catalogue.typed(setting, current), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.setting = setting
        self._fit()

    def _fit(self) -> None:
        """Choices are shown as such, numbers say their unit."""
        if choices := YES_OR_NO if self.setting.kind == Kind.BOOLEAN else list(self.setting.choices):
            self.fields["value"] = forms.ChoiceField(label="Nouvelle valeur", choices=choices, widget=forms.RadioSelect)
        elif self.setting.kind == Kind.TEXT:
            self.fields["value"] = forms.CharField(
                label="Nouveau texte", max_length=catalogue.LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8})
            )
        elif self.setting.kind == Kind.INTEGERS:
            self.fields["value"].help_text = f"Nombres séparés par des virgules, en {self.setting.unit}."
        else:
            self.fields["value"].help_text = f"En {self.setting.unit}." if self.setting.unit else ""

    def clean_value(self) -> Value:
        """The typed value, read by the catalogue."""
        try:
            return catalogue.parsed(self.setting, self.cleaned_data["value"])
        except catalogue.InvalidValue as error:
            raise forms.ValidationError(error.sentence) from error


class DecisionForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""
