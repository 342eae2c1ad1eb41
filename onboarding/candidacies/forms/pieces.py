"""What is typed to join a piece, and to keep answers confidential."""

from django import forms

from onboarding.candidacies.blocks import LABEL_OF, MAY_BE_CONFIDENTIAL
from portal.web.forms import Form

WHO = "Réservé à l’instructeur, à ses responsables, et au comité quand la candidature est à son ordre du jour."


class PieceForm(Form):
    """A file, what it is, and who may read it."""

    title = forms.CharField(label="Intitulé", max_length=160, help_text="Ce que montre la pièce.")
    file = forms.FileField(
        label="Fichier",
        max_length=200,
        help_text="PDF, PNG ou JPEG, 10 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
    )
    is_confidential = forms.BooleanField(label="Pièce confidentielle", required=False, help_text=WHO)


class ConfidentialForm(Form):
    """Which answers are confidential."""

    names = forms.MultipleChoiceField(
        label="Réponses confidentielles",
        choices=[(name, LABEL_OF[name]) for name in MAY_BE_CONFIDENTIAL],
        required=False,
        help_text=f"{WHO} Chaque lecture est inscrite au journal.",
        widget=forms.CheckboxSelectMultiple,
    )
