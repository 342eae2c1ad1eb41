"""The file of a new version of the policy."""

from typing import Any

from django import forms

from portal.web.forms import Form

from . import operations, rulebook_file

SHIPPED = "shipped"
FILE = "file"


class ImportForm(Form):
    """The policy delivered with the portal, or a file; a wrong file is told mistake by mistake, each with its line."""

    origin = forms.ChoiceField(
        label="Politique à importer",
        choices=[(SHIPPED, "Celle qui est fournie avec le portail"), (FILE, "Un fichier")],
        initial=SHIPPED,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label="Fichier de politique",
        required=False,
        help_text="Au format TOML, 1 Mo au plus. Un projet qui porte le même numéro est remplacé.",
    )

    def clean(self) -> dict[str, Any]:
        """The text is read here, so that the page lists all that must be mended."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("origin") == FILE:
            self._read(cleaned.get("file"))
        return cleaned

    def _read(self, file: Any) -> None:
        if file is None:
            self.add_error("file", "Choisissez le fichier à importer.")
        elif file.size > rulebook_file.MAX_CHARACTERS:
            self.add_error("file", "Le fichier dépasse 1 Mo.")
        else:
            self._judge(file.read())

    def _judge(self, data: bytes) -> None:
        try:
            rulebook_file.read(data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", "Le fichier n’est pas un texte en UTF-8.")
        except rulebook_file.RulebookRefused as refusal:
            for mistake in refusal.mistakes[: operations.MISTAKES_SHOWN]:
                self.add_error("file", str(mistake))
        self.cleaned_data["data"] = data
