"""What is asked to declare a change, to answer it, to follow a breach, to confirm for the year."""

from collections.abc import Sequence
from typing import Any

from django import forms

from portal.web.forms import DayField, Form, dress

from . import rules
from .kinds import Kind
from .measures import ALLOWED, Ground

ACCEPTED = "application/pdf,image/png,image/jpeg,.pdf,.png,.jpg,.jpeg"
LONG = forms.Textarea(attrs={"rows": 5})


class KindForm(Form):
    """What changes: the first question, whose answer decides the others."""

    kind = forms.ChoiceField(label="Ce qui change", widget=forms.RadioSelect)

    def __init__(self, *args: Any, kinds: Sequence[Kind], **kwargs: Any) -> None:
        """`kinds` are those that concern the right."""
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.value, f"{kind.label} – {rules.RULES[kind].level.label.lower()}") for kind in kinds]


class DeclarationForm(Form):
    """The new value, why, from when, and a piece."""

    proposed = forms.CharField(max_length=2000)
    description = forms.CharField(
        label="Explications", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    changes_profile = forms.BooleanField(
        label="Ce changement peut faire évoluer la finalité du service ou son profil",
        required=False,
        help_text="Il passe alors en comité.",
    )
    wished_date = DayField(
        label="Date souhaitée", required=False, help_text="Sans date, dès que l’agence aura accepté et appliqué."
    )
    piece = forms.FileField(
        label="Pièce",
        required=False,
        max_length=200,
        help_text="PDF, PNG ou JPEG, 10 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )

    def __init__(self, *args: Any, kind: Kind, choices: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        """`choices` are the values among which to choose (certificates, the list prepared), when there are some."""
        super().__init__(*args, **kwargs)
        label = rules.RULES[kind].asks
        if kind in CHOSEN:
            self.fields["proposed"] = forms.ChoiceField(label=label, choices=[("", "Choisir"), *choices])
        elif kind in LONG_VALUES:
            self.fields["proposed"] = forms.CharField(label=label, max_length=2000, widget=LONG)
        else:
            self.fields["proposed"] = forms.CharField(label=label, max_length=300)
        if kind is not Kind.MAJOR_FUNCTION:
            del self.fields["changes_profile"]
        self.order_fields(["proposed", "description", "changes_profile", "wished_date", "piece"])
        dress(self)  # the field made here, as those of the class were


CHOSEN = frozenset({Kind.CERTIFICATE, Kind.ESTABLISHMENTS})
LONG_VALUES = frozenset({Kind.MAJOR_FUNCTION, Kind.PURPOSE, Kind.END_OF_SERVICE, Kind.MERGER, Kind.REPRESENTATIVE})


class SignatureForm(Form):
    """The legal representative makes it his own."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    agreed = forms.BooleanField(label="Je déclare ce changement à l’agence, tel qu’il est présenté ci-dessus")


class AcceptanceForm(Form):
    """From when the change is granted."""

    effective_date = DayField(label="Date d’effet")
    grounds = forms.CharField(
        label="Message à l’éditeur", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class GroundsForm(Form):
    """Why a change is refused."""

    grounds = forms.CharField(
        label="Motifs", max_length=4000, widget=LONG, help_text="L’éditeur les reçoit tels quels."
    )


class CallOffForm(Form):
    """Why an accepted change is given up."""

    grounds = forms.CharField(
        label="Motifs", max_length=4000, widget=LONG, help_text="L’autre partie les reçoit tels quels."
    )


class CaseForm(Form):
    """What the vendor is reproached with, and the evidence."""

    ground = forms.ChoiceField(label="Motif", choices=Ground.choices(), widget=forms.RadioSelect)
    evidence = forms.CharField(
        label="Faits et preuves",
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Dates, mesures, écarts constatés : la mise en demeure les reprend.",
    )
    piece = forms.FileField(
        label="Pièce",
        required=False,
        max_length=200,
        help_text="PDF, PNG ou JPEG, 10 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )


class NoticeForm(Form):
    """What the vendor must do, and before when."""

    expected = forms.CharField(label="Ce qui est demandé", max_length=4000, widget=LONG)
    deadline = DayField(label="À faire, ou à expliquer, avant le")


class ObservationsForm(Form):
    """What the vendor answers."""

    observations = forms.CharField(label="Vos observations", max_length=5000, widget=forms.Textarea(attrs={"rows": 7}))


class OutcomeForm(Form):
    """How the case ends: only with what its ground allows."""

    measure = forms.ChoiceField(label="Issue", widget=forms.RadioSelect)
    conclusions = forms.CharField(
        label="Motivation", max_length=4000, widget=LONG, help_text="L’éditeur la reçoit telle quelle."
    )

    def __init__(self, *args: Any, ground: Ground, **kwargs: Any) -> None:
        """`ground` limits the measures."""
        super().__init__(*args, **kwargs)
        field = self.fields["measure"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(measure.value, measure.label) for measure in ALLOWED[ground]]


class DropForm(Form):
    """Why nothing is kept."""

    conclusions = forms.CharField(label="Raison", max_length=4000, widget=LONG)


class YearlyForm(Form):
    """One box for each thing stated."""

    def __init__(self, *args: Any, keys: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """`keys` are (key, words) of what is confirmed."""
        super().__init__(*args, **kwargs)
        for key, label in keys:
            words = f"{label} : c’est à jour"
            self.fields[key] = forms.BooleanField(
                label=words, error_messages={"required": "Confirmez, ou déclarez d’abord ce qui a changé."}
            )
        dress(self)
