"""The file of services already connected, and which of its vendors to invite."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings

from onboarding.takeovers.models import TakeOverLine
from portal.web.forms import Form


class TakeOverForm(Form):
    """A file made from the template."""

    file = forms.FileField(
        label="Fichier des services déjà raccordés",
        help_text="CSV ou XLSX, une ligne par service et par sens, aux titres du modèle. 10 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={"empty": "Ce fichier est vide.", "required": "Choisissez un fichier."},
    )

    def clean_file(self) -> Any:
        """A file stays under the size that the portal accepts."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(f"Ce fichier dépasse {settings.UPLOAD_MAX_BYTES // 1024 // 1024} Mo.")
        return file


class ConfirmationForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""


class ReleaseForm(Form):
    """The lines whose representative is to be invited now."""

    lines = forms.MultipleChoiceField(
        label="Services dont le représentant légal est à inviter",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un service."},
    )

    def __init__(self, *args: Any, offered: Sequence[TakeOverLine], **kwargs: Any) -> None:
        """Offers the created lines that name an address."""
        super().__init__(*args, **kwargs)
        self._offered = {str(line.number): line for line in offered}
        self.fields["lines"].choices = [
            (number, f"{line.service_name} : {line.representative}") for number, line in self._offered.items()
        ]

    @property
    def chosen(self) -> list[TakeOverLine]:
        """The lines ticked, once the form is valid."""
        return [self._offered[number] for number in self.cleaned_data["lines"]]
