"""What agents type on the desk: columns, views, acts on many dossiers, notes."""

from collections.abc import Sequence

from django import forms

from onboarding.committee.models import CommitteeSession
from onboarding.desk.columns import Column
from onboarding.workbench.batch import BatchAct
from onboarding.workbench.operations.batching import Order
from portal.accounts.models import User
from portal.web import wording
from portal.web.forms import Form


class ConfirmationForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""


class ColumnsForm(Form):
    """The columns of the list, beside the reference."""

    columns = forms.MultipleChoiceField(
        label="Colonnes affichées, en plus de la référence",
        choices=Column.choices(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Gardez au moins une colonne."},
    )


class ViewForm(Form):
    """The name of a saved view, and who finds it."""

    name = forms.CharField(label="Nom de la vue", max_length=80)
    is_shared = forms.BooleanField(label="La partager avec mes collègues", required=False)


class NoteForm(Form):
    """A note that agents alone read."""

    body = forms.CharField(label="Votre note", max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))


class BatchForm(Form):
    """An act on many dossiers, and what it takes."""

    act = forms.ChoiceField(
        label="Acte", choices=BatchAct.choices(), error_messages={"invalid_choice": "Choisissez un acte."}
    )
    reviewer = forms.ChoiceField(label="Instructeur", required=False)
    session = forms.ChoiceField(label="Séance", required=False)
    text = forms.CharField(
        label="Message ou motif", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: object, reviewers: Sequence[User], sessions: Sequence[CommitteeSession], **kwargs: object
    ) -> None:
        """Offers those who review, and the sessions whose agenda is open."""
        super().__init__(*args, **kwargs)
        self._reviewers = {str(person.handle): person for person in reviewers}
        self._sessions = {session.reference: session for session in sessions}
        people = [(handle, person.full_name) for handle, person in self._reviewers.items()]
        days = [(key, f"{key}, {wording.day(session.held_on)}") for key, session in self._sessions.items()]
        self.fields["reviewer"].choices = [("", "Personne"), *people]
        self.fields["session"].choices = [("", "Choisir une séance"), *days]

    def clean(self) -> None:
        """What the act takes, and nothing less."""
        act = self.cleaned_data.get("act")
        if act == BatchAct.WRITE and not self.cleaned_data.get("text", "").strip():
            self.add_error("text", "Écrivez le message.")
        if act == BatchAct.ENTER and not self.cleaned_data.get("session"):
            self.add_error("session", "Choisissez une séance.")

    @property
    def order(self) -> Order:
        """What to do, once the form is valid; what the act does not take is left out."""
        data, act = self.cleaned_data, BatchAct(self.cleaned_data["act"])
        return Order(
            act,
            reviewer=self._reviewers.get(data["reviewer"]) if act is BatchAct.ASSIGN else None,
            text=data["text"].strip() if act in (BatchAct.WRITE, BatchAct.ASSIGN) else "",
            session=self._sessions.get(data["session"]) if act is BatchAct.ENTER else None,
        )
