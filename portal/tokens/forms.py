"""The form of a new token."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from portal.web.forms import DayField, Form
from portal.web.wording import PARIS

from .operations import LONGEST_LIFE
from .scopes import Scope, Where


class TokenForm(Form):
    """Name, scopes, who answers for it, last day."""

    name = forms.CharField(
        label="Nom du jeton", max_length=80, help_text="Ce à quoi il sert : « Passerelle A, lecture »."
    )
    owner = forms.CharField(label="Équipe ou outil responsable", max_length=120)
    scopes = forms.MultipleChoiceField(label="Périmètres", choices=Scope.choices(), widget=forms.CheckboxSelectMultiple)
    environments = forms.MultipleChoiceField(
        label="Environnements",
        choices=Where.choices(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Ceux dont il lit la liste blanche, demande les verdicts et rend compte. Rien de coché : les deux.",
    )
    expires_on = DayField(label="Dernier jour de validité", help_text="Un an au plus.")
    follows_me = forms.BooleanField(
        label="Le jeton cesse de servir si mon compte est fermé",
        required=False,
        help_text="À cocher pour un usage personnel, pas pour une passerelle.",
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        """`now` bounds the last day."""
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_expires_on(self) -> datetime:
        """The instant at which the token ends: the end of its last day in Paris."""
        last_day: date = self.cleaned_data["expires_on"]
        end = datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=PARIS)
        if end <= self.now:
            raise forms.ValidationError("Choisissez un jour à venir.")
        if end > self.now + LONGEST_LIFE:
            raise forms.ValidationError("Un jeton expire au plus tard un an après sa création.")
        return end
