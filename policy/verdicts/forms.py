"""The question put to the simulator."""

from datetime import date
from typing import Any

from django import forms

from policy.certificates.environments import Environment
from policy.profiles import catalogue
from policy.profiles.rulebook import DIRECTION, ENVIRONMENT, ESTABLISHMENT_PERIMETER, REGION_PERIMETER, Rulebook
from portal.reference import finess
from portal.web.forms import DayField, Form, dress

from .question import YEARS

FOUND_OUT = frozenset({DIRECTION, ENVIRONMENT, ESTABLISHMENT_PERIMETER, REGION_PERIMETER})  # facts that calls carry

QUESTION = ("environnement", "appelant", "profil", "operation", "element", "etablissement", "jour")


class SimulatorForm(Form):
    """Who, what, where, when, and what is known of the data; travels in the address.

    The caller is one of the list, or a profile that nobody needs to hold.
    """

    environnement = forms.ChoiceField(
        label="Environnement",
        choices=Environment.choices(),
        widget=forms.RadioSelect,
        initial=Environment.PRODUCTION.value,
    )
    appelant = forms.CharField(
        label="Appelant",
        max_length=200,
        required=False,
        help_text="Identifiant client, empreinte SHA-256 du certificat, ou référence de l’inscription (LB-000123).",
    )
    profil = forms.ChoiceField(label="Ou un profil, sans appelant", required=False)
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
        """Offers the operations, elements and facts of `book`; today is the date proposed."""
        super().__init__(*args, **kwargs)
        self.book = book
        self.fields["operation"].choices = [(code, label.capitalize()) for code, label in book.operations.items()]
        elements = [(element.code, element.label) for element in book.elements.values()]
        self.fields["element"].choices = [("", "N’importe laquelle"), *elements]
        profiles = [(code, catalogue.label(code)) for code in sorted(catalogue.CODES)]
        self.fields["profil"].choices = [("", "Celui de l’appelant"), *profiles]
        self.fields["jour"].initial = today
        self.told = [fact for fact in book.facts.values() if fact.code not in FOUND_OUT]
        for fact in self.told:
            choices = [("", "Non précisé"), *fact.values.items()]
            self.fields[f"fait_{fact.code}"] = forms.ChoiceField(label=fact.label, choices=choices, required=False)
        self.fieldsets = (  # type: ignore[misc]  # known only once the policy is
            ("Qui demande quoi, où et quand", QUESTION),
            ("Ce que l’on sait des données", [f"fait_{fact.code}" for fact in self.told]),
        )
        dress(self)

    def clean(self) -> dict[str, Any]:
        """Somebody asks: a caller of the list or a profile, one of them."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "appelant" in cleaned and bool(cleaned["appelant"]) == bool(cleaned.get("profil")):
            self.add_error("appelant", "Nommez un appelant, ou choisissez un profil : l’un des deux.")
        return cleaned

    def facts(self) -> dict[str, str]:
        """What is known of the data."""
        given = {fact.code: self.cleaned_data.get(f"fait_{fact.code}", "") for fact in self.told}
        return {code: value for code, value in given.items() if value}

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
