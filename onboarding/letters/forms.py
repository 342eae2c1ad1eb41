"""The text of a model, and a letter about to be sent."""

from django import forms

from onboarding.letters.wording import LONGEST
from portal.web.forms import Form


class ModelForm(Form):
    """A model's title and text, with its variables."""

    title = forms.CharField(label="Titre du modèle", max_length=120)
    body = forms.CharField(
        label="Texte",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Les variables s’écrivent entre doubles accolades : {{ service }}.",
    )
    reason = forms.CharField(label="Ce qui change", max_length=300, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class LetterForm(Form):
    """A letter about to be sent: its subject and its text, as they will be printed."""

    title = forms.CharField(label="Objet", max_length=120)
    body = forms.CharField(
        label="Texte du courrier",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="Relisez et changez ce qu’il faut : le courrier est imprimé tel quel, scellé, et ne change plus.",
    )
    model = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)


class ConfirmationForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""
