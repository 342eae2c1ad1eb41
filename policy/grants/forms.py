"""Forms on a right: connection data handed over by the agency, production address declared by the vendor."""

from collections.abc import Mapping
from typing import Any

from django import forms

from portal.web.forms import Form

from .connection import HEADERS, MAX_CLIENT_ID
from .direction import Direction
from .models import ConnectionData, Grant


def header_field(name: str) -> str:
    """The form field of a header: ``ror_role_metier_code``."""
    return name.lower().replace("-", "_")


class ConnectionForm(Form):
    """Client id and addresses of one environment; header values for consumers only."""

    client_id = forms.CharField(label="Identifiant client (client_id)", max_length=MAX_CLIENT_ID)
    token_url = forms.CharField(label="Adresse du serveur de jetons", max_length=300, help_text="Commence par https://")
    api_url = forms.CharField(label="Adresse de l’API", max_length=300, help_text="Commence par https://")

    def __init__(self, *args: Any, grant: Grant, data: ConnectionData | None, **kwargs: Any) -> None:
        """Filled with what was handed over before, if anything was."""
        super().__init__(*args, **kwargs)
        if grant.direction == Direction.CONSUMPTION:
            for name in HEADERS:
                self.fields[header_field(name)] = forms.CharField(label=f"En-tête {name}", max_length=80)
        if data:
            known = {"client_id": data.client_id, "token_url": data.token_url, "api_url": data.api_url}
            self.initial |= known | {header_field(name): value for name, value in data.headers.items()}

    def headers(self) -> Mapping[str, str]:
        """The header values typed, by header name."""
        return {name: self.cleaned_data.get(header_field(name), "") for name in HEADERS}


class ProductionUrlForm(Form):
    """The address of the service in production."""

    url = forms.CharField(
        label="Adresse du service en production",
        max_length=300,
        help_text="L’adresse complète depuis laquelle votre service est exploité, par exemple https://lits.exemple.fr/",
    )


class SearchForm(Form):
    """Which rights to list."""

    mots = forms.CharField(label="Référence, service ou personne morale", max_length=80, required=False)
