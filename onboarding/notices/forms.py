"""What is typed: a notice and its audience, what follows it, a malfunction, an answer."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from policy.certificates.environments import Environment
from policy.grants.direction import Direction
from policy.profiles.catalogue import AccessProfile, FeedingProfile
from portal.calendar.deadlines import paris_date
from portal.parties.models import DigitalService
from portal.reference import queries as reference
from portal.web.forms import DayField, Form, MomentField

from .kinds import Audience, Kind, Part, Touched

_REFERENCE = re.compile(r"[A-Z0-9-]{1,20}")
MOST_SERVICES = 500


class NoticeForm(Form):
    """A notice: what, for whom, when."""

    fieldsets: ClassVar[Sequence[tuple[str, Sequence[str]]]] = (
        ("", ("kind", "title", "body")),
        ("Pour qui", ("audience", "direction", "profiles", "regions", "services", "is_public")),
        ("Maintenance ou incident", ("parts", "touched", "starts_at", "ends_at", "is_urgent")),
        ("Lecture", ("asks_reading", "read_by_date")),
    )

    kind = forms.ChoiceField(label="Nature", choices=Kind.choices(), widget=forms.RadioSelect)
    title = forms.CharField(label="Titre", max_length=160)
    body = forms.CharField(
        label="Texte",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Ce qui se passe, ce que l’éditeur doit faire et avant quand. Une ligne vide sépare les paragraphes.",
    )
    audience = forms.ChoiceField(label="Destinataires", choices=Audience.choices(), widget=forms.RadioSelect)
    direction = forms.ChoiceField(
        label="Sens, si l’annonce vise un sens",
        choices=[("", "Aucun"), *Direction.choices()],
        required=False,
        widget=forms.Select(attrs={"data-portal-with": "audience=direction"}),
    )
    profiles = forms.MultipleChoiceField(
        label="Profils, si l’annonce vise des profils",
        choices=[*AccessProfile.choices(), *FeedingProfile.choices()],
        widget=forms.CheckboxSelectMultiple(attrs={"data-portal-with": "audience=profile"}),
        required=False,
    )
    regions = forms.MultipleChoiceField(
        label="Régions, si l’annonce vise des régions",
        choices=lambda: list(reference.regions_at(paris_date(timezone.now())).items()),
        widget=forms.CheckboxSelectMultiple(attrs={"data-portal-with": "audience=region"}),
        required=False,
    )
    services = forms.CharField(
        label="Services, si l’annonce en nomme",
        max_length=12_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-portal-with": "audience=services"}),
        help_text="Leurs références (S-2026-0001), séparées par des espaces, des virgules ou des retours à la ligne.",
    )
    is_public = forms.BooleanField(
        label="Montrer aussi l’annonce à tous, sur la page publique « État du service »", required=False
    )
    parts = forms.MultipleChoiceField(
        label="Ce qui est touché", choices=Part.choices(), widget=forms.CheckboxSelectMultiple, required=False
    )
    touched = forms.ChoiceField(label="Environnement", choices=[("", "Sans objet"), *Touched.choices()], required=False)
    starts_at = MomentField(label="Début", required=False, help_text="Heure de Paris.")
    ends_at = MomentField(
        label="Fin", required=False, help_text="Heure de Paris. Vide pour un incident qui dure encore."
    )
    is_urgent = forms.BooleanField(label="Maintenance urgente, sans le délai habituel d’annonce", required=False)
    asks_reading = forms.BooleanField(label="Demander à chaque organisme de confirmer sa lecture", required=False)
    read_by_date = DayField(label="Lecture à confirmer avant le", required=False)

    def clean_services(self) -> list[str]:
        """The references, each once, in order."""
        words = [word for word in re.split(r"[\s,;]+", self.cleaned_data["services"].upper()) if word]
        if wrong := [word for word in words if not _REFERENCE.fullmatch(word)]:
            raise forms.ValidationError(f"« {wrong[0][:30]} » n’est pas une référence de service.")
        if len(words) > MOST_SERVICES:
            raise forms.ValidationError(f"Au plus {MOST_SERVICES} services : visez plutôt un sens ou un profil.")
        return list(dict.fromkeys(words))


class FollowUpForm(Form):
    """What happened since a notice."""

    text = forms.CharField(label="Ce qui s’est passé depuis", max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))


class ReportForm(Form):
    """What does not work."""

    service = forms.ChoiceField(label="Service touché")
    environment = forms.ChoiceField(label="Environnement", choices=Environment.choices(), widget=forms.RadioSelect)
    part = forms.ChoiceField(label="Ce qui ne marche pas", choices=Part.choices(), widget=forms.RadioSelect)
    title = forms.CharField(label="En quelques mots", max_length=160)
    text = forms.CharField(
        label="Ce que vous avez fait, ce que vous attendiez, ce que vous avez obtenu",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Donnez le code et le texte exact de l’erreur. N’écrivez ni secret, ni jeton, ni clé.",
    )
    noticed_at = MomentField(label="Constaté le", required=False, help_text="Heure de Paris.")

    def __init__(self, *args: Any, services: Sequence[DigitalService], **kwargs: Any) -> None:
        """The services for which this person may report."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["service"]
        field.choices = [(one.reference, f"{one.name} ({one.owner.name})") for one in services]


class ReportMessageForm(Form):
    """What one side says of a report."""

    text = forms.CharField(label="Votre message", max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))


class ConfirmationForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""
