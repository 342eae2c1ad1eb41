"""What an agent copies from a request received on paper."""

from collections.abc import Sequence
from typing import Any

from django import forms

from policy.grants.direction import Direction
from portal.web.forms import DayField, Form

from .fields import choose


class PaperForm(Form):
    """A request received on paper: when, signed by whom, and its scan."""

    direction = forms.ChoiceField(label="Sens", widget=forms.RadioSelect)
    received_date = DayField(label="Reçue le", help_text="Le jour du cachet d’arrivée.")
    signer = forms.CharField(label="Signataire", max_length=160, help_text="Prénom et nom, comme sur la demande.")
    quality = forms.CharField(label="Qualité du signataire", max_length=160)
    scan = forms.FileField(label="Demande numérisée", help_text="PDF, PNG ou JPEG, avec la signature manuscrite.")

    def __init__(self, *args: Any, directions: Sequence[Direction], **kwargs: Any) -> None:
        """Offers the directions in which nothing is under way."""
        super().__init__(*args, **kwargs)
        choose(self.fields["direction"], [(one.value, one.label) for one in directions])
