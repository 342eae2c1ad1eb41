"""The blocks of a candidacy as forms: a draft may be saved with blanks and errors, only sizes and choices count."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.html import format_html_join

from onboarding.candidacies import conformity, duties, queries
from onboarding.candidacies.blocks import FIELDS, LABEL_OF, Block
from onboarding.candidacies.conformity import Progress
from onboarding.candidacies.models import Candidacy
from policy.grants.direction import Direction
from policy.profiles import catalogue
from policy.profiles import queries as profiles
from policy.profiles.catalogue import AccessProfile, FeedingProfile
from portal.calendar.deadlines import paris_date
from portal.lifecycle.table import LabelledEnum
from portal.reference import purposes, retrieval, user_roles
from portal.reference import queries as reference
from portal.reference.retrieval import ExchangeFormat
from portal.reference.spaces import FeedingRoute, SpaceKind
from portal.web.forms import Form, dress

from .fields import (
    BLANK,
    LONG,
    REASON,
    Choices,
    LaterChoice,
    LaterChoices,
    LaterText,
    QuietSelect,
    QuietTextarea,
    choose,
)


class BlockForm(Form):
    """A block: its fields, and `seen`, which tells whether somebody saved the block since the page was opened.

    `open_fields` names the answers that may change (all in a draft); the others are shown and ignored. `routes` tells
    how the regions that said so are fed; `nomenclatures` are those in force, as (version, words).
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
        nomenclatures: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        """Filled with what the candidacy holds."""
        self.candidacy = candidacy
        self.routes = routes or {}
        self.nomenclatures_offered = nomenclatures
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
        chosen, today = self.candidacy.region_routes, paris_date(timezone.now())
        for code, name in reference.regions_at(today, chosen=chosen).items():
            choices = _routes(self.candidacy.direction)
            field = LaterChoice(label=name, choices=choices, widget=QuietSelect)
            field.initial = chosen.get(code, "")
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


def _withdrawn(codes: Iterable[str]) -> dict[str, str]:
    """The roles chosen that the nomenclature holds no more: the vendor sees them, and unticks them."""
    known = user_roles.user_roles()
    return {code: f"{known[code].label if code in known else code} (retiré de la nomenclature)" for code in codes}


class AccessForm(BlockForm):
    """Who uses a consuming service, which data it needs, and how it retrieves them."""

    block = Block.ACCESS
    PREFIX = "reason_"

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
        named = profiles.named_roles(timezone.now())
        roles = named | _withdrawn(code for code in self.candidacy.user_roles if code not in named)
        choose(self.fields["user_roles"], [(code, f"{code} – {label}") for code, label in roles.items()])
        choose(self.fields["data_wanted"], [(code, data.label) for code, data in retrieval.data_wanted().items()])
        cases = retrieval.cases().items()
        choose(self.fields["retrieval_cases"], [(code, f"{case.words} : {case.services}") for code, case in cases])
        for code, data in retrieval.data_wanted().items():
            self.fields[f"{self.PREFIX}{code}"] = LaterText(
                label=f"Pourquoi « {data.label} », si vous les demandez",
                max_length=REASON,
                initial=self.candidacy.data_reasons.get(code, ""),
                widget=QuietTextarea(attrs={"rows": 2, "data-portal-with": f"data_wanted={code}"}),
            )

    def answer_of(self, name: str) -> str:
        """The reasons fill one answer."""
        return "data_reasons" if name.startswith(self.PREFIX) else name

    def values(self) -> dict[str, Any]:
        """The choices, and the reasons given."""
        data = self.cleaned_data
        reasons = {name.removeprefix(self.PREFIX): data[name] for name in data if name.startswith(self.PREFIX)}
        chosen = {field.name: data[field.name] for field in FIELDS[self.block] if field.name != "data_reasons"}
        return chosen | {"data_reasons": {code: reason for code, reason in reasons.items() if reason}}

    @property
    def fieldsets(self) -> Sequence[tuple[str, Sequence[str]]]:  # type: ignore[override]
        """The reasons stand together, after the data that they explain."""
        reasons = [name for name in self.fields if name.startswith(self.PREFIX)]
        return (("", ["user_roles", "data_wanted"]), (LABEL_OF["data_reasons"], reasons))


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
                widget=QuietTextarea(attrs={"rows": 3, "data-portal-with": f"requested_profiles={profile.value}"}),
            )
        self._offer_duties()

    def _offer_duties(self) -> None:
        """One box, with the texts that it takes note of; none where the policy leaves no duty."""
        self.duties = queries.own_duties(self.candidacy.direction, at=timezone.now())
        if not self.duties.texts:
            return
        field = self.fields["acknowledged_duties"] = LaterChoices(
            label=LABEL_OF["acknowledged_duties"],
            widget=forms.CheckboxSelectMultiple,
            help_text=format_html_join("", "{}<br>", [(text,) for text in self.duties.texts]),
            error_messages={"invalid_choice": "La politique d’accès vient de changer : relisez ces devoirs."},
        )
        choose(field, [(self.duties.key, "Le service prend acte de ces devoirs, qui restent les siens")])
        field.initial = [self.duties.key] if self._is_noted() else []

    def _is_noted(self) -> bool:
        return duties.covers(self.candidacy.acknowledged_duties, self.duties.texts)

    def _note(self) -> dict[str, Any]:
        """The note as it was kept, a new one without its author and date, or none when the box is empty."""
        if not self.duties.texts or (self._is_noted() and self.cleaned_data["acknowledged_duties"]):
            return dict(self.candidacy.acknowledged_duties)
        return self.duties.to_note if self.cleaned_data["acknowledged_duties"] else {}

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
            "acknowledged_duties": self._note(),
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
    nomenclatures_followed = forms.MultipleChoiceField(
        label=LABEL_OF["nomenclatures_followed"],
        required=False,
        help_text="Les versions en vigueur, et celles que vous aviez déclarées.",
        widget=forms.CheckboxSelectMultiple,
    )
    nomenclatures = forms.CharField(
        label=LABEL_OF["nomenclatures"],
        max_length=LONG,
        required=False,
        help_text="Celles que la liste ne porte pas, avec leurs versions.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    local_additions = forms.CharField(
        label=LABEL_OF["local_additions"],
        max_length=LONG,
        required=False,
        help_text="Les codes que vous avez ajoutés. Attention : un ajout local n’est pas interopérable, "
        "les autres services ne le comprennent pas.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def offer(self) -> None:
        """The nomenclatures in force, and the former versions that the service declared."""
        held = self.candidacy.nomenclatures_followed
        known = dict(self.nomenclatures_offered)
        former = [(name, f"{name} (version antérieure)") for name in held if name not in known]
        choose(self.fields["nomenclatures_followed"], [*known.items(), *former])


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
