"""The form of a decision: profiles, reservations one by one, coded motives, what a deferral waits for."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms

from onboarding.candidacies.blocks import of_direction
from onboarding.committee.models import CommitteeSession
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Blocks, Motive, Reserve
from policy.grants.direction import Direction
from policy.profiles import catalogue
from policy.profiles.catalogue import AccessProfile, FeedingProfile
from portal.web import wording
from portal.web.forms import DayField, Form, dress

LONG_TEXT = 5000
ROWS = (1, 2, 3, 4)  # reservations that one decision may bear


class DecisionForm(Form):
    """What is decided on a point; the profiles and blocks offered are those of the candidacy's direction."""

    outcome = forms.ChoiceField(label="Sens de la décision", choices=Outcome.choices(), widget=forms.RadioSelect)
    feeding_profiles = forms.MultipleChoiceField(
        label="Profils d’alimentation accordés",
        choices=FeedingProfile.choices(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Seulement pour un avis favorable. Les profils A et B se cumulent.",
    )
    access_profile = forms.ChoiceField(
        label="Profil d’accès accordé",
        choices=AccessProfile.choices(),
        widget=forms.RadioSelect,
        required=False,
        help_text="Seulement pour un avis favorable.",
    )
    motives = forms.MultipleChoiceField(
        label="Motifs du refus",
        choices=Motive.choices(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Seulement pour un avis défavorable : au moins un, que le texte précise.",
    )
    awaited = forms.MultipleChoiceField(
        label="Parties à compléter",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Seulement pour un ajournement : elles seules sont rouvertes à l’éditeur. Aucune : toutes le sont.",
    )
    target = forms.ChoiceField(
        label="Séance visée",
        required=False,
        help_text="Seulement pour un ajournement : le dossier y est inscrit de lui-même.",
    )
    grounds = forms.CharField(
        label="Motifs",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=LONG_TEXT,
        required=False,
        help_text="Obligatoires si la décision n’accorde pas ce qui était demandé. Ils figurent dans le courrier.",
    )

    fieldsets: ClassVar[Sequence[tuple[str, Sequence[str]]]] = (
        ("", ("outcome", "feeding_profiles", "access_profile", "grounds")),
        *((f"Réserve {n}", (f"reservation_{n}", f"reservation_{n}_blocks", f"reservation_{n}_due")) for n in ROWS),
        ("En cas d’ajournement", ("awaited", "target")),
        ("En cas d’avis défavorable", ("motives",)),
    )
    OTHER_DIRECTION: ClassVar[dict[Direction, str]] = {
        Direction.FEEDING: "access_profile",
        Direction.CONSUMPTION: "feeding_profiles",
    }

    def __init__(
        self, *args: Any, direction: Direction, sessions: Sequence[CommitteeSession] = (), **kwargs: Any
    ) -> None:
        """Leaves out the profiles of the other direction; `sessions` are those that a deferral may name."""
        super().__init__(*args, **kwargs)
        del self.fields[self.OTHER_DIRECTION[direction]]
        known = {name: field.label for name, field in self.base_fields.items()}
        self.fields["awaited"].choices = [(block.value, block.label) for block in of_direction(direction)]
        days = [(one.reference, f"{wording.day(one.held_on)} ({one.reference})") for one in sessions]
        self.fields["target"].choices = [("", "Une prochaine séance"), *days]
        self.fields |= dict(_reservation_fields(direction))
        dress(self)
        for name, field in self.fields.items():
            field.label = known.get(name, field.label)  # none is simply optional: the outcome says which are needed

    @property
    def ruling(self) -> Ruling:
        """The ruling typed, once the form is valid. A box left ticked under a refusal stays in it, to be refused."""
        data = self.cleaned_data
        access = data.get("access_profile")
        return Ruling(
            outcome=Outcome(data["outcome"]),
            granted=Profiles(frozenset(data.get("feeding_profiles", ())), int(access) if access else None),
            grounds=data["grounds"],
            reservations=tuple(self._reservations()),
            motives=tuple(Motive(code) for code in data["motives"]),
            awaited=tuple(data["awaited"]),
            target=data["target"],
        )

    def _reservations(self) -> Iterator[Reserve]:
        for number in ROWS:
            text = self.cleaned_data[f"reservation_{number}"].strip()
            if text:
                kept = self.cleaned_data[f"reservation_{number}_blocks"] or Blocks.NOTHING.value
                blocks, _, profile = kept.partition(":")
                yield Reserve(text, Blocks(blocks), profile, self.cleaned_data[f"reservation_{number}_due"])

    @staticmethod
    def initial_of(ruling: Ruling) -> dict[str, Any]:
        """What the form shows for a ruling already worded, or for what was asked."""
        access = ruling.granted.access
        shown: dict[str, Any] = {
            "outcome": ruling.outcome.value,
            "feeding_profiles": sorted(ruling.granted.feeding),
            "access_profile": None if access is None else str(access),
            "grounds": ruling.grounds,
            "motives": [motive.value for motive in ruling.motives],
            "awaited": list(ruling.awaited),
            "target": ruling.target,
        }
        for number, reserve in zip(ROWS, ruling.reservations, strict=False):
            shown[f"reservation_{number}"] = reserve.text
            shown[f"reservation_{number}_blocks"] = reserve.blocks + (f":{reserve.profile}" if reserve.profile else "")
            shown[f"reservation_{number}_due"] = reserve.due_on
        return shown


def _reservation_fields(direction: Direction) -> Iterator[tuple[str, forms.Field]]:
    profiles = FeedingProfile if direction is Direction.FEEDING else AccessProfile
    plain = [(one.value, one.label) for one in Blocks if one is not Blocks.PROFILE]
    named = [(f"{Blocks.PROFILE}:{one.value}", catalogue.label(one.value)) for one in profiles]
    for number in ROWS:
        yield (
            f"reservation_{number}",
            forms.CharField(
                label=f"Réserve {number} : ce qui est demandé",
                widget=forms.Textarea(attrs={"rows": 2}),
                max_length=1000,
                required=False,
            ),
        )
        yield (
            f"reservation_{number}_blocks",
            forms.ChoiceField(label=f"Réserve {number} : ce qu’elle bloque", choices=[*plain, *named], required=False),
        )
        yield f"reservation_{number}_due", DayField(label=f"Réserve {number} : à lever avant le", required=False)
