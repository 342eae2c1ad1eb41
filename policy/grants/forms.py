"""Forms on a right: connection data handed over by the agency, production address declared by the vendor."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from policy.profiles import queries as profiles
from portal.web.forms import Form, dress

from .connection import EXPECTED, HEADERS, MAX_CLIENT_ID, SECRET_LENGTHS, USER_CODE, header_field, role_choices
from .direction import Direction
from .models import ConnectionData, Grant


def header_fields(access_profile: int) -> dict[str, forms.Field]:
    """The fields of the four header values, by name: the user role is chosen among those that go with the profile."""
    fields: dict[str, forms.Field] = {
        header_field(name): forms.CharField(label=f"En-tête {name}", max_length=80, initial=EXPECTED.get(name))
        for name in HEADERS
    }
    code = forms.ChoiceField(
        label=f"En-tête {USER_CODE}", choices=role_choices(access_profile, profiles.settled_roles(timezone.now()))
    )
    return fields | {header_field(USER_CODE): code}


class ConnectionForm(Form):
    """Client id and addresses of one environment; header values for consumers only."""

    client_id = forms.CharField(label="Identifiant client (client_id)", max_length=MAX_CLIENT_ID)
    token_url = forms.CharField(label="Adresse du serveur de jetons", max_length=300, help_text="Commence par https://")
    api_url = forms.CharField(label="Adresse de l’API", max_length=300, help_text="Commence par https://")

    def __init__(self, *args: Any, grant: Grant, data: ConnectionData | None, **kwargs: Any) -> None:
        """Filled with what was handed over before, if anything was."""
        super().__init__(*args, **kwargs)
        if grant.direction == Direction.CONSUMPTION:
            self.fields |= header_fields(grant.access_profile or 0)
            dress(self)
        if data:
            known = {"client_id": data.client_id, "token_url": data.token_url, "api_url": data.api_url}
            self.initial |= known | {header_field(name): value for name, value in data.headers.items()}

    def headers(self) -> Mapping[str, str]:
        """The header values typed, by header name."""
        return {name: self.cleaned_data.get(header_field(name), "") for name in HEADERS}


class SecretForm(Form):
    """The secret of a client of profile 0, as the token server made it; it is never shown again here."""

    secret = forms.CharField(
        label="Secret du client (client_secret)",
        min_length=SECRET_LENGTHS[0],
        max_length=SECRET_LENGTHS[1],
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Collez le secret créé par le serveur de jetons. Il ne se relit pas ici : l’éditeur le lit une fois.",
    )


class ReadingForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""


class ProductionUrlForm(Form):
    """The address of the service in production."""

    url = forms.CharField(
        label="Adresse du service en production",
        max_length=300,
        help_text="L’adresse complète depuis laquelle votre service est exploité, par exemple https://lits.exemple.fr/",
    )


class SearchForm(Form):
    """Which rights to list."""

    marks_optional = False
    mots = forms.CharField(label="Référence, service ou personne morale", max_length=80, required=False)
