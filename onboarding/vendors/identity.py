"""Which legal entity a number designates: SIREN, SIRET or FINESS of a legal establishment (EJ), each with its key.

SIREN and SIRET follow Luhn's rule, with the exception of La Poste (SIREN 356000000: the fourteen digits add up to a
multiple of five). A SIRET names its SIREN, its first nine digits. Nine digits may be a SIREN or a FINESS number: the
claimant says which.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength
from stdnum.fr import siren, siret

from portal.lifecycle.table import LabelledEnum
from portal.reference import finess

SIRET_LENGTH = 14


class Numbering(LabelledEnum):
    """The register in which the entity has its number."""

    SIRENE = "sirene", "SIREN (9 chiffres) ou SIRET (14 chiffres)"
    FINESS = "finess", "FINESS de l’entité juridique (9 caractères)"


@dataclass(frozen=True, slots=True)
class Identity:
    """The numbers of a legal entity; those unknown are empty."""

    siren: str = ""
    siret: str = ""
    finess_ej: str = ""

    @property
    def number(self) -> str:
        """The number by which the entity is first known."""
        return self.siren or self.finess_ej

    @property
    def words(self) -> str:
        """« SIREN 732 829 320 (SIRET 732 829 320 00074) », « FINESS EJ 2A0000154 »."""
        if not self.siren:
            return f"FINESS EJ {self.finess_ej}"
        siege = f" (SIRET {spaced(self.siret)})" if self.siret else ""
        return f"SIREN {spaced(self.siren)}{siege}"


class UnreadableNumber(ValueError):
    """A number that designates nobody; its message is the French sentence to show."""


def read(numbering: str, text: str) -> Identity:
    """The identity meant by a typed number, spaces and punctuation allowed. Raises UnreadableNumber."""
    if numbering == Numbering.FINESS:
        return Identity(finess_ej=_finess(text))
    typed = "".join(character for character in text if character.isalnum())
    if len(typed) == SIRET_LENGTH:
        number = _checked(siret.validate, typed, "SIRET")
        return Identity(siren=number[:9], siret=number)
    return Identity(siren=_checked(siren.validate, typed, "SIREN"))


def spaced(number: str) -> str:
    """« 732 829 320 00074 »: groups of three, then the five digits of the establishment, on one line."""
    groups = [number[start : start + 3] for start in range(0, 9, 3)]
    return "\u00a0".join([*groups, number[9:]] if number[9:] else groups)


_REASONS: Mapping[type[Exception], str] = {
    InvalidLength: "un {name} compte {length} chiffres",
    InvalidFormat: "un {name} ne contient que des chiffres",
    InvalidChecksum: "la clé de contrôle ne correspond pas : vérifiez chaque chiffre",
    InvalidComponent: "la clé de contrôle du SIREN qu’il contient ne correspond pas",
}


def _checked(validate: Callable[[str], str], typed: str, name: str) -> str:
    try:
        return str(validate(typed))
    except (InvalidLength, InvalidFormat, InvalidChecksum, InvalidComponent) as error:
        reason = _REASONS[type(error)].format(
            name=name, length=SIRET_LENGTH if name == "SIRET" else "9 (SIREN) ou 14 (SIRET)"
        )
        raise UnreadableNumber(f"Ce numéro n’est pas un {name} valide : {reason}.") from error


def _finess(text: str) -> str:
    number = finess.normalise(text)
    if finess.is_valid(number):
        return number
    if (repaired := finess.repair(text)) is not None:
        return repaired
    raise UnreadableNumber(
        "Ce numéro n’est pas un FINESS valide : il compte neuf caractères, dont le dernier est une clé de contrôle."
    )
