"""Forms of establishment lists: a file or pasted numbers, a line to mend, a confirmation."""

from typing import Any

from django import forms
from django.conf import settings

from onboarding.establishments.listing import MAX_TYPED
from portal.web.forms import Form

PASTED_MAX = 400_000  # 20,000 lines of twenty characters


class UploadForm(Form):
    """One of two: a file, or numbers pasted in the page."""

    file = forms.FileField(
        label="Fichier",
        required=False,
        help_text="CSV ou XLSX, une ligne par établissement, avec une colonne « FINESS EG ». 10 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={"empty": "Ce fichier est vide."},
    )
    text = forms.CharField(
        label="Ou numéros FINESS collés",
        required=False,
        max_length=PASTED_MAX,
        help_text="Un établissement par ligne : son numéro FINESS EG, puis son nom si vous le souhaitez.",
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean_file(self) -> Any:
        """A file stays under the size that the portal accepts."""
        file = self.cleaned_data["file"]
        if file and file.size > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
            raise forms.ValidationError(f"Ce fichier dépasse {limit} Mo.")
        return file

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two."""
        data = super().clean() or {}
        if self.errors:
            return data
        if not data.get("file") and not data.get("text"):
            self.add_error("file", "Choisissez un fichier, ou collez des numéros FINESS ci-dessous.")
        if data.get("file") and data.get("text"):
            self.add_error("text", "Envoyez soit un fichier, soit des numéros collés, pas les deux.")
        return data


class LineForm(Form):
    """The right number for a line."""

    typed = forms.CharField(
        label="Numéro FINESS EG",
        max_length=MAX_TYPED,
        help_text="Neuf caractères, par exemple 010000024.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class RemovalForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""


class ConfirmationForm(Form):
    """The version of the list that the person read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
