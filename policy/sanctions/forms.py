"""What is asked to open a measure, to answer it, to decide it, to lift it."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms

from portal.web.forms import Form

from .extent import Extent, Motive, Nature

MANY = 50  # beyond, establishments are typed rather than chosen


def _long(label: str, *, rows: int = 6, limit: int = 4000, told: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), help_text=told)


class Seen(Form):
    """A form whose consequences are shown before it is recorded: nothing else than what was shown is recorded."""

    @property
    def fingerprint(self) -> str:
        """What names exactly what was typed."""
        return hashlib.sha256(repr(sorted(self.cleaned_data.items())).encode()).hexdigest()


class OpeningForm(Seen):
    """What a measure does, how far it reaches, why; an emergency says what makes it one."""

    how = forms.ChoiceField(
        label="Comment",
        widget=forms.RadioSelect,
        choices=[
            ("suspension", "Envisager une suspension : l’éditeur est d’abord entendu"),
            ("withdrawal", "Envisager un retrait : l’éditeur est d’abord entendu"),
            ("emergency", "Suspendre en urgence : effet immédiat, une autre personne régularise ensuite"),
        ],
        initial="suspension",
    )
    extent = forms.ChoiceField(label="Ce qui est fermé", choices=Extent.choices(), widget=forms.RadioSelect)
    value = forms.CharField(
        label="Profil ou établissement",
        max_length=9,
        required=False,
        help_text="À remplir seulement pour un profil (A, B, 0 à 5) ou un établissement (numéro FINESS).",
    )
    motive = forms.ChoiceField(label="Motif", choices=Motive.choices(), widget=forms.RadioSelect)
    grounds = _long("Faits et motifs", limit=6000, told="L’éditeur les reçoit tels quels, dans la lettre.")
    emergency = forms.CharField(
        label="Ce qui fait l’urgence",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Exigé pour une suspension en urgence : qui régularise en dépend.",
    )

    def __init__(self, *args: Any, profiles: Sequence[str], has_establishments: bool, **kwargs: Any) -> None:
        """`profiles` are those of the right; a lone profile is closed with its direction."""
        super().__init__(*args, **kwargs)
        offered = [one for one in Extent if one is not Extent.ESTABLISHMENT or has_establishments]
        offered = [one for one in offered if one is not Extent.PROFILE or len(profiles) > 1]
        field = self.fields["extent"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.value, one.label) for one in offered]

    def clean(self) -> dict[str, Any]:
        """An emergency is documented."""
        data = super().clean() or self.cleaned_data
        if data.get("how") == "emergency" and not data.get("emergency", "").strip():
            self.add_error("emergency", "Dites ce qui fait l’urgence.")
        return data

    @property
    def is_emergency(self) -> bool:
        """Whether it takes effect at once."""
        return bool(self.cleaned_data["how"] == "emergency")

    @property
    def news(self) -> str:
        """What the vendor is told."""
        return "emergency" if self.is_emergency else "notice"

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the measure; what makes an emergency is of an emergency alone, whatever was typed."""
        emergency = self.cleaned_data["emergency"].strip() if self.is_emergency else ""
        text = {"grounds": self.cleaned_data["grounds"].strip(), "emergency": emergency}
        return self.given | text | {"value": self.cleaned_data["value"].strip().upper(), "nature": self.nature}

    @property
    def given(self) -> dict[str, Any]:
        """What both ways of opening take."""
        return {name: self.cleaned_data[name] for name in ("extent", "value", "motive", "grounds")}

    @property
    def nature(self) -> Nature:
        """What the measure does."""
        return Nature.SUSPENSION if self.is_emergency else Nature(self.cleaned_data["how"])


class ObservationsForm(Form):
    """What the vendor answers."""

    observations = _long("Vos observations", rows=7, limit=5000)


class ConclusionsForm(Seen):
    """Why the measure is decided, confirmed or given up."""

    conclusions = _long("Motivation", told="L’éditeur la reçoit telle quelle.")


class LiftingForm(Seen):
    """The version of the measure that the person read: what the vendor answered since is read before deciding."""

    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class DecisionForm(ConclusionsForm, LiftingForm):
    """Why the measure that was read is decided or confirmed."""


class GroundsForm(Form):
    """Why a lifting is proposed, or not granted."""

    grounds = _long("Motifs", rows=4)
