"""What is typed or dropped to verify a document."""

from typing import Any

from django import forms
from django.conf import settings

from portal.web.forms import Form

from . import codes


class CheckForm(Form):
    """A code, a file, or both."""

    code = forms.CharField(
        label="Code de vérification",
        required=False,
        max_length=40,
        help_text="Seize lettres et chiffres, imprimés au bas de chaque page. Exemple : 7QXM-2K9P-4T3B-8ZDW.",
    )
    file = forms.FileField(
        label="Fichier PDF reçu",
        required=False,
        help_text="Le fichier est comparé à l’original puis oublié : il n’est pas conservé.",
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_code(self) -> str:
        """The code as stored. An impossible code is an error of input, not a false document."""
        typed: str = self.cleaned_data["code"]
        if typed and codes.normalise(typed) is None:
            raise forms.ValidationError("Ce code n’a pas la forme attendue : seize lettres et chiffres.")
        return codes.normalise(typed) or ""

    def clean_file(self) -> Any:
        """The dropped file, within the size that the portal takes."""
        dropped = self.cleaned_data["file"]
        if dropped and dropped.size > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
            raise forms.ValidationError(f"Ce fichier dépasse {limit} Mo : ce n’est pas un document du portail.")
        return dropped

    def clean(self) -> dict[str, Any]:
        """At least one of the two."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("code") and not cleaned.get("file"):
            raise forms.ValidationError("Saisissez le code, déposez le fichier, ou faites les deux.")
        return cleaned
