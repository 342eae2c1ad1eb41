"""The blocks of a candidacy as forms: a draft may be saved with blanks and errors, only sizes and choices count."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from policy.grants.direction import Direction
from policy.profiles import catalogue
from policy.profiles.catalogue import AccessProfile, FeedingProfile
from portal.lifecycle.table import LabelledEnum
from portal.reference import purposes, territory
from portal.reference.spaces import FeedingRoute
from portal.web.forms import Form, dress

from . import conformity, queries
from .blocks import FIELDS, LABEL_OF, Block
from .comments import CommentKind
from .conformity import Progress
from .eligibility import Answer
from .models import Candidacy
from .queries import GridLine

LONG = 2000
BLANK = [("", "Choisir")]
Choices = Sequence[tuple[str, str]]


class Later(forms.Field):
    """A field that the deposit asks for and a draft may leave blank: shown as needed, never refused for being empty."""

    def validate(self, value: Any) -> None:
        """Only what was typed is checked."""
        if value not in self.empty_values:
            super().validate(value)


class LaterText(Later, forms.CharField):
    """A line or a text."""


class LaterChoice(Later, forms.ChoiceField):
    """One choice among several."""


class LaterChoices(Later, forms.MultipleChoiceField):
    """Some choices among several."""


class QuietSelect(forms.Select):
    """A list whose first line means « no »: a browser must not ask for another."""

    def use_required_attribute(self, initial: Any) -> bool:
        """Never."""
        return False


class QuietTextarea(forms.Textarea):
    """A text needed only when something else is chosen: a browser must not ask for it."""

    def use_required_attribute(self, initial: Any) -> bool:
        """Never."""
        return False


class BlockForm(Form):
    """A block: its fields, and `seen`, which tells whether somebody saved the block since the page was opened.

    `open_fields` names the answers that may change (all in a draft); the others are shown and ignored. `routes` tells
    how the regions that said so are fed.
    """

    block: ClassVar[Block]

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        candidacy: Candidacy,
        open_fields: frozenset[str],
        seen: str,
        routes: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Filled with what the candidacy holds."""
        self.candidacy = candidacy
        self.routes = routes or {}
        super().__init__(*args, initial={**self.initial_of(candidacy), "seen": seen}, **kwargs)
        self.offer()
        for name, field in self.fields.items():
            field.disabled = name != "seen" and self.answer_of(name) not in open_fields
        dress(self)

    def offer(self) -> None:
        """Sets the choices that depend on the candidacy."""

    def answer_of(self, name: str) -> str:
        """The answer of the candidacy that a field of the form fills."""
        return name

    def initial_of(self, candidacy: Candidacy) -> dict[str, Any]:
        """What the fields show of the candidacy."""
        return {field.name: getattr(candidacy, field.name) for field in FIELDS[self.block]}

    def values(self) -> dict[str, Any]:
        """The answers to save, by name, once the form is valid."""
        return {field.name: self.cleaned_data[field.name] for field in FIELDS[self.block]}


class PurposeForm(BlockForm):
    """What the service wants the ROR for."""

    block = Block.PURPOSE
    purpose = LaterChoice(label=LABEL_OF["purpose"], widget=forms.RadioSelect)
    purpose_details = forms.CharField(
        label=LABEL_OF["purpose_details"],
        max_length=LONG,
        required=False,
        help_text="Obligatoire pour une autre finalité.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def offer(self) -> None:
        """The purposes that fit the direction."""
        fitting = purposes.for_direction(self.candidacy.direction)
        _choose(self.fields["purpose"], [(purpose.code, purpose.label) for purpose in fitting])


class SolutionForm(BlockForm):
    """In which regions, and how data reach the ROR from each."""

    block = Block.SOLUTION
    PREFIX = "route_"

    def offer(self) -> None:
        """One choice per region; a feeding service says whether it goes through the region's own platform."""
        for code, name in territory.region_names().items():
            choices = _routes(self.candidacy.direction)
            field = LaterChoice(label=name, choices=choices, widget=QuietSelect)
            field.initial = self.candidacy.region_routes.get(code, "")
            field.help_text = f"Choix de la région : {self.routes[code]}" if code in self.routes else ""
            self.fields[f"{self.PREFIX}{code}"] = field

    @property
    def fieldsets(self) -> Sequence[tuple[str, Sequence[str]]]:  # type: ignore[override]
        """All the regions together."""
        return ((LABEL_OF["region_routes"], [name for name in self.fields if name != "seen"]),)

    def answer_of(self, name: str) -> str:
        """Every field fills the same answer."""
        return "region_routes"

    def initial_of(self, candidacy: Candidacy) -> dict[str, Any]:
        """Each region has its own initial value."""
        return {}

    def values(self) -> dict[str, Any]:
        """The routes of the regions chosen."""
        chosen = {name.removeprefix(self.PREFIX): value for name, value in self.cleaned_data.items() if name != "seen"}
        return {"region_routes": {code: route for code, route in chosen.items() if route}}


def _routes(direction: str) -> Choices:
    if direction == Direction.FEEDING:
        return [("", "Non concernée"), *((r.value, r.label) for r in (FeedingRoute.DIRECT, FeedingRoute.EAI))]
    return [("", "Non concernée"), (FeedingRoute.UNKNOWN.value, "Concernée")]


class ProfilesForm(BlockForm):
    """Which profiles are asked for, each with its reason."""

    block = Block.PROFILES
    PREFIX = "justification_"

    requested_profiles = LaterChoices(label=LABEL_OF["requested_profiles"], widget=forms.CheckboxSelectMultiple)

    def offer(self) -> None:
        """The profiles of the direction: several for feeding, one for consumption."""
        feeding = self.candidacy.direction == Direction.FEEDING
        offered: type[LabelledEnum] = FeedingProfile if feeding else AccessProfile
        field = self.fields["requested_profiles"]
        _choose(field, offered.choices())
        field.help_text = "Les profils A et B se cumulent." if feeding else "Un seul profil d’accès."
        for profile in offered:
            self.fields[f"{self.PREFIX}{profile.value}"] = LaterText(
                label=f"Pourquoi le profil {profile.value}, si vous le demandez",
                max_length=LONG,
                help_text=catalogue.DESCRIPTIONS[profile],
                initial=self.candidacy.justifications.get(profile.value, ""),
                widget=QuietTextarea(attrs={"rows": 3}),
            )

    def answer_of(self, name: str) -> str:
        """The reasons fill one answer."""
        return "justifications" if name.startswith(self.PREFIX) else name

    def initial_of(self, candidacy: Candidacy) -> dict[str, Any]:
        """The profiles; each reason has its own initial value."""
        return {"requested_profiles": candidacy.requested_profiles}

    def values(self) -> dict[str, Any]:
        """The profiles in order, and the reasons given."""
        data = self.cleaned_data
        reasons = {name.removeprefix(self.PREFIX): data[name] for name in data if name.startswith(self.PREFIX)}
        return {
            "requested_profiles": sorted(data["requested_profiles"]),
            "justifications": {code: reason for code, reason in reasons.items() if reason},
        }


def _progress(name: str) -> LaterChoice:
    return LaterChoice(label=LABEL_OF[name], choices=Progress.choices(), widget=forms.RadioSelect)


class ConformityForm(BlockForm):
    """Which version of the exposure model is followed, and how far its three steps are."""

    block = Block.CONFORMITY
    exposure_model = LaterChoice(label=LABEL_OF["exposure_model"], choices=BLANK + conformity.choices())
    analysis = _progress("analysis")
    feasibility = _progress("feasibility")
    development = _progress("development")
    nomenclatures = forms.CharField(
        label=LABEL_OF["nomenclatures"],
        max_length=LONG,
        required=False,
        help_text="Les nomenclatures suivies et leurs versions. Un ajout local n’est pas interopérable : signalez-le.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _mail(name: str) -> LaterText:
    return LaterText(
        label=LABEL_OF[name],
        max_length=254,
        help_text="Format attendu : nom@domaine.fr.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


def _phone(name: str) -> forms.CharField:
    return forms.CharField(label=LABEL_OF[name], max_length=30, required=False, widget=forms.TextInput({"type": "tel"}))


class ContactsForm(BlockForm):
    """Whom the agency reaches about technique, and about personal data."""

    block = Block.CONTACTS
    technical_name = LaterText(label=LABEL_OF["technical_name"], max_length=160)
    technical_email = _mail("technical_email")
    technical_phone = _phone("technical_phone")
    privacy_name = LaterText(label=LABEL_OF["privacy_name"], max_length=160)
    privacy_email = _mail("privacy_email")
    privacy_phone = _phone("privacy_phone")


YES_NO = [("oui", "Oui"), ("non", "Non")]
TRUTH = {"oui": True, "non": False}


class ThirdPartyForm(BlockForm):
    """Whether the service acts on behalf of somebody else, and on what mandate."""

    block = Block.THIRD_PARTY
    for_third_party = LaterChoice(
        label="Le service agit-il pour le compte d’un tiers (région, établissement…) ?",
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    third_party_name = forms.CharField(label=LABEL_OF["third_party_name"], max_length=200, required=False)
    third_party_number = forms.CharField(label=LABEL_OF["third_party_number"], max_length=20, required=False)
    mandate = forms.FileField(
        label=LABEL_OF["mandate_id"],
        required=False,
        max_length=200,
        help_text="PDF, PNG ou JPEG, 10 Mo au plus. Un nouveau fichier remplace le précédent.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
    )

    def answer_of(self, name: str) -> str:
        """The file fills the mandate."""
        return "mandate_id" if name == "mandate" else name

    def initial_of(self, candidacy: Candidacy) -> dict[str, Any]:
        """The answers; a file cannot be shown again."""
        answers = {True: "oui", False: "non", None: ""}
        return {
            "for_third_party": answers[candidacy.for_third_party],
            "third_party_name": candidacy.third_party_name,
            "third_party_number": candidacy.third_party_number,
        }

    def values(self) -> dict[str, Any]:
        """The answers without the file: the view deposits it first, and adds `mandate_id`."""
        data = self.cleaned_data
        return {
            "for_third_party": TRUTH.get(data["for_third_party"]),
            "third_party_name": data["third_party_name"],
            "third_party_number": data["third_party_number"],
        }


def _choose(field: forms.Field, choices: Choices) -> None:
    field.choices = choices  # type: ignore[attr-defined]


FORMS: dict[Block, type[BlockForm]] = {
    form.block: form for form in (PurposeForm, SolutionForm, ProfilesForm, ConformityForm, ContactsForm, ThirdPartyForm)
}


class ConfirmationForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""


class MessageForm(Form):
    """A message to the other side."""

    body = forms.CharField(label="Votre message", max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))


class AnswerForm(Form):
    """The vendor's answer to a comment."""

    answer = forms.CharField(label="Votre réponse", max_length=LONG, widget=forms.Textarea(attrs={"rows": 3}))


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
        _choose(self.fields["target"], [(block.label, _targets(block)) for block in blocks])  # type: ignore[misc]

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
        super().__init__(*args, initial=queries.grid_initial(lines), **kwargs)
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
