"""What a vendor says of the public list."""

from django import forms

from portal.web.forms import Form


class ListingForm(Form):
    """Shown or not, and with which words."""

    shown = forms.BooleanField(
        label="Montrer ce service dans la liste publique des services du cercle de confiance",
        required=False,
        help_text="Son nom, votre organisme, son type et son sens d’échange, tant qu’il est en production. "
        "Vous pouvez l’en retirer à tout moment.",
    )
    presentation = forms.CharField(
        label="Présentation en une phrase",
        max_length=300,
        required=False,
        help_text="Par exemple : « Régulation des appels de soins non programmés ». Aucune coordonnée personnelle.",
    )


class SearchForm(Form):
    """Words to look for."""

    marks_optional = False
    recherche = forms.CharField(label="Nom du service ou de l’organisme", required=False, max_length=80)
