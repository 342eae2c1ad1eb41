"""Opening a campaign, and changing its last day."""

from typing import Any

from django import forms

from policy.certificates.models import TrustAnchor
from portal.web.forms import Form

from . import queries


def _day(label: str, help_text: str) -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}))


class AuthorityField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """Authorities by name and fingerprint: two may bear one name."""

    def label_from_instance(self, anchor: Any) -> str:
        """« Autorité (empreinte 4f2a…) »."""
        return f"{anchor.name} (empreinte {anchor.fingerprint[:8]}…)"


class OpeningForm(Form):
    """Who takes over, until when, and what vendors should know."""

    successor = AuthorityField(
        label="Autorité qui prend la suite",
        queryset=TrustAnchor.objects.none(),
        required=False,
        empty_label="Pas encore connue",
    )
    ends_on = _day("Fin de la période parallèle", "Jusqu’à ce jour, les certificats des deux autorités sont acceptés.")
    message = forms.CharField(
        label="Ce que les éditeurs doivent savoir",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
    )

    def __init__(self, *args: Any, anchor: TrustAnchor, **kwargs: Any) -> None:
        """The authorities that may take over are those of the same hierarchy and rank."""
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = queries.candidates(anchor)


class ExtensionForm(Form):
    """Another last day, and why."""

    ends_on = _day("Nouvelle fin de la période parallèle", "Elle ne coupe rien par elle-même.")
    reason = forms.CharField(label="Motif", max_length=300)
