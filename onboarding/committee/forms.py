"""Forms of the committee: a session, a point to enter, a decision."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from onboarding.committee import attendance
from onboarding.committee.attendance import Attendance
from onboarding.committee.models import AgendaItem
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from policy.grants.direction import Direction
from policy.profiles.catalogue import AccessProfile, FeedingProfile
from portal.web.forms import DayField, Form

LONG_TEXT = 5000


class SessionForm(Form):
    """The day, the cut-off and the place of a session."""

    held_on = DayField(label="Date de la séance", help_text="Une séance déjà tenue peut être enregistrée à sa date.")
    cut_off = DayField(
        label="Date limite de complétude",
        help_text="Dernier jour pour qu’une candidature soit complète et inscrite à cette séance.",
    )
    place = forms.CharField(
        label="Lieu", max_length=200, required=False, help_text="Salle, ou adresse de la visioconférence."
    )

    def clean(self) -> dict[str, Any]:
        """The cut-off never follows the session."""
        data = super().clean() or {}
        held_on, cut_off = data.get("held_on"), data.get("cut_off")
        if held_on and cut_off and cut_off > held_on:
            self.add_error("cut_off", "La date limite de complétude ne peut pas suivre la séance.")
        return data


class EntryForm(Form):
    """The candidacy to enter on an agenda, by its reference."""

    candidacy = forms.CharField(label="Candidature", max_length=20)


class ConfirmationForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""


class MinutesForm(Form):
    """Who attended, and what was said on each point of the agenda given."""

    attendance = forms.CharField(
        label="Présents, par organisme",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=LONG_TEXT,
        required=False,
        help_text="Un organisme par ligne, puis deux-points et les personnes : « Agence du numérique en santé : "
        "Claire Aubry, Inès Martel ».",
    )

    def __init__(self, *args: Any, items: Sequence[AgendaItem], **kwargs: Any) -> None:
        """One field for each point, named after its candidacy."""
        super().__init__(*args, **kwargs)
        self.points = [item.candidacy.reference for item in items]
        for number, item in enumerate(items, start=1):
            self.fields[f"point_{item.candidacy.reference}"] = forms.CharField(
                label=f"Point {number} : {item.candidacy.reference}, {item.candidacy.service.name}",
                widget=forms.Textarea(attrs={"rows": 4}),
                max_length=LONG_TEXT,
                required=False,
                initial=item.minutes,
            )

    def clean_attendance(self) -> list[Attendance]:
        """The rows typed."""
        try:
            return attendance.read(self.cleaned_data["attendance"])
        except attendance.Unreadable as unreadable:
            raise forms.ValidationError(unreadable.sentence) from unreadable

    @property
    def texts(self) -> dict[str, str]:
        """What was typed on each point, by reference of the candidacy."""
        return {reference: self.cleaned_data[f"point_{reference}"] for reference in self.points}


class DecisionForm(Form):
    """What the committee decided on a point; the profiles offered are those of the candidacy's direction."""

    outcome = forms.ChoiceField(label="Sens de la décision", choices=Outcome.choices(), widget=forms.RadioSelect)
    feeding_profiles = forms.MultipleChoiceField(
        label="Profils d’alimentation accordés",
        choices=FeedingProfile.choices(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Seulement pour un avis favorable. Les profils A et B se cumulent.",
    )
    access_profile = forms.ChoiceField(
        label="Profil d’accès accordé",
        choices=AccessProfile.choices(),
        widget=forms.RadioSelect,
        required=False,
        help_text="Seulement pour un avis favorable.",
    )
    reservations = forms.CharField(
        label="Réserves",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONG_TEXT,
        required=False,
        help_text="Une par ligne, avec ce qu’elle bloque jusqu’à sa levée : rien, tests, production ou profil.",
    )
    grounds = forms.CharField(
        label="Motifs",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=LONG_TEXT,
        required=False,
        help_text="Obligatoires si la décision n’accorde pas ce qui était demandé. Ils figurent dans le courrier.",
    )

    OTHER_DIRECTION: ClassVar[dict[Direction, str]] = {
        Direction.FEEDING: "access_profile",
        Direction.CONSUMPTION: "feeding_profiles",
    }

    def __init__(self, *args: Any, direction: Direction, **kwargs: Any) -> None:
        """Leaves out the profiles of the other direction."""
        super().__init__(*args, **kwargs)
        del self.fields[self.OTHER_DIRECTION[direction]]
        for name, field in self.fields.items():
            field.label = self.base_fields[name].label  # none is simply optional: the outcome says which are needed

    @property
    def ruling(self) -> Ruling:
        """The ruling typed, once the form is valid. A box left ticked under a refusal stays in it, to be refused."""
        data = self.cleaned_data
        access = data.get("access_profile")
        return Ruling(
            outcome=Outcome(data["outcome"]),
            granted=Profiles(frozenset(data.get("feeding_profiles", ())), int(access) if access else None),
            grounds=data["grounds"],
            reservations=data["reservations"],
        )

    @staticmethod
    def initial_of(ruling: Ruling) -> dict[str, Any]:
        """What the form shows for a ruling already worded, or for what was asked."""
        access = ruling.granted.access
        return {
            "outcome": ruling.outcome.value,
            "feeding_profiles": sorted(ruling.granted.feeding),
            "access_profile": None if access is None else str(access),
            "reservations": ruling.reservations,
            "grounds": ruling.grounds,
        }
