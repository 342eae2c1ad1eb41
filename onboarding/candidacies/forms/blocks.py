"""The blocks of a candidacy as forms: a draft may be saved with blanks and errors, only sizes and choices count."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from onboarding.candidacies import conformity
from onboarding.candidacies.blocks import FIELDS, LABEL_OF, Block
from onboarding.candidacies.conformity import Progress
from onboarding.candidacies.models import Candidacy
from policy.grants.direction import Direction
from policy.profiles import catalogue
from policy.profiles.catalogue import AccessProfile, FeedingProfile
from portal.lifecycle.table import LabelledEnum
from portal.reference import purposes, retrieval, territory, user_roles
from portal.reference.retrieval import ExchangeFormat
from portal.reference.spaces import FeedingRoute, SpaceKind
from portal.web.forms import Form, dress

from .fields import BLANK, LONG, Choices, LaterChoice, LaterChoices, LaterText, QuietSelect, QuietTextarea, choose


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
        choose(self.fields["purpose"], [(purpose.code, purpose.label) for purpose in fitting])


class SolutionForm(BlockForm):
    """In which regions, and how data reach the ROR from each."""

    block = Block.SOLUTION
    PREFIX = "route_"

    def offer(self) -> None:
        """One choice per region; a feeding service says whether it goes through the region's own platform.

        Only a consuming service chooses its space: feeding is always national (settled question 5).
        """
        if self.candidacy.direction == Direction.CONSUMPTION:
            self.fields["space"] = LaterChoice(
                label=LABEL_OF["space"],
                choices=SpaceKind.choices(),
                initial=self.candidacy.space,
                help_text="Régional : une seule région, décision de son agence régionale de santé. "
                "Plusieurs régions relèvent de l’espace national.",
                widget=forms.RadioSelect,
            )
        for code, name in territory.region_names().items():
            choices = _routes(self.candidacy.direction)
            field = LaterChoice(label=name, choices=choices, widget=QuietSelect)
            field.initial = self.candidacy.region_routes.get(code, "")
            field.help_text = f"Choix de la région : {self.routes[code]}" if code in self.routes else ""
            self.fields[f"{self.PREFIX}{code}"] = field

    @property
    def fieldsets(self) -> Sequence[tuple[str, Sequence[str]]]:  # type: ignore[override]
        """The space, if it is asked, then all the regions together."""
        regions = (LABEL_OF["region_routes"], [name for name in self.fields if name.startswith(self.PREFIX)])
        return (("", ["space"]), regions) if "space" in self.fields else (regions,)

    def answer_of(self, name: str) -> str:
        """Every region fills the same answer."""
        return "space" if name == "space" else "region_routes"

    def initial_of(self, candidacy: Candidacy) -> dict[str, Any]:
        """Each region has its own initial value."""
        return {}

    def values(self) -> dict[str, Any]:
        """The routes of the regions chosen."""
        data = self.cleaned_data
        chosen = {name.removeprefix(self.PREFIX): data[name] for name in data if name.startswith(self.PREFIX)}
        space = {"space": data["space"] or SpaceKind.NATIONAL} if "space" in data else {}
        return {"region_routes": {code: route for code, route in chosen.items() if route}, **space}


def _routes(direction: str) -> Choices:
    if direction == Direction.FEEDING:
        return [("", "Non concernée"), *((r.value, r.label) for r in (FeedingRoute.DIRECT, FeedingRoute.EAI))]
    return [("", "Non concernée"), (FeedingRoute.UNKNOWN.value, "Concernée")]


class AccessForm(BlockForm):
    """Who uses a consuming service, which data it needs, and how it retrieves them."""

    block = Block.ACCESS
    user_roles = LaterChoices(
        label=LABEL_OF["user_roles"],
        widget=forms.CheckboxSelectMultiple,
        help_text="Codes de la nomenclature TRE_R78. Le profil d’accès dépend de ces rôles et de la finalité.",
    )
    data_wanted = LaterChoices(label=LABEL_OF["data_wanted"], widget=forms.CheckboxSelectMultiple)
    exchange_format = LaterChoice(
        label=LABEL_OF["exchange_format"],
        choices=ExchangeFormat.choices(),
        widget=forms.RadioSelect,
        help_text="Le format CSD ne transmet pas les disponibilités en lits et places.",
    )
    retrieval_cases = LaterChoices(label=LABEL_OF["retrieval_cases"], widget=forms.CheckboxSelectMultiple)

    def offer(self) -> None:
        """The reference data, in their order."""
        choose(self.fields["user_roles"], [(code, role.words) for code, role in user_roles.user_roles().items()])
        choose(self.fields["data_wanted"], [(code, data.label) for code, data in retrieval.data_wanted().items()])
        cases = retrieval.cases().items()
        choose(self.fields["retrieval_cases"], [(code, f"{case.words} : {case.services}") for code, case in cases])


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
        choose(field, offered.choices())
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


FORMS: dict[Block, type[BlockForm]] = {
    form.block: form
    for form in (PurposeForm, SolutionForm, AccessForm, ProfilesForm, ConformityForm, ContactsForm, ThirdPartyForm)
}
