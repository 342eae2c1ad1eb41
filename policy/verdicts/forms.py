"""The question put to the simulator."""

from datetime import date
from typing import Any

from django import forms

from policy.certificates.environments import Environment
from policy.profiles.rulebook import Rulebook
from portal.reference import finess
from portal.web.forms import DayField, Form

from .question import YEARS


class SimulatorForm(Form):
    """Who, what, where, when; the operations and elements are those of the policy. Travels in the address."""

    environnement = forms.ChoiceField(
        label="Environnement",
        choices=Environment.choices(),
        widget=forms.RadioSelect,
        initial=Environment.PRODUCTION.value,
    )
    appelant = forms.CharField(
        label="Appelant",
        max_length=200,
        help_text="Identifiant client, empreinte SHA-256 du certificat, ou référence de l’inscription (LB-000123).",
    )
    operation = forms.ChoiceField(label="Opération")
    element = forms.ChoiceField(label="Donnée", required=False)
    etablissement = forms.CharField(
        label="Établissement",
        max_length=20,
        required=False,
        help_text="Numéro FINESS géographique, neuf caractères ; nécessaire pour une modification.",
    )
    jour = DayField(label="Date")

    def __init__(self, *args: Any, book: Rulebook, today: date, **kwargs: Any) -> None:
        """Offers the operations and elements of `book`; today is the date proposed."""
        super().__init__(*args, **kwargs)
        self.fields["operation"].choices = [(code, label.capitalize()) for code, label in book.operations.items()]
        elements = [(element.code, element.label) for element in book.elements.values()]
        self.fields["element"].choices = [("", "N’importe laquelle"), *elements]
        self.fields["jour"].initial = today

    def clean_etablissement(self) -> str:
        """A number with the right key, so that a slip of the fingers is not taken for a refusal."""
        number = finess.normalise(self.cleaned_data["etablissement"])
        if number and not finess.is_valid(number):
            raise forms.ValidationError(f"« {number} » n’est pas un numéro FINESS : vérifiez chaque caractère.")
        return number

    def clean_jour(self) -> date:
        """A day of this century."""
        day: date = self.cleaned_data["jour"]
        if not YEARS[0] <= day.year <= YEARS[1]:
            raise forms.ValidationError(f"Choisissez une date entre {YEARS[0]} et {YEARS[1]}.")
        return day
