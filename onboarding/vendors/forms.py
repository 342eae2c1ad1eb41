"""What is asked to claim a legal entity, to examine a claim, and to describe a service."""

from collections.abc import Sequence
from typing import Any

from django import forms

from portal.parties.models import DigitalService, ServiceKind
from portal.web.forms import DayField, Form

from .identity import Numbering, UnreadableNumber, read
from .models import JOINABLE, EntityClaim, ServiceSheet
from .operations import Sheet
from .proofs import ProofKind, Quality

BLANK = [("", "Choisir")]
ACCEPTED = "application/pdf,image/png,image/jpeg,.pdf,.png,.jpg,.jpeg"


class ClaimForm(Form):
    """The entity, in what quality one represents it, and the piece that proves it."""

    fieldsets = (
        ("La personne morale", ("numbering", "number", "name", "address", "postcode", "city")),
        ("Votre qualité", ("quality", "quality_details", "replaces")),
        ("La pièce qui la prouve", ("proof_kind", "proof_date", "proof")),
    )

    numbering = forms.ChoiceField(
        label="Numéro qui désigne la personne morale", choices=Numbering.choices(), widget=forms.RadioSelect
    )
    number = forms.CharField(label="Numéro", max_length=40, help_text="Les espaces ne comptent pas.")
    name = forms.CharField(label="Raison sociale", max_length=200)
    address = forms.CharField(label="Adresse du siège", max_length=200)
    postcode = forms.RegexField(
        r"^\s*[0-9]{5}\s*$",
        label="Code postal",
        help_text="Cinq chiffres.",
        error_messages={"invalid": "Un code postal compte cinq chiffres."},
    )
    city = forms.CharField(label="Commune", max_length=120)
    quality = forms.ChoiceField(label="Vous êtes", choices=BLANK + Quality.choices())
    quality_details = forms.CharField(label="Précision", max_length=120, required=False)
    replaces = forms.BooleanField(
        label="Je remplace le représentant légal actuel",
        required=False,
        help_text="L’agence met fin à ses droits quand elle confirme votre qualité. Ne cochez pas s’il demeure.",
    )
    proof_kind = forms.ChoiceField(label="Nature de la pièce", choices=BLANK + ProofKind.choices())
    proof_date = DayField(label="Date de la pièce", help_text="Un extrait de registre doit être récent.")
    proof = forms.FileField(
        label="Fichier",
        max_length=200,
        help_text="PDF, PNG ou JPEG, 10 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )

    def clean_postcode(self) -> str:
        """Without the spaces around."""
        return str(self.cleaned_data["postcode"]).strip()

    def clean(self) -> dict[str, Any]:
        """Reads the number in the register chosen."""
        data = super().clean() or {}
        if data.get("numbering") and data.get("number"):
            try:
                data["identity"] = read(data["numbering"], data["number"])
            except UnreadableNumber as error:
                self.add_error("number", str(error))
        if data.get("quality") == Quality.OTHER and not data.get("quality_details"):
            self.add_error("quality_details", "Précisez en quelle qualité vous représentez la personne morale.")
        return data


class VerificationForm(Form):
    """On what piece the quality was checked."""

    piece = forms.ChoiceField(label="Pièce sur laquelle la qualité est vérifiée", choices=ProofKind.choices())
    details = forms.CharField(
        label="Précision",
        max_length=120,
        required=False,
        help_text="Par exemple la date ou le numéro de la pièce. Elle figure sur la charte et sur le récépissé.",
    )

    replaced = forms.MultipleChoiceField(
        label="Représentants légaux remplacés",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Leurs droits, leurs sessions et les mandats qu’ils ont donnés prennent fin aussitôt.",
    )

    def __init__(self, *args: Any, representatives: Sequence[Any] = (), **kwargs: Any) -> None:
        """`representatives` are the accounts of those who represent the entity now."""
        super().__init__(*args, **kwargs)
        self.representatives = {person.email: person for person in representatives}
        field = self.fields["replaced"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(person.email, f"{person.full_name} ({person.email})") for person in representatives]
        if not self.representatives:
            del self.fields["replaced"]

    @property
    def values(self) -> dict[str, Any]:
        """The arguments of the operation, once the form is valid."""
        data = self.cleaned_data
        replaced = [self.representatives[address] for address in data.get("replaced", ())]
        return {"piece": data["piece"], "details": data["details"], "replaced": replaced}

    @staticmethod
    def initial_of(claim: EntityClaim, representatives: Sequence[Any] = ()) -> dict[str, Any]:
        """The piece joined by the claimant; all the representatives when he says that he replaces them."""
        replaced = [person.email for person in representatives] if claim.replaces else []
        details = f"du {claim.proof_date:%d/%m/%Y}"
        return {"piece": claim.proof_kind, "details": details, "replaced": replaced}


class JoinForm(Form):
    """Which entity somebody asks to join, and as what."""

    numbering = forms.ChoiceField(
        label="Numéro qui désigne l’organisme", choices=Numbering.choices(), widget=forms.RadioSelect
    )
    number = forms.CharField(label="Numéro", max_length=40, help_text="Les espaces ne comptent pas.")
    role = forms.ChoiceField(label="Rôle souhaité", choices=JOINABLE, widget=forms.RadioSelect)
    words = forms.CharField(
        label="Message au représentant légal",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Dites qui vous êtes et ce que vous faites pour l’organisme.",
    )

    def clean(self) -> dict[str, Any]:
        """Reads the number in the register chosen."""
        data = super().clean() or {}
        if data.get("numbering") and data.get("number"):
            try:
                data["identity"] = read(data["numbering"], data["number"])
            except UnreadableNumber as error:
                self.add_error("number", str(error))
        return data


class JoinAnswerForm(Form):
    """With which role the person is let in."""

    role = forms.ChoiceField(label="Rôle accordé", choices=JOINABLE, widget=forms.RadioSelect)


class MandateForm(Form):
    """Whom the mandate empowers, from when, until when, and the signed piece."""

    delegate = forms.ChoiceField(label="Mandataire")
    first_date = DayField(label="Premier jour")
    last_date = DayField(label="Dernier jour", required=False, help_text="Laissez vide si le mandat n’a pas de terme.")
    piece = forms.FileField(
        label="Mandat signé",
        max_length=200,
        help_text="PDF, PNG ou JPEG, 10 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )

    def __init__(self, *args: Any, delegates: Sequence[Any], **kwargs: Any) -> None:
        """`delegates` are the accounts that hold the role of delegate."""
        super().__init__(*args, **kwargs)
        self.delegates = {person.email: person for person in delegates}
        field = self.fields["delegate"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = BLANK + [(one.email, f"{one.full_name} ({one.email})") for one in delegates]


class RefusalForm(Form):
    """Why the claim is refused."""

    grounds = forms.CharField(
        label="Motifs",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Le demandeur les reçoit tels quels.",
    )


class ServiceForm(Form):
    """The identity of a service and its sheet."""

    fieldsets = (
        ("Le service", ("name", "kind", "url")),
        ("Sa fiche", ("software_version", "hosting", "description")),
    )

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    name = forms.CharField(label="Nom du service", max_length=120)
    kind = forms.ChoiceField(
        label="Type de solution",
        choices=ServiceKind.choices(),
        widget=forms.RadioSelect,
        help_text=(
            "SaaS ou EAI régional : un certificat pour la solution. "
            "Solution propriétaire : un certificat pour chaque client."
        ),
    )
    url = forms.URLField(
        label="Adresse du service",
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text="Elle commence par https:// ; demandée avant le dépôt d’une candidature.",
    )
    software_version = forms.CharField(label="Version du logiciel", max_length=60, required=False)
    hosting = forms.CharField(label="Hébergeur et lieu d’hébergement", max_length=200, required=False)
    description = forms.CharField(
        label="Ce que fait le service", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean_url(self) -> str:
        """Only addresses served over TLS."""
        url = str(self.cleaned_data["url"])
        if url and not url.startswith("https://"):
            raise forms.ValidationError("L’adresse du service commence par https://.")
        return url

    @property
    def values(self) -> dict[str, Any]:
        """The arguments of the operation, once the form is valid."""
        data = self.cleaned_data
        sheet = Sheet(
            software_version=data["software_version"], hosting=data["hosting"], description=data["description"]
        )
        return {"name": data["name"], "kind": data["kind"], "url": data["url"], "sheet": sheet}

    def differing_from(self, saved: dict[str, Any]) -> list[tuple[str, str, str]]:
        """What is typed otherwise than it is saved: (label, saved, typed)."""
        return [
            (str(field.label), _told(field, saved[name]), _told(field, self.cleaned_data[name]))
            for name, field in self.fields.items()
            if name != "version" and saved[name] != self.cleaned_data[name]
        ]

    @staticmethod
    def initial_of(service: DigitalService, sheet: ServiceSheet) -> dict[str, Any]:
        """What the form shows of a service."""
        return {
            "version": service.version,
            "name": service.name,
            "kind": service.kind,
            "url": service.url,
            "software_version": sheet.software_version,
            "hosting": sheet.hosting,
            "description": sheet.description,
        }


def _told(field: forms.Field, value: str) -> str:
    """A value as the page words it."""
    return str(dict(getattr(field, "choices", ())).get(value, value)) or "non renseigné"
