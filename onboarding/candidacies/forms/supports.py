"""On whose behalf and with whose support: the blocks to which a file is joined."""

from typing import Any

from django import forms
from django.utils import timezone

from onboarding.candidacies.blocks import LABEL_OF, Block
from onboarding.candidacies.models import Candidacy
from portal.calendar.deadlines import paris_date
from portal.reference import queries as reference

from .blocks import (
    AccessForm,
    BlockForm,
    ConformityForm,
    ContactsForm,
    ProfilesForm,
    PurposeForm,
    SolutionForm,
)
from .fields import BLANK, LaterChoice, choose


def _joined(label: str) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        max_length=200,
        help_text="PDF, PNG ou JPEG, 10 Mo au plus. Un nouveau fichier remplace le précédent.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
    )


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
    mandate = _joined(LABEL_OF["mandate_id"])

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


class SponsorForm(BlockForm):
    """The region that supports the request (settled question 6)."""

    block = Block.SPONSOR
    sponsor_region = forms.ChoiceField(label=LABEL_OF["sponsor_region"], required=False)
    sponsor_name = forms.CharField(label=LABEL_OF["sponsor_name"], max_length=160, required=False)
    sponsor_email = forms.CharField(
        label=LABEL_OF["sponsor_email"],
        max_length=254,
        required=False,
        help_text="Format attendu : nom@domaine.fr.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    sponsor_letter = _joined(LABEL_OF["sponsor_letter_id"])

    def offer(self) -> None:
        """The regions."""
        held = reference.regions_at(paris_date(timezone.now()), chosen=[self.candidacy.sponsor_region])
        choose(self.fields["sponsor_region"], [*BLANK, *held.items()])

    def answer_of(self, name: str) -> str:
        """The file fills the letter."""
        return "sponsor_letter_id" if name == "sponsor_letter" else name

    def initial_of(self, candidacy: Candidacy) -> dict[str, Any]:
        """The answers; a file cannot be shown again."""
        return {name: getattr(candidacy, name) for name in SPONSORED}

    def values(self) -> dict[str, Any]:
        """The answers without the file: the view deposits it first, and adds `sponsor_letter_id`."""
        return {name: self.cleaned_data[name] for name in SPONSORED}


SPONSORED = ("sponsor_region", "sponsor_name", "sponsor_email")
FORMS: dict[Block, type[BlockForm]] = {
    form.block: form
    for form in (
        PurposeForm,
        SolutionForm,
        AccessForm,
        ProfilesForm,
        ConformityForm,
        ContactsForm,
        ThirdPartyForm,
        SponsorForm,
    )
}
