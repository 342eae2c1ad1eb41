"""The official forms, field by field in their own numbering, filled with what the portal knows.

Source: forms F413 and F414 of March 2024 (public blank forms). The F101's numbering is not public: its sheet gives the
identity of the entity and of its representative. A blank value is for the vendor to write by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from onboarding.formalities.kinds import OfficialForm

USAGE = "Répertoire national de l’offre et des ressources en santé (ROR)"
ORG_AUTH_CLI = "ORG (personne morale) AUTH_CLI"
BY_HAND = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the portal knows of those whom a form asks about; names and numbers may be blank."""

    entity: str
    siret: str = ""
    siren: str = ""
    finess: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    first_name: str = ""
    last_name: str = ""
    quality: str = ""
    email: str = ""
    service: str = ""
    version: str = ""
    technical_name: str = ""
    technical_email: str = ""
    technical_phone: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: the key that links it to a PDF's own, its label, its value."""

    key: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section of a form."""

    number: str
    title: str
    fields: tuple[Field, ...]


def sections(form: OfficialForm, known: Known) -> list[Section]:
    """The sections of a form, in its numbering."""
    return _FORMS[form](known)


def values(form: OfficialForm, known: Known) -> dict[str, str]:
    """What is known of each field of a form, by key; blank ones left out."""
    return {field.key: field.value for section in sections(form, known) for field in section.fields if field.value}


def keys(form: OfficialForm) -> list[tuple[str, str]]:
    """(key, label) of every field of a form."""
    blank = Known(entity="")
    return [
        (field.key, f"{part.number} {field.label}".strip()) for part in sections(form, blank) for field in part.fields
    ]


def _structure(number: str, known: Known, *more: Field) -> Section:
    fields = (
        Field("entity", "Dénomination", known.entity),
        Field("finess", "N° FINESS (structures prenant en charge des patients)", known.finess),
        Field("siret", "ou N° SIRET", known.siret or known.siren),
    )
    return Section(number, "Structure", (*fields, *more))


def _address(known: Known) -> tuple[Field, ...]:
    return (
        Field("street", "Adresse", known.street),
        Field("postcode", "Code postal", known.postcode),
        Field("city", "Commune", known.city),
    )


def _person(number: str, title: str, known: Known) -> Section:
    return Section(
        number,
        title,
        (
            Field("quality", "Qualité", known.quality),
            Field("last_name", "Nom", known.last_name),
            Field("first_name", "Prénom(s)", known.first_name),
            Field("phone", "Téléphone", BY_HAND),
            Field("email", "Adresse électronique professionnelle", known.email),
            Field("card", "N° de carte", BY_HAND),
        ),
    )


def _f101(known: Known) -> list[Section]:
    return [
        _structure("", known, *_address(known)),
        _person("", "Représentant légal", known),
    ]


def _f413(known: Known) -> list[Section]:
    return [
        _structure("3.1", known, Field("rank", "Rang RPPS (radiologie)", BY_HAND)),
        _person("3.2", "Signataire", known),
        Section(
            "4.1",
            "Administrateurs techniques",
            (
                Field("administrator_card", "N° de carte", BY_HAND),
                Field("administrator_name", "Nom et prénom figurant sur la carte", known.technical_name),
                Field("administrator_phone", "Téléphone", known.technical_phone),
                Field("administrator_email", "Adresse électronique professionnelle", known.technical_email),
            ),
        ),
        Section(
            "4.2",
            "Usage",
            (
                Field("usage", "Usage ou projet", USAGE),
                Field("publisher", "Éditeur de la solution", known.entity),
                Field("solution", "Solution utilisée", _solution(known)),
            ),
        ),
        Section("4.3", "Type de certificats", (Field("type", "Case à cocher", ORG_AUTH_CLI),)),
    ]


def _f414(known: Known) -> list[Section]:
    return [
        _structure("2", known, *_address(known)),
        _person("3", "Demandeur", known),
        Section(
            "4",
            "Cartes de test",
            (
                Field("card_usage", "4.1 Usage des CPS de test, projet", USAGE),
                Field("card_offer", "4.2 Offre", "CPS individuelles : 1 carte CPS3, spécialité indifférente"),
            ),
        ),
        Section(
            "5",
            "Certificats de test",
            (
                Field("usage", "5.1 Usage des certificats de test, projet", USAGE),
                Field("type", "5.2 Type de certificats, case à cocher", ORG_AUTH_CLI),
                Field("test_card", "5.3 N° des cartes de test, si vous en avez déjà", BY_HAND),
            ),
        ),
    ]


def _solution(known: Known) -> str:
    return f"{known.service} {known.version}".strip()


_FORMS: Mapping[OfficialForm, Callable[[Known], list[Section]]] = {
    OfficialForm.F101: _f101,
    OfficialForm.F413: _f413,
    OfficialForm.F414: _f414,
}
