"""What is typed to sign a text, or to publish a version."""

from django import forms

from portal.web.forms import DayField, Form

from .kinds import Act, Step


class SignForm(Form):
    """The legal representative's consent, with the digest of the text he was shown."""

    sha256 = forms.CharField(widget=forms.HiddenInput, required=False)  # the operation judges it
    agreed = forms.BooleanField(
        label=(
            "J’ai lu ce texte en entier et je m’engage à le respecter, au nom de la personne morale que je représente."
        ),
        error_messages={"required": "Cochez cette case pour signer : sans elle, rien n’est signé."},
    )


class PublishForm(Form):
    """A new version, as prose."""

    title = forms.CharField(label="Titre", max_length=160)
    body = forms.CharField(
        label="Texte",
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text="Une ligne vide sépare les blocs. « # » : titre ; « ## » : sous-titre ; « - » : élément de liste.",
    )
    commitments = forms.CharField(
        label="Ce à quoi engage la signature",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Une ligne par engagement, à la suite de « Signer vous engage à ».",
    )
    act = forms.ChoiceField(label="Acte demandé", choices=Act.choices())
    step = forms.ChoiceField(label="À faire", choices=Step.choices())
    summary = forms.CharField(
        label="Ce qui change",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Envoyé à ceux qui ont signé la version précédente.",
    )
    reason = forms.CharField(
        label="Pourquoi cette version",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Envoyé avec ce qui change.",
    )
    effective_date = DayField(
        label="Entre en vigueur le",
        required=False,
        help_text="Vide : dès la publication. Avec une date à venir, les organismes concernés sont informés "
        "aussitôt, et rien ne leur est demandé avant ce jour ; la version en vigueur le reste jusque-là.",
    )
    renews = forms.BooleanField(
        label="Exiger une nouvelle signature de ceux qui ont signé la version précédente", required=False
    )
    sign_by_date = DayField(
        label="À signer avant le",
        required=False,
        help_text="Si une nouvelle signature est exigée. Vide : le délai fixé dans les réglages. "
        "Passé ce jour, l’agence est prévenue ; aucun droit n’est coupé.",
    )
