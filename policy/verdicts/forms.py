"""The question put to the simulator."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms

from policy.certificates.environments import Environment
from policy.profiles import catalogue, matrix, openness, wording
from policy.profiles.rulebook import Rulebook
from portal.calendar.deadlines import YEARS
from portal.reference import finess
from portal.reference import queries as reference
from portal.web.forms import DayField, Form, dress

from .simulation import FOUND_OUT

FIRST = (("Qui demande", ("appelant", "profil")), ("Pour faire quoi", ("operation", "element", "etablissement")))
COUNTING = "Ce qui compte pour cette question"
FURTHER = "Préciser la question : cas de récupération, région, date, données…"
SELDOM = ("cas", "environnement", "region", "jour", "heure")


class SimulatorForm(Form):
    """Who, what, where, when, and what is known of the data; travels in the address.

    The caller is one of the list, or a profile that nobody needs to hold; the act is an operation or a retrieval case.
    Who and what come first; then, once they are known, the facts on which the rules of that act depend. The rest is
    folded, last.
    """

    marks_optional = False  # nearly nothing is asked for

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
        help_text="Identifiant client, empreinte SHA-256 du certificat, référence de l’inscription (LB-000123) ou du "
        "service.",
    )
    profil = forms.ChoiceField(label="Ou un profil, sans appelant", required=False)
    operation = forms.ChoiceField(label="Opération", required=False)
    cas = forms.ChoiceField(
        label="Ou un cas de récupération",
        required=False,
        help_text="Le cas dit l’opération ; certains ne transportent jamais une partie des données.",
    )
    element = forms.ChoiceField(label="Donnée", required=False)
    etablissement = forms.CharField(
        label="Établissement",
        max_length=20,
        required=False,
        help_text="Numéro FINESS géographique, neuf caractères ; nécessaire pour une modification.",
    )
    region = forms.ChoiceField(
        label="Région demandée",
        required=False,
        help_text="Pour un droit limité à une région ; celle de l’établissement quand rien n’est choisi.",
    )
    jour = DayField(label="Date")
    heure = forms.TimeField(
        label="Heure",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="Heure de Paris ; l’heure qu’il est quand rien n’est dit.",
    )

    def __init__(self, *args: Any, book: Rulebook, today: date, regions: Collection[str] = (), **kwargs: Any) -> None:
        """Offers the operations, cases, elements and facts of `book`; today is the date proposed.

        `regions` are the only ones that make sense for the caller; none: all those in force. One asked for in the
        address stays offered, so that its refusal may be shown.
        """
        super().__init__(*args, **kwargs)
        self.book = book
        operations = [(code, label.capitalize()) for code, label in book.operations.items()]
        self._offer("operation", "Choisir, ou celle du cas", operations)
        self._offer("cas", "Aucun en particulier", [(case.code, case.label) for case in book.cases.values()])
        self._offer("element", "N’importe laquelle", _data(book))
        profiles = [(code, catalogue.label(code)) for code in sorted(catalogue.CODES)]
        self._offer("profil", "Celui de l’appelant", profiles)
        self._offer("region", "Celle de l’établissement", self._regions(regions, today))
        self.fields["jour"].initial = today
        self.told = [fact for fact in book.facts.values() if fact.code not in FOUND_OUT]
        for fact in self.told:
            self.fields[f"fait_{fact.code}"] = forms.ChoiceField(label=fact.label, required=False)
            self._offer(f"fait_{fact.code}", "Non précisé", fact.values.items())
        asked = self._asked_for() if self.is_bound else frozenset()
        counting = [f"fait_{fact.code}" for fact in self.told if fact.code in asked]
        self.folded = [*SELDOM, *(f"fait_{fact.code}" for fact in self.told if fact.code not in asked)]
        groups = (*FIRST, (COUNTING, counting), (FURTHER, self.folded))
        self.fieldsets = groups  # type: ignore[misc]  # known only once the policy is
        dress(self)

    def _regions(self, alone: Collection[str], today: date) -> list[tuple[str, str]]:
        asked = str(self.data.get("region", "")) if self.is_bound else ""
        names = reference.region_names()
        held = reference.regions_at(today, chosen=[asked] if asked in names else [])
        return [(code, name) for code, name in held.items() if not alone or code in alone or code == asked]

    def _asked_for(self) -> frozenset[str]:
        """The facts that the rules ask for, on what the question is about and for the profile that it names."""
        case, profile = self.book.cases.get(self.data.get("cas", "")), self.data.get("profil", "")
        operation = case.operation if case else self.data.get("operation", "")
        rules = [
            rule
            for element in self.book.named(self.data.get("element") or None)
            for rule in self.book.cell(operation, element)
            if not profile or profile in rule.profiles
        ]
        return frozenset(openness.facts_of(*rules))

    @property
    def is_unfolded(self) -> bool:
        """Whether something in the fold was said, or is to be corrected."""
        return self.is_bound and bool({*self.errors, *self.changed_data} & set(self.folded))

    def _offer(self, name: str, nothing: str, choices: Any) -> None:
        self.fields[name].choices = [("", nothing), *choices]

    def clean(self) -> dict[str, Any]:
        """Somebody asks, a caller of the list or a profile; for something, an operation or a case."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "appelant" in cleaned and bool(cleaned["appelant"]) == bool(cleaned.get("profil")):
            self.add_error("appelant", "Nommez un appelant, ou choisissez un profil : l’un des deux.")
        if cleaned.keys() >= {"operation", "cas"}:
            self._check_act(cleaned["operation"], cleaned["cas"])
        return cleaned

    def _check_act(self, operation: str, code: str) -> None:
        """An operation, or a case that says its own."""
        case = self.book.cases.get(code)
        if case is None and not operation:
            self.add_error("operation", "Choisissez une opération, ou un cas de récupération.")
        if case and operation not in ("", case.operation):
            verb = wording.operation(self.book, case.operation)
            self.add_error("operation", f"Ce cas de récupération sert à {verb} : laissez l’opération vide.")

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


def _data(book: Rulebook) -> list[tuple[str, list[tuple[str, str]]]]:
    """Elements one by one, then whole resources, which are as open as their most open element."""
    elements = [(element.code, element.label) for element in book.elements.values()]
    return [("Éléments", elements), ("Ressources entières", [(name, name) for name in matrix.resources(book)])]
