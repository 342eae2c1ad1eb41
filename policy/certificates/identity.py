"""The structure that a certificate names in its OU: one digit for the kind of identifier, then the identifier.

Kinds: national nomenclature TRE_G07, as found in real IGC-Santé subjects (`3` + SIRET `18751275100020`, `1` + FINESS
`0B0057881`). Keys: SIREN and SIRET by Luhn (La Poste excepted), FINESS by Luhn with A counted 1 and B counted 2.
"""

from dataclasses import dataclass

from stdnum.fr import siren, siret

from portal.lifecycle.table import LabelledEnum
from portal.reference import finess


class IdentifierKind(LabelledEnum):
    """What the first digit of the OU announces."""

    ADELI = "0", "identifiant ADELI de cabinet"
    FINESS = "1", "numéro FINESS"
    SIREN = "2", "numéro SIREN"
    SIRET = "3", "numéro SIRET"
    RPPS = "4", "identifiant RPPS de cabinet"


@dataclass(frozen=True)
class Identifier:
    """An identifier read in an OU: its kind and its number, without the leading digit."""

    kind: IdentifierKind
    number: str

    @property
    def is_key_valid(self) -> bool:
        """True when the number has the right length and check key; False for the kinds that no organisation bears."""
        check = _KEYS.get(self.kind)
        return bool(check and check(self.number))


_SIRET_LENGTH = 14
_KEYS = {
    IdentifierKind.FINESS: finess.is_valid,
    IdentifierKind.SIREN: siren.is_valid,
    IdentifierKind.SIRET: siret.is_valid,
}


@dataclass(frozen=True)
class Holder:
    """Who may be named by the certificate: a vendor's legal entity, or the client that a proprietary service serves.

    Numbers are bare strings, empty when unknown. SIREN and FINESS numbers look alike, hence never one list for all.
    """

    label: str
    siren: str = ""
    siret: str = ""
    finess: frozenset[str] = frozenset()

    def bears(self, identifier: Identifier) -> bool:
        """True when the identifier is one of the holder's; any SIRET of its SIREN counts: same legal entity."""
        own_siren = self.siren or self.siret[:9]
        match identifier.kind:
            case IdentifierKind.FINESS:
                return identifier.number in self.finess
            case IdentifierKind.SIREN | IdentifierKind.SIRET:
                return bool(own_siren) and identifier.number[:9] == own_siren
            case _:
                return False


@dataclass(frozen=True)
class Client:
    """The client of a proprietary service for whom a certificate was issued: a name and one of its numbers."""

    label: str
    number: str

    def as_holder(self) -> Holder:
        """Nine digits may be a SIREN or a FINESS, whose keys are computed alike: both are taken."""
        if len(self.number) == _SIRET_LENGTH:
            return Holder(self.label, siret=self.number)
        return Holder(self.label, siren=self.number, finess=frozenset([self.number]))


def is_number(text: str) -> bool:
    """True for a FINESS, SIREN or SIRET number whose check key is right."""
    return bool(finess.is_valid(text) or siren.is_valid(text) or siret.is_valid(text))


def parse(unit: str) -> Identifier | None:
    """The identifier written in an OU; None when the text is none."""
    text = unit.strip()
    try:
        kind = IdentifierKind(text[:1])
    except ValueError:
        return None
    number = text[1:]
    return Identifier(kind, number) if number.isascii() and number.isalnum() else None
