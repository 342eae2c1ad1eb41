"""Forms of the calendar and of the agenda: a session, a point to enter, the minutes."""

from collections.abc import Sequence
from typing import Any

from django import forms

from onboarding.committee import attendance
from onboarding.committee.attendance import Attendance
from onboarding.committee.lifecycle import Mode
from onboarding.committee.models import AgendaItem
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
    mode = forms.ChoiceField(
        label="Forme",
        choices=Mode.choices(),
        widget=forms.RadioSelect,
        initial=Mode.MEETING,
        required=False,
        help_text="Une consultation écrite s’ouvre dès la convocation : les membres répondent dans le portail.",
    )

    def __init__(self, *args: Any, planned: bool = False, **kwargs: Any) -> None:
        """The form of a session already planned no longer changes."""
        super().__init__(*args, **kwargs)
        self.fields["mode"].label = "Forme"
        if planned:
            del self.fields["mode"]

    def clean_mode(self) -> str:
        """A session is a meeting unless the contrary is said."""
        return self.cleaned_data["mode"] or Mode.MEETING.value

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
