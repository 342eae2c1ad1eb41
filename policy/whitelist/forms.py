"""Forms of the whitelist: a proposal, and the grounds of an act."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms

from policy.certificates.models import Certificate
from policy.grants.direction import Direction
from policy.grants.models import Grant
from portal.parties.models import ServiceKind
from portal.web import wording
from portal.web.forms import DayField, Form


class ProposalForm(Form):
    """Certificates, address and date; for a proprietary solution, the establishments of each client's certificate."""

    certificates = forms.MultipleChoiceField(label="Certificats", widget=forms.CheckboxSelectMultiple, required=False)
    url = forms.CharField(label="Adresse du service", max_length=300)
    effective_on = DayField(
        label="Jour d’effet",
        required=False,
        help_text="À 0 h, heure de Paris. Vide : dès l’approbation.",
    )

    def __init__(
        self,
        *args: Any,
        grant: Grant,
        certificates: Sequence[Certificate],
        ticked: bool = True,
        url: str,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        """The certificates that may be entered, all ticked at first unless they must be told from another right's."""
        super().__init__(*args, **kwargs)
        self.now = now
        self.initial |= {"url": url, "certificates": [one.reference for one in certificates if ticked]}
        choices: Any = self.fields["certificates"]
        choices.choices = [(one.reference, _described(one)) for one in certificates]
        if not grant.needs_certificate or not certificates:  # without any, names announced take their place
            del self.fields["certificates"]
        if grant.direction == Direction.FEEDING and grant.service.kind == ServiceKind.PROPRIETARY:
            for one in certificates:
                self.fields[_field(one.reference)] = _perimeter(one)

    def clean_effective_on(self) -> datetime | None:
        """The instant of the day: its first in Paris; None for at once."""
        day = self.cleaned_data["effective_on"]
        if day is None:
            return None
        if day < self.now.astimezone(wording.PARIS).date():
            raise forms.ValidationError("Choisissez aujourd’hui ou un jour à venir.")
        return datetime.combine(day, time.min, tzinfo=wording.PARIS)

    def chosen(self) -> list[str] | None:
        """The references ticked; None when the right needs no certificate."""
        return self.cleaned_data["certificates"] if "certificates" in self.fields else None

    def narrowed(self) -> dict[str, list[str]]:
        """The establishments typed, by reference of the certificates that are ticked."""
        typed = {one: self.cleaned_data.get(_field(one), "") for one in self.chosen() or []}
        return {one: text.replace(",", " ").replace(";", " ").upper().split() for one, text in typed.items() if text}


def _field(reference: str) -> str:
    return f"perimeter_{reference}"


def _perimeter(certificate: Certificate) -> forms.CharField:
    whose = f" ({certificate.client_label})" if certificate.client_label else ""
    return forms.CharField(
        label=f"Établissements du certificat {certificate.reference}{whose}",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Numéros FINESS (EG) de ce client, pris dans la liste confirmée, séparés par des espaces.",
    )


def _described(certificate: Certificate) -> str:
    until = wording.short_day(certificate.not_after.astimezone(wording.PARIS).date())
    return f"{certificate.reference} : {certificate.subject}, valable jusqu’au {until}"


class GroundsForm(Form):
    """Why: told to the vendor, and kept in the journal."""

    grounds = forms.CharField(
        label="Motifs",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ils sont communiqués à l’éditeur et conservés au journal.",
    )


class SearchForm(Form):
    """Which entries to list."""

    marks_optional = False

    mots = forms.CharField(label="Référence, service ou identifiant client", max_length=80, required=False)
