"""Forms of test campaigns: opening, a report, an acceptance, an answer."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from onboarding.campaigns import queries, sandbox
from policy.grants.connection import HEADERS, MAX_CLIENT_ID, USER_CODE, header_field, role_choices
from policy.grants.direction import Direction
from policy.grants.models import Grant
from policy.profiles import queries as profiles
from portal.web.forms import DayField, Form, dress

REDO_MAX = 5000


class OpeningForm(Form):
    """The platform and what the service connects with; header values for consumers only."""

    platform = forms.ChoiceField(label="Plateforme de tests", widget=forms.RadioSelect)
    tested_version = forms.CharField(label="Version du service", max_length=60, required=False)
    client_id = forms.CharField(label="Identifiant client (client_id)", max_length=MAX_CLIENT_ID)
    token_url = forms.CharField(label="Adresse du serveur de jetons", max_length=300, help_text="Commence par https://")
    api_url = forms.CharField(label="Adresse de l’API", max_length=300, help_text="Commence par https://")

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        """Filled with the public addresses of the sandbox."""
        super().__init__(*args, **kwargs)
        self.platforms = {platform.code: platform for platform in queries.platforms()}
        self.fields["platform"].choices = [(code, platform.name) for code, platform in self.platforms.items()]
        self.initial |= {"token_url": sandbox.TOKEN_URL, "api_url": sandbox.api_url(grant.direction)}
        if grant.direction == Direction.CONSUMPTION:
            for name in HEADERS:
                field = forms.CharField(label=f"En-tête {name}", max_length=80, initial=sandbox.HEADERS.get(name, ""))
                self.fields[header_field(name)] = field
            roles = role_choices(grant.access_profile or 0, profiles.settled_roles(timezone.now()))
            self.fields[header_field(USER_CODE)] = forms.ChoiceField(label=f"En-tête {USER_CODE}", choices=roles)
            dress(self)

    def headers(self) -> Mapping[str, str]:
        """The header values typed, by header name."""
        return {name: self.cleaned_data.get(header_field(name), "") for name in HEADERS}


class ReportForm(Form):
    """A session report of the platform."""

    file = forms.FileField(
        label="Rapport de session",
        help_text="Le détail de la session au format JSON, tel que PLATINES l’exporte. 10 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        error_messages={"empty": "Ce fichier est vide.", "required": "Choisissez le rapport à importer."},
    )

    def clean_file(self) -> Any:
        """A file stays under the size that the portal accepts."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(f"Ce fichier dépasse {settings.UPLOAD_MAX_BYTES // 1024 // 1024} Mo.")
        return file


class VersionForm(Form):
    """The version of the campaign that the person read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class AcceptanceForm(Form):
    """Why a result is accepted."""

    comment = forms.CharField(
        label="Commentaire",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Obligatoire pour un résultat non conforme ; il figure dans l’attestation.",
    )


class BlankForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""


class CustomerForm(Form):
    """A client who ordered the service, and the attestation he signed."""

    name = forms.CharField(label="Nom du commanditaire", max_length=200)
    number = forms.CharField(
        label="SIREN, SIRET ou FINESS du commanditaire",
        max_length=20,
        required=False,
        help_text="Facultatif. 9 ou 14 caractères.",
    )
    service_version = forms.CharField(
        label="Version du service commandée",
        max_length=60,
        help_text="La version reliée au ROR que ce client a acquise.",
    )
    signed_on = DayField(label="Attestation signée le")
    piece = forms.FileField(
        label="Attestation signée",
        max_length=200,
        help_text="PDF, PNG ou JPEG, 10 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
        error_messages={"empty": "Ce fichier est vide.", "required": "Joignez l’attestation signée."},
    )


class RefusalForm(Form):
    """Why an attestation is refused."""

    grounds = forms.CharField(
        label="Motifs du refus",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="L’éditeur les reçoit par mail ; il peut joindre une autre attestation.",
    )


class RedoForm(VersionForm):
    """What the vendor must redo."""

    redo = forms.CharField(
        label="Ce qui est à reprendre",
        max_length=REDO_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Scénario par scénario. L’éditeur reçoit ce texte par mail.",
    )
