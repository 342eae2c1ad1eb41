"""Forms of a session as it is lived: members, interests, presence, opinions, votes, a batch of decisions."""

from collections.abc import Sequence
from typing import Any

from django import forms

from onboarding.committee.ballot import Choice
from onboarding.committee.models import AgendaItem, Seat, Summons
from onboarding.committee.organisations import Function, Organisation
from portal.accounts.models import User
from portal.reference.models import Region
from portal.web.forms import Form

TEXT = 2000


class SeatForm(Form):
    """Who sits, for whom, in what function; or as whose substitute."""

    person = forms.ChoiceField(
        label="Personne", help_text="Les comptes qui ont un rôle de membre, de président ou de secrétaire."
    )
    organisation = forms.ChoiceField(label="Organisme", choices=Organisation.choices())
    function = forms.ChoiceField(label="Fonction", choices=Function.choices())
    substitutes = forms.ChoiceField(
        label="Suppléant de", required=False, help_text="Un suppléant prend l’organisme et la fonction du titulaire."
    )
    region = forms.ChoiceField(label="Région", required=False, help_text="Pour une ARS ou un GRADeS.")

    def __init__(self, *args: Any, people: Sequence[User], titulars: Sequence[Seat], **kwargs: Any) -> None:
        """Offers the accounts that may sit, and the titulars that a substitute may stand for."""
        super().__init__(*args, **kwargs)
        self.people = {str(person.handle): person for person in people}
        self.titulars = {seat.reference: seat for seat in titulars}
        names = [(key, f"{person.full_name} ({person.email})") for key, person in self.people.items()]
        seats = [(key, f"{seat.user.full_name}, {seat.title}") for key, seat in self.titulars.items()]
        regions = [(region.code, region.name) for region in Region.objects.all()]
        self.fields["person"].choices = [("", "Choisir"), *names]
        self.fields["substitutes"].choices = [("", "Personne : titulaire"), *seats]
        self.fields["region"].choices = [("", "Aucune"), *regions]

    @property
    def values(self) -> dict[str, Any]:
        """What `operations.appoint` takes."""
        data = self.cleaned_data
        return {
            "user": self.people[data["person"]],
            "organisation": data["organisation"],
            "function": data["function"],
            "region": data["region"],
            "substitutes": self.titulars.get(data["substitutes"]),
        }


class InterestsForm(Form):
    """For each point, whether there is an interest, and which one."""

    def __init__(self, *args: Any, items: Sequence[AgendaItem], **kwargs: Any) -> None:
        """Two fields for each point, named after its candidacy."""
        super().__init__(*args, **kwargs)
        self.points = [item.candidacy.reference for item in items]
        for item in items:
            name = item.candidacy.reference
            title = f"{item.candidacy.service.name}, {item.candidacy.service.owner.name}"
            self.fields[name] = forms.CharField(
                label=f"{name} : {title}",
                max_length=500,
                required=False,
                help_text="Vide : aucun lien d’intérêt. Sinon, dites lequel : vous serez déporté de ce point.",
            )

    @property
    def interests(self) -> dict[str, str]:
        """The interests typed, by reference of the candidacy."""
        typed = {name: self.cleaned_data[name].strip() for name in self.points}
        return {name: reason for name, reason in typed.items() if reason}


class PresenceForm(Form):
    """Who is there when the session opens."""

    present = forms.MultipleChoiceField(
        label="Présents", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Cochez les présents."}
    )

    def __init__(self, *args: Any, called: Sequence[Summons], **kwargs: Any) -> None:
        """Offers those called, titulars ticked."""
        titulars = [one.seat.reference for one in called if one.seat.substitutes_id is None]
        kwargs["initial"] = {"present": titulars}
        super().__init__(*args, **kwargs)
        choices = [(one.seat.reference, f"{one.user.full_name}, {one.title}") for one in called]
        self.fields["present"].choices = choices


class OpinionForm(Form):
    """What a member thinks of a point before the session."""

    choice = forms.ChoiceField(
        label="Mon avis",
        choices=[pair for pair in Choice.choices() if pair[0] != Choice.ABSTAIN],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="Pourquoi",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=TEXT,
        required=False,
        help_text="Obligatoire si l’avis n’est pas simplement favorable. Les autres membres le lisent.",
    )


class VoteForm(Form):
    """A vote, once and for good."""

    choice = forms.ChoiceField(label="Mon vote", choices=Choice.choices(), widget=forms.RadioSelect)
    rationale = forms.CharField(
        label="Explication de vote", widget=forms.Textarea(attrs={"rows": 2}), max_length=TEXT, required=False
    )


class RecusalForm(Form):
    """Why a member stands back from one more point."""

    reason = forms.CharField(
        label="Quel lien avez-vous avec ce demandeur ?", max_length=500, help_text="Il figure au procès-verbal."
    )


class PointForm(Form):
    """What is said on one point, as it is said."""

    text = forms.CharField(
        label="Procès-verbal de ce point", widget=forms.Textarea(attrs={"rows": 4}), max_length=5000, required=False
    )


class BatchForm(Form):
    """The points that are admitted together, each as it was asked."""

    points = forms.MultipleChoiceField(
        label="Points admis comme demandé",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un point."},
    )

    def __init__(self, *args: Any, items: Sequence[AgendaItem], **kwargs: Any) -> None:
        """Offers the undecided points, none ticked."""
        super().__init__(*args, **kwargs)
        self.fields["points"].choices = [(item.candidacy.reference, _words(item)) for item in items]


def _words(item: AgendaItem) -> str:
    return f"{item.candidacy.reference} : {item.candidacy.service.name}, {item.asked.words}"  # type: ignore[attr-defined]


class LiftingForm(Form):
    """On what a reservation is lifted."""

    evidence = forms.CharField(
        label="Pièce ou constat",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce qui montre que la réserve est levée : document reçu, essai constaté, date.",
    )
