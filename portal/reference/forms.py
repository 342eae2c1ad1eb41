"""Forms of the reference data: a search, a region's sheet."""

from django import forms

from portal.reference.spaces import FeedingRoute
from portal.reference.territory import region_names
from portal.web.forms import DayField, Form


class SearchForm(Form):
    """Words to find among numbers, names and towns, and a region."""

    marks_optional = False

    q = forms.CharField(
        label="Numéro FINESS, nom ou commune",
        required=False,
        max_length=120,
        widget=forms.TextInput({"type": "search"}),
    )
    region = forms.ChoiceField(
        label="Région", required=False, choices=lambda: [("", "Toutes les régions"), *region_names().items()]
    )


class RegionForm(Form):
    """Who to contact in a region, and how it feeds the ROR."""

    fieldsets = (
        ("Agence régionale de santé", ("ars_name", "ars_email")),
        ("GRADeS", ("grades_name", "grades_email")),
        ("Alimentation du ROR", ("feeding_route", "route_since_date")),
    )
    ars_name = forms.CharField(label="Nom de l’ARS", max_length=120, required=False)
    ars_email = forms.EmailField(label="Adresse électronique de l’ARS", required=False)
    grades_name = forms.CharField(label="Nom du GRADeS", max_length=120, required=False)
    grades_email = forms.EmailField(label="Adresse électronique du GRADeS", required=False)
    feeding_route = forms.ChoiceField(label="Voie d’alimentation", choices=FeedingRoute.choices())
    route_since_date = DayField(label="Depuis le", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class NomenclatureForm(Form):
    """The file of a nomenclature."""

    file = forms.FileField(
        label="Fichier de la nomenclature",
        help_text="Ressource FHIR CodeSystem (TRE) ou ValueSet (JDV), en JSON, 20 Mo au plus. Le même fichier, "
        "chargé deux fois, ne change rien.",
    )
