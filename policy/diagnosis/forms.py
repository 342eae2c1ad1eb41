"""What somebody shows to know why a connection fails: a support code, or a certificate."""

from typing import Any

from django import forms

from policy.certificates import deposit
from policy.certificates.environments import Environment
from policy.certificates.reasons import REASONS
from portal.web.forms import Form

from . import codes

FROM_CERTIFICATE = "Celui du certificat"


class WhyForm(Form):
    """A code or a certificate. A private key empties the field: it is never sent back to the page."""

    judges_keys = ("pasted",)

    use_required_attribute = False
    marks_optional = False  # one of the two, which the legends say
    fieldsets = (
        ("Vous avez appelé l’adresse de diagnostic", ("code",)),
        ("Ou montrez le certificat de l’appel", ("pasted", "file", "environment")),
    )
    data: Any  # what was sent: emptied of a private key before the page is shown again

    code = forms.CharField(
        label="Code de support", max_length=30, required=False, help_text="Dix caractères, par exemple 7K3MQ-9XTWA."
    )
    pasted = forms.CharField(
        label="Texte du certificat (PEM)",
        required=False,
        help_text="De « -----BEGIN CERTIFICATE----- » à « -----END CERTIFICATE----- ». Jamais de clé privée.",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        max_length=deposit.MAX_BYTES,
    )
    file = forms.FileField(
        label="Fichier du certificat", required=False, help_text="PEM ou DER.", allow_empty_file=True
    )
    environment = forms.ChoiceField(
        label="Environnement appelé",
        required=False,
        choices=[("", FROM_CERTIFICATE), *Environment.choices()],
        widget=forms.RadioSelect,
        initial="",
    )

    def clean_code(self) -> str:
        """The code in its own form."""
        typed: str = self.cleaned_data["code"]
        if typed and not codes.read(typed):
            raise forms.ValidationError("Un code de support compte dix lettres et chiffres, sans 0, 1, I, L, O ni U.")
        return codes.read(typed)

    def clean_pasted(self) -> str:
        """No private key comes back to the page."""
        pasted: str = self.cleaned_data["pasted"]
        if secret := deposit.secret_in(pasted.encode()):
            self.data = self.data.copy()
            self.data["pasted"] = ""
            raise forms.ValidationError(f"{REASONS[secret].sentence} {REASONS[secret].remedy}")
        return pasted

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned["code"] or cleaned["pasted"].strip() or cleaned["file"]):
            raise forms.ValidationError("Donnez un code de support, ou le certificat que votre client présente.")
        return cleaned

    def shown(self) -> bytes:
        """The certificate, pasted or sent."""
        upload = self.cleaned_data["file"]
        return upload.read(deposit.MAX_BYTES + 1) if upload else self.cleaned_data["pasted"].encode()

    @property
    def where(self) -> Environment | None:
        """The environment said, None for the certificate's own."""
        chosen = self.cleaned_data["environment"]
        return Environment(chosen) if chosen else None
