"""What is typed to open a candidacy, to exchange, to comment and to judge it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from onboarding.candidacies.blocks import FIELDS, Block
from onboarding.candidacies.comments import CommentKind
from onboarding.candidacies.eligibility import Answer
from onboarding.candidacies.queries import grids
from onboarding.candidacies.queries.grids import GridLine
from policy.grants.direction import Direction
from portal.accounts.models import User
from portal.web.forms import Form, dress

from .fields import LONG, LaterChoice, choose


class DirectionForm(Form):
    """What the service asks for: one direction at a time (settled question 7)."""

    direction = forms.ChoiceField(
        label="Ce que le service fait avec le ROR",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez ce que le service fait avec le ROR.",
            "invalid_choice": "Ce service a déjà une candidature en cours, ou une habilitation, dans ce sens.",
        },
    )

    def __init__(self, *args: Any, directions: Sequence[Direction], wanted: str = "", **kwargs: Any) -> None:
        """The directions in which no candidacy is under way; `wanted` is ticked at first, or the only one left."""
        super().__init__(*args, **kwargs)
        choose(self.fields["direction"], [(one.value, DOING[one]) for one in directions])
        self.initial["direction"] = directions[0].value if len(directions) == 1 else wanted


DOING = {
    Direction.FEEDING: "Il alimente le ROR : il renseigne la disponibilité en lits d’établissements",
    Direction.CONSUMPTION: "Il consomme le ROR : il lit ses données pour orienter, coordonner, réguler ou informer",
}


class ConfirmationForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""


class MessageForm(Form):
    """A message to the other side; `reply_to` is the rank, in the order of writing, of the message answered."""

    body = forms.CharField(label="Votre message", max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))
    reply_to = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=100_000)


class AssignmentForm(Form):
    """Who reviews the dossier from now on, and why."""

    reviewer = forms.ChoiceField(label="Instructeur", required=False)
    reason = forms.CharField(label="Motif ou consignes", max_length=500, required=False)

    def __init__(self, *args: Any, reviewers: Sequence[User], **kwargs: Any) -> None:
        """Offers those who review, and nobody."""
        super().__init__(*args, **kwargs)
        self._reviewers = {str(person.handle): person for person in reviewers}
        named = [(handle, person.full_name) for handle, person in self._reviewers.items()]
        choose(self.fields["reviewer"], [("", "Personne"), *named])

    @property
    def chosen(self) -> User | None:
        """The person chosen; None for nobody."""
        return self._reviewers.get(self.cleaned_data["reviewer"])


class CommentForm(Form):
    """What the agency finds wrong, and where."""

    target = forms.ChoiceField(label="Élément commenté")
    kind = forms.ChoiceField(label="Motif", choices=CommentKind.choices(), widget=forms.RadioSelect)
    text = forms.CharField(
        label="Ce qui est à corriger",
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="L’éditeur le lit tel quel, à côté du champ, une fois le dossier renvoyé.",
    )

    def __init__(self, *args: Any, blocks: Sequence[Block], **kwargs: Any) -> None:
        """Offers each block and each of its fields: ``purpose`` or ``purpose:purpose_details``."""
        super().__init__(*args, **kwargs)
        choose(self.fields["target"], [(block.label, _targets(block)) for block in blocks])  # type: ignore[misc]

    @property
    def values(self) -> dict[str, Any]:
        """The arguments of the operation, once the form is valid."""
        block, _, field = self.cleaned_data["target"].partition(":")
        return {
            "block": Block(block),
            "field": field,
            "kind": self.cleaned_data["kind"],
            "text": self.cleaned_data["text"],
        }


def _targets(block: Block) -> list[tuple[str, str]]:
    fields = [(f"{block.value}:{field.name}", field.label) for field in FIELDS[block]]
    return [(block.value, f"{block.label} (tout le bloc)"), *fields]


class GridForm(Form):
    """The eligibility grid: for each criterion an answer and a comment, with what the portal finds by itself."""

    def __init__(self, *args: Any, lines: Sequence[GridLine], **kwargs: Any) -> None:
        """One group of fields per criterion, filled with the answers given or suggested."""
        super().__init__(*args, initial=grids.grid_initial(lines), **kwargs)
        for line in lines:
            code = line.criterion.code
            self.fields[code] = LaterChoice(
                label=line.criterion.question,
                help_text=f"Le portail constate : {line.suggestion.evidence} Source : {line.criterion.source}.",
                choices=Answer.choices(),
                widget=forms.RadioSelect,
            )
            self.fields[f"{code}_comment"] = forms.CharField(label="Commentaire", max_length=500, required=False)
        dress(self)

    @property
    def answers(self) -> dict[str, tuple[str, str]]:
        """The criteria answered: code -> (answer, comment)."""
        codes = [name for name in self.fields if not name.endswith("_comment")]
        data = self.cleaned_data
        return {code: (data[code], data[f"{code}_comment"]) for code in codes if data[code]}
