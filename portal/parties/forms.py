"""What is asked to invite somebody, to end a role, and to say where an entity is reached."""

from collections.abc import Sequence
from typing import Any

from django import forms

from portal.web.forms import Form

from .roles import MembershipRole

INVITED = [(role.value, role.label) for role in MembershipRole if role is not MembershipRole.LEGAL_REPRESENTATIVE]


class InvitationForm(Form):
    """Whom to invite, with which role; a legal representative never comes by invitation."""

    email = forms.EmailField(
        label="Adresse électronique",
        max_length=254,
        help_text="Format attendu : nom@domaine.fr. L’invitation ne vaut que pour cette adresse.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label="Rôle",
        choices=INVITED,
        widget=forms.RadioSelect,
        help_text="Le mandataire et le contributeur préparent ; seul le représentant légal dépose et signe.",
    )


class DismissalForm(Form):
    """Which role of which person ends; both are set by the page."""

    email = forms.EmailField(max_length=254, widget=forms.HiddenInput)
    role = forms.ChoiceField(choices=MembershipRole.choices(), widget=forms.HiddenInput)


class DepartureForm(Form):
    """Who leaves, and who takes over; the choices are the persons of the entity."""

    leaver = forms.ChoiceField(label="Personne qui part")
    successor = forms.ChoiceField(
        label="Personne qui reprend ses rôles",
        required=False,
        help_text="Elle reçoit les rôles qu’elle n’a pas encore, sauf celui de représentant légal, que l’agence "
        "vérifie. Ce qui attendait la personne qui part l’attendra, elle.",
    )

    def __init__(self, *args: Any, people: Sequence[Any], **kwargs: Any) -> None:
        """`people` are the accounts of the entity's members."""
        super().__init__(*args, **kwargs)
        self.people = {person.email: person for person in people}
        named = [(person.email, f"{person.full_name} ({person.email})") for person in people]
        for name, blank in (("leaver", "Choisir"), ("successor", "Personne")):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", blank), *named]

    @property
    def chosen(self) -> tuple[Any, Any]:
        """(who leaves, who takes over or None), once the form is valid."""
        return self.people[self.cleaned_data["leaver"]], self.people.get(self.cleaned_data["successor"])


class ConfirmationForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""


class EntityForm(Form):
    """Where the entity is reached; its name and numbers are those that were verified."""

    address = forms.CharField(label="Adresse", max_length=200)
    postcode = forms.RegexField(
        r"^\s*[0-9]{5}\s*$",
        label="Code postal",
        help_text="Cinq chiffres.",
        error_messages={"invalid": "Un code postal compte cinq chiffres."},
    )
    city = forms.CharField(label="Commune", max_length=120)
    mailbox = forms.EmailField(
        label="Boîte générique",
        max_length=254,
        required=False,
        help_text="Une adresse relevée par plusieurs personnes : elle reçoit aussi les messages importants. Un message "
        "y part pour la confirmer.",
    )

    def clean_postcode(self) -> Any:
        """Without the spaces around."""
        return self.cleaned_data["postcode"].strip()
