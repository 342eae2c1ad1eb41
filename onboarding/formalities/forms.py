"""What is typed to declare a formality, and to keep the official forms."""

from typing import Any

from django import forms

from onboarding.formalities import sheets
from portal.web.forms import DayField, Form, dress

from .kinds import Formality, OfficialForm
from .models import OfficialPdf

ABOUT = {
    Formality.MEMBERSHIP: "Par exemple le numéro du contrat.",
    Formality.CARD: "Par exemple le numéro de la carte.",
    Formality.CPA_CARDS: "Par exemple le nombre de cartes.",
    Formality.ADMINISTRATORS: "Par exemple : par le F413, ou sur mesHabilitations.",
    Formality.TEST_MEANS: "Par exemple le numéro de la carte de test.",
    Formality.RETRIEVAL: "Par exemple le nom du certificat. Ne joignez jamais une clé privée.",
}


class DeclarationForm(Form):
    """When it was done, and a proof if there is one."""

    done_on = DayField(label="Faite le")
    details = forms.CharField(label="Précision", max_length=200, required=False)
    proof = forms.FileField(
        label="Preuve",
        required=False,
        max_length=200,
        help_text="PDF, PNG ou JPEG, 10 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
    )

    def __init__(self, *args: Any, formality: Formality, **kwargs: Any) -> None:
        """Says what may be told of this formality."""
        super().__init__(*args, **kwargs)
        self.fields["details"].help_text = ABOUT[formality]


class WithdrawalForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""


class OfficialPdfForm(Form):
    """The PDF of an official form, and which edition it is."""

    form = forms.ChoiceField(
        label="Formulaire", choices=[(one.value, f"{one.value} – {one.label}") for one in OfficialForm]
    )
    edition = forms.CharField(label="Édition", max_length=60, help_text="Par exemple : mars 2024.")
    file = forms.FileField(
        label="Formulaire officiel",
        max_length=200,
        help_text="Le PDF publié par l’agence, 10 Mo au plus. S’il a des champs, le portail les remplit.",
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )


class MatchingForm(Form):
    """For each field of the PDF, what goes into it; fields are numbered, their names being anything."""

    def __init__(self, *args: Any, pdf: OfficialPdf, **kwargs: Any) -> None:
        """One list per field, with what is matched already."""
        super().__init__(*args, **kwargs)
        self.pdf = pdf
        choices = [("", "À la main"), *sheets.keys(OfficialForm(pdf.form))]
        for rank, name in enumerate(pdf.field_names):
            self.fields[f"field_{rank}"] = forms.ChoiceField(
                label=name[:120], choices=choices, required=False, initial=pdf.matches.get(name, "")
            )
        dress(self)

    @property
    def matches(self) -> dict[str, str]:
        """PDF field -> our key, once the form is valid."""
        return {name: self.cleaned_data[f"field_{rank}"] for rank, name in enumerate(self.pdf.field_names)}
