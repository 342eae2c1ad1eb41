"""The deposit of a certificate: pasted or chosen, with the client it was issued for where there is one."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from stdnum.fr import siren, siret

from portal.parties.models import DigitalService, ServiceKind
from portal.reference import finess
from portal.web.forms import EitherFileField, Form, PastedField

from . import bundle, deposit, possession
from .environments import Hierarchy
from .identity import Client
from .reasons import REASONS
from .trust import AnchorKind


class DeclareForm(Form):
    """One certificate, in one of two ways. A private key empties the field: it is never sent back to the page."""

    judges_keys = ("pasted",)

    use_required_attribute = False
    fieldsets = (
        ("Le certificat, sous l’une de ces deux formes", ("pasted", "file")),
        ("Le client, s’il y en a un", ("client_label", "client_number")),
    )
    data: Any  # what was sent: emptied of a private key before the page is shown again

    pasted = PastedField(
        label="Texte du certificat (PEM)",
        help_text="De « -----BEGIN CERTIFICATE----- » à « -----END CERTIFICATE----- ». Jamais de clé privée.",
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        max_length=deposit.MAX_BYTES,
    )
    file = EitherFileField(
        label="Fichier du certificat",
        help_text="PEM ou DER : .pem, .cer, .crt ou .der. Les fichiers .p12 et .pfx contiennent votre clé privée.",
        allow_empty_file=True,
    )
    client_label = forms.CharField(
        label="Client pour qui ce certificat a été émis",
        help_text="À remplir si le certificat désigne un client de votre solution plutôt que vous-même.",
        required=False,
        max_length=200,
    )
    client_number = forms.CharField(
        label="Numéro SIRET, SIREN ou FINESS de ce client",
        required=False,
        max_length=30,
    )

    def __init__(self, *args: Any, service: DigitalService, **kwargs: Any) -> None:
        """The client is asked of proprietary services only."""
        super().__init__(*args, **kwargs)
        if service.kind != ServiceKind.PROPRIETARY:
            del self.fields["client_label"], self.fields["client_number"]

    def clean_client_number(self) -> str:
        """The number without separators; its key is checked."""
        number = finess.normalise(self.cleaned_data["client_number"])
        if number and not (siren.is_valid(number) or siret.is_valid(number) or finess.is_valid(number)):
            raise forms.ValidationError("Ce numéro n’est ni un SIRET, ni un SIREN, ni un FINESS valide.")
        return number

    def clean(self) -> dict[str, Any]:
        """Exactly one deposit, no private key in it, and the client named in full or not at all."""
        cleaned = super().clean() or self.cleaned_data
        self._refuse_secrets()
        if bool(cleaned.get("pasted")) == bool(cleaned.get("file")) and "pasted" not in self.errors:
            both = "Collez le texte ou choisissez un fichier, pas les deux."
            self.add_error("pasted", both if cleaned.get("pasted") else REASONS["empty"].sentence)
        if "client_label" in self.fields and bool(cleaned.get("client_label")) != bool(cleaned.get("client_number")):
            lacking = "client_number" if cleaned.get("client_label") else "client_label"
            if lacking not in self.errors:
                self.add_error(lacking, "Indiquez le nom du client et son numéro, ou ni l’un ni l’autre.")
        return cleaned

    def deposited(self) -> bytes:
        """The bytes deposited."""
        if upload := self.cleaned_data.get("file"):
            return bytes(upload.read())
        return str(self.cleaned_data["pasted"]).encode("utf-8")

    def client(self) -> Client | None:
        """The client named, if one is."""
        label, number = self.cleaned_data.get("client_label"), self.cleaned_data.get("client_number")
        return Client(label, number) if label and number else None

    def _refuse_secrets(self) -> None:
        """Looks at what was sent rather than at what was cleaned: a text too long is no reason to keep a key."""
        sent: Any = self.data
        if code := deposit.secret_in(str(sent.get("pasted", "")).encode("utf-8")):
            emptied = sent.copy()
            emptied["pasted"] = ""
            self.data = emptied
            self._say(code, "pasted")
        upload = self.files.get("file")
        if isinstance(upload, UploadedFile) and (code := deposit.secret_in(upload.read())):
            self._say(code, "file")
        if isinstance(upload, UploadedFile):
            upload.seek(0)

    def _say(self, code: str, field: str) -> None:
        reason = REASONS[code]
        self.add_error(field, f"{reason.sentence} {reason.remedy}")


class AnchorForm(Form):
    """An authority to trust: its certificate, where it stands, and where its revocations are asked."""

    name = forms.CharField(label="Nom de l’autorité", max_length=200)
    hierarchy = forms.ChoiceField(label="Hiérarchie", choices=Hierarchy.choices())
    kind = forms.ChoiceField(label="Rang", choices=AnchorKind.choices())
    pem = forms.CharField(
        label="Certificat de l’autorité (PEM)",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        max_length=deposit.MAX_BYTES,
    )
    crl_url = forms.CharField(
        label="Adresse de sa liste de révocation",
        help_text="Par exemple http://igc-sante.esante.gouv.fr/CRL/ACI-EL-ORG.crl",
        required=False,
        max_length=300,
    )
    ocsp_url = forms.CharField(label="Adresse de son répondeur OCSP", required=False, max_length=300)
    reason = forms.CharField(label="Motif et source", help_text="D’où vient ce certificat ?", max_length=300)

    def proposal(self) -> dict[str, Any]:
        """What the operation takes."""
        given = dict(self.cleaned_data)
        return {
            **{key: given[key] for key in ("name", "reason", "crl_url", "ocsp_url")},
            "hierarchy": Hierarchy(given["hierarchy"]),
            "kind": AnchorKind(given["kind"]),
            "data": str(given["pem"]).encode("utf-8"),
        }


class WithdrawalForm(Form):
    """Why an authority should no longer be trusted."""

    reason = forms.CharField(label="Motif du retrait", max_length=300)


class PossessionForm(Form):
    """The signature of the day's text."""

    signature = forms.CharField(
        label="Signature du texte, en base64",
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        max_length=possession.MAX_SIGNATURE * 2,
    )


class BatchForm(Form):
    """Several certificates: an archive, or PEM texts with their numbers."""

    use_required_attribute = False

    file = forms.FileField(
        label="Fichier",
        help_text="Une archive ZIP de certificats nommés par le FINESS, SIREN ou SIRET du client (350000022.pem), "
        "ou un texte où ce numéro précède chaque certificat. 100 certificats et 4 Mio au plus ; jamais de clé privée.",
    )

    def deposited(self) -> bytes:
        """The bytes deposited."""
        return bytes(self.cleaned_data["file"].read(bundle.MAX_BUNDLE + 1))


class NameForm(Form):
    """A name to come."""

    name = forms.CharField(
        label="Nom du certificat à venir (RFC 4514)",
        help_text="Par exemple : CN=ror.exemple,OU=318751275100020,O=EXEMPLE,ST=Paris (75),C=FR",
        max_length=2000,
    )


class SearchForm(Form):
    """Which certificates to list."""

    marks_optional = False
    mots = forms.CharField(
        label="Référence, nom, service, éditeur, client, numéro de série ou empreinte", max_length=120, required=False
    )


class ReleaseForm(Form):
    """Why a name should be freed."""

    grounds = forms.CharField(
        label="Motifs",
        help_text="Sur quoi l’agence se fonde : preuve de possession d’un autre, fin du service, erreur.",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=500,
    )
