"""The deposit of a server's certificate."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from policy.certificates import deposit as readable
from policy.certificates.reasons import REASONS
from portal.web.forms import EitherFileField, Form, PastedField

from . import deposit


class ServerForm(Form):
    """Pasted or sent; a private key empties the field."""

    judges_keys = ("pasted",)

    use_required_attribute = False
    data: Any  # what was sent: emptied of a private key before the page is shown again

    pasted = PastedField(
        label="Texte du certificat (PEM)",
        help_text="Celui du serveur d’abord, puis ceux des autorités intermédiaires. Jamais de clé privée.",
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        max_length=deposit.MAX_BYTES,
    )
    file = EitherFileField(
        label="Ou fichier du certificat", help_text=".pem, .cer, .crt ou .der", allow_empty_file=True
    )

    def clean(self) -> dict[str, Any]:
        """Exactly one deposit, and no private key in it."""
        cleaned = super().clean() or self.cleaned_data
        self._refuse_secrets()
        if bool(cleaned.get("pasted")) == bool(cleaned.get("file")) and "pasted" not in self.errors:
            both = "Collez le texte ou choisissez un fichier, pas les deux."
            self.add_error("pasted", both if cleaned.get("pasted") else REASONS["empty"].sentence)
        return cleaned

    def deposited(self) -> bytes:
        """The bytes deposited."""
        if upload := self.cleaned_data.get("file"):
            return bytes(upload.read(deposit.MAX_BYTES + 1))
        return str(self.cleaned_data["pasted"]).encode("utf-8")

    def _refuse_secrets(self) -> None:
        sent: Any = self.data
        if code := readable.secret_in(str(sent.get("pasted", "")).encode("utf-8")):
            emptied = sent.copy()
            emptied["pasted"] = ""
            self.data = emptied
            self._say(code, "pasted")
        upload = self.files.get("file")
        if isinstance(upload, UploadedFile):
            if code := readable.secret_in(upload.read()):
                self._say(code, "file")
            upload.seek(0)

    def _say(self, code: str, field: str) -> None:
        self.add_error(field, f"{REASONS[code].sentence} {REASONS[code].remedy}")
