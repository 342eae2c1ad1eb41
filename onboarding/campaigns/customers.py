"""What an ordering customer's attestation must say to be filed: a number that can exist, a day that has come."""

from collections.abc import Iterator
from datetime import date

from stdnum.fr import siren, siret

from portal.reference import finess


def objections(number: str, signed_on: date, *, today: date) -> Iterator[tuple[str, str]]:
    """What forbids filing it, as (field, French sentence); nothing when it may be. The number may be blank."""
    if number and not _is_number(number):
        yield "number", "Indiquez un SIREN (9 chiffres), un SIRET (14 chiffres) ou un numéro FINESS (9 caractères)."
    if signed_on > today:
        yield "signed_on", "L’attestation ne peut pas être signée après aujourd’hui."


def _is_number(number: str) -> bool:
    return siret.is_valid(number) or siren.is_valid(number) or (number.isascii() and finess.is_valid(number))
